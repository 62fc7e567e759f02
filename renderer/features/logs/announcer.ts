/** Turns a stream of log lines into a sentence for assistive technology now and then: never each line. Pure but for its timer. */
import { formatCounted } from "../../ui/format.ts";

export interface Announcer {
  /** `errors` of the `lines` are errors. */
  add(lines: number, errors: number): void;
  dispose(): void;
}

/** "12 new lines, 1 error". */
export function describeLines(lines: number, errors: number): string {
  const words = formatCounted(lines, "new line");
  return errors === 0 ? words : `${words}, ${formatCounted(errors, "error")}`;
}

/** Says the first lines at once, then sums up. `after` calls back once, a pause (3 s) later, and returns how to prevent it. */
export function createAnnouncer(say: (sentence: string) => void, after: (callback: () => void) => () => void): Announcer {
  let lines = 0;
  let errors = 0;
  let stopPause: (() => void) | null = null;

  function speak(): void {
    stopPause = null;
    if (lines === 0) return;
    say(describeLines(lines, errors));
    lines = 0;
    errors = 0;
    stopPause = after(speak);
  }

  return {
    add(moreLines, moreErrors) {
      lines += moreLines;
      errors += moreErrors;
      if (stopPause === null) speak();
    },
    dispose() {
      stopPause?.();
    },
  };
}
