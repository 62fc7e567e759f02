/** Who may read and write a container, in words, and the lists themselves to change. */
import { useState } from "react";
import { problemOf } from "../../api/problems.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { describeAcl, isListable, isPublic, withPart } from "./acl.ts";
import { headerText, postContainer } from "./swift-requests.ts";

export function AccessSection({ container, headers }: { container: string; headers: Headers }) {
  const read = headerText(headers, "x-container-read") ?? "";
  const write = headerText(headers, "x-container-write") ?? "";
  const [editing, setEditing] = useState(false);
  return (
    <section className="details-section" aria-label="Access">
      <div className="details-section-head">
        <h3 className="grow">Access to {container}</h3>
        {!editing && <LinkButton onPress={() => setEditing(true)}>Edit</LinkButton>}
      </div>
      {editing ? (
        <AccessForm container={container} read={read} write={write} onDone={() => setEditing(false)} />
      ) : (
        <dl className="object-facts">
          <div className="object-fact">
            <dt>Read</dt>
            <dd>
              {read === "" ? (
                describeAcl(read)
              ) : (
                <span className="mono" title={describeAcl(read)}>
                  {read}
                </span>
              )}{" "}
              {isPublic(read) && (
                <Badge tone="warn" icon="warning">
                  public
                </Badge>
              )}
            </dd>
          </div>
          <div className="object-fact">
            <dt>Write</dt>
            <dd className={write === "" ? undefined : "mono"}>{write === "" ? describeAcl(write) : write}</dd>
          </div>
        </dl>
      )}
    </section>
  );
}

function AccessForm({ container, read, write, onDone }: { container: string; read: string; write: string; onDone: () => void }) {
  const [readText, setReadText] = useState(read);
  const [writeText, setWriteText] = useState(write);
  const [savingSince, setSavingSince] = useState<number | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    setSavingSince(Date.now());
    try {
      await postContainer(container, { "X-Container-Read": readText.trim(), "X-Container-Write": writeText.trim() });
      await queryClient.invalidateQueries({ queryKey: queryKeys.objects(container, "container-head") });
      onDone();
    } catch (error) {
      const { message, detail } = problemOf(error);
      setRefused(detail ?? message);
      setSavingSince(null);
    }
  };
  return (
    <form
      className="access-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput label="Read" mono autoFocus placeholder="this account only" value={readText} onChange={setReadText} />
      <p className="details-note">{describeAcl(readText)}</p>
      <label className="object-form-check">
        <input
          type="checkbox"
          checked={isPublic(readText)}
          onChange={(event) => setReadText(withPart(readText, ".r:*", event.target.checked))}
        />
        Anyone may read, without a token
      </label>
      <label className="object-form-check">
        <input
          type="checkbox"
          checked={isListable(readText)}
          onChange={(event) => setReadText(withPart(readText, ".rlistings", event.target.checked))}
        />
        Who may read may also list
      </label>
      <TextInput label="Write" mono placeholder="this account only" value={writeText} error={refused} onChange={setWriteText} />
      <div className="details-actions">
        <Button
          size="small"
          variant="primary"
          busy={savingSince === null ? null : { label: "Saving", startedAt: savingSince }}
          onPress={() => void save()}
        >
          Save access
        </Button>
        <Button size="small" variant="quiet" onPress={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
