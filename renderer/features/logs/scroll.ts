/** Which rows a scrolled list of equal rows draws, and whether it follows its end. Pure. */

export const rowHeight = 20;

/** Rows drawn above and below what is in sight. */
const spare = 8;

/** How many rows a window of this height draws at most. */
export function slotCount(height: number): number {
  return Math.ceil(height / rowHeight) + 1 + 2 * spare;
}

/** The rows to draw, with some to spare above and below: first inclusive, end exclusive. */
export function windowOf(scrollTop: number, height: number, rowCount: number): { first: number; end: number } {
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight) - spare, rowCount));
  const end = Math.min(rowCount, Math.ceil((scrollTop + height) / rowHeight) + spare);
  return { first, end: Math.max(first, end) };
}

export interface ScrollPlace {
  top: number;
  height: number;
  contentHeight: number;
}

/**
 * Whether the list follows its end after it scrolled from `previousTop`. Only a move up lets go: content that grew since the last
 * frame also leaves the end out of sight, but nobody moved then.
 */
export function followsAfterScroll(following: boolean, previousTop: number, { top, height, contentHeight }: ScrollPlace): boolean {
  if (top + height >= contentHeight - rowHeight / 2) return true;
  return following && top >= previousTop - 1;
}
