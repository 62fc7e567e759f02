/** The palette: every command and every place by name, from the keyboard. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { markEach } from "../../api/marks.ts";
import { Overlay } from "../../ui/Dialog.tsx";
import { formatCount } from "../../ui/format.ts";
import { lastPressedKeys } from "../dispatcher.ts";
import { runCommand } from "../registry.ts";
import { closePalette as close, usePaletteStore } from "./palette-store.ts";
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

function choose(item: PaletteItem | undefined): void {
  if (item === undefined || item.disabledReason) return;
  close();
  // After the overlay has given the focus back: commands may move it.
  setTimeout(item.run, 0);
}

export function Palette({ mode: firstMode }: { mode: PaletteMode }) {
  const listId = useId();
  const [text, setText] = useState(() => prefixOf[firstMode] + usePaletteStore.getState().typed);
  // The first tab is the one in front already.
  const [active, setActive] = useState(firstMode === "tabs" ? 1 : 0);
  const { mode, query } = readPaletteText(text, firstMode);
  const items = usePaletteItems(mode, query);
  const { groups, shown, total } = useMemo(() => paletteGroups(items, mode, query), [items, mode, query]);
  const rows = groups.flatMap((group) => group.rows);
  const current = Math.min(active, rows.length - 1);
  usePaletteMarks(text);
  const chooseCurrent = () => choose(rows[current]?.item);
  useTabSwitching(firstMode === "tabs", () => setActive(rows.length === 0 ? 0 : (current + 1) % rows.length), chooseCurrent);
  const press = (event: KeyboardEvent) => {
    const { command } = rows[current]?.item ?? {};
    if (event.key === "Enter" && event.altKey && command !== undefined) {
      event.preventDefault();
      close();
      setTimeout(() => void runCommand("keys.rebind", { command }), 0);
      return;
    }
    const next = movedRow(event.key, current, rows.length);
    if (next === null && event.key !== "Enter") return;
    event.preventDefault();
    if (next === null) chooseCurrent();
    else setActive(next);
  };
  return (
    <Overlay label={words[mode].title} className="palette" onClose={close}>
      <div className="palette-head">
        <input
          autoFocus
          className="palette-input"
          role="combobox"
          aria-label={words[mode].field}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={current < 0 ? undefined : `${listId}-${current}`}
          autoComplete="off"
          spellCheck={false}
          placeholder={words[firstMode].field}
          value={text}
          onChange={(event) => {
            markEach("willFilterPalette");
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
      <PaletteFoot mode={mode} />
    </Overlay>
  );
}

const words: Record<PaletteMode, { title: string; field: string; none: string }> = {
  go: { title: "Go to", field: "Name of a file, object or run", none: "No file, object or run has this name." },
  commands: { title: "Commands", field: "Name of a command", none: "No command has this name." },
  symbols: {
    title: "Go to symbol",
    field: "Name of a class or function",
    none: "The file in front has no class or function of this name.",
  },
  line: { title: "Go to line", field: "Line, or line:column", none: "Type a line of the file in front, such as :42 or :42:7." },
  objects: {
    title: "Go to object",
    field: "Name of an object",
    none: "No object has this name. Containers list their first thousand here; the Objects view shows all.",
  },
  runs: { title: "Go to run", field: "Storlet or object of a run", none: "No run matches." },
  tabs: { title: "Tabs used lately", field: "Name of a tab", none: "No tab has this name." },
};

/** Tells the time from opening and from each letter to the list on screen. */
function usePaletteMarks(text: string): void {
  const opened = useRef(false);
  useEffect(() => {
    const mark = opened.current ? "didFilterPalette" : "didOpenPalette";
    opened.current = true;
    const frame = requestAnimationFrame(() => markEach(mark));
    return () => cancelAnimationFrame(frame);
  }, [text]);
}

/** The list of tabs goes on with each press of its keys, and chooses when the control key that opened it is let go. */
function useTabSwitching(isTabs: boolean, goOn: () => void, choose: () => void): void {
  const steps = usePaletteStore((state) => state.steps);
  const latest = useRef({ goOn, choose });
  useEffect(() => {
    latest.current = { goOn, choose };
  });
  useEffect(() => {
    if (steps > 0) latest.current.goOn();
  }, [steps]);
  useEffect(() => {
    if (!isTabs || lastPressedKeys() !== "Ctrl+Tab") return;
    const release = (event: globalThis.KeyboardEvent) => {
      if (event.key === "Control" || event.key === "Meta") latest.current.choose();
    };
    window.addEventListener("keyup", release);
    return () => window.removeEventListener("keyup", release);
  }, [isTabs]);
}

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
  if (groups.length === 0)
    return (
      <div id={id} className="palette-list" role="status">
        <p className="palette-none">{words[mode].none}</p>
      </div>
    );
  return (
    <div ref={list} id={id} className="palette-list" role="listbox" aria-label="Matches">
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

function PaletteFoot({ mode }: { mode: PaletteMode }) {
  return (
    <div className="palette-foot" aria-hidden="true">
      <span>Enter to choose</span>
      {mode === "commands" && <span>Alt Enter to change its keys</span>}
      <span className="grow" />
      <span>
        <b>&gt;</b> command
      </span>
      <span>
        <b>@</b> symbol
      </span>
      <span>
        <b>:</b> line
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
