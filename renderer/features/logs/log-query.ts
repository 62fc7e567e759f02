/** Which log lines a reader wants to see, as a pure predicate. Says nothing about where lines come from or how they look. */
import type { LogLevel, LogLine, LogSource } from "../../../engine/contract/index.ts";

export const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];
export const logSources: readonly LogSource[] = ["storlet", "stdout", "stderr", "traceback", "daemon", "agent", "engine"];

export interface LogQuery {
  readonly levels: ReadonlySet<LogLevel>;
  /** null: every source. */
  readonly source: LogSource | null;
  /** Plain, case-insensitive substring; "" matches all. */
  readonly text: string;
}

export const everything: LogQuery = { levels: new Set(logLevels), source: null, text: "" };

export interface LogMatcher {
  /** Source and text agree; the level is not asked. What the counts on the level chips count. */
  matchesApartFromLevel(line: LogLine): boolean;
  matches(line: LogLine): boolean;
}

/** Prepares a query for many lines. */
export function createMatcher(query: LogQuery): LogMatcher {
  const needle = query.text.toLowerCase();
  const { source, levels } = query;
  function matchesApartFromLevel(line: LogLine): boolean {
    if (source !== null && line.source !== source) return false;
    return needle === "" || line.text.toLowerCase().includes(needle);
  }
  return {
    matchesApartFromLevel,
    matches: (line) => levels.has(line.level) && matchesApartFromLevel(line),
  };
}

/** True where a query leaves something out. */
export function narrows(query: LogQuery): boolean {
  return query.text !== "" || query.source !== null || query.levels.size < logLevels.length;
}

/** The query with one level switched. Switching the last one off switches all on: an empty list helps nobody. */
export function toggleLevel(query: LogQuery, level: LogLevel): LogQuery {
  const levels = new Set(query.levels);
  if (!levels.delete(level)) levels.add(level);
  return { ...query, levels: levels.size === 0 ? new Set(logLevels) : levels };
}
