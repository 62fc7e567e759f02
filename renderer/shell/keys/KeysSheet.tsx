/** The sheet of keyboard shortcuts: found by words or keys, changed by pressing others, reset. */
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { rebind, resetAllKeys, useKeyBindings } from "../../commands/key-bindings.ts";
import { showFailure } from "../../commands/show-failure.ts";
import type { CommandId } from "../../commands/table.ts";
import { Chip } from "../../ui/Badge.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { KeyHint, keyText } from "../../ui/KeyHint.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { findKeyRows, keyRows, type KeyRow } from "./key-rows.ts";
import { PressKeys } from "./PressKeys.tsx";
import "./keys.css";

/** Keys that parts handle themselves, so the table does not hold them. */
const fixedKeys = [
  { keys: "Ctrl+M", title: "Let Tab leave the code editor, or write a tab again" },
  { keys: "Ctrl+F", title: "Find in the file" },
  { keys: "Ctrl+Z", title: "Undo" },
  { keys: "Shift+F10", title: "Open the menu of a row or tab" },
];

export function KeysSheet({ command, onClose }: { command: string | null; onClose: () => void }) {
  const { all, bound, problem, unknown, path } = useKeyBindings();
  const rows = useMemo(() => keyRows(all, bound), [all, bound]);
  const [query, setQuery] = useState("");
  const [only, setOnly] = useState<"all" | "changed" | "clashes">("all");
  const [changing, setChanging] = useState<KeyRow | null>(() => rows.find((row) => row.command.id === command) ?? null);
  // The row that the focus goes back to.
  const [back, setBack] = useState<CommandId | null>(null);
  const shown = findKeyRows(rows, query, only);
  const clashing = rows.filter(({ clashes }) => clashes.length > 0).length;
  const keep = (row: KeyRow, keys: readonly string[] | null) => void rebind(row.command.id, keys).catch(showFailure);
  if (changing !== null) {
    const close = () => {
      setBack(changing.command.id);
      setChanging(null);
    };
    return (
      <PressKeys
        row={changing}
        onClose={close}
        onKeep={(keys) => {
          close();
          keep(changing, keys);
        }}
      />
    );
  }
  return (
    <Dialog
      title="Keyboard shortcuts"
      wide
      onClose={onClose}
      footer={
        <>
          <span className="keys-path grow cut" title={path ?? undefined}>
            {path}
          </span>
          <Button
            disabledReason={bound.size === 0 && problem === null ? "All keys are their own." : null}
            onPress={() => void resetAllKeys().catch(showFailure)}
          >
            Reset all keys
          </Button>
        </>
      }
    >
      <div className="keys-sheet">
        {problem !== null && <ProblemBlock problem={problem} />}
        {unknown.length > 0 && <p className="tone-2">The file names commands that are not there: {unknown.join(", ")}.</p>}
        <div className="keys-find">
          <TextInput
            className="grow"
            icon="search"
            aria-label="Find commands or keys"
            placeholder="Words, or keys such as Ctrl+S"
            autoFocus={back === null}
            value={query}
            onChange={setQuery}
          />
          <Chip on={only === "all"} onPress={() => setOnly("all")}>
            All
          </Chip>
          <Chip
            on={only === "changed"}
            count={bound.size}
            label={`Changed, ${bound.size}`}
            onPress={() => setOnly(only === "changed" ? "all" : "changed")}
          >
            Changed
          </Chip>
          <Chip
            on={only === "clashes"}
            count={clashing}
            label={`Same keys, ${clashing}`}
            onPress={() => setOnly(only === "clashes" ? "all" : "clashes")}
          >
            Same keys
          </Chip>
        </div>
        <p className="hidden-visually" role="status">
          {formatCounted(shown.length, "command")}
        </p>
        <KeyTable rows={shown} back={back} onChange={setChanging} onReset={(row) => keep(row, null)} />
        {only === "all" && query === "" && <FixedKeys />}
      </div>
    </Dialog>
  );
}

interface KeyTableProps {
  rows: readonly KeyRow[];
  /** The row that takes the focus; null for none. */
  back: CommandId | null;
  onChange: (row: KeyRow) => void;
  onReset: (row: KeyRow) => void;
}

/** One tab stop: arrows move, Enter changes the keys, Delete gives the command its own ones back. */
function KeyTable({ rows, back, onChange, onReset }: KeyTableProps) {
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      rows.findIndex(({ command }) => command.id === back),
    ),
  );
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (back === null) return;
    // After the dialog has placed the focus itself.
    const timer = setTimeout(() => body.current?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')?.focus(), 0);
    return () => clearTimeout(timer);
  }, [back]);
  const active = Math.min(at, rows.length - 1);
  const press = (event: KeyboardEvent) => {
    const row = rows[active];
    const next: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: active + 12,
      PageUp: active - 12,
    };
    const wanted = next[event.key];
    if (wanted !== undefined) {
      const index = Math.max(0, Math.min(rows.length - 1, wanted));
      setAt(index);
      body.current?.querySelectorAll<HTMLElement>('[role="row"]')[index]?.focus();
    } else if (event.key === "Enter" && row !== undefined && event.target instanceof HTMLElement && event.target.role === "row")
      onChange(row);
    else if (event.key === "Delete" && row?.changed) onReset(row);
    else return;
    event.preventDefault();
  };
  if (rows.length === 0) return <p className="keys-none">No command has these words or keys.</p>;
  return (
    <div role="grid" aria-label="Commands and their keys" className="keys-grid" onKeyDown={press}>
      <div ref={body} role="rowgroup">
        {rows.map((row, index) => (
          <div
            key={row.command.id}
            role="row"
            tabIndex={index === active ? 0 : -1}
            className={classNames("keys-row", row.changed && "keys-row-changed")}
            onFocus={() => setAt(index)}
            onDoubleClick={() => onChange(row)}
          >
            <span role="gridcell" className="keys-title">
              <span>{row.command.title}</span>
              <span className="tone-3"> {row.command.category}</span>
            </span>
            <span role="gridcell" className="keys-keys">
              {row.clashes.length > 0 && (
                <span className="keys-clash" title={`Also: ${row.clashes.join(", ")}`}>
                  <Icon name="warning" size={14} tone="warn" />
                  <span>also: {row.clashes.join(", ")}</span>
                </span>
              )}
              {row.keys.map((keys) => (
                <KeyHint key={keys} keys={keys} />
              ))}
              {row.keys.length === 0 && <span className="tone-3">none</span>}
            </span>
            <span role="gridcell" className="keys-actions">
              {row.changed && (
                <IconButton
                  icon="discard"
                  label={`Give ${row.command.title} its own keys back`}
                  tooltipSide="top"
                  onPress={() => onReset(row)}
                />
              )}
              <IconButton icon="edit" label={`Change the keys of ${row.command.title}`} tooltipSide="top" onPress={() => onChange(row)} />
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}

function FixedKeys() {
  return (
    <section className="keys-fixed">
      <h3>Keys that do not change</h3>
      <dl>
        {fixedKeys.map(({ keys, title }) => (
          <div key={keys}>
            <dt>{title}</dt>
            <dd aria-label={keyText(keys)}>
              <KeyHint keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
