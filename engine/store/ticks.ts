/** The store's own time: moments that never repeat, so that every write can be told from every other. */
import type { Clock } from "../support/clock.ts";

/** Hands out moments of 10 µs that never repeat and never go back while the process lives. */
export function createTicks(clock: Clock): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(clock.nowMs() * 100));
    return last;
  };
}
