/**
 * What was sent to cause a run and what came back, found by the request's transaction id. Owns the rows and which body files they
 * refer to; bodies beyond the budget go first where they are oldest, those of pinned runs never.
 */
import type { DatabaseSync } from "node:sqlite";
import type { BodySide, KeptBody, RunExchange, SentHeader } from "../contract/index.ts";
import { createTurns } from "../support/lifecycle.ts";
import { createBodyFiles } from "./body-files.ts";
import type { Original } from "./originals.ts";

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
  /** Keeps one; resolves when it can be read, after a `write`. Rejects with what the file system says; nothing is kept then. */
  put(transactionId: string, exchange: CapturedExchange, original: Original | null): Promise<void>;
  /** Writes the rows of what was put since, within the caller's transaction, which ends with `committed` or `rolledBack`. */
  write(): void;
  find(transactionId: string): RunExchange | null;
  /** What the run was made of besides; null where nobody noted it. */
  findOriginal(transactionId: string): Original | null;
  /** The kept bytes of a body; null where there are none. */
  readBody(transactionId: string, side: BodySide): Promise<Buffer | null>;
  /** Removes rows, and the files that nothing refers to any more. */
  forget(transactionIds: readonly string[]): void;
  /** The transaction is through: those who put hear of it. */
  committed(): void;
  /** It is not: what waits for it is given up, its callers are told. */
  rolledBack(error: unknown): void;
  /** Resolves when every file that was begun is on disk. */
  settle(): Promise<void>;
}

interface ExchangesOptions {
  readonly database: DatabaseSync;
  readonly directory: string;
  /** Bytes that all bodies together may take. */
  readonly budgetBytes: number;
  /** Rows wait for `write`. */
  onReady(): void;
}

/** Its bodies are on disk, its rows are not. */
interface Unwritten {
  readonly transactionId: string;
  readonly exchange: RunExchange;
  readonly original: Original | null;
  readonly settled: PromiseWithResolvers<void>;
}

interface FileUse {
  readonly ref: string;
  readonly sizeBytes: number;
}

/** Rows that are let go of at once where the budget is passed. */
const evictedAtOnce = 16;

function filesOf({ request, response }: RunExchange): FileUse[] {
  return [request.body, response.body].flatMap((body) =>
    body === null || body.ref === null ? [] : [{ ref: body.ref, sizeBytes: body.keptBytes }],
  );
}

