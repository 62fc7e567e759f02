/** Removes objects whose time has come. Owns the timer; hiding them until then is the backend's part. */
import type { Store } from "../store/types.ts";
import type { Clock } from "../support/clock.ts";

const perTurn = 1000;
/** Longest sleep: an object written meanwhile may expire earlier than the one the timer was set for. */
const longestSleepMs = 5_000;

/** Starts removing. Disposing stops it once the removal under way is done. */
export function createExpirer(store: Store, clock: Clock, onError: (error: unknown) => void): AsyncDisposable {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();

  async function removeExpired(): Promise<void> {
    const nextSeconds = store.nextExpiry();
    if (nextSeconds !== null && nextSeconds <= clock.nowMs() / 1000) await store.deleteExpired(clock.nowMs() / 1000, perTurn);
  }

  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      turn = removeExpired().catch(onError).finally(schedule);
    }, longestSleepMs);
    timer.unref();
  }

  schedule();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
