/** Runs as rows: state, storlet, ribbon, time. One tab stop; arrows move, Enter or a click shows the run. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import type { Run } from "../../../engine/contract/index.ts";
import { runCommand } from "../../commands/registry.ts";
import { classNames } from "../../ui/class-names.ts";
import { isMenuKey, openContextMenu } from "../../ui/context-menu.ts";
import { formatClock, formatDuration } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { MiniRibbon } from "../../ui/Ribbon.tsx";
import { RunStateIcon, runStateWord } from "../../ui/run-state.tsx";
import { useElapsed } from "../../ui/use-elapsed.ts";
import { runMenu } from "./run-menu.ts";
import { isOpen, runTitle } from "./timing.ts";
import { useShownRun } from "./use-recent-runs.ts";
import "./runs.css";

/** Shows a run beside the code: its result, and the log cut to it. */
function showRun(run: Run): void {
  useShownRun.setState({ run: run.id });
  void runCommand("run.show", { run: run.id });
}

interface RunListProps {
  label: string;
  runs: readonly Run[];
  /** What a click or Enter does; shows the run beside the code unless told. */
  onOpen?: (run: Run) => void;
  /** Adds a second line (clock, door, object, cold or warm), heads for pinned runs and days, and scrolls on its own. */
  twoLines?: boolean;
  /** The row that is marked; the run that the screen shows unless told. */
  selected?: string | null;
}

const headHeight = 24;
const twoLineHeight = 44;

type Entry = { kind: "head"; text: string } | { kind: "run"; run: Run; index: number };

const dayOf = (time: number): string => new Date(time).toDateString();

/** "Today", "Yesterday", "14 Mar 2026". */
export function dayTitle(time: number, now: number): string {
  if (dayOf(time) === dayOf(now)) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayOf(time) === yesterday.toDateString()) return "Yesterday";
  const [, month, day, year] = dayOf(time).split(" ");
  return `${Number(day)} ${month} ${year}`;
}

function entriesOf(runs: readonly Run[], withHeads: boolean): Entry[] {
  const now = Date.now();
  let head = "";
  return runs.flatMap((run, index): Entry[] => {
    const entry: Entry = { kind: "run", run, index };
    const next = run.mark?.pinned === true ? "Pinned" : dayTitle(run.startedAt, now);
    if (!withHeads || next === head) return [entry];
    head = next;
    return [{ kind: "head", text: next }, entry];
  });
}

export function RunList({ label, runs, onOpen = showRun, twoLines = false, selected }: RunListProps) {
  const prefix = useId();
  const root = useRef<HTMLDivElement>(null);
  const shownRun = useShownRun((state) => state.run);
  const shown = selected === undefined ? shownRun : selected;
  const [activeId, setActiveId] = useState<string | null>(null);
  const entries = useMemo(() => entriesOf(runs, twoLines), [runs, twoLines]);
  // oxlint-disable-next-line react/incompatible-library -- drawn anew with every scroll, nothing of it is kept
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => root.current,
    estimateSize: (index) => (entries[index]?.kind === "head" ? headHeight : twoLineHeight),
    overscan: 10,
    enabled: twoLines,
  });
  const active = Math.max(
    0,
    runs.findIndex((run) => run.id === (activeId ?? shown)),
  );

  const offerMenu = (event: KeyboardEvent | MouseEvent, run: Run | undefined) => {
    if (run === undefined) return;
    setActiveId(run.id);
    openContextMenu(event, document.getElementById(`${prefix}${run.id}`), runMenu(run));
  };
  const move = (event: KeyboardEvent) => {
    if (isMenuKey(event)) return offerMenu(event, runs[active]);
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: runs.length - 1,
      PageDown: active + 10,
      PageUp: active - 10,
    };
    const current = runs[active];
    if ((event.key === "Enter" || event.key === " ") && !event.ctrlKey && current !== undefined) {
      event.preventDefault();
      onOpen(current);
    }
    const wanted = steps[event.key];
    if (wanted === undefined || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    const next = runs[Math.min(runs.length - 1, Math.max(0, wanted))];
    if (next === undefined) return;
    setActiveId(next.id);
    if (twoLines)
      virtual.scrollToIndex(
        entries.findIndex((entry) => entry.kind === "run" && entry.run.id === next.id),
        { align: "auto" },
      );
    else document.getElementById(`${prefix}${next.id}`)?.scrollIntoView({ block: "nearest" });
  };
  const activeRun = runs[active];
  const drawn = twoLines ? virtual.getVirtualItems() : entries.map((_entry, index) => ({ index, start: 0 }));
  const rows = drawn.map(({ index, start }) => {
    const entry = entries[index];
    if (entry === undefined) return null;
    const top = twoLines ? start : null;
    if (entry.kind === "head") return <RunHead key={entry.text} text={entry.text} top={top ?? 0} />;
    return (
      <RunRow
        key={entry.run.id}
        id={`${prefix}${entry.run.id}`}
        run={entry.run}
        position={entry.index + 1}
        count={runs.length}
        active={entry.index === active}
        selected={entry.run.id === shown}
        top={top}
        onOpen={onOpen}
        onMenu={offerMenu}
      />
    );
  });
  return (
    <div
      ref={root}
      role="listbox"
      aria-label={label}
      className={classNames("runs-list", twoLines && "runs-list-two")}
      tabIndex={0}
      aria-activedescendant={activeRun === undefined ? undefined : `${prefix}${activeRun.id}`}
      onKeyDown={move}
      onBlur={() => setActiveId(null)}
    >
      {twoLines ? (
        <div role="presentation" className="runs-rows" style={{ height: virtual.getTotalSize() }}>
          {rows}
        </div>
      ) : (
        rows
      )}
    </div>
  );
}

