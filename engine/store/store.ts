/**
 * The store of one data directory: metadata and small bodies in SQLite, all other bytes in files. Owns the directory, its lock and
 * the life of its parts. Knows no rules of Swift.
 *
 * Survives the end of its process at any moment. A power cut may take the last moments' writes with it: nothing waits for the disk.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../support/clock.ts";
import { createAccountTable } from "./account-table.ts";
import { createBatchWriter } from "./batch.ts";
import { createBlobs } from "./blobs.ts";
import { createHashThread } from "./hash-thread.ts";
import { walkNames } from "./listing.ts";
import { createObjectOperations } from "./object-operations.ts";
import { createObjectTable } from "./object-table.ts";
import { createReadCache } from "./read-cache.ts";
import { createReserve } from "./reserve.ts";
import { explainStoreError, openDatabase, unusableDirectory } from "./schema.ts";
import { createSnapshots } from "./snapshots.ts";
import { startSweeper } from "./sweeper.ts";
import { createTicks } from "./ticks.ts";
import type { Store } from "./types.ts";

export interface StoreOptions {
  /** Made where it is missing. One engine at a time. */
  readonly directory: string;
  readonly clock: Clock;
  /**
   * Bodies up to this size are kept beside the metadata, larger ones in files; 16 KiB by default. Making a file costs many times what
   * a row does, and on some file systems far more while others are deleted.
   */
  readonly smallBodyBytes?: number;
  /** Told when sweeping after a crash failed; the store goes on. */
  onSweepError?(error: unknown): void;
}

/**
 * Opens the store of a directory. Throws DATA_IN_USE where another process has it open, BAD_INPUT where a newer program wrote it.
 * Writes resolve once the end of the process can no longer undo them.
 */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { directory, clock, smallBodyBytes = 16 * 1024, onSweepError = () => {} } = options;
  makeDirectory(directory);
  const database = openDatabase(join(directory, "metadata.sqlite"), directory);
  const explain = (thrown: unknown): unknown => explainStoreError(thrown, directory);
  const nextTicks = createTicks(clock);
  const hashThread = createHashThread();
  const blobs = createBlobs(directory, smallBodyBytes, hashThread);
  const accounts = createAccountTable(database, nextTicks);
  const objects = createObjectTable(database, nextTicks);
  const batch = createBatchWriter(database, explain);
  const cached = createReadCache(batch);
  const reserve = createReserve(directory, database);
  const sweeper = startSweeper(database, blobs, objects, onSweepError);
  const snapshots = createSnapshots({ directory, database, batch, blobs, objects, clock, swept: sweeper.swept, explain });
  const swept = Promise.all([sweeper.swept, snapshots.sweep().catch(onSweepError)]).then(() => {});
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    await snapshots[Symbol.asyncDispose]();
    batch.flush();
    await sweeper.stop();
    await blobs.settled();
    batch.flush();
    database.close();
    await hashThread[Symbol.asyncDispose]();
  }

  return {
    directory,
    swept,
    snapshots,
    ...createObjectOperations({
      accounts,
      objects,
      blobs,
      batch,
      reserve,
      findRow: cached((account, container, object) => objects.find({ account, container, object })),
    }),
    nextTicks,
    nextExpiry: objects.nextExpiry,
    findAccount: cached(accounts.find),
    accountTotals: cached(accounts.totals),
    findContainer: cached(accounts.findContainer),
    listContainers(account, request) {
      const id = accounts.idOf(account);
      return id === null ? [] : walkNames(request, (range, limit) => accounts.scanContainers(id, range, limit));
    },
    listObjects(account, container, request, nowSeconds) {
      const id = accounts.containerIdOf(account, container);
      return id === null ? [] : walkNames(request, (range, limit) => objects.scan(id, range, limit, nowSeconds));
    },
    writeAccount: (account, change) => batch.write(() => accounts.write(account, change)),
    writeContainer: (account, container, change) => batch.write(() => accounts.writeContainer(account, container, change)),
    deleteContainer: (account, container) => reserve.use(() => batch.write(() => accounts.deleteContainer(account, container))),
    async stage(body, stageOptions) {
      try {
        return await blobs.stage(body, stageOptions);
      } catch (thrown) {
        throw explain(thrown);
      }
    },
    [Symbol.asyncDispose]() {
      closing ??= close();
      return closing;
    },
  };
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw unusableDirectory(directory, thrown);
  }
}
