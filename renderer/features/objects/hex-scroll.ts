/**
 * Where a view of more rows than a browser can make tall stands. Past `maxHeight` the scroll bar is a fraction of the whole, while
 * wheel and keys still move row by row. Pure.
 */

export const bytesPerRow = 16;
export const hexRowHeight = 20;
/** Browsers stop drawing somewhere past 16 million pixels. */
const maxHeight = 8_000_000;

export interface HexScroll {
  rows: number;
  /** Height of what is scrolled, in CSS pixels. */
  height: number;
}

export function hexScroll(sizeBytes: number): HexScroll {
  const rows = Math.max(1, Math.ceil(sizeBytes / bytesPerRow));
  return { rows, height: Math.min(rows * hexRowHeight, maxHeight) };
}

const lastTop = ({ rows }: HexScroll, viewHeight: number): number => Math.max(0, rows - Math.max(1, Math.floor(viewHeight / hexRowHeight)));

/** The row at the top of a view that is scrolled to `scrollTop`. */
export function topRowAt(scroll: HexScroll, scrollTop: number, viewHeight: number): number {
  const room = scroll.height - viewHeight;
  if (room <= 0) return 0;
  if (scroll.height === scroll.rows * hexRowHeight) return Math.min(lastTop(scroll, viewHeight), Math.round(scrollTop / hexRowHeight));
  return Math.round((Math.min(scrollTop, room) / room) * lastTop(scroll, viewHeight));
}

/** How far to scroll so that `topRow` is at the top; the inverse of `topRowAt` but for the precision of pixels. */
export function scrollTopOf(scroll: HexScroll, topRow: number, viewHeight: number): number {
  const room = scroll.height - viewHeight;
  if (room <= 0) return 0;
  if (scroll.height === scroll.rows * hexRowHeight) return topRow * hexRowHeight;
  const last = lastTop(scroll, viewHeight);
  return last === 0 ? 0 : (topRow / last) * room;
}

export function clampTopRow(scroll: HexScroll, topRow: number, viewHeight: number): number {
  return Math.min(lastTop(scroll, viewHeight), Math.max(0, Math.round(topRow)));
}

/** A run of bytes, `end` included, as ranges of HTTP count them. */
export interface ByteRange {
  start: number;
  end: number;
}

/** The byte a key moves to; null where the key moves nothing. */
export function movedByte(key: string, ctrl: boolean, byte: number, sizeBytes: number, pageRows: number): number | null {
  const inRow = byte % bytesPerRow;
  const steps: Record<string, number> = {
    ArrowLeft: byte - 1,
    ArrowRight: byte + 1,
    ArrowUp: byte - bytesPerRow,
    ArrowDown: byte + bytesPerRow,
    PageUp: byte - pageRows * bytesPerRow,
    PageDown: byte + pageRows * bytesPerRow,
    Home: ctrl ? 0 : byte - inRow,
    End: ctrl ? sizeBytes - 1 : byte - inRow + bytesPerRow - 1,
  };
  const wanted = steps[key];
  return wanted === undefined || sizeBytes === 0 ? null : Math.min(sizeBytes - 1, Math.max(0, wanted));
}

/** `bytes 146 to 149, 4 bytes`. */
export function describeRange({ start, end }: ByteRange): string {
  return start === end ? `byte ${start}` : `bytes ${start} to ${end}`;
}

/** The value of X-Storlet-Range. */
export function rangeHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${end}`;
}
