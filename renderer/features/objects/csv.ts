/** Comma-separated bytes as cells that know which bytes they are. Works on bytes, so that a cell and the hex view agree. Pure. */

export interface Cell {
  /** First byte, counted from the start of the object. */
  start: number;
  /** After the last byte; quotes are inside. */
  end: number;
  text: string;
}

export interface CsvTable {
  rows: readonly (readonly Cell[])[];
  columns: number;
  /** Bytes of the given ones that whole rows use: a torn last row is left out where more bytes follow. */
  usedBytes: number;
}

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const maxColumns = 200;
const separators = { ",": 0x2c, ";": 0x3b, "\t": 0x09, "|": 0x7c } as const;

/** The separator of the first lines: the one that parts every line into the same number of cells, and most of them. */
export function findSeparator(bytes: Uint8Array): number | null {
  const lines = new TextDecoder().decode(bytes.subarray(0, 4096)).split(/\r?\n/).slice(0, 6);
  // The last one may be torn.
  const whole = lines.length > 1 ? lines.slice(0, -1).filter((line) => line !== "") : lines;
  let best: { code: number; count: number } | null = null;
  for (const [sign, code] of Object.entries(separators)) {
    const counts = whole.map((line) => line.replaceAll(/"(?:[^"]|"")*"/g, "").split(sign).length - 1);
    const count = Math.min(...counts);
    if (count > 0 && counts.every((other) => other === count) && count > (best?.count ?? 0)) best = { code, count };
  }
  return best?.code ?? null;
}

/** Rows of `bytes`, which begin at byte `offset` of the object. `complete`: nothing follows them. */
export function parseCsv(bytes: Uint8Array, offset: number, separator: number, complete: boolean): CsvTable {
  const decoder = new TextDecoder();
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let columns = 0;
  let cellStart = 0;
  let usedBytes = 0;
  let quoted = false;
  const endCell = (at: number): void => {
    if (row.length >= maxColumns) return;
    const raw = decoder.decode(bytes.subarray(cellStart, at));
    const text = raw.startsWith('"') && raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1).replaceAll('""', '"') : raw;
    row.push({ start: offset + cellStart, end: offset + at, text });
  };
  const endRow = (at: number, next: number): void => {
    endCell(at);
    if (row.length > 1 || row[0]?.text !== "") rows.push(row);
    columns = Math.max(columns, row.length);
    row = [];
    cellStart = next;
    usedBytes = next;
  };
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const byte = bytes[at];
    // A quote inside of a bare cell is a sign like any other.
    if (byte === quote && (quoted || at === cellStart)) quoted = !quoted;
    else if (byte === quote && at > 0 && bytes[at - 1] === quote && bytes[cellStart] === quote) quoted = true;
    else if (quoted) continue;
    else if (byte === separator) {
      endCell(at);
      cellStart = at + 1;
    } else if (byte === lineFeed) endRow(bytes[at - 1] === carriageReturn ? at - 1 : at, at + 1);
  }
  // A row longer than everything that is here is shown torn rather than not at all.
  if ((cellStart < bytes.byteLength || row.length > 0) && (complete || rows.length === 0)) endRow(bytes.byteLength, bytes.byteLength);
  return { rows, columns, usedBytes: complete ? bytes.byteLength : usedBytes };
}

/** True where the first row names the columns: words above rows that hold numbers, or none that repeats below. */
export function hasHeader(table: CsvTable): boolean {
  const [first, ...rest] = table.rows;
  if (first === undefined || rest.length === 0) return false;
  const isNumber = (text: string): boolean => text.trim() !== "" && !Number.isNaN(Number(text));
  return first.every(({ text }) => text !== "" && !isNumber(text)) && new Set(first.map(({ text }) => text)).size === first.length;
}

/** The cell that holds a byte, by row and column; null between cells. */
export function cellAt(table: CsvTable, byte: number): { row: number; column: number } | null {
  let low = 0;
  let high = table.rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.rows[middle]?.[0]?.start ?? 0) <= byte) low = middle;
    else high = middle - 1;
  }
  const column = table.rows[low]?.findIndex(({ start, end }) => start <= byte && byte < end) ?? -1;
  return column < 0 ? null : { row: low, column };
}
