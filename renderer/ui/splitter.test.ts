import { describe, expect, it } from "vitest";
import { splitterKeySize } from "./splitter-keys.ts";

const side = { orientation: "vertical", size: 244, min: 180, max: 480, region: "before" } as const;
const panel = { orientation: "horizontal", size: 252, min: 120, max: 600, region: "after" } as const;

describe("splitterKeySize", () => {
  it.each([
    ["ArrowRight", false, side, 260],
    ["ArrowLeft", false, side, 228],
    ["ArrowLeft", true, side, 180],
    ["Home", false, side, 180],
    ["End", false, side, 480],
    ["ArrowUp", false, panel, 268],
    ["ArrowDown", true, panel, 188],
    ["ArrowUp", false, { ...panel, size: 595 }, 600],
  ] as const)("%s (shift %s)", (key, shift, props, size) => {
    expect(splitterKeySize(key, shift, props)).toBe(size);
  });

  it("leaves other keys alone", () => {
    expect(splitterKeySize("ArrowUp", false, side)).toBeNull();
    expect(splitterKeySize("Tab", false, panel)).toBeNull();
  });
});
