/**
 * Runs that are under way for a while, on disk: what an engine that was killed leaves here is told of by the next one. Owns that table; short
 * runs cost nothing.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Run } from "../contract/index.ts";

export interface OpenRuns extends Disposable {
  /** A run is under way: asks for a look at those that still are, a moment later. */
  began(): void;
  /** A run is over, within the caller's transaction. */
  ended(id: string): void;
  /** Runs that an earlier engine left, as interrupted ones; they are forgotten here. */
  takeInterrupted(): Run[];
}

/** A run that is over before this is not written twice. */
const lookAfterMs = 250;

const interrupted = {
  code: "ENGINE_NOT_RUNNING",
  message: "Interrupted: the engine ended while this run was under way.",
  detail: "What the storlet had written until then may have reached its client.",
  hint: "Replay it, or run it again.",
} as const;

/** `listOpen` gives the runs that are under way now. */
export function createOpenRuns(database: DatabaseSync, listOpen: () => Run[]): OpenRuns {
  database.exec("CREATE TABLE IF NOT EXISTS open_runs (id TEXT PRIMARY KEY, body TEXT NOT NULL)");
  const insert = database.prepare("INSERT OR REPLACE INTO open_runs (id, body) VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM open_runs WHERE id = ?");
  const written = new Set<string>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    timer = null;
    try {
      for (const run of listOpen()) {
        if (written.has(run.id)) continue;
        insert.run(run.id, JSON.stringify(run));
        written.add(run.id);
      }
    } catch {
      // A full disk: the run itself goes on.
    }
  }

  return {
    began() {
      timer ??= setTimeout(look, lookAfterMs).unref();
    },
    ended(id) {
      if (written.delete(id)) remove.run(id);
    },
    takeInterrupted() {
      const left = database.prepare("DELETE FROM open_runs RETURNING body").all() as { body: string }[];
      return left.map(({ body }) => ({ ...(JSON.parse(body) as Run), state: "failed", problem: interrupted }));
    },
    [Symbol.dispose]() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
