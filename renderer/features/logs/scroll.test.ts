import { describe, expect, it } from "vitest";
import { followsAfterScroll, rowHeight, slotCount, windowOf } from "./scroll.ts";

describe("windowOf", () => {
  it.each([
    [0, 200, 1000, { first: 0, end: 18 }],
    [400, 200, 1000, { first: 12, end: 38 }],
    [1000 * rowHeight - 200, 200, 1000, { first: 982, end: 1000 }],
    [0, 200, 3, { first: 0, end: 3 }],
    [5000, 200, 3, { first: 3, end: 3 }],
    [0, 0, 0, { first: 0, end: 0 }],
  ])("at %d with %d px and %d rows", (top, height, rows, expected) => {
    expect(windowOf(top, height, rows)).toEqual(expected);
  });
});

it("never draws more rows than it has slots, wherever it is", () => {
  for (const height of [0, 1, 19, 20, 21, 199, 200, 333.5]) {
    for (let top = 0; top < 500; top += 3.7) {
      const { first, end } = windowOf(top, height, 1000);
      expect(end - first).toBeLessThanOrEqual(slotCount(height));
    }
  }
});

describe("followsAfterScroll", () => {
  it.each([
    ["stays at the end", true, 800, { top: 800, height: 200, contentHeight: 1000 }, true],
    ["content grew meanwhile", true, 800, { top: 800, height: 200, contentHeight: 1200 }, true],
    ["the user moved up", true, 800, { top: 700, height: 200, contentHeight: 1000 }, false],
    ["the user is above and moves down a bit", false, 100, { top: 200, height: 200, contentHeight: 1000 }, false],
    ["the user came back to the end", false, 700, { top: 800, height: 200, contentHeight: 1000 }, true],
    ["all fits", false, 0, { top: 0, height: 200, contentHeight: 60 }, true],
  ])("%s", (_name, following, previousTop, place, expected) => {
    expect(followsAfterScroll(following, previousTop, place)).toBe(expected);
  });
});
