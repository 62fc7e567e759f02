/** What is said of a replay and the run that it repeats. Pure. */
import type { Run } from "../../../engine/contract/index.ts";

/** Whether the code is the same as then. `original` is null where that run is gone: nothing can be said. */
export function replayWords(run: Pick<Run, "digest" | "replay">, original: Pick<Run, "digest"> | null): { text: string; changed: boolean } {
  if (original === null || run.replay?.mode === "exact" || run.digest === "" || original.digest === "") return { text: "", changed: false };
  if (run.digest === original.digest) return { text: " The storlet's code is the same.", changed: false };
  const [then, now] = [original.digest, run.digest].map((digest) => digest.slice(0, 8));
  return { text: ` The storlet's code changed since: ${then} then, ${now} now.`, changed: true };
}
