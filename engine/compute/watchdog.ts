/** A timer for waits that mostly do not happen: beginning and ending a wait costs no timer. */
import type { Clock } from "../support/clock.ts";

export interface Watchdog extends Disposable {
  /** A wait begins. */
  begin(): void;
  /** It is over. Returns how many milliseconds it took, 0 where there was none. */
  end(): number;
  /** The longest wait so far in milliseconds, one that is still on included. */
  longestMs(): number;
  /** A wait that is on counts from now: what was before is not to be blamed. */
  restart(): void;
}

/** Calls `onExpiry` where a wait takes longer than `limitMs`. Returning false from it waits on for as long again. */
export function createWatchdog(clock: Clock, limitMs: number, onExpiry: () => boolean): Watchdog {
  let sinceMs: number | null = null;
  let longestMs = 0;
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

  function end(): number {
    if (sinceMs === null) return 0;
    const tookMs = clock.elapsedMs() - sinceMs;
    sinceMs = null;
    if (tookMs > longestMs) longestMs = tookMs;
    return tookMs;
  }

  return {
    begin() {
      end();
      sinceMs = clock.elapsedMs();
      if (timer === null) arm(limitMs);
    },
    end,
    longestMs: () => Math.max(longestMs, sinceMs === null ? 0 : clock.elapsedMs() - sinceMs),
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
