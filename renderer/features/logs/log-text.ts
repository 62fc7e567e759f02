/** How the text of a log entry is cut into rows of the screen. Pure: the same text and width always give the same rows. */

import { shortenFrames } from "./source-links.ts";

/** Characters of one entry that the view shows; the log file has the rest. */
const shownLength = 16_384;
/** Rows of one entry that the view shows. */
const shownRows = 400;
const tabWidth = 4;

export interface TextRow {
  /** The logical line this row belongs to, and the piece of it that the row shows. */
  line: string;
  from: number;
  to: number;
}

// Control and bidirectional-override characters would be invisible or reorder the row: each gets a picture of its own width.
// oxlint-disable-next-line no-control-regex
const hiddenCharacters = /[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with its unprintable characters made visible. Same length as before. */
export function showControls(text: string): string {
  return text.replace(hiddenCharacters, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\u2426";
  });
}

/** The logical lines of an entry as they are shown: clipped, without the break at the end. */
function linesOf(text: string): string[] {
  const clipped = text.length > shownLength;
  const body = shortenFrames(clipped ? text.slice(0, shownLength) : text).replace(/\r?\n$/, "");
  const lines = body.split(/\r?\n/);
  if (clipped) lines.push(`… ${text.length - shownLength} more characters are in the log file`);
  return lines;
}

// oxlint-disable-next-line no-control-regex
const plain = /^[\x20-\x7e]*$/;

/** Columns of one code point: wide scripts and pictographs count two, so that a row never runs out of its width. */
function columnsOf(codePoint: number): number {
  if (codePoint === 9) return tabWidth;
  return codePoint >= 0x1100 ? 2 : 1;
}

/** Where the row that begins at `from` ends: after its last blank, where that does not leave half of the row empty. */
function endOfRow(line: string, from: number, limit: number): number {
  if (limit >= line.length) return limit;
  // A blank that hangs over the edge is not seen; at the head of the next row it would be.
  if (line[limit] === " ") return limit + 1;
  const blank = line.lastIndexOf(" ", limit - 1);
  return blank > from + (limit - from) / 2 ? blank + 1 : limit;
}

/** The farthest position up to which the text from `from` on fits into `columns`; at least one character on. */
function fittingEnd(line: string, from: number, columns: number): number {
  let used = 0;
  let position = from;
  while (position < line.length) {
    const codePoint = line.codePointAt(position) as number;
    used += columnsOf(codePoint);
    if (used > columns && position > from) return position;
    position += codePoint > 0xffff ? 2 : 1;
  }
  return position;
}

/** Where to break a line so that no piece is wider than `columns`. Always at least one piece. */
function breaksOf(line: string, columns: number): number[] {
  const isPlain = plain.test(line);
  const ends: number[] = [];
  let from = 0;
  do {
    const limit = isPlain ? Math.min(from + columns, line.length) : fittingEnd(line, from, columns);
    from = endOfRow(line, from, limit);
    ends.push(from);
  } while (from < line.length);
  return ends;
}

/** The rows of an entry. `columns` null: lines are not wrapped. */
export function rowsOf(text: string, columns: number | null): TextRow[] {
  const rows: TextRow[] = [];
  for (const line of linesOf(text)) {
    if (columns === null) {
      rows.push({ line, from: 0, to: line.length });
    } else {
      let from = 0;
      for (const to of breaksOf(line, Math.max(columns, 2))) {
        rows.push({ line, from, to });
        from = to;
      }
    }
    if (rows.length >= shownRows) return [...rows.slice(0, shownRows - 1), { line: "… more lines are in the log file", from: 0, to: 32 }];
  }
  return rows;
}

/** How many rows an entry takes: `rowsOf(text, columns).length`, without building them for the usual short line. */
export function rowCountOf(text: string, columns: number | null): number {
  if (text.length <= shownLength && text.indexOf("\n") === -1) {
    if (columns === null) return 1;
    if (text.length <= columns && plain.test(text)) return 1;
  }
  return rowsOf(text, columns).length;
}
