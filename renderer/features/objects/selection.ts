/** Which rows of a listing are chosen, and what clicks and keys make of it. Pure. */

/** What an action needs to know of a chosen row. */
export interface Picked {
  name: string;
  folder: boolean;
  bytes: number;
  /** As listed: tells whether the object is still the one that was chosen. */
  lastModified: string;
}

export interface Selection {
  picked: ReadonlyMap<string, Picked>;
  /** Row that keys move from; -1 before the first. */
  cursor: number;
  /** Where a range begins. */
  anchor: number;
}

export const noSelection: Selection = { picked: new Map(), cursor: -1, anchor: -1 };

export function pickedOf({ name, folder, bytes, lastModified }: Picked): Picked {
  return { name, folder, bytes, lastModified };
}

/** One row alone. */
export function pickOne(row: Picked, index: number): Selection {
  return { picked: new Map([[row.name, pickedOf(row)]]), cursor: index, anchor: index };
}

/** One row more, or one less. */
export function pickToggle(selection: Selection, row: Picked, index: number): Selection {
  const picked = new Map(selection.picked);
  if (!picked.delete(row.name)) picked.set(row.name, pickedOf(row));
  return { picked, cursor: index, anchor: index };
}

/** The rows between the anchor and `index`; the anchor stays. */
export function pickRange(selection: Selection, rows: readonly Picked[], index: number): Selection {
  return { picked: new Map(rows.map((row) => [row.name, pickedOf(row)])), cursor: index, anchor: selection.anchor };
}

/** The row a key moves to among `count`, `page` rows being a screen; null where the key moves nothing. */
export function movedCursor(key: string, cursor: number, count: number, page: number): number | null {
  if (count === 0) return null;
  const steps: Record<string, number> = {
    ArrowDown: cursor + 1,
    ArrowUp: cursor < 0 ? 0 : cursor - 1,
    PageDown: Math.max(cursor, 0) + page,
    PageUp: cursor - page,
    Home: 0,
    End: count - 1,
  };
  const wanted = steps[key];
  return wanted === undefined ? null : Math.min(count - 1, Math.max(0, wanted));
}
