/** The palette: every command and every place by name, from the keyboard. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { create } from "zustand";
import { problemOf } from "../../api/problems.ts";
import { Overlay } from "../../ui/Dialog.tsx";
import { formatCount } from "../../ui/format.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { useCommandHandler } from "../registry.ts";
import { PaletteRowView } from "./PaletteRowView.tsx";
import { usePaletteItems } from "./palette-items.ts";
import {
  movedRow,
  paletteGroups,
  prefixOf,
  readPaletteText,
  type PaletteGroup,
  type PaletteItem,
  type PaletteMode,
} from "./palette-rows.ts";
import "./palette.css";

const usePaletteStore = create<{ open: PaletteMode | null }>(() => ({ open: null }));
const close = () => usePaletteStore.setState({ open: null });

/** Mounted once, by the shell. */
export function CommandPalette() {
  const open = usePaletteStore((state) => state.open);
  const show = (mode: PaletteMode) => usePaletteStore.setState((state) => ({ open: state.open === mode ? null : mode }));
  useCommandHandler("palette.commands", () => show("commands"));
  useCommandHandler("palette.goTo", () => show("go"));
  return open === null ? null : <Palette key={open} mode={open} />;
}

function reportFailure(error: unknown): void {
  const problem = problemOf(error);
  showToast({ tone: "error", title: problem.message, detail: problem.hint ?? problem.detail });
}

function choose(item: PaletteItem | undefined): void {
  if (item === undefined || item.disabledReason) return;
  close();
  // After the overlay has given the focus back: commands may move it.
  setTimeout(item.run, 0);
}

function Palette({ mode: firstMode }: { mode: PaletteMode }) {
  const listId = useId();
  const [text, setText] = useState(prefixOf[firstMode]);
  const [active, setActive] = useState(0);
  const items = usePaletteItems(reportFailure);
  const { mode, query } = readPaletteText(text);
  const { groups, shown, total } = useMemo(() => paletteGroups(items, mode, query), [items, mode, query]);
  const rows = groups.flatMap((group) => group.rows);
  const current = Math.min(active, rows.length - 1);
  const press = (event: KeyboardEvent) => {
    const next = movedRow(event.key, current, rows.length);
    if (next === null && event.key !== "Enter") return;
    event.preventDefault();
    if (next === null) choose(rows[current]?.item);
    else setActive(next);
  };
  return (
    <Overlay label={mode === "commands" ? "Commands" : "Go to"} className="palette" onClose={close}>
      <div className="palette-head">
        <input
          autoFocus
          className="palette-input"
          role="combobox"
          aria-label={mode === "commands" ? "Name of a command" : "Name of a file, object or run"}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={current < 0 ? undefined : `${listId}-${current}`}
          autoComplete="off"
          spellCheck={false}
          placeholder="Go to file, object or run"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={press}
        />
        <span className="palette-count" role="status">
          {formatCount(shown)} of {formatCount(total)}
        </span>
      </div>
      <PaletteList id={listId} mode={mode} groups={groups} current={current} onHover={setActive} />
      <PaletteFoot />
    </Overlay>
  );
}

const emptyWords: Record<PaletteMode, string> = {
  go: "No file, object or run has this name.",
  commands: "No command has this name.",
  objects: "No object has this name. Containers list their first thousand here; the Objects view shows all.",
  runs: "No run matches.",
};

interface PaletteListProps {
  id: string;
  mode: PaletteMode;
  groups: readonly PaletteGroup[];
  /** Index of the active row over all groups. */
  current: number;
  onHover: (index: number) => void;
}

function PaletteList({ id, mode, groups, current, onHover }: PaletteListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  return (
    <div ref={list} id={id} className="palette-list" role="listbox" aria-label="Matches">
      {groups.length === 0 && (
        <p className="palette-none" role="presentation">
          {emptyWords[mode]}
        </p>
      )}
      {groups.map((group) => (
        <div key={group.title} role="group" aria-label={group.title}>
          <p className="palette-group" role="presentation">
            {group.title}
          </p>
          {group.rows.map((row, index) => (
            <PaletteRowView
              key={row.item.id}
              id={`${id}-${group.firstIndex + index}`}
              row={row}
              selected={group.firstIndex + index === current}
              onHover={() => onHover(group.firstIndex + index)}
              onChoose={() => choose(row.item)}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function PaletteFoot() {
  return (
    <div className="palette-foot" aria-hidden="true">
      <span>Enter to choose</span>
      <span className="grow" />
      <span>
        <b>&gt;</b> command
      </span>
      <span>
        <b>#</b> object
      </span>
      <span>
        <b>!</b> run
      </span>
    </div>
  );
}
