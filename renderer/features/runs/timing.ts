/** What a run's phases say, in a sentence and in rows. Pure; draws nothing. */
import type { Phase, PhaseName, Run } from "../../../engine/contract/index.ts";
import { formatDuration } from "../../ui/format.ts";
import { phaseOrder, phaseWords } from "../../ui/phases.ts";

type TimedRun = Pick<Run, "phases" | "durationMs" | "cold" | "state">;

const storletPhases: readonly PhaseName[] = ["execute", "metadata", "first-byte", "stream"];

function sumOf(phases: readonly Phase[], names: readonly PhaseName[]): number {
  return phases.filter((phase) => names.includes(phase.name)).reduce((sum, phase) => sum + phase.durationMs, 0);
}

/** What was started for the run: "the sandbox and the daemon", "the daemon"; null where nothing was. */
function startedThings(phases: readonly Phase[]): string | null {
  const has = (name: PhaseName) => phases.some((phase) => phase.name === name && phase.durationMs >= 0.5);
  if (has("sandbox") && has("daemon")) return "the sandbox and the daemon";
  if (has("sandbox")) return "the sandbox";
  return has("daemon") ? "the daemon" : null;
}

/** The sentence the chart proves: where the time of this run went. */
export function timingSentence(run: TimedRun): string {
  if (run.phases.length === 0) return "This run has no phases on record.";
  const storletMs = sumOf(run.phases, storletPhases);
  const started = run.cold ? startedThings(run.phases) : null;
  const own = storletMs === 0 ? "The storlet was not reached." : `The storlet and its output took ${formatDuration(storletMs)}.`;
  if (started !== null) {
    return `${formatDuration(sumOf(run.phases, ["sandbox", "daemon"]))} went into starting ${started}. ${own}`;
  }
  return storletMs === 0
    ? own
    : `Sandbox and daemon were already up. The storlet and its output took ${formatDuration(storletMs)} of ${formatDuration(run.durationMs)}.`;
}

export interface TimingRow {
  name: PhaseName;
  word: string;
  /** The number, or why there is none. */
  text: string;
  /** Place of the bar within the run, 0 to 1; null where the phase did not happen. */
  bar: { start: number; width: number } | null;
}

/** The time that the bars of a run need. */
export function spanOf(run: Pick<Run, "durationMs" | "phases">): number {
  return Math.max(run.durationMs, ...run.phases.map((phase) => phase.startMs + phase.durationMs), 0.001);
}

/** One row for each of the eight phases, in their order. */
export function timingRows(run: TimedRun): TimingRow[] {
  const endMs = spanOf(run);
  return phaseOrder.map((name) => {
    const phase = run.phases.find((candidate) => candidate.name === name);
    const word = phaseWords[name];
    if (phase === undefined) {
      const wasUp = (name === "sandbox" || name === "daemon") && run.phases.some((each) => storletPhases.includes(each.name));
      return { name, word, text: wasUp ? "already up" : "none", bar: null };
    }
    return {
      name,
      word,
      text: formatDuration(phase.durationMs),
      bar: { start: phase.startMs / endMs, width: phase.durationMs / endMs },
    };
  });
}

/** A storlet's name without the ending of its file. */
export function storletTitle(objectName: string): string {
  return objectName.replace(/\.(py|jar)$/, "");
}

/** What a run is called: the name somebody gave it, else its storlet. */
export function runTitle(run: Pick<Run, "storlet" | "mark">): string {
  return run.mark?.name || storletTitle(run.storlet);
}

/** True while a run still goes on. */
export function isOpen(run: Pick<Run, "state">): boolean {
  return run.state === "queued" || run.state === "starting" || run.state === "running" || run.state === "streaming";
}

/**
 * Runs as one list, newest first: `fresh` (from events) over `listed` (from a query). A run that is over never goes back to a state
 * in which it was still going on, whichever of the two came last.
 */
export function mergeRuns(listed: readonly Run[], fresh: readonly Run[], limit: number): Run[] {
  const byId = new Map(listed.map((run) => [run.id, run]));
  for (const run of fresh) {
    const known = byId.get(run.id);
    if (known === undefined || isOpen(known) || !isOpen(run)) byId.set(run.id, run);
  }
  return [...byId.values()].sort((a, b) => b.startedAt - a.startedAt).slice(0, limit);
}
