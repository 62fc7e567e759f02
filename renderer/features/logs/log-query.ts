/** Which log lines a reader wants to see, as data and as a pure predicate. Says nothing about where lines come from or how they look. */
import type { LogLevel, LogLine, LogSource } from "../../../engine/contract/index.ts";
import { toggled } from "../../ui/toggled.ts";
import { noPattern, type TextPattern } from "./text-pattern.ts";

export const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];
export const logSources: readonly LogSource[] = ["storlet", "stdout", "stderr", "traceback", "daemon", "agent", "engine"];

export interface LogQuery {
  readonly levels: ReadonlySet<LogLevel>;
  /** Empty: every source. */
  readonly sources: ReadonlySet<LogSource>;
  /** Object names; empty: every storlet, and lines of none. */
  readonly storlets: ReadonlySet<string>;
  /** Unix milliseconds, both included; null: open. */
  readonly from: number | null;
  readonly to: number | null;
  readonly pattern: TextPattern;
}

export const everything: LogQuery = {
  levels: new Set(logLevels),
  sources: new Set(),
  storlets: new Set(),
  from: null,
  to: null,
  pattern: noPattern,
};

/** Source, storlet and time agree; neither level nor text is asked. */
export function matchesFields(line: LogLine, { sources, storlets, from, to }: LogQuery): boolean {
  if (sources.size > 0 && !sources.has(line.source)) return false;
  if (storlets.size > 0 && (line.storlet === undefined || !storlets.has(line.storlet))) return false;
  return (from === null || line.time >= from) && (to === null || line.time <= to);
}

/** How many of the filters that lie behind the button are on. */
export function countHiddenFilters({ sources, storlets, from, to }: LogQuery): number {
  return sources.size + storlets.size + (from === null ? 0 : 1) + (to === null ? 0 : 1);
}

/** True where a query leaves something out. */
export function narrows(query: LogQuery): boolean {
  return query.pattern.text !== "" || query.levels.size < logLevels.length || countHiddenFilters(query) > 0;
}

/** The query with one level switched. Switching the last one off switches all on: an empty list helps nobody. */
export function toggleLevel(query: LogQuery, level: LogLevel): LogQuery {
  const levels = toggled(query.levels, level);
  return { ...query, levels: levels.size === 0 ? new Set(logLevels) : levels };
}
