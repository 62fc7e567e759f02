/** Line differences between two texts: Myers' shortest edit where it is short enough to find, else the honest "all of this changed". Pure. */
import { hexRows } from "../objects/index.ts";

export interface Line {
  /** Counts from 1. */
  number: number;
  text: string;
}

/** A line of both, or of one of them. */
export interface DiffRow {
  left: Line | null;
  right: Line | null;
}

export interface DiffBlock {
  kind: "equal" | "changed";
  rows: readonly DiffRow[];
}

/** Edits beyond which the middle counts as replaced: the search costs their square. */
const maxEdits = 1500;

/** The pairs of equal lines of a shortest edit script, as indexes; null where it is too long. */
function findMatches(a: readonly number[], b: readonly number[]): [number, number][] | null {
  const limit = Math.min(a.length + b.length, maxEdits);
  const trace: Int32Array[] = [];
  const reach = new Int32Array(2 * limit + 3);
  const at = (k: number): number => k + limit + 1;
  for (let edits = 0; edits <= limit; edits += 1) {
    trace.push(reach.slice());
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (reach[at(k - 1)] ?? 0) < (reach[at(k + 1)] ?? 0));
      let x = down ? (reach[at(k + 1)] ?? 0) : (reach[at(k - 1)] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach[at(k)] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, at, a.length, b.length, edits);
    }
  }
  return null;
}

function walkBack(trace: readonly Int32Array[], at: (k: number) => number, endX: number, endY: number, edits: number): [number, number][] {
  const matches: [number, number][] = [];
  let x = endX;
  let y = endY;
  for (let step = edits; step >= 0; step -= 1) {
    const reach = trace[step] ?? new Int32Array();
    const k = x - y;
    const down = k === -step || (k !== step && (reach[at(k - 1)] ?? 0) < (reach[at(k + 1)] ?? 0));
    const fromK = down ? k + 1 : k - 1;
    const fromX = step === 0 ? 0 : (reach[at(fromK)] ?? 0);
    const fromY = step === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY && (step === 0 || x > (down ? fromX : fromX + 1) || y > (down ? fromY + 1 : fromY))) {
      x -= 1;
      y -= 1;
      matches.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return matches.reverse();
}

/** Equal lines as equal numbers. */
function intern(lines: readonly string[], ids: Map<string, number>): number[] {
  return lines.map((line) => {
    const known = ids.get(line);
    if (known !== undefined) return known;
    ids.set(line, ids.size);
    return ids.size - 1;
  });
}

/**
 * The lines of both as blocks, in order. `keyOf` says what makes two lines equal; the lines themselves are shown. A changed block
 * pairs its removed and added lines one by one, so that they stand side by side.
 */
export function diffLines(
  left: readonly string[],
  right: readonly string[],
  keyOf: (line: string) => string = (line) => line,
): DiffBlock[] {
  const ids = new Map<string, number>();
  const a = intern(left.map(keyOf), ids);
  const b = intern(right.map(keyOf), ids);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const middle = findMatches(a.slice(start, a.length - end), b.slice(start, b.length - end)) ?? [];
  const matches: [number, number][] = [
    ...Array.from({ length: start }, (_, index): [number, number] => [index, index]),
    ...middle.map(([x, y]): [number, number] => [x + start, y + start]),
    ...Array.from({ length: end }, (_, index): [number, number] => [a.length - end + index, b.length - end + index]),
  ];
  return blocksOf(left, right, matches);
}

function blocksOf(left: readonly string[], right: readonly string[], matches: readonly (readonly [number, number])[]): DiffBlock[] {
  const blocks: { kind: DiffBlock["kind"]; rows: DiffRow[] }[] = [];
  const add = (kind: DiffBlock["kind"], row: DiffRow) => {
    const last = blocks.at(-1);
    if (last?.kind === kind) last.rows.push(row);
    else blocks.push({ kind, rows: [row] });
  };
  const line = (texts: readonly string[], index: number, end: number): Line | null =>
    index < end ? { number: index + 1, text: texts[index] ?? "" } : null;
  let x = 0;
  let y = 0;
  for (const [matchX, matchY] of [...matches, [left.length, right.length] as const]) {
    const count = Math.max(matchX - x, matchY - y);
    for (let offset = 0; offset < count; offset += 1) {
      add("changed", { left: line(left, x + offset, matchX), right: line(right, y + offset, matchY) });
    }
    if (matchX < left.length && matchY < right.length) {
      add("equal", { left: line(left, matchX, left.length), right: line(right, matchY, right.length) });
    }
    x = matchX + 1;
    y = matchY + 1;
  }
  return blocks;
}

export interface Marks {
  /** The part that differs: from `start` to `end` in each of the two. */
  start: number;
  leftEnd: number;
  rightEnd: number;
}

const isLowSurrogate = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text.charAt(at));

/** Where two lines differ, between what they begin and end with alike. */
export function markWords(left: string, right: string): Marks {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  if (isLowSurrogate(left, start) || isLowSurrogate(right, start)) start = Math.max(0, start - 1);
  let end = 0;
  while (end < shorter - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  if (isLowSurrogate(left, left.length - end)) end = Math.max(0, end - 1);
  return { start, leftEnd: left.length - end, rightEnd: right.length - end };
}

/** The lines of a text; a line end at its end makes no further line. */
export function splitLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

const rowBytes = 16;

/** Bytes in rows of sixteen from an offset on, as hex and as the characters that can be printed. */
export function hexLines(bytes: Uint8Array, from = 0, end = bytes.byteLength): string[] {
  return hexRows(bytes.subarray(from, end), Infinity).map(({ hex, text }, row) => {
    const offset = (from + row * rowBytes).toString(16).padStart(6, "0");
    return `${offset}  ${hex.replace("  ", " ").padEnd(47)}  ${text}`;
  });
}

/** Rows at the same place compared with each other: bytes have no lines to follow. */
export function diffRows(left: readonly string[], right: readonly string[]): DiffBlock[] {
  const matches = left.flatMap((text, index): [number, number][] => (text === right[index] ? [[index, index]] : []));
  return blocksOf(left, right, matches);
}

/**
 * Bytes as hex rows: compared at the same place, and where one is longer, what both end with stands side by side again behind the
 * difference.
 */
export function diffBytes(left: Uint8Array, right: Uint8Array): DiffBlock[] {
  const shorter = Math.min(left.byteLength, right.byteLength);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  start -= start % rowBytes;
  let end = 0;
  while (end < shorter - start && left[left.byteLength - 1 - end] === right[right.byteLength - 1 - end]) end += 1;
  if (left.byteLength === right.byteLength || end < rowBytes) return diffRows(hexLines(left), hexLines(right));
  const [leftTail, rightTail] = [left.byteLength - end, right.byteLength - end];
  const head = diffRows(hexLines(left, 0, leftTail), hexLines(right, 0, rightTail));
  const tails = [hexLines(left, leftTail), hexLines(right, rightTail)] as const;
  const [leftRows, rightRows] = [leftTail, rightTail].map((bytes) => Math.ceil(bytes / rowBytes)) as [number, number];
  const rows = tails[0].map((text, index): DiffRow => ({
    left: { number: leftRows + index + 1, text },
    right: { number: rightRows + index + 1, text: tails[1][index] ?? "" },
  }));
  return [...head, { kind: "equal", rows }];
}

/** How many blocks differ. */
export function countDifferences(blocks: readonly DiffBlock[]): number {
  return blocks.filter(({ kind }) => kind === "changed").length;
}