export function createExchanges({ database, directory, budgetBytes, onReady }: ExchangesOptions): Exchanges {
  database.exec(`
    CREATE TABLE IF NOT EXISTS exchanges (number INTEGER PRIMARY KEY AUTOINCREMENT, transaction_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS exchange_bodies (transaction_id TEXT NOT NULL, ref TEXT NOT NULL, size INTEGER NOT NULL);
    DROP INDEX IF EXISTS exchange_bodies_by_ref;
    CREATE INDEX IF NOT EXISTS exchange_bodies_by_transaction ON exchange_bodies (transaction_id);
  `);
  const columns = database.prepare("SELECT name FROM pragma_table_info('exchanges')").all() as { name: string }[];
  if (!columns.some(({ name }) => name === "original")) database.exec("ALTER TABLE exchanges ADD COLUMN original TEXT");
  const files = createBodyFiles(directory);
  const insert = database.prepare("INSERT OR REPLACE INTO exchanges (transaction_id, body, original) VALUES (?, ?, ?)");
  const selectOriginal = database.prepare("SELECT original FROM exchanges WHERE transaction_id = ?");
  const insertBody = database.prepare("INSERT INTO exchange_bodies (transaction_id, ref, size) VALUES (?, ?, ?)");
  const select = database.prepare("SELECT body FROM exchanges WHERE transaction_id = ?");
  const remove = database.prepare("DELETE FROM exchanges WHERE transaction_id = ?");
  const removeBodies = database.prepare("DELETE FROM exchange_bodies WHERE transaction_id = ? RETURNING ref");
  const selectUses = database.prepare("SELECT ref, size AS sizeBytes FROM exchange_bodies");
  const selectOldest = database.prepare(`
    SELECT transaction_id AS id FROM exchanges
    WHERE transaction_id NOT IN (SELECT runs.transaction_id FROM runs JOIN run_marks ON run_marks.id = runs.id WHERE run_marks.pinned = 1)
    ORDER BY number LIMIT ${evictedAtOnce}
  `);

  /** Every run asks who refers to a file and what all have together: neither is counted anew. */
  const uses = new Map<string, { count: number; readonly sizeBytes: number }>();
  let storedBytes = 0;
  let unwritten: Unwritten[] = [];
  let writing: Unwritten[] = [];

  const isUsed = (ref: string): boolean => uses.has(ref);

  function use({ ref, sizeBytes }: FileUse): void {
    const known = uses.get(ref);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    uses.set(ref, { count: 1, sizeBytes });
    storedBytes += sizeBytes;
  }

  function unuse(ref: string): void {
    const known = uses.get(ref);
    if (known === undefined || --known.count > 0) return;
    uses.delete(ref);
    storedBytes -= known.sizeBytes;
  }

  function countUses(): void {
    uses.clear();
    storedBytes = 0;
    for (const row of selectUses.iterate()) use(row as unknown as FileUse);
    for (const { exchange } of unwritten) filesOf(exchange).forEach(use);
  }

  countUses();

  /** Files are written and removed one after the other, so that a body that comes back is not removed by the one that went. */
  const inTurn = createTurns();
  void inTurn(() => files.sweep(isUsed)).catch(() => {});

  function removeUnused(refs: readonly string[]): void {
    if (refs.length === 0) return;
    void inTurn(async () => {
      for (const ref of new Set(refs)) if (!isUsed(ref)) await files.remove(ref);
    }).catch(() => {});
  }

  async function keepBody(body: CapturedBody | null): Promise<KeptBody | null> {
    if (body === null) return null;
    const { bytes, sizeBytes, cut } = body;
    const ref = bytes.byteLength === 0 ? null : files.refOf(bytes);
    if (ref !== null && !isUsed(ref)) await files.write(ref, bytes);
    return { sizeBytes, keptBytes: bytes.byteLength, ref, cut };
  }

  function forget(transactionIds: readonly string[]): void {
    const refs = transactionIds.flatMap((id) => {
      remove.run(id);
      return removeBodies.all(id).map((row) => (row as { ref: string }).ref);
    });
    refs.forEach(unuse);
    removeUnused(refs);
  }

  function evict(): void {
    while (storedBytes > budgetBytes) {
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
    async put(transactionId, { request, response }, original) {
      const settled = Promise.withResolvers<void>();
      await inTurn(async () => {
        const sent = await keepBody(request.body);
        const answered = await keepBody(response.body).catch((error: unknown) => {
          if (sent !== null && sent.ref !== null) removeUnused([sent.ref]);
          throw error;
        });
        const exchange: RunExchange = { request: { ...request, body: sent }, response: { ...response, body: answered } };
        filesOf(exchange).forEach(use);
        unwritten.push({ transactionId, exchange, original, settled });
      });
      onReady();
      return settled.promise;
    },
    write() {
      writing = unwritten;
      unwritten = [];
      for (const { transactionId, exchange, original } of writing) {
        forget([transactionId]);
        insert.run(transactionId, JSON.stringify(exchange), original === null ? null : JSON.stringify(original));
        for (const { ref, sizeBytes } of filesOf(exchange)) insertBody.run(transactionId, ref, sizeBytes);
      }
      if (writing.length > 0) evict();
    },
    committed() {
      for (const { settled } of writing) settled.resolve();
      writing = [];
    },
    rolledBack(error) {
      const given = [...writing, ...unwritten];
      writing = [];
      unwritten = [];
      countUses();
      removeUnused(given.flatMap(({ exchange }) => filesOf(exchange).map(({ ref }) => ref)));
      for (const { settled } of given) settled.reject(error);
    },
    find,
    findOriginal(transactionId) {
      const row = selectOriginal.get(transactionId) as { original: string | null } | undefined;
      return row === undefined || row.original === null ? null : (JSON.parse(row.original) as Original);
    },
    async readBody(transactionId, side) {
      const body = find(transactionId)?.[side].body ?? null;
      return body === null || body.ref === null ? null : files.read(body.ref);
    },
    forget,
    settle: () => inTurn(async () => {}),
  };
}
