/** Objects in the database. Owns their queries and the exact counts of their containers; transactions and files are the store's. */
import type { DatabaseSync } from "node:sqlite";
import type { NameRange } from "./listing.ts";
import { createRangeStatements } from "./range-statements.ts";
import { formatMetadata, toObject, type ObjectRow } from "./rows.ts";
import type { Changed, NewObject, ObjectKey, ObjectRecord } from "./types.ts";

/** Bytes that an object is to have. */
export interface ObjectBytes {
  readonly blob: string | null;
  /** Small bodies, which have no file. */
  readonly bytes: Uint8Array | null;
  readonly sizeBytes: number;
  readonly etag: string;
}

export interface ObjectTable {
  find(key: ObjectKey): ObjectRow | null;
  scan(containerId: number, range: NameRange, limit: number, nowSeconds: number): Iterable<ObjectRecord>;
  /** Inserts or replaces an object of a container. */
  put(containerId: number, name: string, bytes: ObjectBytes, object: NewObject): { record: ObjectRecord; replaced: ObjectRow | null };
  findIn(containerId: number, name: string): ObjectRow | null;
  write(key: ObjectKey, change: (existing: ObjectRecord) => NewObject | null): Changed<ObjectRecord>;
  remove(row: ObjectRow): void;
  /** The bytes of an object that has no file. */
  smallBytes(row: ObjectRow): Uint8Array;
  isBlobKnown(blob: string): boolean;
  expired(nowSeconds: number, limit: number): ObjectRow[];
  nextExpiry(): number | null;
}

const hasSmallBytes = (row: ObjectRow): boolean => row.blob === null && row.size > 0;

const columns = "o.id, o.container_id, o.name, o.ticks, o.data_ticks, o.size, o.etag, o.content_type, o.delete_at, o.metadata, o.blob";

export function createObjectTable(database: DatabaseSync, nextTicks: () => number): ObjectTable {
  const select = database.prepare(
    `SELECT ${columns} FROM accounts a JOIN containers c ON c.account_id = a.id JOIN objects o ON o.container_id = c.id
     WHERE a.name = ? AND a.deleted = 0 AND c.name = ? AND o.name = ?`,
  );
  const selectIn = database.prepare(`SELECT ${columns} FROM objects o WHERE o.container_id = ? AND o.name = ?`);
  const insert = database.prepare(
    `INSERT INTO objects (container_id, name, ticks, data_ticks, size, etag, content_type, delete_at, metadata, blob)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const replace = database.prepare(
    `UPDATE objects SET ticks = ?, data_ticks = ?, size = ?, etag = ?, content_type = ?, delete_at = ?, metadata = ?, blob = ?
     WHERE id = ?`,
  );
  const update = database.prepare("UPDATE objects SET ticks = ?, content_type = ?, delete_at = ?, metadata = ? WHERE id = ?");
  const removeRow = database.prepare("DELETE FROM objects WHERE id = ?");
  const count = database.prepare("UPDATE containers SET object_count = object_count + ?, bytes_used = bytes_used + ? WHERE id = ?");
  const selectSmall = database.prepare("SELECT bytes FROM small_bytes WHERE object_id = ?");
  const insertSmall = database.prepare("INSERT OR REPLACE INTO small_bytes (object_id, bytes) VALUES (?, ?)");
  const removeSmall = database.prepare("DELETE FROM small_bytes WHERE object_id = ?");
  const selectBlob = database.prepare("SELECT 1 FROM objects WHERE blob = ?");
  const selectExpired = database.prepare(`SELECT ${columns} FROM objects o WHERE o.delete_at <= ? ORDER BY o.delete_at LIMIT ?`);
  const selectNextExpiry = database.prepare("SELECT min(delete_at) AS next FROM objects WHERE delete_at IS NOT NULL");
  const scans = createRangeStatements(
    database,
    `SELECT ${columns} FROM objects o WHERE o.container_id = ? AND (o.delete_at IS NULL OR o.delete_at > ?)`,
    "o.name",
  );

  function find(key: ObjectKey): ObjectRow | null {
    return (select.get(key.account, key.container, key.object) as ObjectRow | undefined) ?? null;
  }

  function findIn(containerId: number, name: string): ObjectRow | null {
    return (selectIn.get(containerId, name) as ObjectRow | undefined) ?? null;
  }

  return {
    find,
    findIn,
    *scan(containerId, range, limit, nowSeconds) {
      for (const row of scans.run(containerId, range, limit, nowSeconds)) yield toObject(row as ObjectRow);
    },
    put(containerId, name, bytes, object) {
      const replaced = findIn(containerId, name);
      const ticks = object.ticks ?? nextTicks();
      const { contentType, deleteAt } = object;
      const metadata = formatMetadata(object.metadata);
      const { sizeBytes, etag, blob } = bytes;
      let id = replaced?.id;
      if (id === undefined) {
        id = Number(insert.run(containerId, name, ticks, ticks, sizeBytes, etag, contentType, deleteAt, metadata, blob).lastInsertRowid);
      } else {
        replace.run(ticks, ticks, sizeBytes, etag, contentType, deleteAt, metadata, blob, id);
      }
      if (bytes.bytes !== null) insertSmall.run(id, bytes.bytes);
      else if (replaced !== null && hasSmallBytes(replaced)) removeSmall.run(id);
      count.run(replaced === null ? 1 : 0, sizeBytes - (replaced?.size ?? 0), containerId);
      return { record: { name, sizeBytes, etag, ...object, ticks, dataTicks: ticks }, replaced };
    },
    write(key, change) {
      const row = find(key);
      if (row === null) return { before: null, after: null };
      const before = toObject(row);
      const wanted = change(before);
      if (wanted === null) return { before, after: before };
      const ticks = nextTicks();
      update.run(ticks, wanted.contentType, wanted.deleteAt, formatMetadata(wanted.metadata), row.id);
      return { before, after: { ...before, ...wanted, ticks } };
    },
    remove(row) {
      removeRow.run(row.id);
      if (hasSmallBytes(row)) removeSmall.run(row.id);
      count.run(-1, -row.size, row.container_id);
    },
    smallBytes: (row) => (selectSmall.get(row.id) as { bytes: Uint8Array }).bytes,
    isBlobKnown: (blob) => selectBlob.get(blob) !== undefined,
    expired: (nowSeconds, limit) => selectExpired.all(nowSeconds, limit) as unknown as ObjectRow[],
    nextExpiry: () => (selectNextExpiry.get() as { next: number | null }).next,
  };
}
