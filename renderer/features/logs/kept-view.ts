/** Keeps how the log is looked at across visits: wrapping, levels, source and text. A run that it is cut to is of the moment and is not kept. */
import { everything, logLevels, logSources, type LogQuery } from "./log-query.ts";

interface KeptView {
  query: LogQuery;
  wrap: boolean;
}

/** The text that `parseView` reads. */
export function formatView({ query, wrap }: KeptView): string {
  return JSON.stringify({ wrap, levels: [...query.levels], source: query.source, text: query.text });
}

/** A kept view; what is missing or unknown in it is as at the first visit. */
export function parseView(text: string | null): KeptView {
  const first: KeptView = { query: everything, wrap: false };
  if (text === null) return first;
  try {
    const kept = JSON.parse(text) as { wrap?: unknown; levels?: unknown; source?: unknown; text?: unknown } | null;
    const levels = logLevels.filter((level) => Array.isArray(kept?.levels) && kept.levels.includes(level));
    const source = logSources.find((candidate) => candidate === kept?.source) ?? null;
    const needle = typeof kept?.text === "string" ? kept.text : "";
    return {
      query: { levels: levels.length === 0 ? everything.levels : new Set(levels), source, text: needle },
      wrap: kept?.wrap === true,
    };
  } catch {
    return first;
  }
}
