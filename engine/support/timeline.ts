/** The phases of one run as they happen. Owns their order and arithmetic; knows no clock but the one it is given. */
import type { Phase, PhaseName } from "../contract/index.ts";
import type { Clock } from "./clock.ts";

export interface Timeline {
  /** Ends the current phase and begins `name`. Entering a phase again adds to it. */
  enter(name: PhaseName): void;
  /** Ends the current phase. */
  end(): void;
  /** The phases that took place, in order of first entry, and the total so far. */
  phases(): Phase[];
  totalMs(): number;
}

/** A timeline that began `startedMsAgo` with the phase `first`. */
export function createTimeline(clock: Clock, first: PhaseName, startedMsAgo: number): Timeline {
  const originMs = clock.elapsedMs() - startedMsAgo;
  const spans = new Map<PhaseName, Phase>();
  let open: { name: PhaseName; sinceMs: number } | null = { name: first, sinceMs: originMs };

  function end(): void {
    if (open === null) return;
    const nowMs = clock.elapsedMs();
    const span = spans.get(open.name);
    if (span === undefined) spans.set(open.name, { name: open.name, startMs: open.sinceMs - originMs, durationMs: nowMs - open.sinceMs });
    else span.durationMs += nowMs - open.sinceMs;
    open = null;
  }

  return {
    enter(name) {
      end();
      open = { name, sinceMs: clock.elapsedMs() };
    },
    end,
    phases: () => [...spans.values()].map((phase) => ({ ...phase })),
    totalMs: () => clock.elapsedMs() - originMs,
  };
}
