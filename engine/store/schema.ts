/** The metadata database: opening it alone, and its migrations. Owns the tables; queries are beside those who ask. */
import { DatabaseSync } from "node:sqlite";
import { StudioError } from "../support/errors.ts";

/** One entry per version; `user_version` says how many have been applied. Never edit one that was released: add another. */
const migrations: readonly string[] = [
  `
  CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE TABLE containers (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    policy TEXT NOT NULL,
    metadata TEXT NOT NULL,
    object_count INTEGER NOT NULL DEFAULT 0,
    bytes_used INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, name)
  ) STRICT;
  CREATE TABLE objects (
    id INTEGER PRIMARY KEY,
    container_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    ticks INTEGER NOT NULL,
    data_ticks INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    delete_at INTEGER,
    metadata TEXT NOT NULL,
    blob TEXT,
    UNIQUE (container_id, name)
  ) STRICT;
  CREATE INDEX objects_by_expiry ON objects (delete_at) WHERE delete_at IS NOT NULL;
  CREATE UNIQUE INDEX objects_by_blob ON objects (blob) WHERE blob IS NOT NULL;
  `,
  `
  CREATE TABLE small_bytes (object_id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  `,
];

const sqliteBusy = 5;
const sqliteReadOnly = 8;
const sqliteIoError = 10;
const sqliteFull = 13;
const sqliteCannotOpen = 14;

/** The SQLite result code of an error thrown by `node:sqlite`, without its extension; null for other errors. */
function sqliteCode(thrown: unknown): number | null {
  const code = thrown instanceof Error ? (thrown as Error & { errcode?: unknown }).errcode : undefined;
  return typeof code === "number" ? code & 0xff : null;
}

/** An error of the database or the file system as a StudioError where it has a meaning to the user; others unchanged. */
export function explainStoreError(thrown: unknown, directory: string): unknown {
  const full = sqliteCode(thrown) === sqliteFull || ["ENOSPC", "EDQUOT"].includes((thrown as NodeJS.ErrnoException | null)?.code ?? "");
  if (!full) return thrown;
  return new StudioError("DISK_FULL", "The disk is full: nothing was stored.", {
    detail: `No room is left in ${directory}.`,
    hint: "Free some space on that disk, or start with --data on another one.",
    cause: thrown,
  });
}

/**
 * Opens the database for this process alone. The lock is the file system's own and goes with the process, so none is ever stale.
 * Throws DATA_IN_USE where another engine holds it.
 */
export function openDatabase(path: string, directory: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768;");
    // An exclusive locking mode takes its lock with the first write.
    database.exec("BEGIN IMMEDIATE; COMMIT;");
    migrate(database);
    return database;
  } catch (thrown) {
    database?.close();
    throw explainOpenError(thrown, directory);
  }
}

/** The error for a data directory that cannot be made or written. */
export function unusableDirectory(directory: string, thrown: unknown): StudioError {
  return new StudioError("BAD_INPUT", "The data directory cannot be used.", {
    detail: `${directory}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    hint: "Check that it is a folder and that you may write to it, or choose another one with --data.",
    cause: thrown,
  });
}

function explainOpenError(thrown: unknown, directory: string): unknown {
  const code = sqliteCode(thrown);
  if (code === sqliteBusy) {
    return new StudioError("DATA_IN_USE", "Another engine is using this data directory.", {
      detail: directory,
      hint: "Stop the other engine, or start this one with --data and another directory.",
      cause: thrown,
    });
  }
  if (code === sqliteCannotOpen || code === sqliteIoError || code === sqliteReadOnly) return unusableDirectory(directory, thrown);
  return explainStoreError(thrown, directory);
}

/** Brings a database to the newest form. Throws BAD_INPUT where a newer program wrote it. */
export function migrate(database: DatabaseSync): void {
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > migrations.length) {
    throw new StudioError("BAD_INPUT", "This data directory was written by a newer Storlet Studio.", {
      detail: `Its format is ${version}, this program knows ${migrations.length}.`,
      hint: "Use the newer program, or another data directory.",
    });
  }
  for (let next = version; next < migrations.length; next += 1) {
    database.exec(`BEGIN; ${migrations[next]!} PRAGMA user_version = ${next + 1}; COMMIT;`);
  }
}
