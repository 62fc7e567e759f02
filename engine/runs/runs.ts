/** The record of every invocation: open runs in memory, finished ones in SQLite. Owns no bodies and no logs. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Run } from "../contract/index.ts";
import { createEmitter } from "../support/lifecycle.ts";

export interface Runs extends AsyncDisposable {
  /** Adds a run or replaces it by id. One in a final state goes to disk in the same turn of the event loop. */
  put(run: Run): void;
  /** The newest runs first. */
  list(limit: number): Run[];
  get(id: string): Run | null;
  /** The run a response belongs to, by its X-Trans-Id. */
  findByTransaction(transactionId: string): Run | null;
  onChange(listener: (run: Run) => void): () => void;
}

const finalStates: ReadonlySet<Run["state"]> = new Set(["succeeded", "failed", "timed-out", "cancelled"]);

export function isFinal(run: Run): boolean {
  return finalStates.has(run.state);
}

/** Records of earlier versions lack fields that were added since. */
function completeRun(run: Run): Run {
  return { ...run, profile: run.profile ?? "studio", contract: run.contract ?? null };
}

/** Opens the record at `path`; the newest `keep` finished runs are kept. */
export function createRuns(options: { path: string; keep?: number }): Runs {
  const { path, keep = 10_000 } = options;
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS runs (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      transaction_id TEXT NOT NULL,
      body TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS runs_by_transaction ON runs (transaction_id);
  `);
  const insert = database.prepare("INSERT OR REPLACE INTO runs (id, transaction_id, body) VALUES (?, ?, ?)");
  const prune = database.prepare("DELETE FROM runs WHERE number <= (SELECT max(number) FROM runs) - ?");
  const selectNewest = database.prepare("SELECT body FROM runs ORDER BY number DESC LIMIT ?");
  const selectById = database.prepare("SELECT body FROM runs WHERE id = ?");
  const selectByTransaction = database.prepare("SELECT body FROM runs WHERE transaction_id = ?");

  const emitter = createEmitter<Run>();
  /** Runs that are not on disk yet, oldest first. */
  const unwritten = new Map<string, Run>();
  let flushScheduled = false;
  let closed = false;

  const parse = (row: unknown): Run | null => (row === undefined ? null : completeRun(JSON.parse((row as { body: string }).body) as Run));

  function flush(): void {
    flushScheduled = false;
    if (closed) return;
    database.exec("BEGIN");
    for (const run of unwritten.values()) {
      if (!isFinal(run)) continue;
      insert.run(run.id, run.transactionId, JSON.stringify(run));
      unwritten.delete(run.id);
    }
    prune.run(keep);
    database.exec("COMMIT");
  }

  return {
    put(run) {
      if (closed) return;
      unwritten.set(run.id, run);
      if (isFinal(run) && !flushScheduled) {
        flushScheduled = true;
        setImmediate(flush);
      }
      emitter.emit(run);
    },
    list(limit) {
      const open = [...unwritten.values()].reverse();
      const stored = selectNewest.all(limit).map((row) => parse(row) as Run);
      return [...open, ...stored].slice(0, limit);
    },
    get: (id) => unwritten.get(id) ?? parse(selectById.get(id)),
    findByTransaction(transactionId) {
      const open = [...unwritten.values()].find((run) => run.transactionId === transactionId);
      return open ?? parse(selectByTransaction.get(transactionId));
    },
    onChange: (listener) => emitter.on(listener),
    async [Symbol.asyncDispose]() {
      if (closed) return;
      flush();
      closed = true;
      database.close();
    },
  };
}
