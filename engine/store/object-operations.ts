/** What can be done with objects: rows and files together, in the order that survives a crash. Owns that order. */
import type { AccountTable } from "./account-table.ts";
import type { BatchWriter } from "./batch.ts";
import type { Blobs } from "./blobs.ts";
import type { ObjectTable } from "./object-table.ts";
import type { Reserve } from "./reserve.ts";
import { toObject, type ObjectRow } from "./rows.ts";
import type { StagedBlob } from "./staging.ts";
import type { ObjectKey, OpenObject, PutObjectResult, StagedBytes, Store } from "./types.ts";

interface Parts {
  readonly accounts: AccountTable;
  readonly objects: ObjectTable;
  readonly blobs: Blobs;
  readonly batch: BatchWriter;
  readonly reserve: Reserve;
  /** Finds an object's row for a reader; writers look into the table itself. */
  readonly findRow: (account: string, container: string, object: string) => ObjectRow | null;
}

type ObjectOperations = Pick<
  Store,
  "findObject" | "openObject" | "putObject" | "writeObject" | "deleteObject" | "deleteExpired" | "deleteAccount"
>;

const noBytes = new Uint8Array(0);

/** Bytes first get their place, then their row is committed, and only then do the bytes they replace go away. */
async function putObject(
  { accounts, objects, blobs, batch }: Parts,
  key: ObjectKey,
  staged: StagedBlob,
  object: Parameters<Store["putObject"]>[2],
  onlyIfAbsent: boolean,
): Promise<PutObjectResult> {
  let published = false;
  let freed: string | null = null;
  try {
    return await batch.write((): PutObjectResult => {
      const containerId = accounts.containerIdOf(key.account, key.container);
      if (containerId === null) return { kind: "no-container" };
      if (onlyIfAbsent && objects.findIn(containerId, key.object) !== null) return { kind: "exists" };
      staged.publish();
      published = true;
      const { record, replaced } = objects.put(containerId, key.object, staged, object);
      freed = replaced?.blob ?? null;
      return { kind: "stored", record, replaced: replaced === null ? null : toObject(replaced) };
    });
  } catch (thrown) {
    freed = published ? staged.blob : null;
    throw thrown;
  } finally {
    if (freed !== null) blobs.remove(freed);
    staged.discard();
  }
}

function openObject({ objects, blobs, findRow }: Parts, { account, container, object }: ObjectKey): OpenObject | null {
  const row = findRow(account, container, object);
  if (row === null) return null;
  const record = toObject(row);
  if (row.blob === null) {
    const bytes = row.size === 0 ? noBytes : objects.smallBytes(row);
    return { record, read: (startBytes, endBytes) => bytes.subarray(startBytes, endBytes), [Symbol.dispose]() {} };
  }
  const blob = blobs.open(row.blob);
  return { record, read: (startBytes, endBytes) => blob.read(startBytes, endBytes), [Symbol.dispose]: () => blob[Symbol.dispose]() };
}

/** Removes the rows that `pick` chooses in one transaction, then their files. */
async function removeObjects({ objects, blobs, batch, reserve }: Parts, pick: () => ObjectRow[]): Promise<ObjectRow[]> {
  const removed = await reserve.use(() =>
    batch.write(() => {
      const rows = pick();
      for (const row of rows) objects.remove(row);
      return rows;
    }),
  );
  for (const { blob } of removed) if (blob !== null) blobs.remove(blob);
  return removed;
}

export function createObjectOperations(parts: Parts): ObjectOperations {
  const { accounts, objects, blobs, batch, reserve } = parts;
  return {
    findObject({ account, container, object }) {
      const row = parts.findRow(account, container, object);
      return row === null ? null : toObject(row);
    },
    openObject: (key) => openObject(parts, key),
    // Only this store's `stage` makes staged bytes.
    putObject: (key, staged: StagedBytes, object, { onlyIfAbsent }) => putObject(parts, key, staged as StagedBlob, object, onlyIfAbsent),
    writeObject: (key, change) => batch.write(() => objects.write(key, change)),
    async deleteObject(key, allow = () => true) {
      let existed = false;
      const [removed] = await removeObjects(parts, () => {
        const row = objects.find(key);
        existed = row !== null;
        return row !== null && allow(toObject(row)) ? [row] : [];
      });
      return { existed, removed: removed === undefined ? null : toObject(removed) };
    },
    deleteExpired: async (nowSeconds, limit) => (await removeObjects(parts, () => objects.expired(nowSeconds, limit))).length,
    async deleteAccount(account) {
      const freed = await reserve.use(() => batch.write(() => accounts.delete(account)));
      if (freed === null) return "missing";
      for (const blob of freed) blobs.remove(blob);
      return "deleted";
    },
  };
}
