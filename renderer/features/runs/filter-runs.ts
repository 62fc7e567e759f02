/** Which runs a filter lets through. Pure. */
import type { Run } from "../../../engine/contract/index.ts";

/** Every word of `text` must occur in the storlet, object, door, state or id of a run, in any case. */
export function filterRuns(runs: readonly Run[], text: string, onlyFailed: boolean): Run[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    if (onlyFailed && run.state !== "failed" && run.state !== "timed-out") return false;
    const searched = `${run.storlet} ${run.object} ${run.door} ${run.state} ${run.id}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}
