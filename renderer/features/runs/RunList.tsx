/** Runs as rows: state, storlet, ribbon, time. One tab stop; arrows move, Enter or a click shows the run. */
import { memo, useId, useState, type KeyboardEvent } from "react";
import type { Run } from "../../../engine/contract/index.ts";
import { runCommand } from "../../commands/registry.ts";
import { classNames } from "../../ui/class-names.ts";
import { formatClock, formatDuration } from "../../ui/format.ts";
import { MiniRibbon } from "../../ui/Ribbon.tsx";
import { RunStateIcon, runStateWord } from "../../ui/run-state.tsx";
import { useElapsed } from "../../ui/use-elapsed.ts";
import { isOpen, storletTitle } from "./timing.ts";
import { useShownRun } from "./use-recent-runs.ts";
import "./runs.css";

/** Shows a run everywhere: its result, and the log cut to it. */
export function showRun(run: Run): void {
  useShownRun.setState({ run: run.id });
  void runCommand("run.show", { run: run.id });
}

interface RunListProps {
  label: string;
  runs: readonly Run[];
  /** Adds a second line: clock, door, object, cold or warm. */
  twoLines?: boolean;
}

export function RunList({ label, runs, twoLines = false }: RunListProps) {
  const prefix = useId();
  const shown = useShownRun((state) => state.run);
  const [activeId, setActiveId] = useState<string | null>(null);
  const active = Math.max(
    0,
    runs.findIndex((run) => run.id === (activeId ?? shown)),
  );

  const move = (event: KeyboardEvent) => {
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
      showRun(current);
    }
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = runs[Math.min(runs.length - 1, Math.max(0, wanted))];
    if (next === undefined) return;
    setActiveId(next.id);
    document.getElementById(`${prefix}${next.id}`)?.scrollIntoView({ block: "nearest" });
  };
  const activeRun = runs[active];
  return (
    <div
      role="listbox"
      aria-label={label}
      className={classNames("runs-list", twoLines && "runs-list-two")}
      tabIndex={0}
      aria-activedescendant={activeRun === undefined ? undefined : `${prefix}${activeRun.id}`}
      onKeyDown={move}
      onBlur={() => setActiveId(null)}
    >
      {runs.map((run, index) => (
        <RunRow
          key={run.id}
          id={`${prefix}${run.id}`}
          run={run}
          active={index === active}
          selected={run.id === shown}
          twoLines={twoLines}
        />
      ))}
    </div>
  );
}

interface RunRowProps {
  id: string;
  run: Run;
  active: boolean;
  selected: boolean;
  twoLines: boolean;
}

const RunRow = memo(function RunRow({ id, run, active, selected, twoLines }: RunRowProps) {
  const name = storletTitle(run.storlet);
  const start = run.cold ? "cold" : "warm";
  const words = [
    name,
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
      aria-label={words.filter((word) => word !== null).join(", ")}
      title={`${run.door} ${run.object}`}
      className={classNames("runs-row", selected && "runs-row-selected", active && "runs-row-active")}
      onClick={() => showRun(run)}
    >
      <RunStateIcon state={run.state} size={14} />
      <span className="runs-name cut">{name}</span>
      <MiniRibbon phases={run.phases} state={run.state} />
      <span className="runs-time">{isOpen(run) ? <RunningTime since={run.startedAt} /> : formatDuration(run.durationMs)}</span>
      {twoLines && (
        <span className="runs-second">
          <span>{formatClock(run.startedAt)}</span>
          <span>{run.door}</span>
          <span className="grow cut">{run.object}</span>
          <span className={run.cold ? "runs-cold" : undefined}>{start}</span>
        </span>
      )}
    </div>
  );
});

function RunningTime({ since }: { since: number }) {
  return `${Math.floor(useElapsed(since) / 1000)} s`;
}
