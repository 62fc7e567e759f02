/** A timer for waits that mostly do not happen: beginning and ending a wait costs no timer. */
import type { Clock } from "../support/clock.ts";

export interface Watchdog extends Disposable {
  /** A wait begins. */
  begin(): void;
  /** It is over. */
  end(): void;
  /** A wait that is on counts from now: what was before is not to be blamed. */
  restart(): void;
}

/** Calls `onExpiry` where a wait takes longer than `limitMs`. Returning false from it waits on for as long again. */
export function createWatchdog(clock: Clock, limitMs: number, onExpiry: () => boolean): Watchdog {
  let sinceMs: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  let confirmation: NodeJS.Immediate | null = null;

  function arm(ms: number): void {
    timer = setTimeout(check, Math.max(1, Math.ceil(ms)));
  }

  function check(): void {
    timer = null;
    if (sinceMs === null) return;
    const leftMs = limitMs - (clock.elapsedMs() - sinceMs);
    if (leftMs > 0) {
      arm(leftMs);
      return;
    }
    // A busy engine sees its timers before the news that lie in its sockets: look at those first.
    const overdueSinceMs = sinceMs;
    confirmation = setImmediate(() => {
      if (sinceMs === null) return;
      if (sinceMs !== overdueSinceMs) {
        if (timer === null) arm(limitMs - (clock.elapsedMs() - sinceMs));
      } else if (!onExpiry() && sinceMs !== null) {
        sinceMs = clock.elapsedMs();
        if (timer === null) arm(limitMs);
      }
    });
  }

  return {
    begin() {
      sinceMs = clock.elapsedMs();
      if (timer === null) arm(limitMs);
    },
    end() {
      sinceMs = null;
    },
    restart() {
      if (sinceMs !== null) sinceMs = clock.elapsedMs();
    },
    [Symbol.dispose]() {
      sinceMs = null;
      if (timer !== null) clearTimeout(timer);
      if (confirmation !== null) clearImmediate(confirmation);
      timer = null;
    },
  };
}
