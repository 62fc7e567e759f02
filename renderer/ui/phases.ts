/** The eight phases of a request: their order, words and colours. The order never changes. */
import type { Phase, PhaseName } from "../../engine/contract/index.ts";
import { formatDuration } from "./format.ts";

export const phaseWords: Record<PhaseName, string> = {
  authorise: "Authorise",
  fetch: "Fetch bundle",
  sandbox: "Sandbox",
  daemon: "Daemon",
  execute: "Execute",
  metadata: "Metadata",
  "first-byte": "First byte",
  stream: "Stream",
};

export const phaseOrder = Object.keys(phaseWords) as PhaseName[];

/** The phases that happened, in their fixed order. */
export function orderedPhases(phases: readonly Phase[]): Phase[] {
  return [...phases].sort((a, b) => phaseOrder.indexOf(a.name) - phaseOrder.indexOf(b.name));
}

/** The sentence a ribbon proves: `authorise 1 ms, execute 12 ms, stream 22 ms`. */
export function phasesSentence(phases: readonly Phase[]): string {
  if (phases.length === 0) return "No phase was recorded.";
  return orderedPhases(phases)
    .map((phase) => `${phaseWords[phase.name].toLowerCase()} ${formatDuration(phase.durationMs)}`)
    .join(", ");
}

/** Up to three phases worth naming under the ribbon: the first, the last and the longest, in order. */
export function labelledPhases(phases: readonly Phase[]): Phase[] {
  const ordered = orderedPhases(phases);
  const longest = ordered.reduce<Phase | undefined>(
    (best, phase) => (best && best.durationMs >= phase.durationMs ? best : phase),
    undefined,
  );
  return ordered.filter((phase, index) => index === 0 || index === ordered.length - 1 || phase === longest);
}
