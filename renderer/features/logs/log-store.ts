/**
 * The lines a log view has, and which of them its query shows. A ring: the newest lines stay, older ones are in the log file.
 * Knows no DOM and no network; frames, slices and time are handed in, so that a test can drive them.
 */
import type { LogLevel, LogLine } from "../../../engine/contract/index.ts";
import { createChangeSignal } from "./change-signal.ts";
import { createLineRing, type LineRing } from "./line-ring.ts";
import { everything, logLevels, matchesFields, type LogQuery } from "./log-query.ts";
import { startSearch, type Search, type TestTexts } from "./log-search.ts";
import { createLogTail } from "./log-tail.ts";
import { rowCountOf } from "./log-text.ts";
import { PatternError } from "./pattern-runner.ts";
import { createRowIndex, type RowIndex } from "./row-index.ts";
import { compilePattern, type TextTest } from "./text-pattern.ts";

export type LevelCounts = Readonly<Record<LogLevel, number>>;

/** Where the store gets its turns from. */
export interface LogStoreTurns {
  /** Runs a callback before the next paint. */
  onFrame(callback: () => void): void;
  /** The next frame is for somebody who waits for it: it comes as soon as it can. */
  hurry?(): void;
  /** Runs a callback soon, after the browser had its turn. */
  onSlice(callback: () => void): void;
  /** Monotonic milliseconds. */
  elapsedMs(): number;
}

/** Why the text of a query is not applied. `bad`: it is no regular expression. */
export interface PatternProblem {
  kind: "bad" | "slow" | "failed";
  message: string;
}

export interface ShownLine {
  /** Tells entries apart for as long as the store lives, and orders them. */
  id: number;
  line: LogLine;
}

export interface LogStore {
  /** Adds lines in order. `dropped`: lines lost before them, which becomes a line of its own. `waiting`: lines known to be on their way. */
  append(lines: readonly LogLine[], dropped?: number, waiting?: number): void;
  /** Shows other lines. The newest are there on return, the rest follows in slices. */
  setQuery(query: LogQuery): void;
  /** The width to wrap at, in columns; null: no wrapping. */
  setColumns(columns: number | null): void;
  /** While paused, the view stands still and new lines wait. */
  setPaused(paused: boolean): void;
  /** Empties the view. */
  clear(): void;
  /** Calls back, at most once a frame, after something changed. */
  subscribe(listener: () => void): () => void;

  /** Grows with every change that subscribers were told of. */
  readonly version: number;
  readonly query: LogQuery;
  readonly columns: number | null;
  readonly paused: boolean;
  /** Lines that are there, or on their way, and not in the view yet: held while paused, or faster than they can be taken. */
  readonly waiting: number;
  /** Why the text of the query is not applied; null where it is. */
  readonly problem: PatternProblem | null;
  /** Grows whenever other lines are shown than before, apart from new ones at the end. */
  readonly epoch: number;
  /** Storlets that wrote a line since the view began, in order of their first. */
  readonly storlets: ReadonlySet<string>;
  /** Lines held, shown or not. */
  readonly lineCount: number;
  readonly shownCount: number;
  readonly rowCount: number;
  /** True while a query is still being answered. */
  readonly searching: boolean;
  /** Lines per level that the query would show if all levels were on. */
  readonly counts: LevelCounts;
  /** Moves with the content: grows by rows put in front, falls by rows dropped there. A reader's place follows it. */
  readonly origin: number;
  /** Shown lines ever appended at the end. */
  readonly arrived: number;
  /** What a row shows. `id` tells entries apart for as long as the store lives. */
  lineAt(row: number): { id: number; line: LogLine; rowInEntry: number } | null;
  /** First row of the newest shown line at level error or above. */
  newestErrorRow(): number | null;
  /** First row of a shown line; of the next one where it is not shown. */
  rowOf(id: number): number;
  /** Up to `count` shown lines after an id, oldest first. */
  shownAfter(id: number, count: number): ShownLine[];
  /** Up to `count` shown lines before an id, oldest first. */
  shownBefore(id: number, count: number): ShownLine[];
}

const noCounts = (): Record<LogLevel, number> => Object.fromEntries(logLevels.map((level) => [level, 0])) as Record<LogLevel, number>;

function describeDropped(dropped: number, beside: LogLine | null): LogLine {
  const text = `${dropped} lines came faster than this screen took them. They are in the log file.`;
  return { seq: -1, time: beside?.time ?? 0, level: "warn", source: "engine", text };
}

const newestLine = (ring: LineRing): LogLine | null => (ring.nextId > ring.firstId ? ring.lineOf(ring.nextId - 1) : null);

/** Id of the newest counted line at level error or above, of the levels that are shown. */
function newestError(ring: LineRing, levels: ReadonlySet<LogLevel>): number | null {
  for (let id = ring.nextId - 1; id >= ring.firstId; id--) {
    const { level } = ring.lineOf(id);
    if ((level === "error" || level === "fatal") && ring.isCounted(id) && levels.has(level)) return id;
  }
  return null;
}

const noWorker: TestTexts = () => Promise.reject(new PatternError("failed"));

