/** When a crashed engine is started again, and when that stops making sense. Pure. */

const windowMs = 5 * 60_000;
const firstDelayMs = 250;
const longestDelayMs = 10_000;
const mostCrashes = 6;

export type RestartDecision = { kind: "restart"; delayMs: number; attempt: number } | { kind: "give-up"; crashes: number };

/**
 * Decides after a crash. `crashTimesMs` are the times of all crashes so far, the newest last; those older than five minutes are
 * forgiven. The delay doubles from 250 ms to 10 s; the sixth crash within the window is the last.
 */
export function decideRestart(crashTimesMs: readonly number[], nowMs: number): RestartDecision {
  const crashes = crashTimesMs.filter((time) => nowMs - time <= windowMs).length;
  if (crashes >= mostCrashes) return { kind: "give-up", crashes };
  const attempt = Math.max(crashes, 1);
  return { kind: "restart", delayMs: Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs), attempt };
}
