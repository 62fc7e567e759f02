/** What a key does to a splitter, as a pure function. Sizes are CSS pixels. */

export interface SplitterRange {
  orientation: "vertical" | "horizontal";
  /** Size of the region it controls. */
  size: number;
  min: number;
  max: number;
  /** Where the controlled region lies, seen from the line. */
  region: "before" | "after";
}

const step = 16;
const bigStep = 64;

/** The size a key asks for, or null where the key does not move the line. */
export function splitterKeySize(key: string, shift: boolean, range: SplitterRange): number | null {
  const { orientation, size, min, max, region } = range;
  const [back, forth] = orientation === "vertical" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const delta = (shift ? bigStep : step) * (region === "before" ? 1 : -1);
  const clamp = (value: number) => Math.min(max, Math.max(min, value));
  if (key === back) return clamp(size - delta);
  if (key === forth) return clamp(size + delta);
  if (key === "Home") return min;
  if (key === "End") return max;
  return null;
}