function RunHead({ text, top }: { text: string; top: number }) {
  return (
    <div role="presentation" className="runs-head" style={{ transform: `translateY(${top}px)` }}>
      {text}
    </div>
  );
}

interface RunRowProps {
  id: string;
  run: Run;
  position: number;
  count: number;
  active: boolean;
  selected: boolean;
  /** Place of a two-line row in CSS pixels; null for one line in the flow. */
  top: number | null;
  onOpen: (run: Run) => void;
  onMenu: (event: MouseEvent, run: Run) => void;
}

const RunRow = memo(function RunRow({ id, run, position, count, active, selected, top, onOpen, onMenu }: RunRowProps) {
  const name = runTitle(run);
  const start = run.cold ? "cold" : "warm";
  const pinned = run.mark?.pinned === true;
  const words = [
    name,
    pinned ? "pinned" : null,
    runStateWord(run.state),
    isOpen(run) ? null : formatDuration(run.durationMs),
    run.door,
    run.object,
    start,
    formatClock(run.startedAt),
  ];
  return (
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={count}
      aria-label={words.filter((word) => word !== null).join(", ")}
      title={`${run.door} ${run.object}${run.mark?.note ? `\n${run.mark.note}` : ""}`}
      className={classNames("runs-row", top !== null && "runs-row-two", selected && "runs-row-selected", active && "runs-row-active")}
      style={top === null ? undefined : { transform: `translateY(${top}px)` }}
      onClick={() => onOpen(run)}
      onContextMenu={(event) => onMenu(event, run)}
    >
      <RunStateIcon state={run.state} size={14} />
      <span className="runs-name cut">{name}</span>
      {top === null && <MiniRibbon phases={run.phases} state={run.state} />}
      <span className="runs-time">{isOpen(run) ? <RunningTime since={run.startedAt} /> : formatDuration(run.durationMs)}</span>
      {top !== null && (
        <span className="runs-second">
          {pinned && <Icon name="pinned" size={12} />}
          <span>{formatClock(run.startedAt)}</span>
          <span className="grow cut">{run.object.slice(run.object.lastIndexOf("/") + 1)}</span>
          <span className={run.cold ? "runs-cold" : undefined}>{start}</span>
          <MiniRibbon phases={run.phases} state={run.state} />
        </span>
      )}
    </div>
  );
});

function RunningTime({ since }: { since: number }) {
  return `${Math.floor(useElapsed(since) / 1000)} s`;
}
