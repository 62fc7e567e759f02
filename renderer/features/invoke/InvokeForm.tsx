/** The request to be: door, object, parameters, range or body, and Run. Fills in the session's draft; sends nothing itself. */
import { Suspense, useRef } from "react";
import type { Door } from "../../../engine/contract/index.ts";
import { useEngineAwayReason, useEnvironments } from "../../api/queries.ts";
import { keysOf } from "../../commands/table.ts";
import { Button } from "../../ui/Button.tsx";
import { formatBytes } from "../../ui/format.ts";
import { Select } from "../../ui/Select.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { cancel, run } from "./actions.ts";
import type { BodyKind, Draft } from "./draft.ts";
import { fillDraft, problemsToShow } from "./draft-recipe.ts";
import { NamedRows } from "./NamedRows.tsx";
import { ObjectField } from "./ObjectField.tsx";
import { changeDraft, chooseFile, useSession } from "./session.ts";
import { lazyPart } from "../../ui/lazy.ts";

const doors: readonly { value: Door; label: string; fact: string }[] = [
  { value: "GET", label: "GET", fact: "read through the storlet" },
  { value: "PUT", label: "PUT", fact: "store what it makes" },
  { value: "COPY", label: "COPY", fact: "make another object" },
];

/** What few requests need is fetched when one does. */
const MoreFields = lazyPart(async () => (await import("./MoreFields.tsx")).MoreFields);

export function InvokeForm() {
  const draft = useSession((session) => session.draft);
  const file = useSession((session) => session.file);
  const tried = useSession((session) => session.tried);
  const environmentName = useSession((session) => session.environment);
  const environment = useEnvironments().data?.find(({ name }) => name === environmentName) ?? null;
  const problems = problemsToShow(draft, fillDraft(draft, environment, file !== null).problems, environment, tried);
  const { door } = draft;
  return (
    <div className="invoke-form">
      <div className="invoke-target">
        <Select label="Door" strong value={door} options={doors} onChange={(next) => changeDraft({ door: next })} />
        {door === "PUT" ? (
          <DestinationField draft={draft} error={problems.destination} />
        ) : (
          <SourceField draft={draft} error={problems.object} />
        )}
        <RunButton />
      </div>
      {door === "COPY" && (
        <div className="invoke-destination">
          <DestinationField draft={draft} error={problems.destination} showLabel />
        </div>
      )}
      {door === "PUT" && <BodyFields draft={draft} file={file} error={problems.body} />}
      <NamedRows
        title="Parameters"
        noun="parameter"
        rows={draft.params}
        problems={problems.params}
        onChange={(params) => changeDraft({ params })}
        tour="invoke-params"
      />
      {door !== "PUT" && (
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
      <Suspense fallback={null}>
        <MoreFields draft={draft} problems={problems} />
      </Suspense>
    </div>
  );
}

function SourceField({ draft, error }: { draft: Draft; error: string | undefined }) {
  return (
    <ObjectField
      key="object"
      label="Object"
      placeholder="container/object"
      value={draft.object}
      error={error}
      onChange={(object) => changeDraft({ object })}
    />
  );
}

function DestinationField({ draft, error, showLabel = false }: { draft: Draft; error: string | undefined; showLabel?: boolean }) {
  return (
    <ObjectField
      key="destination"
      label="Stored as"
      showLabel={showLabel}
      placeholder="container/new object"
      value={draft.destination}
      error={error}
      onChange={(destination) => changeDraft({ destination })}
    />
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

const bodyKinds: readonly { value: BodyKind; label: string }[] = [
  { value: "text", label: "Typed text" },
  { value: "file", label: "A local file" },
  { value: "workspace", label: "A workspace file" },
  { value: "object", label: "Another object" },
];

function BodyFields({ draft, file, error }: { draft: Draft; file: File | null; error: string | undefined }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="invoke-body" role="group" aria-label="What is sent">
      <Select label="Sent is" showLabel value={draft.bodyKind} options={bodyKinds} onChange={(bodyKind) => changeDraft({ bodyKind })} />
      {draft.bodyKind === "text" && (
        <textarea
          className="text-area invoke-text mono"
          aria-label="Text to send"
          placeholder="nothing"
          spellCheck={false}
          rows={4}
          value={draft.bodyText}
          onChange={(event) => changeDraft({ bodyText: event.target.value })}
        />
      )}
      {draft.bodyKind === "workspace" && (
        <TextInput
          mono
          aria-label="Workspace file to send"
          placeholder="data/samples/access.log"
          value={draft.bodyPath}
          error={error}
          onChange={(bodyPath) => changeDraft({ bodyPath })}
        />
      )}
      {draft.bodyKind === "text" && error !== undefined && <p className="field-error">{error}</p>}
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
