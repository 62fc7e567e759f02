/**
 * The lines a log view has, and which of them its query shows. A ring: the newest lines stay, older ones are in the log file.
 * Knows no DOM and no network; frames, slices and time are handed in, so that a test can drive them.
 */
import type { LogLevel, LogLine } from "../../../engine/contract/index.ts";
import { createMatcher, everything, logLevels, type LogQuery } from "./log-query.ts";
import { rowCountOf } from "./log-text.ts";
import { createRowIndex, type RowIndex } from "./row-index.ts";

export type LevelCounts = Readonly<Record<LogLevel, number>>;

/** Where the store gets its turns from. */
export interface LogStoreTurns {
  /** Runs a callback before the next paint. */
  onFrame(callback: () => void): void;
  /** Runs a callback soon, after the browser had its turn. */
  onSlice(callback: () => void): void;
  /** Monotonic milliseconds. */
  elapsedMs(): number;
}

export interface LogStore {
  /** Adds lines in order. `dropped`: lines lost before them, which becomes a line of its own. */
  append(lines: readonly LogLine[], dropped?: number): void;
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
  /** Lines that arrived while paused. */
  readonly waiting: number;
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
  /** The shown lines, oldest first. */
  shownLines(): LogLine[];
}

interface Search {
  /** The next id to look at, going down. */
  cursor: number;
  /** Matches so far, newest first. */
  found: number[];
  /** Matches that arrived since the search began. */
  tail: number[];
}

const sliceMs = 6;
const noCounts = (): Record<LogLevel, number> => Object.fromEntries(logLevels.map((level) => [level, 0])) as Record<LogLevel, number>;

function describeDropped(dropped: number, time: number): LogLine {
  const text = `${dropped} lines came faster than this screen took them. They are in the log file.`;
  return { seq: -1, time, level: "warn", source: "engine", text };
}

export function createLogStore(turns: LogStoreTurns, capacity = 200_000): LogStore {
  const ring: (LogLine | undefined)[] = [];
  let firstId = 0;
  let nextId = 0;
  let query = everything;
  let matcher = createMatcher(query);
  let columns: number | null = null;
  let rows: RowIndex = createRowIndex();
  let counts = noCounts();
  let search: Search | null = null;
  let origin = 0;
  let arrived = 0;
  let held: LogLine[] | null = null;
  let version = 0;
  let frameAsked = false;
  const listeners = new Set<() => void>();

  const lineOf = (id: number): LogLine => ring[id % capacity] as LogLine;

  function changed(): void {
    if (frameAsked) return;
    frameAsked = true;
    turns.onFrame(() => {
      frameAsked = false;
      version++;
      for (const listener of listeners) listener();
    });
  }

  function evictOldest(): void {
    const line = lineOf(firstId);
    // A line the running search has not reached was never counted.
    const counted = search === null || firstId > search.cursor;
    if (counted && matcher.matchesApartFromLevel(line)) counts[line.level]--;
    firstId++;
  }

  function add(line: LogLine): void {
    if (nextId - firstId === capacity) evictOldest();
    const id = nextId++;
    ring[id % capacity] = line;
    if (!matcher.matchesApartFromLevel(line)) return;
    counts[line.level]++;
    if (!query.levels.has(line.level)) return;
    rows.append(id, rowCountOf(line.text, columns));
    search?.tail.push(id);
    arrived++;
  }

  function addAll(lines: readonly LogLine[]): void {
    for (const line of lines) add(line);
    origin -= rows.dropBefore(firstId);
    changed();
  }

  /** Puts what the search found in place of the rows shown so far, which are the newest of it. */
  function publish(found: Search): void {
    const before = rows.rowCount;
    const next = createRowIndex();
    for (let position = found.found.length - 1; position >= 0; position--) {
      const id = found.found[position] as number;
      if (id >= firstId) next.append(id, rowCountOf(lineOf(id).text, columns));
    }
    for (const id of found.tail) if (id >= firstId) next.append(id, rowCountOf(lineOf(id).text, columns));
    rows = next;
    origin += rows.rowCount - before;
    changed();
  }

  function searchOn(current: Search): void {
    if (search !== current) return;
    const until = turns.elapsedMs() + sliceMs;
    while (current.cursor >= firstId) {
      const line = lineOf(current.cursor);
      if (matcher.matchesApartFromLevel(line)) {
        counts[line.level]++;
        if (query.levels.has(line.level)) current.found.push(current.cursor);
      }
      current.cursor--;
      if (current.cursor % 256 === 0 && turns.elapsedMs() >= until) break;
    }
    if (current.cursor < firstId) {
      publish(current);
      search = null;
      return;
    }
    if (rows.entryCount === 0 && current.found.length > 0) publish(current);
    turns.onSlice(() => searchOn(current));
  }

  function startSearch(): void {
    counts = noCounts();
    rows = createRowIndex();
    search = { cursor: nextId - 1, found: [], tail: [] };
    searchOn(search);
    changed();
  }

  return {
    append(lines, dropped = 0) {
      const all = dropped > 0 ? [describeDropped(dropped, lines[0]?.time ?? ring[(nextId - 1) % capacity]?.time ?? 0), ...lines] : lines;
      if (all.length === 0) return;
      if (held === null) return addAll(all);
      for (const line of all) held.push(line);
      if (held.length > capacity * 1.1) held = held.slice(-capacity);
      changed();
    },
    setQuery(next) {
      query = next;
      matcher = createMatcher(query);
      startSearch();
    },
    setColumns(next) {
      if (next === columns) return;
      columns = next;
      startSearch();
    },
    setPaused(paused) {
      if (paused === (held !== null)) return;
      const lines = held ?? [];
      held = paused ? [] : null;
      if (!paused) addAll(lines);
      changed();
    },
    clear() {
      for (let id = firstId; id < nextId; id++) ring[id % capacity] = undefined;
      firstId = nextId;
      search = null;
      rows = createRowIndex();
      counts = noCounts();
      if (held !== null) held = [];
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get version() {
      return version;
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
      return held?.length ?? 0;
    },
    get lineCount() {
      return nextId - firstId;
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
      return place === null ? null : { id: place.entryId, line: lineOf(place.entryId), rowInEntry: place.rowInEntry };
    },
    newestErrorRow() {
      for (let id = nextId - 1; id >= firstId; id--) {
        const line = lineOf(id);
        if ((line.level === "error" || line.level === "fatal") && matcher.matches(line)) return rows.rowOf(id);
      }
      return null;
    },
    shownLines() {
      const lines: LogLine[] = [];
      for (let id = firstId; id < nextId; id++) {
        const line = lineOf(id);
        if (matcher.matches(line)) lines.push(line);
      }
      return lines;
    },
  };
}
