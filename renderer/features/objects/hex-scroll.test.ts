import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesPerRow, clampTopRow, describeRange, hexScroll, movedByte, rangeHeader, scrollTopOf, topRowAt } from "./hex-scroll.ts";

const view = 300;

it.each([0, 1, 4096, 1_940_352, 5_000_000_000])("an object of %d bytes can be scrolled to its end", (sizeBytes) => {
  const scroll = hexScroll(sizeBytes);
  expect(scroll.height).toBeLessThan(16_000_000);
  const last = clampTopRow(scroll, Infinity, view);
  expect(topRowAt(scroll, scroll.height - view, view)).toBe(last);
  expect(topRowAt(scroll, 0, view)).toBe(0);
});

it("reaches every row of 5 GB by number, although the bar is shorter than that", () => {
  const scroll = hexScroll(5_000_000_000);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: clampTopRow(scroll, Infinity, view) }), (topRow) => {
      expect(topRowAt(scroll, scrollTopOf(scroll, topRow, view), view)).toBe(topRow);
    }),
  );
});

describe("movedByte", () => {
  it.each([
    ["ArrowRight", false, 15, 16],
    ["ArrowLeft", false, 0, 0],
    ["ArrowDown", false, 3, 19],
    ["ArrowDown", false, 99, 99],
    ["Home", false, 37, 32],
    ["End", false, 37, 47],
    ["Home", true, 37, 0],
    ["End", true, 37, 99],
    ["PageDown", false, 0, 80],
    ["x", false, 0, null],
  ])("%s (Ctrl %s) from %d goes to %s", (key, ctrl, from, expected) => {
    expect(movedByte(key, ctrl, from, 100, 5)).toBe(expected);
  });
});

it("words a selection", () => {
  expect(describeRange({ start: 146, end: 149 })).toBe("bytes 146 to 149");
  expect(describeRange({ start: 7, end: 7 })).toBe("byte 7");
  expect(rangeHeader({ start: 146, end: 149 })).toBe("bytes=146-149");
  expect(bytesPerRow).toBe(16);
});
