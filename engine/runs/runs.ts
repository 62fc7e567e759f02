/** The record of every invocation: open runs in memory, finished ones in SQLite, bodies in files beside it. Owns no logs. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BodySide, Run, RunExchange, RunMark, RunPage, RunQuery } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { createEmitter } from "../support/lifecycle.ts";
import { createBatch } from "./batch.ts";
import { createExchanges, type CapturedExchange } from "./exchanges.ts";
import { createKeptCode, type KeptCode } from "./kept-code.ts";
import { createKeptInputs, type KeptInputs } from "./kept-inputs.ts";
import { createMarks } from "./marks.ts";
import { createOpenRuns } from "./open-runs.ts";
import type { Original } from "./originals.ts";
import { createPinnedNeeds } from "./pinned-needs.ts";
import { createRunIndex, matchesRun } from "./run-index.ts";

export interface Runs extends AsyncDisposable {
  /**
   * Adds a run or replaces it by id. One in a final state goes to disk in the same turn of the event loop; where runs end in numbers
   * they go together, at most 50 ms later.
   */
  put(run: Run): void;
  /** The newest runs first. */
  list(limit: number): Run[];
  get(id: string): Run | null;
  /** The run a response belongs to, by its X-Trans-Id. */
  findByTransaction(transactionId: string): Run | null;
  /** The runs that match, pinned ones first, then the newest. */
  search(query: RunQuery): RunPage;
  /** Pins, names or annotates a run; resolves with it. Throws NOT_FOUND. */
  mark(id: string, changes: Partial<RunMark>): Run;
  /**
   * Keeps what was sent and what came back, where the transaction has a run; listeners hear of that run again when it can be read.
   * Rejects with what the file system says.
   */
  keepExchange(transactionId: string, exchange: CapturedExchange, original?: Original | null): Promise<void>;
  /** What was sent and what came back; null where that is not kept (yet, or any more). */
  exchange(id: string): RunExchange | null;
  /** The kept front of a body; null where nothing is kept. */
  readBody(id: string, side: BodySide): Promise<Buffer | null>;
  /** What the run was made of besides its request; null where nobody noted it. */
  original(id: string): Original | null;
  /** The code that ran, and what it read. */
  readonly code: KeptCode;
  readonly inputs: KeptInputs;
  onChange(listener: (run: Run) => void): () => void;
}

const finalStates: ReadonlySet<Run["state"]> = new Set(["succeeded", "failed", "timed-out", "cancelled"]);

export function isFinal(run: Run): boolean {
  return finalStates.has(run.state);
}

/** Records of earlier versions lack fields that were added since. */
function completeRun(run: Run): Run {
  return { ...run, profile: run.profile ?? "studio", contract: run.contract ?? null, image: run.image ?? null };
}

/** Between two transactions, where runs end in numbers. */
const pauseMs = 50;
/** So many runs beyond those that are kept are let go of together, as a part of those that are kept. */
const prunedTogether = 0.02;

const emptyMark: RunMark = { pinned: false, name: "", note: "" };

interface RunsOptions {
  path: string;
  /** Finished runs that are kept, pinned ones apart: those stay. A few more may be there for a while. */
  keep?: number;
  /** Bytes that all kept bodies together may take. */
  bodyBudgetBytes?: number;
  /** Largest input of a run that is kept for its replay, and what all of them together may take. */
  inputCapBytes?: number;
  inputBudgetBytes?: number;
  /** What the code of all runs together may take. */
  codeBudgetBytes?: number;
}

/** Code beyond this is not kept. */
const codeCapBytes = 64 * 1024 * 1024;