/** `testTexts` tries regular expressions; without it none can be. */
export function createLogStore(turns: LogStoreTurns, capacity = 200_000, testTexts: TestTexts = noWorker): LogStore {
  const ring = createLineRing(capacity);
  const storlets = new Set<string>();
  let query = everything;
  let text: Exclude<TextTest, { kind: "bad" }> = { kind: "all" };
  let problem: PatternProblem | null = null;
  let columns: number | null = null;
  let rows: RowIndex = createRowIndex();
  let counts = noCounts();
  let search: Search | null = null;
  let epoch = 0;
  let origin = 0;
  let arrived = 0;
  let held: LogLine[] | null = null;
  let onTheWay = 0;
  const signal = createChangeSignal(turns.onFrame);
  const { changed } = signal;

  function changedForReader(): void {
    turns.hurry?.();
    changed();
  }

  const rowsOf = (id: number): number => rowCountOf(ring.lineOf(id).text, columns);

  /** Counts a match; true where its level is shown. */
  function count(id: number): boolean {
    const { level } = ring.lineOf(id);
    ring.count(id);
    counts[level]++;
    return query.levels.has(level);
  }

  function show(id: number): void {
    if (!count(id)) return;
    rows.append(id, rowsOf(id));
    search?.addNewer(id);
    arrived++;
  }

  const tail = createLogTail({
    testTexts,
    oldest: () => ring.firstId,
    textOf: (id) => ring.lineOf(id).text,
    onMatch: show,
    onDone: changed,
    onFailure: giveUpText,
  });

  function add(line: LogLine): void {
    if (ring.isFull) {
      if (ring.isCounted(ring.firstId)) counts[ring.lineOf(ring.firstId).level]--;
      ring.dropOldest();
    }
    const id = ring.push(line);
    if (line.storlet !== undefined) storlets.add(line.storlet);
    if (!matchesFields(line, query)) return;
    if (text.kind === "regex") tail.add(id);
    else if (text.kind === "all" || text.test(line.text)) show(id);
  }

  function addAll(lines: readonly LogLine[]): void {
    for (const line of lines) add(line);
    origin -= rows.dropBefore(ring.firstId);
    void tail.work();
    changed();
  }

  function giveUpText(error: unknown): void {
    const kind = error instanceof PatternError ? error.reason : "failed";
    problem = { kind, message: error instanceof Error ? error.message : "" };
    text = { kind: "all" };
    searchAgain();
  }

  function searchAgain(): void {
    search?.cancel();
    search = null;
    epoch++;
    counts = noCounts();
    ring.uncountAll();
    rows = createRowIndex();
    tail.restart(text.kind === "regex" ? text.regex : null);
    let ended = false;
    const started = startSearch({
      turns,
      newest: ring.nextId - 1,
      oldest: () => ring.firstId,
      lineOf: ring.lineOf,
      admits: (id) => matchesFields(ring.lineOf(id), query),
      text,
      testTexts,
      onMatch: count,
      rowsOf,
      onRows(found, isLast) {
        // What is shown so far is the newest of it.
        origin += found.rowCount - rows.rowCount;
        rows = found;
        epoch++;
        if (isLast) {
          search = null;
          ended = true;
        }
        changedForReader();
      },
      onFailure: giveUpText,
    });
    if (!ended) search = started;
    changedForReader();
  }

  const shown = (ids: readonly number[]): ShownLine[] => ids.map((id) => ({ id, line: ring.lineOf(id) }));

  return {
    append(lines, dropped = 0, waiting = 0) {
      onTheWay = waiting;
      const all = dropped > 0 ? [describeDropped(dropped, lines[0] ?? newestLine(ring)), ...lines] : lines;
      if (all.length === 0) return;
      if (held === null) return addAll(all);
      for (const line of all) held.push(line);
      if (held.length > capacity * 1.1) held = held.slice(-capacity);
      changed();
    },
    setQuery(next) {
      query = next;
      const compiled = compilePattern(query.pattern);
      problem = compiled.kind === "bad" ? { kind: "bad", message: compiled.message } : null;
      text = compiled.kind === "bad" ? { kind: "all" } : compiled;
      searchAgain();
    },
    setColumns(next) {
      if (next === columns) return;
      columns = next;
      searchAgain();
    },
    setPaused(paused) {
      if (paused === (held !== null)) return;
      const lines = held ?? [];
      held = paused ? [] : null;
      if (!paused) addAll(lines);
      changed();
    },
    clear() {
      search?.cancel();
      search = null;
      ring.clear();
      tail.restart(text.kind === "regex" ? text.regex : null);
      epoch++;
      rows = createRowIndex();
      counts = noCounts();
      if (held !== null) held = [];
      changed();
    },
    subscribe: signal.subscribe,
    storlets,
    get version() {
      return signal.version;
    },
    get query() {
      return query;
    },
    get columns() {
      return columns;
    },
    get paused() {
      return held !== null;
    },
    get waiting() {
      return (held?.length ?? tail.waiting) + onTheWay;
    },
    get problem() {
      return problem;
    },
    get epoch() {
      return epoch;
    },
    get lineCount() {
      return ring.nextId - ring.firstId;
    },
    get shownCount() {
      return rows.entryCount;
    },
    get rowCount() {
      return rows.rowCount;
    },
    get searching() {
      return search !== null;
    },
    get counts() {
      return counts;
    },
    get origin() {
      return origin;
    },
    get arrived() {
      return arrived;
    },
    lineAt(row) {
      const place = rows.placeAt(row);
      return place === null ? null : { id: place.entryId, line: ring.lineOf(place.entryId), rowInEntry: place.rowInEntry };
    },
    newestErrorRow() {
      const id = newestError(ring, query.levels);
      return id === null ? null : rows.rowOf(id);
    },
    rowOf: (id) => rows.rowOf(id),
    shownAfter: (id, most) => shown(rows.entriesAfter(id, most)),
    shownBefore: (id, most) => shown(rows.entriesBefore(id, most)),
  };
}
