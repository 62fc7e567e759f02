/**
 * A listing of any length as a window: rows come by page, what lies far from the window is let go, and a walk over the whole listing
 * counts it and notes where each page begins, so that any row can be shown. Owns no request and no drawing.
 */

export interface Named {
  readonly name: string;
}

export interface ListingPage<Row> {
  rows: readonly Row[];
  /** How many rows there are in all, where the answer tells. */
  total: number | null;
}

export interface ListingOptions<Row> {
  /** The rows after `marker`, at most `limit`. */
  fetchPage(marker: string, limit: number, signal: AbortSignal): Promise<ListingPage<Row>>;
  /** Keeps only these rows; the listing then holds them all in memory, up to `maxKept`. */
  matches?: ((row: Row) => boolean) | undefined;
  /** What is shown of a failure. */
  describeError(error: unknown): string;
}

export interface ListingState {
  /** Grows with every change. */
  version: number;
  /** Rows to make room for: those found, or the total where it is known beforehand. */
  count: number;
  /** True once the end was seen: `count` is exact. */
  counted: boolean;
  /** Rows looked at so far. */
  walked: number;
  /** Nothing has arrived yet. */
  empty: boolean;
  /** A filtered listing stopped because it has enough. */
  cut: boolean;
  problem: string | null;
}

export const pageRows = 500;
const walkRows = 2000;
/** Pages kept: 10 000 rows, which is also the longest listing that can be sorted here. */
export const maxPages = 20;
const maxKept = 10_000;

export interface Listing<Row> extends Disposable {
  readonly state: ListingState;
  subscribe(listener: () => void): () => void;
  row(index: number): Row | undefined;
  /** Says which rows are on screen; missing ones are fetched. */
  show(first: number, last: number): void;
  /** Every row, where all are in memory. */
  allRows(): readonly Row[] | null;
  /** The rows from `first` to `last`, whether they are in memory or not. */
  read(first: number, last: number, signal: AbortSignal): Promise<Row[]>;
  /** Lists again; what is shown stays until the new rows are there. */
  refresh(): void;
}

export function createListing<Row extends Named>({ fetchPage, matches, describeError }: ListingOptions<Row>): Listing<Row> {
  const listeners = new Set<() => void>();
  const markers: string[] = [""];
  const pages = new Map<number, readonly Row[]>();
  const asked = new Map<number, AbortController>();
  let kept: Row[] = [];
  let window = { first: 0, last: 0 };
  let walk = new AbortController();
  let state: ListingState = { version: 0, count: 0, counted: false, walked: 0, empty: true, cut: false, problem: null };

  const change = (fields: Partial<ListingState>): void => {
    state = { ...state, ...fields, version: state.version + 1 };
    for (const listener of listeners) listener();
  };

  /** Lets go of the pages farthest from the window. */
  function trim(): void {
    const middle = (window.first + window.last) / 2;
    while (pages.size > maxPages) {
      let farthest = -1;
      for (const page of pages.keys()) if (farthest < 0 || Math.abs(page - middle) > Math.abs(farthest - middle)) farthest = page;
      pages.delete(farthest);
    }
  }

  function keepPages(firstPage: number, rows: readonly Row[]): void {
    for (let start = 0; start < rows.length; start += pageRows) {
      const page = firstPage + start / pageRows;
      const part = rows.slice(start, start + pageRows);
      pages.set(page, part);
      if (part.length === pageRows) markers[page + 1] = part.at(-1)?.name ?? "";
    }
    trim();
  }

  async function walkAll(signal: AbortSignal): Promise<void> {
    let marker = "";
    let walked = 0;
    let found: Row[] = [];
    for (let limit = pageRows; ; limit = walkRows) {
      const { rows, total } = await fetchPage(marker, limit, signal);
      if (signal.aborted) return;
      const ended = rows.length < limit;
      if (matches === undefined) keepPages(walked / pageRows, rows);
      else found = [...found, ...rows.filter(matches)].slice(0, maxKept);
      walked += rows.length;
      marker = rows.at(-1)?.name ?? marker;
      if (matches !== undefined) {
        const cut = found.length >= maxKept;
        // While it lists again, the old rows stay until there is something better to show.
        if (ended || cut || found.length >= kept.length || !state.counted) kept = found;
        change({ walked, count: kept.length, counted: ended || cut, cut: cut && !ended, empty: false, problem: null });
        if (ended || cut) return;
      } else {
        const beforehand = total ?? (state.counted || state.count > walked ? state.count : 0);
        const count = ended ? walked : Math.max(walked, beforehand);
        if (ended) forgetAfter(walked);
        change({ walked, count, counted: ended, empty: false, problem: null });
        if (ended) return;
      }
    }
  }

  function forgetAfter(count: number): void {
    markers.length = Math.floor(count / pageRows) + 1;
    for (const page of pages.keys()) if (page * pageRows >= count) pages.delete(page);
  }

  function start(): void {
    walk.abort();
    walk = new AbortController();
    const { signal } = walk;
    walkAll(signal).catch((error: unknown) => {
      if (!signal.aborted) change({ problem: describeError(error) });
    });
  }

  async function fetchOne(page: number): Promise<readonly Row[]> {
    const abort = new AbortController();
    asked.set(page, abort);
    try {
      const { rows } = await fetchPage(markers[page] ?? "", pageRows, abort.signal);
      if (!abort.signal.aborted) {
        pages.set(page, rows);
        trim();
        change({});
      }
      return rows;
    } finally {
      asked.delete(page);
    }
  }

  const pageOf = (index: number): number => Math.floor(index / pageRows);

  start();
  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    row(index) {
      return matches === undefined ? pages.get(pageOf(index))?.[index % pageRows] : kept[index];
    },
    show(first, last) {
      window = { first: pageOf(first), last: pageOf(last) };
      if (matches !== undefined) return;
      for (const [page, abort] of asked) if (page < window.first - 1 || page > window.last + 1) abort.abort();
      for (let page = window.first; page <= window.last; page += 1) {
        // Pages that the walk has not come to yet arrive with it.
        if (pages.has(page) || asked.has(page) || markers[page] === undefined) continue;
        if (page === 0 && state.empty) continue;
        fetchOne(page).catch(() => {});
      }
    },
    allRows() {
      if (!state.counted) return null;
      if (matches !== undefined) return kept;
      const needed = Math.ceil(state.count / pageRows);
      const all: Row[] = [];
      for (let page = 0; page < needed; page += 1) {
        const rows = pages.get(page);
        if (rows === undefined) return null;
        all.push(...rows);
      }
      return all;
    },
    async read(first, last, signal) {
      if (matches !== undefined) return kept.slice(first, last + 1);
      const found: Row[] = [];
      for (let page = pageOf(first); page <= pageOf(last) && !signal.aborted; page += 1) {
        const marker = markers[page];
        if (marker === undefined) break;
        const rows = pages.get(page) ?? (await fetchPage(marker, pageRows, signal)).rows;
        const from = page * pageRows;
        found.push(...rows.slice(Math.max(0, first - from), last - from + 1));
      }
      return found;
    },
    refresh: start,
    [Symbol.dispose]() {
      walk.abort();
      for (const abort of asked.values()) abort.abort();
      listeners.clear();
    },
  };
}
