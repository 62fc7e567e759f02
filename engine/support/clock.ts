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

const poolBytes = 4096;
let pool = Buffer.alloc(0);
let poolAt = 0;

/** A random lower-case hex id of `bytes` bytes, at most 4096. */
export function randomId(bytes: number): string {
  // One call for many ids: each costs far more than its bytes.
  if (poolAt + bytes > pool.byteLength) {
    pool = randomBytes(poolBytes);
    poolAt = 0;
  }
  poolAt += bytes;
  return pool.toString("hex", poolAt - bytes, poolAt);
}
