/** Cuts a piece of a row into parts with and without marks. Pure. */
import type { Marks } from "./pattern-marks.ts";

export interface MarkedPart {
  from: number;
  to: number;
  kind: "found" | "filtered" | null;
}

function covers(marks: Marks, position: number): boolean {
  for (let index = 0; index < marks.length; index += 2)
    if ((marks[index] as number) <= position && position < (marks[index + 1] as number)) return true;
  return false;
}

/** The parts of `[0, length)`; the marks count from the start of the row, where the piece is at `offset`. Found goes before filtered. */
export function cutMarks(length: number, offset: number, filtered: Marks, found: Marks): MarkedPart[] {
  const edges = new Set([0, length]);
  for (const edge of [...filtered, ...found]) if (edge > offset && edge < offset + length) edges.add(edge - offset);
  const sorted = [...edges].sort((a, b) => a - b);
  const parts: MarkedPart[] = [];
  sorted.slice(0, -1).forEach((from, index) => {
    const at = offset + from;
    const kind = covers(found, at) ? "found" : covers(filtered, at) ? "filtered" : null;
    const to = sorted[index + 1] as number;
    const last = parts.at(-1);
    if (last?.kind === kind) last.to = to;
    else parts.push({ from, to, kind });
  });
  return parts;
}
