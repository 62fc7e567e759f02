/** Queries over a stretch of names: one prepared statement per combination of bounds. Knows no particular table. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NameRange } from "./listing.ts";

export interface RangeStatements {
  /** Rows of an owner whose names lie in the range, in order. Closing the iterator ends the query. */
  run(ownerId: number, range: NameRange, limit: number, ...more: number[]): Iterable<unknown>;
}

/** `select` must end in a WHERE clause with one `?` for the owner, and one more for each of `more`. */
export function createRangeStatements(database: DatabaseSync, select: string, nameColumn: string): RangeStatements {
  const statements = new Map<string, StatementSync>();

  function statementFor(range: NameRange): StatementSync {
    const lower = range.lower === null ? "" : ` AND ${nameColumn} ${range.lowerInclusive ? ">=" : ">"} ?`;
    const upper = range.upper === null ? "" : ` AND ${nameColumn} ${range.upperInclusive ? "<=" : "<"} ?`;
    const sql = `${select}${lower}${upper} ORDER BY ${nameColumn} ${range.reverse ? "DESC" : "ASC"} LIMIT ?`;
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  return {
    run(ownerId, range, limit, ...more) {
      const bounds = [range.lower, range.upper].filter((bound) => bound !== null);
      return statementFor(range).iterate(ownerId, ...more, ...bounds, limit);
    },
  };
}
