/**
 * Keeps how the log is looked at: wrapping, levels, sources, storlets and text across visits; a run and times, which are of the moment, over
 * a reload only.
 */
import { everything, logLevels, logSources, type LogQuery } from "./log-query.ts";

interface KeptView {
  query: LogQuery;
  wrap: boolean;
}

interface Momentary {
  run: string | null;
  from: number | null;
  to: number | null;
}

/** The text that `parseView` reads. */
export function formatView({ query, wrap }: KeptView): string {
  const { levels, sources, storlets, pattern } = query;
  return JSON.stringify({ wrap, levels: [...levels], sources: [...sources], storlets: [...storlets], ...pattern });
}

function readObject(text: string | null): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(text ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A kept view; what is missing or unknown in it is as at the first visit. */
export function parseView(text: string | null): KeptView {
  const kept = readObject(text);
  const levels = logLevels.filter((level) => listOf(kept["levels"]).includes(level));
  const needle = typeof kept["text"] === "string" ? kept["text"] : "";
  return {
    query: {
      ...everything,
      levels: levels.length === 0 ? everything.levels : new Set(levels),
      sources: new Set(logSources.filter((source) => listOf(kept["sources"]).includes(source))),
      storlets: new Set(listOf(kept["storlets"]).filter((name): name is string => typeof name === "string")),
      pattern: { text: needle, regex: kept["regex"] === true, matchCase: kept["matchCase"] === true },
    },
    wrap: kept["wrap"] === true,
  };
}

/** The text that `parseMomentary` reads. */
export function formatMomentary({ run, query: { from, to } }: { run: string | null; query: LogQuery }): string {
  return JSON.stringify({ run, from, to });
}

export function parseMomentary(text: string | null): Momentary {
  const kept = readObject(text);
  const time = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
  return { run: typeof kept["run"] === "string" ? kept["run"] : null, from: time(kept["from"]), to: time(kept["to"]) };
}
