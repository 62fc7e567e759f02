/**
 * One pass over held lines, newest first, in slices: which of them match, then the rows they take. Text that may take for ever is tried
 * elsewhere and waited for. Owns no lines and draws nothing.
 */
import type { LogLine } from "../../../engine/contract/index.ts";
import { createRowIndex, type RowIndex } from "./row-index.ts";
import type { RegexSource, TextTest } from "./text-pattern.ts";

/** Longest turn of a search on the page's thread, in milliseconds. */
const sliceMs = 6;
/** Lines and characters that are tried elsewhere at once: the first answer comes sooner from fewer. */
const firstChunkLines = 2000;
const chunkLines = 10_000;
const chunkCharacters = 1_000_000;

export type TestTexts = (regex: RegexSource, texts: readonly string[]) => Promise<Uint8Array>;

export interface SearchTurns {
  onSlice(callback: () => void): void;
  elapsedMs(): number;
}

export interface SearchOptions {
  turns: SearchTurns;
  /** Newest id to look at; the search goes down from there. */
  newest: number;
  /** Oldest id that is still held: moves while the search runs. */
  oldest(): number;
  lineOf(id: number): LogLine;
  /** All that is asked of a line but its text. */
  admits(id: number): boolean;
  text: Exclude<TextTest, { kind: "bad" }>;
  testTexts: TestTexts;
  /** Hears of every match; true keeps it for the rows. */
  onMatch(id: number): boolean;
  /** Rows that an entry takes. */
  rowsOf(id: number): number;
  /** The rows so far: once early, as soon as there are any, and once at the end. */
  onRows(rows: RowIndex, isLast: boolean): void;
  onFailure(error: unknown): void;
}

export interface Search {
  /** Matches that arrived since the search began go behind what it finds. */
  addNewer(id: number): void;
  cancel(): void;
}

/** The next candidates going down from `cursor`: few enough to be tried elsewhere in one go. */
function gather(options: SearchOptions, cursor: number, most: number): { ids: number[]; texts: string[]; cursor: number } {
  const { turns, oldest, admits, lineOf } = options;
  const until = turns.elapsedMs() + sliceMs;
  const ids: number[] = [];
  const texts: string[] = [];
  let characters = 0;
  let next = cursor;
  const end = oldest();
  while (next >= end && ids.length < most && characters < chunkCharacters) {
    const id = next--;
    if (id % 1024 === 0 && turns.elapsedMs() >= until && ids.length > 0) break;
    if (!admits(id)) continue;
    const { text } = lineOf(id);
    ids.push(id);
    texts.push(text);
    characters += text.length;
  }
  return { ids, texts, cursor: next };
}

/** Begins at once: what the first slice finds is handed on before this returns, where the text can be tried here. */
export function startSearch(options: SearchOptions): Search {
  const { turns, oldest, lineOf, admits, text, testTexts, onMatch, rowsOf, onRows, onFailure } = options;
  let cursor = options.newest;
  let cancelled = false;
  let shownEarly = false;
  /** Matches for the rows, newest first. */
  const found: number[] = [];
  const newer: number[] = [];

  function appendTo(rows: RowIndex, ids: readonly number[]): void {
    const end = oldest();
    for (const id of ids) if (id >= end) rows.append(id, rowsOf(id));
  }

  /** The rows of what was found, oldest first, in slices as well. */
  function build(rows: RowIndex, left: number): void {
    if (cancelled) return;
    const until = turns.elapsedMs() + sliceMs;
    let position = left;
    while (position > 0) {
      const id = found[--position] as number;
      if (id >= oldest()) rows.append(id, rowsOf(id));
      if (position % 256 === 0 && turns.elapsedMs() >= until) break;
    }
    if (position > 0) return turns.onSlice(() => build(rows, position));
    appendTo(rows, newer);
    onRows(rows, true);
  }

  function showEarly(): void {
    if (shownEarly || found.length === 0) return;
    shownEarly = true;
    const rows = createRowIndex();
    appendTo(rows, found.toReversed());
    appendTo(rows, newer);
    onRows(rows, false);
  }

  function goOn(step: () => void): void {
    if (cursor < oldest()) return build(createRowIndex(), found.length);
    showEarly();
    turns.onSlice(() => {
      if (!cancelled) step();
    });
  }

  function tryHere(test: (text: string) => boolean): void {
    const until = turns.elapsedMs() + sliceMs;
    const end = oldest();
    while (cursor >= end) {
      const id = cursor--;
      if (admits(id) && test(lineOf(id).text) && onMatch(id)) found.push(id);
      if (cursor % 256 === 0 && turns.elapsedMs() >= until) break;
    }
    goOn(() => tryHere(test));
  }

  async function tryElsewhere(regex: RegexSource, most: number): Promise<void> {
    const chunk = gather(options, cursor, most);
    cursor = chunk.cursor;
    try {
      const hits = chunk.ids.length === 0 ? new Uint8Array(0) : await testTexts(regex, chunk.texts);
      if (cancelled) return;
      const end = oldest();
      chunk.ids.forEach((id, index) => {
        if (hits[index] === 1 && id >= end && onMatch(id)) found.push(id);
      });
    } catch (error) {
      if (!cancelled) onFailure(error);
      return;
    }
    goOn(() => void tryElsewhere(regex, chunkLines));
  }

  const search: Search = {
    addNewer: (id) => void newer.push(id),
    cancel() {
      cancelled = true;
    },
  };
  if (text.kind === "regex") void tryElsewhere(text.regex, firstChunkLines);
  else tryHere(text.kind === "plain" ? (line) => text.test(line) : () => true);
  return search;
}
