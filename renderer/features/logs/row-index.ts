/**
 * Maps rows on the screen to log entries and back. An entry of several lines takes several rows of one height, so a list of
 * 200,000 entries scrolls by arithmetic alone. Owns no text: it is told how many rows an entry takes.
 */

export interface RowPlace {
  entryId: number;
  rowInEntry: number;
}

export interface RowIndex {
  append(entryId: number, rows: number): void;
  /** Forgets the entries with smaller ids. Returns how many rows went with them. */
  dropBefore(entryId: number): number;
  readonly entryCount: number;
  readonly rowCount: number;
  /** The entry at a row; null beyond the end. */
  placeAt(row: number): RowPlace | null;
  /** The first row of an entry, or of the next one after it where it is not in the index. */
  rowOf(entryId: number): number;
  /** Up to `count` entries after an id, in order. */
  entriesAfter(entryId: number, count: number): number[];
  /** Up to `count` entries before an id, in order. */
  entriesBefore(entryId: number, count: number): number[];
}

/** The first position in `values[from, to)` whose value is greater than `limit`. */
function firstAbove(values: readonly number[], limit: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** An empty index. Entry ids must be appended in ascending order. */
export function createRowIndex(): RowIndex {
  let ids: number[] = [];
  /** Rows up to and including the entry, counted from the first entry ever appended. */
  let ends: number[] = [];
  let head = 0;
  let droppedRows = 0;

  /** Moves the arrays down once half of them is dead, so that dropping stays cheap over a long life. */
  function compact(): void {
    if (head < 4096 || head * 2 < ids.length) return;
    ids = ids.slice(head);
    ends = ends.slice(head);
    head = 0;
  }

  return {
    append(entryId, rows) {
      ids.push(entryId);
      ends.push((ends.at(-1) ?? droppedRows) + rows);
    },
    dropBefore(entryId) {
      const newHead = firstAbove(ids, entryId - 1, head, ids.length);
      if (newHead === head) return 0;
      const before = droppedRows;
      droppedRows = ends[newHead - 1] as number;
      head = newHead;
      compact();
      return droppedRows - before;
    },
    get entryCount() {
      return ids.length - head;
    },
    get rowCount() {
      return (ends.at(-1) ?? droppedRows) - droppedRows;
    },
    placeAt(row) {
      if (row < 0) return null;
      const position = firstAbove(ends, row + droppedRows, head, ends.length);
      if (position >= ids.length) return null;
      const start = position === head ? droppedRows : (ends[position - 1] as number);
      return { entryId: ids[position] as number, rowInEntry: row + droppedRows - start };
    },
    rowOf(entryId) {
      const position = firstAbove(ids, entryId - 1, head, ids.length);
      return (position === head ? droppedRows : (ends[position - 1] as number)) - droppedRows;
    },
    entriesAfter(entryId, count) {
      const position = firstAbove(ids, entryId, head, ids.length);
      return ids.slice(position, position + count);
    },
    entriesBefore(entryId, count) {
      const position = firstAbove(ids, entryId - 1, head, ids.length);
      return ids.slice(Math.max(head, position - count), position);
    },
  };
}
