/** Removes objects whose time has come. Owns the timer; hiding them until then is the backend's part. */
import type { ObjectKey, Store } from "../store/types.ts";
import type { Clock } from "../support/clock.ts";

const perTurn = 1000;
/** Longest sleep: an object written meanwhile may expire earlier than the one the timer was set for. */
const longestSleepMs = 5_000;

/** Lets objects expire now: they are gone for clients at once, and their bytes soon. Resolves when that is on disk. */
export async function removeSoon(store: Store, clock: Clock, objects: readonly ObjectKey[]): Promise<void> {
  const deleteAt = Math.floor(clock.nowMs() / 1000);
  const expire = (key: ObjectKey): Promise<unknown> =>
    store.writeObject(key, ({ contentType, metadata }) => ({ contentType, deleteAt, metadata }));
  await Promise.all(objects.map(expire));
}

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
