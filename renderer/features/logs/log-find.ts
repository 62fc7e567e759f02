/**
 * Finds a pattern among the lines that are shown, without hiding any: how many lines, and which one the reader is at. Follows the log as
 * it grows. Owns the places; the lines belong to the store.
 */
import { createChangeSignal } from "./change-signal.ts";
import type { LogStore } from "./log-store.ts";
import { PatternError } from "./pattern-runner.ts";
import type { SearchTurns, TestTexts } from "./log-search.ts";
import { compilePattern, noPattern, samePattern, type TextPattern } from "./text-pattern.ts";

/** Lines looked at in one turn. */
const bundleLines = 2000;

export interface LogFind {
  setPattern(pattern: TextPattern): void;
  /** Goes to the next line with the pattern, below (1) or above (-1) the present one; round at the ends. `from`: an id to begin at where there is no present one. */
  go(direction: 1 | -1, from: number): number | null;
  subscribe(listener: () => void): () => void;
  dispose(): void;
  readonly version: number;
  readonly pattern: TextPattern;
  /** Lines with the pattern so far. */
  readonly total: number;
  /** The place of the present line among them, from 1; 0 where there is none. */
  readonly place: number;
  /** Id of the present line. */
  readonly current: number | null;
  readonly searching: boolean;
  /** Why it does not search; null where it does. */
  readonly problem: string | null;
}

/** How many ids are below one: where it is, or would be. */
function placeOf(ids: readonly number[], id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as number) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function createLogFind(store: LogStore, turns: SearchTurns, testTexts: TestTexts): LogFind {
  const signal = createChangeSignal();
  const { changed } = signal;
  let pattern = noPattern;
  let test = compilePattern(noPattern);
  let hits: number[] = [];
  let current: number | null = null;
  let lookedTo = -1;
  let epoch = store.epoch;
  let generation = 0;
  let looking = false;
  let problem: string | null = null;

  function restart(): void {
    generation++;
    hits = [];
    lookedTo = -1;
    looking = false;
    epoch = store.epoch;
    void look();
  }

  /** Looks at what is shown and was not looked at, oldest first, a bundle at a time. */
  async function look(): Promise<void> {
    if (looking || problem !== null || test.kind === "all" || test.kind === "bad" || store.searching) return;
    const mine = generation;
    const bundle = store.shownAfter(lookedTo, bundleLines);
    if (bundle.length === 0) return;
    looking = true;
    try {
      if (test.kind === "regex") {
        const matched = await testTexts(
          test.regex,
          bundle.map(({ line }) => line.text),
        );
        if (mine !== generation) return;
        bundle.forEach(({ id }, index) => matched[index] === 1 && hits.push(id));
      } else {
        for (const { id, line } of bundle) if (test.test(line.text)) hits.push(id);
      }
    } catch (error) {
      if (mine !== generation) return;
      problem = error instanceof PatternError ? error.message : "It could not be tried.";
    }
    lookedTo = bundle.at(-1)?.id ?? lookedTo;
    turns.onSlice(() => {
      if (mine !== generation) return;
      looking = false;
      changed();
      void look();
    });
  }

  function onStore(): void {
    if (test.kind === "all") return;
    if (store.epoch !== epoch) restart();
    else void look();
    const oldest = store.shownAfter(-1, 1)[0]?.id;
    const gone = oldest === undefined ? hits.length : placeOf(hits, oldest);
    if (gone > 0) hits = hits.slice(gone);
    changed();
  }

  const stop = store.subscribe(onStore);
  return {
    setPattern(next) {
      if (samePattern(next, pattern)) return;
      pattern = next;
      test = compilePattern(pattern);
      current = null;
      problem = test.kind === "bad" ? `Not a regular expression: ${test.message}` : null;
      restart();
      changed();
    },
    go(direction, from) {
      if (hits.length === 0) return null;
      const start = current ?? from;
      const at = placeOf(hits, start);
      const isAt = hits[at] === start && current !== null;
      const wanted = direction === 1 ? (isAt ? at + 1 : at) : at - 1;
      current = hits[(wanted + hits.length) % hits.length] as number;
      changed();
      return current;
    },
    subscribe: signal.subscribe,
    dispose() {
      generation++;
      stop();
    },
    get version() {
      return signal.version;
    },
    get pattern() {
      return pattern;
    },
    get total() {
      return hits.length;
    },
    get place() {
      if (current === null) return 0;
      const at = placeOf(hits, current);
      return hits[at] === current ? at + 1 : 0;
    },
    get current() {
      return current;
    },
    get searching() {
      return looking;
    },
    get problem() {
      return problem;
    },
  };
}
