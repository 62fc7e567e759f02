/** The rows of a snapshot: copying them out, and putting them in place of the store's. Owns the database of a snapshot; no files. */
import { DatabaseSync } from "node:sqlite";
import { migrate } from "./schema.ts";

/** Rows copied before others get a turn. */
const rowsPerTurn = 500;

/** Opens the database of a snapshot, which is one file, in the form of this program; makes it where it is missing. Close it. */
export function openCopy(path: string): DatabaseSync {
  const copy = new DatabaseSync(path);
  try {
    copy.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF");
    migrate(copy);
    return copy;
  } catch (thrown) {
    copy.close();
    throw thrown;
  }
}

/** Does work while the database of a snapshot is there as `kept`. Not within a transaction. */
export async function withAttached<T>(database: DatabaseSync, path: string, work: () => Promise<T>): Promise<T> {
  database.prepare("ATTACH DATABASE ? AS kept").run(path);
  try {
    return await work();
  } finally {
    database.exec("DETACH DATABASE kept");
  }
}

interface Table {
  readonly name: string;
  readonly hasRowId: boolean;
}

/** All tables but the one that says how the process ended. */
function tablesOf(database: DatabaseSync): Table[] {
  const rows = database
    .prepare(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name <> 'state' AND name NOT LIKE 'sqlite_%'",
    )
    .all() as { name: string; wr: number }[];
  return rows.map(({ name, wr }) => ({ name, hasRowId: wr === 0 }));
}

/** Copies all rows into `kept`, which is empty. Nothing may be written meanwhile; what reads gets its turns. */
export async function copyRows(database: DatabaseSync): Promise<void> {
  // What is half made after a crash is thrown away, so it needs no journal.
  database.exec("PRAGMA kept.journal_mode = OFF; PRAGMA kept.synchronous = OFF");
  for (const { name, hasRowId } of tablesOf(database)) {
    if (!hasRowId) {
      database.exec(`INSERT INTO kept."${name}" SELECT * FROM main."${name}"`);
      continue;
    }
    const range = `FROM main."${name}" WHERE rowid > ? ORDER BY rowid LIMIT ${rowsPerTurn}`;
    const findLast = database.prepare(`SELECT max(rowid) AS last FROM (SELECT rowid ${range})`);
    const copy = database.prepare(`INSERT INTO kept."${name}" SELECT * ${range}`);
    for (let after = -1; ;) {
      const { last } = findLast.get(after) as { last: number | null };
      if (last === null) break;
      copy.run(after);
      after = last;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Puts the rows of `kept` in place of the store's; returns the blobs that nothing refers to any more. Within a transaction. */
export function replaceRows(database: DatabaseSync): string[] {
  const freed = database
    .prepare("SELECT blob FROM main.objects WHERE blob IS NOT NULL AND blob NOT IN (SELECT blob FROM kept.objects WHERE blob IS NOT NULL)")
    .all() as { blob: string }[];
  for (const { name } of tablesOf(database)) {
    database.exec(`DELETE FROM main."${name}"; INSERT INTO main."${name}" SELECT * FROM kept."${name}"`);
  }
  return freed.map((row) => row.blob);
}
