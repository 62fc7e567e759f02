/** Finds runs on record by state, storlet and words, without reading them all. Owns the table of words; the runs are not its own. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Run, RunQuery } from "../contract/index.ts";

type Conditions = Pick<RunQuery, "text" | "states" | "storlet" | "pinned">;

/** What is searched in a run, besides its name and note. */
function wordsOf(run: Run): string {
  return `${run.storlet} ${run.object} ${run.door} ${run.state} ${run.status ?? ""} ${run.id}`.toLowerCase();
}

const splitWords = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Whether a query lets a run through: the rule that the SQL below follows, too. */
export function matchesRun(run: Run, { text, states, storlet, pinned }: Conditions): boolean {
  if (states.length > 0 && !states.includes(run.state)) return false;
  if (storlet !== null && run.storlet !== storlet) return false;
  if (pinned && run.mark?.pinned !== true) return false;
  const searched = `${wordsOf(run)} ${run.mark?.name ?? ""} ${run.mark?.note ?? ""}`.toLowerCase();
  return splitWords(text).every((word) => searched.includes(word));
}

export interface RunIndex {
  add(run: Run): void;
  remove(ids: readonly string[]): void;
  /** Bodies of the runs that match, pinned ones first, then the newest; and how many match in all. */
  search(query: RunQuery): { bodies: string[]; matching: number };
  counts(): { total: number; failed: number; pinned: number; storlets: string[] };
}

export function createRunIndex(database: DatabaseSync): RunIndex {
  database.exec(`
    CREATE TABLE IF NOT EXISTS run_words (id TEXT PRIMARY KEY, state TEXT NOT NULL, storlet TEXT NOT NULL, words TEXT NOT NULL);
    INSERT OR IGNORE INTO run_words (id, state, storlet, words)
      SELECT id, body ->> 'state', body ->> 'storlet',
        lower((body ->> 'storlet') || ' ' || (body ->> 'object') || ' ' || (body ->> 'door') || ' ' || (body ->> 'state') || ' '
          || coalesce(body ->> 'status', '') || ' ' || id)
      FROM runs WHERE id NOT IN (SELECT id FROM run_words);
  `);
  const insert = database.prepare("INSERT OR REPLACE INTO run_words (id, state, storlet, words) VALUES (?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM run_words WHERE id = ?");
  const selectCounts = database.prepare(`
    SELECT count(*) AS total, coalesce(sum(state IN ('failed', 'timed-out')), 0) AS failed,
      (SELECT count(*) FROM run_marks JOIN runs ON runs.id = run_marks.id WHERE pinned = 1) AS pinned FROM run_words
  `);
  const selectStorlets = database.prepare("SELECT DISTINCT storlet FROM run_words ORDER BY storlet");

  function conditionsOf({ text, states, storlet, pinned }: Conditions): { where: string; values: SQLInputValue[] } {
    const parts: string[] = [];
    const values: SQLInputValue[] = [];
    if (states.length > 0) {
      parts.push(`run_words.state IN (${states.map(() => "?").join(", ")})`);
      values.push(...states);
    }
    if (storlet !== null) {
      parts.push("run_words.storlet = ?");
      values.push(storlet);
    }
    if (pinned) parts.push("run_marks.pinned = 1");
    for (const word of splitWords(text)) {
      parts.push("instr(run_words.words || ' ' || coalesce(run_marks.words, ''), ?) > 0");
      values.push(word);
    }
    return { where: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`, values };
  }

  const joined = "FROM runs JOIN run_words ON run_words.id = runs.id LEFT JOIN run_marks ON run_marks.id = runs.id";
  return {
    add: (run) => void insert.run(run.id, run.state, run.storlet, wordsOf(run)),
    remove(ids) {
      for (const id of ids) remove.run(id);
    },
    search(query) {
      const { where, values } = conditionsOf(query);
      const order = "ORDER BY coalesce(run_marks.pinned, 0) DESC, runs.number DESC LIMIT ?";
      const rows = database.prepare(`SELECT runs.body AS body ${joined} ${where} ${order}`).all(...values, query.limit);
      const { count } = database.prepare(`SELECT count(*) AS count ${joined} ${where}`).get(...values) as { count: number };
      return { bodies: rows.map((row) => (row as { body: string }).body), matching: count };
    },
    counts() {
      const row = selectCounts.get() as { total: number; failed: number; pinned: number };
      return { ...row, storlets: selectStorlets.all().map((each) => (each as { storlet: string }).storlet) };
    },
  };
}
