/** Name and note of a run: written where they are read, kept with Enter or when the field is left. */
import { useId, useState, type KeyboardEvent } from "react";
import type { Run } from "../../../engine/contract/index.ts";
import { LinkButton } from "../../ui/Button.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { markRun } from "../runs/index.ts";

const limits = { name: 120, note: 4000 } as const;

export function RunMarks({ run }: { run: Run }) {
  const [open, setOpen] = useState(false);
  const name = run.mark?.name ?? "";
  const note = run.mark?.note ?? "";
  if (!open && name === "" && note === "") {
    return (
      <p className="run-marks-closed">
        <LinkButton onPress={() => setOpen(true)}>Name it or add a note</LinkButton>
      </p>
    );
  }
  return (
    <div className="run-marks">
      {/* A change from elsewhere begins the fields anew. */}
      <MarkField key={`name ${name}`} run={run.id} field="name" label="Name" value={name} autoFocus={open && name === ""} />
      <MarkField key={`note ${note}`} run={run.id} field="note" label="Note" value={note} autoFocus={false} />
    </div>
  );
}

interface MarkFieldProps {
  run: string;
  field: "name" | "note";
  label: string;
  value: string;
  autoFocus: boolean;
}

function MarkField({ run, field, label, value, autoFocus }: MarkFieldProps) {
  const id = useId();
  const [text, setText] = useState(value);
  const keep = () => {
    const next = text.trim();
    if (next !== value) void markRun(run, { [field]: next });
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === "Escape") setText(value);
    // A note has lines: Ctrl+Enter belongs to Run, so leaving the field keeps it.
    if (event.key === "Enter" && field === "name" && !event.ctrlKey) keep();
  };
  if (field === "name") {
    return (
      <TextInput
        label={label}
        value={text}
        onChange={setText}
        maxLength={limits.name}
        placeholder="the storlet's"
        autoFocus={autoFocus}
        onBlur={keep}
        onKeyDown={press}
      />
    );
  }
  return (
    <div className="field run-note">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        rows={Math.min(6, Math.max(1, text.split("\n").length))}
        maxLength={limits.note}
        value={text}
        placeholder="none"
        onChange={(event) => setText(event.target.value)}
        onBlur={keep}
        onKeyDown={press}
      />
    </div>
  );
}
