/** A bounded queue between an emitter and a slow reader: the reader takes what has gathered, in batches. */

interface Mailbox<T> {
  /** Adds items. Beyond the capacity the oldest are dropped and counted. */
  post(items: readonly T[]): void;
  /** Items that the reader has not taken yet. */
  readonly size: number;
  /** What has gathered since the last batch, at most one batch per `everyMs`. Ends when the signal aborts. */
  batches(everyMs: number): AsyncGenerator<{ items: T[]; dropped: number }>;
}

export function createMailbox<T>(options: { capacity: number; signal: AbortSignal | undefined }): Mailbox<T> {
  const { capacity, signal } = options;
  let items: T[] = [];
  let dropped = 0;
  let wake: (() => void) | null = null;

  const isOver = (): boolean => signal?.aborted ?? false;

  function notify(): void {
    wake?.();
    wake = null;
  }
  signal?.addEventListener("abort", notify, { once: true });

  return {
    post(added) {
      if (added.length === 0) return;
      for (const item of added) items.push(item);
      if (items.length > capacity) {
        dropped += items.length - capacity;
        items = items.slice(-capacity);
      }
      notify();
    },
    get size() {
      return items.length;
    },
    async *batches(everyMs) {
      while (!isOver()) {
        if (items.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        if (isOver()) return;
        const batch = { items, dropped };
        items = [];
        dropped = 0;
        yield batch;
        await new Promise<void>((resolve) => setTimeout(resolve, everyMs));
      }
    },
  };
}
