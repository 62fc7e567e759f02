/** What pinned runs were made of: it stays whatever else goes. Asked only where room is needed. Owns nothing. */
import type { DatabaseSync } from "node:sqlite";
import type { Original } from "./originals.ts";

export interface PinnedNeeds {
  /** Digests of their code. */
  digests(): ReadonlySet<string>;
  /** Refs of their inputs. */
  inputs(): ReadonlySet<string>;
}

const joined = "FROM runs JOIN run_marks ON run_marks.id = runs.id AND run_marks.pinned = 1";

export function createPinnedNeeds(database: DatabaseSync): PinnedNeeds {
  const selectDigests = database.prepare(`SELECT DISTINCT runs.body ->> 'digest' AS digest ${joined}`);
  const selectOriginals = database.prepare(
    `SELECT exchanges.original AS original ${joined} JOIN exchanges ON exchanges.transaction_id = runs.transaction_id WHERE original IS NOT NULL`,
  );
  return {
    digests: () => new Set(selectDigests.all().map((row) => (row as { digest: string }).digest)),
    inputs() {
      const originals = selectOriginals.all().map((row) => JSON.parse((row as { original: string }).original) as Original);
      const refs = originals.flatMap(({ source, extras, sent }) => [source?.ref, sent?.ref, ...extras.map(({ ref }) => ref)]);
      return new Set(refs.filter((ref) => ref !== null && ref !== undefined));
    },
  };
}
