/** Ownership: who made a thing disposes it. Owns the small helpers for deadlines, turns and closing; no policy. */

/**
 * Resolves or rejects with `work`, or rejects with `onExpiry()` after `timeoutMs`. The timer never keeps the process alive.
 * The work itself is not stopped: pass an AbortSignal to it for that.
 */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number, onExpiry: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(onExpiry()), timeoutMs);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs what it is given one after the other: each begins once the one before is over, well or badly, and ends as it does by itself. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}

/** A set of listeners. `emit` calls them in order of subscription; one that throws does not keep the others from hearing. */
export interface Emitter<T> {
  emit(value: T): void;
  /** Subscribes until the returned function is called. */
  on(listener: (value: T) => void): () => void;
}

export function createEmitter<T>(onListenerError: (error: unknown) => void = () => {}): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    emit(value) {
      for (const listener of listeners) {
        try {
          listener(value);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
