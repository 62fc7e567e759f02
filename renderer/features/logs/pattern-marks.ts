/** Where patterns occur in the texts of drawn rows. Plain text is looked for at once; a regular expression elsewhere, so its marks come a moment later. */
import { createChangeSignal } from "./change-signal.ts";
import type { PatternRunner } from "./pattern-runner.ts";
import { compilePattern, type RegexSource, type TextPattern } from "./text-pattern.ts";

/** Places in a text: from, to, from, to … */
export type Marks = readonly number[];

const none: Marks = [];
const mostKept = 3000;

/** The places of a plain text, in any case unless told. */
export function plainMarks(text: string, { text: wanted, matchCase }: TextPattern): Marks {
  const needle = matchCase ? wanted : wanted.toLowerCase();
  const hay = matchCase ? text : text.toLowerCase();
  // Some letters change their length with their case; places would be wrong then.
  if (needle === "" || hay.length !== text.length) return none;
  let found = hay.indexOf(needle);
  if (found === -1) return none;
  const marks: number[] = [];
  for (; found !== -1; found = hay.indexOf(needle, found + needle.length)) marks.push(found, found + needle.length);
  return marks;
}

export interface PatternMarks {
  of(text: string, pattern: TextPattern): Marks;
  /** Grows when marks have come that were asked for. */
  readonly version: number;
  subscribe(listener: () => void): () => void;
}

interface KeptMarks {
  regex: RegexSource | null;
  known: Map<string, Marks>;
  wanted: Set<string>;
  /** One job is under way. */
  asking: boolean;
}

export function createPatternMarks(runner: Pick<PatternRunner, "marks">): PatternMarks {
  const kept = new Map<string, KeptMarks>();
  const signal = createChangeSignal();

  async function ask(entry: KeptMarks): Promise<void> {
    if (entry.asking || entry.wanted.size === 0 || entry.regex === null) return;
    entry.asking = true;
    // All rows of one drawing ask before the answer to any of them.
    await Promise.resolve();
    const texts = [...entry.wanted];
    entry.wanted.clear();
    if (entry.known.size > mostKept) entry.known.clear();
    try {
      const marks = await runner.marks(entry.regex, texts);
      texts.forEach((text, index) => entry.known.set(text, marks[index] ?? none));
    } catch {
      // Too slow to mark: the rows stay as they are.
      entry.regex = null;
    }
    entry.asking = false;
    signal.changed();
    void ask(entry);
  }

  function entryOf(pattern: TextPattern): KeptMarks {
    const key = `${pattern.matchCase ? "c" : "i"}${pattern.text}`;
    const found = kept.get(key);
    if (found !== undefined) return found;
    const compiled = compilePattern(pattern);
    const entry: KeptMarks = {
      regex: compiled.kind === "regex" ? compiled.regex : null,
      known: new Map(),
      wanted: new Set(),
      asking: false,
    };
    // The filter's and the search's; what was typed before is not looked at again.
    if (kept.size >= 4) kept.clear();
    kept.set(key, entry);
    return entry;
  }

  return {
    of(text, pattern) {
      if (pattern.text === "") return none;
      if (!pattern.regex) return plainMarks(text, pattern);
      const entry = entryOf(pattern);
      const marks = entry.known.get(text);
      if (marks !== undefined || entry.regex === null) return marks ?? none;
      entry.wanted.add(text);
      void ask(entry);
      return none;
    },
    get version() {
      return signal.version;
    },
    subscribe: signal.subscribe,
  };
}
