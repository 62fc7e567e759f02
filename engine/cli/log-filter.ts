/** What `studio logs` asks for: the filter the engine applies, and the regular expression that is tried here. Owns no dialogue. */
import { createContext, Script } from "node:vm";
import { logLevelSchema, logSourceSchema, type LogFilter, type LogLine } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import type { ParsedCommand } from "./options.ts";

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Unix milliseconds of `10m` (so long before `now`), `14:03` (today's, or yesterday's where that is still to come) or a date that
 * `Date` reads. Throws BAD_INPUT.
 */
export function parseSince(text: string, now: number): number {
  const ago = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text.trim());
  if (ago !== null) return now - Number(ago[1]) * (unitMs[ago[2] ?? ""] ?? 0);
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text.trim());
  if (clock !== null) {
    const date = new Date(now);
    date.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0);
    if (date.getTime() > now) date.setDate(date.getDate() - 1);
    return date.getTime();
  }
  const time = /^\d{4}-\d\d-\d\d/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (Number.isNaN(time)) throw new StudioError("BAD_INPUT", `A time is 10m, 14:03 or 2026-03-14T09:00, not ${text}.`);
  return time;
}

const wordsOf = (values: ParsedCommand["values"], name: string): string[] => (values[name] as string[] | undefined) ?? [];

/** What the engine is asked for; the names of storlets as they were typed. Throws BAD_INPUT. */
export function logFilterOf(values: ParsedCommand["values"], now: number): LogFilter {
  const filter: LogFilter = {};
  const storlets = wordsOf(values, "storlet");
  const sources = wordsOf(values, "source").map((word) => {
    const source = logSourceSchema.safeParse(word);
    if (source.success) return source.data;
    throw new StudioError("BAD_INPUT", `--source takes ${logSourceSchema.options.join(", ")}, not ${word}.`);
  });
  if (storlets.length > 0) filter.storlets = storlets;
  if (sources.length > 0) filter.sources = sources;
  if (typeof values["level"] === "string") {
    const lowest = logLevelSchema.options.indexOf(values["level"] as (typeof logLevelSchema.options)[number]);
    if (lowest === -1) throw new StudioError("BAD_INPUT", `--level takes ${logLevelSchema.options.join(", ")}, not ${values["level"]}.`);
    filter.levels = logLevelSchema.options.slice(lowest);
  }
  if (typeof values["run"] === "string") filter.run = values["run"];
  if (typeof values["since"] === "string") filter.from = parseSince(values["since"], now);
  if (typeof values["until"] === "string") filter.to = parseSince(values["until"], now);
  return filter;
}

/** How long an expression may take on one bundle of lines. */
const deadlineMs = 2000;

/** Keeps the lines that an expression matches; all of them where there is none. Throws BAD_INPUT where it is none, or takes too long. */
export function createGrep(pattern: string | undefined, ignoreCase: boolean): (lines: readonly LogLine[]) => readonly LogLine[] {
  if (pattern === undefined) return (lines) => lines;
  const context = createContext({ regex: compile(pattern, ignoreCase), texts: [] as string[] });
  // Only a script of its own can be stopped while an expression goes astray.
  const script = new Script("texts.map((text) => regex.test(text))");
  return (lines) => {
    context["texts"] = lines.map((line) => line.text);
    try {
      const hits = script.runInContext(context, { timeout: deadlineMs }) as boolean[];
      return lines.filter((_line, index) => hits[index]);
    } catch (error) {
      throw new StudioError("BAD_INPUT", `--grep ${pattern} takes too long on some lines, and was stopped.`, { cause: error });
    }
  };
}

function compile(pattern: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(pattern, ignoreCase ? "im" : "m");
  } catch (error) {
    throw new StudioError("BAD_INPUT", `--grep takes a regular expression, not ${pattern}.`, { cause: error });
  }
}

/** One page of history, oldest first, before a line or at the end. */
export type ReadPage = (limit: number, beforeSeq: number | undefined) => Promise<readonly LogLine[]>;

const pageLines = 10_000;

/** The newest `limit` lines that pass, oldest first: as many pages as that takes. */
export async function newestLines(
  read: ReadPage,
  grep: (lines: readonly LogLine[]) => readonly LogLine[],
  limit: number,
): Promise<readonly LogLine[]> {
  const pages: (readonly LogLine[])[] = [];
  let found = 0;
  let before: number | undefined;
  while (found < limit) {
    const page = await read(pageLines, before);
    const passed = grep(page);
    pages.unshift(passed);
    found += passed.length;
    if (page.length < pageLines) break;
    before = page[0]?.seq;
  }
  return pages.flat().slice(-limit);
}
