/**
 * What was sent to cause a run and what came back, found by the request's transaction id. Owns the rows and which body files they
 * refer to; bodies beyond the budget go first where they are oldest, those of pinned runs never.
 */
import type { DatabaseSync } from "node:sqlite";
import type { BodySide, KeptBody, RunExchange, SentHeader } from "../contract/index.ts";
import { createBodyFiles } from "./body-files.ts";

/** A body as it passed by: its front, and how much there was. */
export interface CapturedBody {
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly cut: boolean;
}

/** A request and its answer as they passed by. */
export interface CapturedExchange {
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly headers: SentHeader[];
    readonly body: CapturedBody | null;
  };
  readonly response: { readonly status: number; readonly headers: SentHeader[]; readonly body: CapturedBody | null };
}

export interface Exchanges {
  /** Writes one down; resolves when it can be read. Rejects with what the file system says; nothing is kept then. */
  put(transactionId: string, exchange: CapturedExchange): Promise<void>;
  find(transactionId: string): RunExchange | null;
  /** The kept bytes of a body; null where there are none. */
  readBody(transactionId: string, side: BodySide): Promise<Buffer | null>;
  /** Removes rows, and the files that nothing refers to any more. */
  forget(transactionIds: readonly string[]): void;
  /** Resolves when everything that was begun is on disk. */
  settle(): Promise<void>;
}

interface ExchangesOptions {
  readonly database: DatabaseSync;
  readonly directory: string;
  /** Bytes that all bodies together may take. */
  readonly budgetBytes: number;
}

/** Rows that are let go of at once where the budget is passed. */
const evictedAtOnce = 16;

export function createExchanges({ database, directory, budgetBytes }: ExchangesOptions): Exchanges {
  database.exec(`
    CREATE TABLE IF NOT EXISTS exchanges (number INTEGER PRIMARY KEY AUTOINCREMENT, transaction_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS exchange_bodies (transaction_id TEXT NOT NULL, ref TEXT NOT NULL, size INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS exchange_bodies_by_ref ON exchange_bodies (ref);
    CREATE INDEX IF NOT EXISTS exchange_bodies_by_transaction ON exchange_bodies (transaction_id);
  `);
  const files = createBodyFiles(directory);
  const insert = database.prepare("INSERT OR REPLACE INTO exchanges (transaction_id, body) VALUES (?, ?)");
  const insertBody = database.prepare("INSERT INTO exchange_bodies (transaction_id, ref, size) VALUES (?, ?, ?)");
  const select = database.prepare("SELECT body FROM exchanges WHERE transaction_id = ?");
  const remove = database.prepare("DELETE FROM exchanges WHERE transaction_id = ?");
  const removeBodies = database.prepare("DELETE FROM exchange_bodies WHERE transaction_id = ? RETURNING ref");
  const countRef = database.prepare("SELECT count(*) AS count FROM exchange_bodies WHERE ref = ?");
  const sumBodies = database.prepare("SELECT coalesce(sum(size), 0) AS bytes FROM (SELECT DISTINCT ref, size FROM exchange_bodies)");
  const selectOldest = database.prepare(`
    SELECT transaction_id AS id FROM exchanges
    WHERE transaction_id NOT IN (SELECT runs.transaction_id FROM runs JOIN run_marks ON run_marks.id = runs.id WHERE run_marks.pinned = 1)
    ORDER BY number LIMIT ${evictedAtOnce}
  `);

  const isReferred = (ref: string): boolean => (countRef.get(ref) as { count: number }).count > 0;
  const storedBytes = (): number => (sumBodies.get() as { bytes: number }).bytes;

  /** Files are written and removed one after the other, so that a body that comes back is not removed by the one that went. */
  let queue: Promise<unknown> = files.sweep(isReferred).catch(() => {});
  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  }

  async function keepBody(body: CapturedBody | null): Promise<KeptBody | null> {
    if (body === null) return null;
    const { bytes, sizeBytes, cut } = body;
    const ref = bytes.byteLength === 0 ? null : await files.write(bytes);
    return { sizeBytes, keptBytes: bytes.byteLength, ref, cut };
  }

  function forget(transactionIds: readonly string[]): void {
    const refs = transactionIds.flatMap((id) => {
      remove.run(id);
      return removeBodies.all(id).map((row) => (row as { ref: string }).ref);
    });
    if (refs.length === 0) return;
    void enqueue(async () => {
      for (const ref of new Set(refs)) if (!isReferred(ref)) await files.remove(ref);
    }).catch(() => {});
  }

  function evict(): void {
    while (storedBytes() > budgetBytes) {
      const oldest = selectOldest.all().map((row) => (row as { id: string }).id);
      if (oldest.length === 0) return;
      forget(oldest);
    }
  }

  function find(transactionId: string): RunExchange | null {
    const row = select.get(transactionId) as { body: string } | undefined;
    return row === undefined ? null : (JSON.parse(row.body) as RunExchange);
  }

  return {
    put: (transactionId, { request, response }) =>
      enqueue(async () => {
        const sent = await keepBody(request.body);
        const answered = await keepBody(response.body);
        const exchange: RunExchange = { request: { ...request, body: sent }, response: { ...response, body: answered } };
        insert.run(transactionId, JSON.stringify(exchange));
        removeBodies.all(transactionId);
        for (const body of [sent, answered]) {
          if (body !== null && body.ref !== null) insertBody.run(transactionId, body.ref, body.keptBytes);
        }
        evict();
      }),
    find,
    async readBody(transactionId, side) {
      const body = find(transactionId)?.[side].body ?? null;
      return body === null || body.ref === null ? null : files.read(body.ref);
    },
    forget,
    async settle() {
      await queue;
    },
  };
}
