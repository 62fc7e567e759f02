/** Writes in batches: all that one turn of the event loop asks for goes to disk in one transaction. Knows no tables. */
import type { DatabaseSync } from "node:sqlite";

export interface BatchWriter {
  /**
   * Runs `operation` inside the next transaction and resolves with its result after COMMIT. An operation that throws is undone alone;
   * a COMMIT that fails rejects them all.
   */
  write<T>(operation: () => T): Promise<T>;
  /** Commits what is queued. */
  flush(): void;
  /** The same number for as long as nothing has been written; null within a transaction. */
  stamp(): number | null;
  /** Commits what is queued, and then nothing until the returned function is called: what is written meanwhile waits. Call it once. */
  pause(): () => void;
}

interface Queued {
  run(): void;
  settle(): void;
  fail(reason: unknown): void;
}

export function createBatchWriter(database: DatabaseSync, explain: (thrown: unknown) => unknown): BatchWriter {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const rollback = database.prepare("ROLLBACK");
  const save = database.prepare("SAVEPOINT operation");
  const release = database.prepare("RELEASE operation");
  const undo = database.prepare("ROLLBACK TO operation");
  let queue: Queued[] = [];
  let isPaused = false;
  let transactions = 0;

  /** Runs one operation under its savepoint; false where it threw. */
  function runOne(queued: Queued): boolean {
    save.run();
    try {
      queued.run();
      release.run();
      return true;
    } catch (thrown) {
      queued.fail(explain(thrown));
      // A full disk ends the whole transaction by itself; there is nothing left to undo then.
      if (!database.isTransaction) throw thrown;
      undo.run();
      release.run();
      return false;
    }
  }

  function flush(): void {
    if (isPaused) return;
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    const done: Queued[] = [];
    transactions += 1;
    try {
      begin.run();
      for (const queued of batch) if (runOne(queued)) done.push(queued);
      commit.run();
    } catch (thrown) {
      if (database.isTransaction) rollback.run();
      const reason = explain(thrown);
      for (const queued of batch) queued.fail(reason);
      return;
    }
    for (const queued of done) queued.settle();
  }

  return {
    write<T>(operation: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        let result: T;
        if (queue.length === 0) setImmediate(flush);
        queue.push({
          run: () => {
            result = operation();
          },
          settle: () => resolve(result),
          fail: reject,
        });
      });
    },
    flush,
    stamp: () => (database.isTransaction ? null : transactions),
    pause() {
      flush();
      isPaused = true;
      return () => {
        isPaused = false;
        flush();
      };
    },
  };
}
