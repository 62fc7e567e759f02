/** Finds the run that belongs to a request: live while it goes on, and its final record when it is over. */
import type { EngineEvent, Run } from "../../../engine/contract/index.ts";
import { isOpen } from "../runs/index.ts";

export interface RunWatch {
  /** The record of the run once it is over; null where there is none. */
  finished(transactionId: string): Promise<Run | null>;
  dispose(): void;
}

interface RunWatchOptions {
  /** What is known before an answer: which run could be ours. */
  isOurs(run: Run): boolean;
  onEvents(listener: (events: readonly EngineEvent[]) => void): () => void;
  /** Asks the engine, for where the events came too late or not at all. */
  find(transactionId: string): Promise<Run | null>;
  /** Told of every state of the run while it goes on. */
  onChange(run: Run): void;
  /** Calls back when the last event should have come. */
  afterPatience(callback: () => void): void;
}

/** Begins to watch; to be called before the request is sent. */
export function watchRun(options: RunWatchOptions): RunWatch {
  const seen = new Map<string, Run>();
  let wanted: { transactionId: string; resolve: (run: Run | null) => void } | null = null;
  const stop = options.onEvents((events) => {
    for (const event of events) {
      if (event.kind !== "run" || !options.isOurs(event.run)) continue;
      const { run } = event;
      const known = seen.get(run.transactionId);
      if (known !== undefined && !isOpen(known)) continue;
      seen.set(run.transactionId, run);
      options.onChange(run);
      if (run.transactionId === wanted?.transactionId && !isOpen(run)) wanted.resolve(run);
    }
  });
  return {
    async finished(transactionId) {
      const known = seen.get(transactionId);
      if (known !== undefined && !isOpen(known)) return known;
      const found = await options.find(transactionId);
      if (found === null || !isOpen(found)) return found;
      // The answer ended a moment before the record did.
      const last = await new Promise<Run | null>((resolve) => {
        wanted = { transactionId, resolve };
        const late = seen.get(transactionId);
        if (late !== undefined && !isOpen(late)) resolve(late);
        options.afterPatience(() => resolve(null));
      });
      return last ?? (await options.find(transactionId));
    },
    dispose: stop,
  };
}
