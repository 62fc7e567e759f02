/** The request to be: door, object, parameters, range or body, and Run. Fills in the session's draft; sends nothing itself. */
import { useRef } from "react";
import { useEngineAwayReason } from "../../api/queries.ts";
import { keysOf } from "../../commands/table.ts";
import { Button, IconButton, LinkButton } from "../../ui/Button.tsx";
import { formatBytes } from "../../ui/format.ts";
import { Select } from "../../ui/Select.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { cancel, run } from "./actions.ts";
import { findProblems, type BodyKind, type Draft, type DraftProblems, type InvokeDoor } from "./draft.ts";
import { ObjectField } from "./ObjectField.tsx";
import { changeDraft, chooseFile, useSession } from "./session.ts";

const doors: readonly { value: InvokeDoor; label: string; fact: string }[] = [
  { value: "GET", label: "GET", fact: "read through the storlet" },
  { value: "PUT", label: "PUT", fact: "store what it makes" },
];

export function InvokeForm() {
  const draft = useSession((session) => session.draft);
  const file = useSession((session) => session.file);
  const tried = useSession((session) => session.tried);
  const all = findProblems(draft, file !== null);
  // What was not filled in yet is no mistake before the first try; a range that cannot be right is said at once.
  const problems: DraftProblems = tried ? all : { params: new Map(), ...(all.range === undefined ? {} : { range: all.range }) };
  const isGet = draft.door === "GET";
  return (
    <div className="invoke-form">
      <div className="invoke-target">
        <Select label="Door" strong value={draft.door} options={doors} onChange={(door) => changeDraft({ door })} />
        {isGet ? (
          <ObjectField
            key="object"
            label="Object"
            placeholder="container/object"
            value={draft.object}
            error={problems.object}
            onChange={(object) => changeDraft({ object })}
          />
        ) : (
          <ObjectField
            key="destination"
            label="Stored as"
            placeholder="container/new object"
            value={draft.destination}
            error={problems.destination}
            onChange={(destination) => changeDraft({ destination })}
          />
        )}
        <RunButton />
      </div>
      {!isGet && <BodyFields draft={draft} file={file} error={problems.body} />}
      <Parameters draft={draft} problems={problems.params} />
      {isGet && (
        <TextInput
          label="Range"
          data-tour="invoke-range"
          className="invoke-range"
          mono
          placeholder="whole object"
          value={draft.range}
          error={problems.range}
          onChange={(range) => changeDraft({ range })}
        />
      )}
    </div>
  );
}

function RunButton() {
  const activity = useSession((session) => session.activity);
  const storlet = useSession((session) => session.storlet);
  const away = useEngineAwayReason();
  const busy =
    activity.phase === "idle"
      ? null
      : activity.phase === "saving"
        ? { label: "Saving", startedAt: activity.startedAt }
        : { label: "Running", startedAt: activity.startedAt, onCancel: cancel };
  return (
    <Button
      variant="primary"
      icon="play"
      data-tour="invoke-run"
      keys={keysOf("invoke.run")}
      busy={busy}
      disabledReason={away ?? (storlet === null ? "There is no storlet yet." : null)}
      onPress={() => void run()}
    >
      Run
    </Button>
  );
}

function Parameters({ draft, problems }: { draft: Draft; problems: ReadonlyMap<number, string> }) {
  const root = useRef<HTMLDivElement>(null);
  const set = (index: number, fields: { key?: string; value?: string }) =>
    changeDraft({ params: draft.params.map((param, position) => (position === index ? { ...param, ...fields } : param)) });
  const focusName = (index: number) =>
    requestAnimationFrame(() => root.current?.querySelectorAll<HTMLElement>(".invoke-param-name input")[index]?.focus());
  const add = () => {
    changeDraft({ params: [...draft.params, { key: "", value: "" }] });
    focusName(draft.params.length);
  };
  const remove = (index: number) => {
    changeDraft({ params: draft.params.filter((_, position) => position !== index) });
    if (draft.params.length > 1) focusName(Math.max(0, index - 1));
  };
  return (
    <div ref={root} className="invoke-params" data-tour="invoke-params" role="group" aria-label="Parameters">
      <div className="invoke-params-head">
        <span className="grow field-label">Parameters</span>
        <LinkButton onPress={add}>Add</LinkButton>
      </div>
      {draft.params.map((param, index) => (
        <div key={index} className="invoke-param">
          <TextInput
            mono
            className="invoke-param-name"
            aria-label={`Name of parameter ${index + 1}`}
            placeholder="name"
            value={param.key}
            error={problems.get(index)}
            onChange={(key) => set(index, { key })}
          />
          <TextInput
            mono
            className="grow"
            aria-label={`Value of ${param.key || `parameter ${index + 1}`}`}
            placeholder="empty"
            value={param.value}
            onChange={(value) => set(index, { value })}
          />
          <IconButton icon="close" label={`Remove ${param.key || `parameter ${index + 1}`}`} onPress={() => remove(index)} />
        </div>
      ))}
    </div>
  );
}

const bodyKinds: readonly { value: BodyKind; label: string }[] = [
  { value: "text", label: "Typed text" },
  { value: "file", label: "A local file" },
  { value: "object", label: "Another object" },
];

function BodyFields({ draft, file, error }: { draft: Draft; file: File | null; error: string | undefined }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="invoke-body" role="group" aria-label="What is sent">
      <Select label="Sent is" showLabel value={draft.bodyKind} options={bodyKinds} onChange={(bodyKind) => changeDraft({ bodyKind })} />
      {draft.bodyKind === "text" && (
        <textarea
          className="invoke-text mono"
          aria-label="Text to send"
          placeholder="nothing"
          spellCheck={false}
          rows={4}
          value={draft.bodyText}
          onChange={(event) => changeDraft({ bodyText: event.target.value })}
        />
      )}
      {draft.bodyKind === "object" && (
        <ObjectField
          label="Object to send"
          placeholder="container/object"
          value={draft.bodyObject}
          error={error}
          onChange={(bodyObject) => changeDraft({ bodyObject })}
        />
      )}
      {draft.bodyKind === "file" && (
        <div className="invoke-file">
          <Button icon="folder-opened" onPress={() => input.current?.click()}>
            {file === null ? "Choose a file" : "Choose another"}
          </Button>
          <span className={file === null && error !== undefined ? "invoke-file-error" : "grow cut"} title={file?.name}>
            {file === null ? error : `${file.name}, ${formatBytes(file.size)}`}
          </span>
          <input
            ref={input}
            type="file"
            hidden
            aria-label="File to send"
            onChange={(event) => chooseFile(event.target.files?.[0] ?? null)}
          />
        </div>
      )}
    </div>
  );
}
