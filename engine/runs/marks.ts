/** What people added to runs: pin, name, note. Owns that table only; a mark goes when its run goes. */
import type { DatabaseSync } from "node:sqlite";
import type { RunMark } from "../contract/index.ts";

export interface Marks {
  get(id: string): RunMark | undefined;
  /** An empty mark is no mark. */
  set(id: string, mark: RunMark): void;
  remove(ids: readonly string[]): void;
}

interface MarkRow {
  readonly id: string;
  readonly pinned: number;
  readonly name: string;
  readonly note: string;
}

export function createMarks(database: DatabaseSync): Marks {
  database.exec(
    "CREATE TABLE IF NOT EXISTS run_marks (id TEXT PRIMARY KEY, pinned INTEGER NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL, words TEXT NOT NULL)",
  );
  // Few runs have a mark and every list asks: they are held in memory.
  const marks = new Map<string, RunMark>();
  for (const row of database.prepare("SELECT id, pinned, name, note FROM run_marks").all()) {
    const { id, pinned, name, note } = row as unknown as MarkRow;
    marks.set(id, { pinned: pinned === 1, name, note });
  }
  const insert = database.prepare("INSERT OR REPLACE INTO run_marks (id, pinned, name, note, words) VALUES (?, ?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM run_marks WHERE id = ?");

  function drop(id: string): void {
    if (marks.delete(id)) remove.run(id);
  }

  return {
    get: (id) => marks.get(id),
    set(id, mark) {
      if (!mark.pinned && mark.name === "" && mark.note === "") return drop(id);
      marks.set(id, mark);
      insert.run(id, mark.pinned ? 1 : 0, mark.name, mark.note, `${mark.name} ${mark.note}`.toLowerCase());
    },
    remove(ids) {
      for (const id of ids) drop(id);
    },
  };
}
