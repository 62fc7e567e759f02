/** Time and chance, injected so that a test can hold them still. */
import { randomBytes } from "node:crypto";

export interface Clock {
  /** Unix time in milliseconds, with a fraction where the platform has one. */
  nowMs(): number;
  /** Monotonic milliseconds, for durations. */
  elapsedMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  elapsedMs: () => performance.now(),
};

/** A random lower-case hex id of `bytes` bytes. */
export function randomId(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