/** Opens the record at `path`, and the folder of bodies beside it. */
export function createRuns(options: RunsOptions): Runs {
  const { path, keep = 10_000, bodyBudgetBytes = 1_000_000_000 } = options;
  const { inputCapBytes = 16 * 1024 * 1024, inputBudgetBytes = 512 * 1024 * 1024, codeBudgetBytes = 256 * 1024 * 1024 } = options;
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    -- Rows of random ids touch the same pages over and over: they are copied from the log to the file less often.
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA cache_size = -8000;
    CREATE TABLE IF NOT EXISTS runs (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      transaction_id TEXT NOT NULL,
      body TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS runs_by_transaction ON runs (transaction_id);
  `);
  const insert = database.prepare("INSERT OR REPLACE INTO runs (id, transaction_id, body) VALUES (?, ?, ?)");
  const marks = createMarks(database);
  const index = createRunIndex(database);
  const exchanges = createExchanges({
    database,
    directory: join(dirname(path), "run-bodies"),
    budgetBytes: bodyBudgetBytes,
    onReady: () => batch.ask(),
  });
  const pinned = createPinnedNeeds(database);
  const inputs = createKeptInputs({
    database,
    directory: join(dirname(path), "run-inputs"),
    capBytes: inputCapBytes,
    budgetBytes: inputBudgetBytes,
    pinned: pinned.inputs,
    onReady: () => batch.ask(),
  });
  const code = createKeptCode({
    directory: join(dirname(path), "run-code"),
    capBytes: codeCapBytes,
    budgetBytes: codeBudgetBytes,
    pinned: pinned.digests,
  });
  const prune = database.prepare(`
    DELETE FROM runs WHERE number <= (SELECT max(number) FROM runs) - ? AND id NOT IN (SELECT id FROM run_marks WHERE pinned = 1)
    RETURNING id, transaction_id AS transactionId
  `);
  const selectNewest = database.prepare("SELECT body FROM runs ORDER BY number DESC LIMIT ?");
  const selectById = database.prepare("SELECT body FROM runs WHERE id = ?");
  const selectByTransaction = database.prepare("SELECT body FROM runs WHERE transaction_id = ?");

  const emitter = createEmitter<Run>();
  /** Runs that are not on disk yet, oldest first. */
  const unwritten = new Map<string, Run>();
  /** The runs of the newest transaction, by transaction id: what was sent and answered asks for them again. */
  let justWritten = new Map<string, Run>();
  /** So many more runs may end before the oldest ones go. */
  let untilPruned = 0;
  let closed = false;

  const openRuns = createOpenRuns(database, () => [...unwritten.values()].filter((run) => !isFinal(run)));
  for (const run of openRuns.takeInterrupted()) if (selectById.get(run.id) === undefined) unwritten.set(run.id, completeRun(run));

  const parse = (row: unknown): Run | null => (row === undefined ? null : completeRun(JSON.parse((row as { body: string }).body) as Run));

  function writeAll(): Run[] {
    const written = unwritten.values().filter(isFinal).toArray();
    for (const run of written) {
      insert.run(run.id, run.transactionId, JSON.stringify(run));
      index.add(run);
      openRuns.ended(run.id);
    }
    exchanges.write();
    inputs.write();
    justWritten = new Map(written.map((run) => [run.transactionId, run]));
    untilPruned -= written.length;
    if (untilPruned < 0) pruneOldest();
    return written;
  }

  function pruneOldest(): void {
    untilPruned = Math.floor(keep * prunedTogether);
    const pruned = prune.all(keep) as unknown as { id: string; transactionId: string }[];
    const ids = pruned.map(({ id }) => id);
    index.remove(ids);
    marks.remove(ids);
    exchanges.forget(pruned.map(({ transactionId }) => transactionId));
    for (const { transactionId } of pruned) justWritten.delete(transactionId);
  }

  const batch = createBatch(() => {
    try {
      database.exec("BEGIN");
      const written = writeAll();
      database.exec("COMMIT");
      for (const { id } of written) unwritten.delete(id);
      exchanges.committed();
      inputs.committed();
    } catch (error) {
      // A full disk must not end the engine: runs stay in memory and go with the next batch.
      if (database.isTransaction) database.exec("ROLLBACK");
      exchanges.rolledBack(error);
      inputs.rolledBack();
      const finished = unwritten.values().filter(isFinal).toArray();
      for (const { id } of finished.slice(0, -keep)) unwritten.delete(id);
    }
  }, pauseMs);

  if (unwritten.size > 0) batch.ask();

  /** The run as people see it: with what they added. */
  function marked(run: Run): Run {
    const mark = marks.get(run.id);
    return mark === undefined ? run : { ...run, mark };
  }

  function get(id: string): Run | null {
    const run = unwritten.get(id) ?? parse(selectById.get(id));
    return run === null ? null : marked(run);
  }

  function findByTransaction(transactionId: string): Run | null {
    const open = unwritten.values().find((run) => run.transactionId === transactionId);
    const run = open ?? justWritten.get(transactionId) ?? parse(selectByTransaction.get(transactionId));
    return run === null ? null : marked(run);
  }

  function search(query: RunQuery): RunPage {
    batch.flush();
    const unwrittenRuns = [...unwritten.values()].reverse().map(marked);
    const open = unwrittenRuns.filter((run) => matchesRun(run, query));
    const { bodies, matching } = index.search(query);
    const found = [...open, ...bodies.map((body) => marked(completeRun(JSON.parse(body) as Run)))];
    const isPinned = (run: Run): boolean => run.mark?.pinned === true;
    const { total, failed, pinned, storlets } = index.counts();
    return {
      runs: [...found.filter(isPinned), ...found.filter((run) => !isPinned(run))].slice(0, query.limit),
      matching: matching + open.length,
      total: total + unwrittenRuns.length,
      failed: failed + unwrittenRuns.filter(({ state }) => state === "failed" || state === "timed-out").length,
      pinned: pinned + unwrittenRuns.filter(isPinned).length,
      storlets: [...new Set([...storlets, ...unwrittenRuns.map(({ storlet }) => storlet)])].sort(),
    };
  }

  return {
    put(run) {
      if (closed) return;
      unwritten.set(run.id, run);
      if (isFinal(run)) batch.ask();
      else openRuns.began();
      emitter.emit(marked(run));
    },
    list(limit) {
      batch.flush();
      const open = [...unwritten.values()].reverse();
      const stored = selectNewest.all(limit).map((row) => parse(row) as Run);
      return [...open, ...stored].slice(0, limit).map(marked);
    },
    get,
    findByTransaction,
    search,
    mark(id, changes) {
      const run = get(id);
      if (run === null) throw new StudioError("NOT_FOUND", "This run is not on record any more.");
      marks.set(id, { ...emptyMark, ...run.mark, ...changes });
      const { mark: _old, ...plain } = run;
      const changed = marked(plain);
      emitter.emit(changed);
      return changed;
    },
    async keepExchange(transactionId, exchange, original = null) {
      if (closed || findByTransaction(transactionId) === null) return;
      await exchanges.put(transactionId, exchange, original);
      const run = closed ? null : findByTransaction(transactionId);
      if (run !== null) emitter.emit(run);
    },
    exchange(id) {
      const run = get(id);
      return run === null ? null : exchanges.find(run.transactionId);
    },
    async readBody(id, side) {
      const run = get(id);
      return run === null ? null : exchanges.readBody(run.transactionId, side);
    },
    original(id) {
      const run = get(id);
      return run === null ? null : exchanges.findOriginal(run.transactionId);
    },
    code,
    inputs,
    onChange: (listener) => emitter.on(listener),
    async [Symbol.asyncDispose]() {
      if (closed) return;
      await Promise.all([exchanges.settle(), inputs.settle(), code.settle()]);
      openRuns[Symbol.dispose]();
      batch.ask();
      batch[Symbol.dispose]();
      closed = true;
      await inputs.settle();
      database.close();
    },
  };
}
