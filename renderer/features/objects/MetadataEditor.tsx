/** X-Object-Meta-* as a table that can be changed. A POST replaces all of it, so all of it is sent. */
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { problemOf } from "../../api/problems.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";
import { Button, IconButton, LinkButton } from "../../ui/Button.tsx";
import { formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { countChanges, postHeaders, rowProblem, setProblem, type MetadataRow } from "./metadata-edit.ts";
import { postObject, type ObjectPlace } from "./swift-requests.ts";

interface MetadataEditorProps {
  place: ObjectPlace;
  stored: readonly MetadataRow[];
  /** All headers of the object as they are now. */
  headers: Headers;
}

export function MetadataEditor({ place, stored, headers }: MetadataEditorProps) {
  const [rows, setRows] = useState(stored);
  const [savingSince, setSavingSince] = useState<number | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const table = useRef<HTMLDivElement>(null);
  const changes = countChanges(stored, rows);
  const problems = rows.map((_, index) => rowProblem(rows, index));
  const first = problems.find((problem) => problem !== null) ?? setProblem(rows) ?? null;
  const set = (index: number, fields: Partial<MetadataRow>): void =>
    setRows(rows.map((row, position) => (position === index ? { ...row, ...fields } : row)));
  const focusRow = (index: number): void => table.current?.querySelectorAll<HTMLElement>(".metadata-name")[index]?.focus();
  // Drawn at once: what is typed next belongs into the row.
  const add = (): void => {
    flushSync(() => setRows([...rows, { name: "", value: "" }]));
    focusRow(rows.length);
  };
  const remove = (index: number): void => {
    flushSync(() => setRows(rows.filter((_, position) => position !== index)));
    if (rows.length > 1) focusRow(Math.max(0, index - 1));
  };
  const save = async (): Promise<void> => {
    setSavingSince(Date.now());
    setRefused(null);
    try {
      await postObject(place, postHeaders(rows, headers));
      await queryClient.invalidateQueries({ queryKey: queryKeys.objects(place.container, "object-head", place.object) });
    } catch (error) {
      const { message, detail } = problemOf(error);
      setRefused(detail ?? message);
    }
    setSavingSince(null);
  };
  return (
    <section className="details-section" aria-label="Metadata">
      <div className="details-section-head">
        <h3 className="grow">Metadata</h3>
        <span className="tone-3 mono">X-Object-Meta-</span>
        <LinkButton onPress={add}>Add</LinkButton>
      </div>
      {rows.length === 0 && <p className="details-note">None.</p>}
      {rows.length > 0 && (
        <div ref={table} className="metadata">
          {rows.map((row, index) => (
            <div key={index} className="metadata-row">
              <input
                className="metadata-name mono"
                aria-label={`Name of item ${index + 1}`}
                placeholder="Name"
                spellCheck={false}
                value={row.name}
                aria-invalid={problems[index] != null || undefined}
                onChange={(event) => set(index, { name: event.target.value })}
              />
              <input
                className="mono"
                aria-label={`Value of ${row.name || `item ${index + 1}`}`}
                placeholder="empty"
                spellCheck={false}
                value={row.value}
                aria-invalid={problems[index] != null || undefined}
                onChange={(event) => set(index, { value: event.target.value })}
              />
              <IconButton icon="close" label={`Remove ${row.name || `item ${index + 1}`}`} onPress={() => remove(index)} />
            </div>
          ))}
        </div>
      )}
      {(first ?? refused) !== null && (
        <p className="field-error" role="alert">
          <Icon name="error" size={14} />
          {first ?? refused}
        </p>
      )}
      {(changes > 0 || savingSince !== null) && (
        <div className="details-actions">
          <Button
            size="small"
            variant="primary"
            busy={savingSince === null ? null : { label: "Saving", startedAt: savingSince }}
            disabledReason={first}
            onPress={() => void save()}
          >
            Save metadata
          </Button>
          <Button size="small" variant="quiet" onPress={() => setRows(stored)}>
            Revert
          </Button>
          <span className="tone-3">{formatCounted(changes, "change")}</span>
        </div>
      )}
    </section>
  );
}
