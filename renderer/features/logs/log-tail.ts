/** New lines whose text is tried elsewhere: in order, one bundle at a time. Forgets them when the query changes. */
import type { TestTexts } from "./log-search.ts";
import type { RegexSource } from "./text-pattern.ts";

/** Lines per bundle. */
const bundleLines = 4000;

export interface LogTail {
  readonly waiting: number;
  add(id: number): void;
  /** Forgets what waits, and tries what comes from now on by another expression; null: nothing will come. */
  restart(regex: RegexSource | null): void;
  /** Tries what waits. */
  work(): Promise<void>;
}

export interface LogTailOptions {
  testTexts: TestTexts;
  oldest(): number;
  textOf(id: number): string;
  onMatch(id: number): void;
  /** After each bundle. */
  onDone(): void;
  onFailure(error: unknown): void;
}

export function createLogTail({ testTexts, oldest, textOf, onMatch, onDone, onFailure }: LogTailOptions): LogTail {
  let untried: number[] = [];
  let regex: RegexSource | null = null;
  /** Lines that are being tried now; null where none are. */
  let working: number | null = null;

  async function work(): Promise<void> {
    while (working === null && regex !== null && untried.length > 0) {
      const mine = regex;
      const ids = untried.slice(0, bundleLines).filter((id) => id >= oldest());
      untried = untried.slice(bundleLines);
      working = ids.length;
      try {
        const hits = await testTexts(mine, ids.map(textOf));
        const end = oldest();
        if (regex === mine) ids.forEach((id, index) => hits[index] === 1 && id >= end && onMatch(id));
      } catch (error) {
        if (regex === mine) onFailure(error);
      }
      working = null;
      onDone();
    }
  }

  return {
    get waiting() {
      return untried.length + (working ?? 0);
    },
    add: (id) => void untried.push(id),
    restart(next) {
      untried = [];
      // Another object each time: what is under way belongs to the one before.
      regex = next === null ? null : { ...next };
    },
    work,
  };
}
