import { describe, expect, it } from "vitest";
import type { UsageSample } from "../../../engine/contract/index.ts";
import { chartSentence, formatShare, pathOf, pointsOf, topOf, usageRows } from "./chart.ts";

const sample = (time: number, cpuShare: number | null, memoryBytes: number): UsageSample => ({
  time,
  sandboxes: [{ id: "sb", cpuShare, memoryBytes, daemons: [{ name: "a.py", digest: "d", cpuShare: 0.01, memoryBytes: 1e6 }] }],
});
const samples = [sample(1000, null, 64e6), sample(2000, 0.09, 64e6), sample(3000, 0.71, 66e6)];
const whole = { sandbox: "sb", daemon: null };

it("takes what was measured, of sandboxes and daemons", () => {
  expect(pointsOf(samples, whole, "cpuShare").map(({ value }) => value)).toEqual([0.09, 0.71]);
  expect(pointsOf(samples, { sandbox: "sb", daemon: { name: "a.py", digest: "d" } }, "memoryBytes")).toHaveLength(3);
  expect(pointsOf(samples, { sandbox: "sb", daemon: { name: "a.py", digest: "e" } }, "memoryBytes")).toEqual([]);
  expect(pointsOf(samples, { sandbox: "gone", daemon: null }, "cpuShare")).toEqual([]);
});

it.each([
  [0, "0 %"],
  [0.004, "<1 %"],
  [0.094, "9 %"],
  [1.5, "150 %"],
])("%d is %s", (share, text) => expect(formatShare(share)).toBe(text));

describe("the sentence", () => {
  it("says what the chart shows", () => {
    expect(chartSentence(pointsOf(samples, whole, "cpuShare"), "cpuShare")).toBe("71 % of one core now, 71 % at most in the last 1 s.");
    expect(chartSentence(pointsOf(samples, whole, "memoryBytes"), "memoryBytes")).toBe(
      "66.0 MB now, between 64.0 MB and 66.0 MB in the last 2 s.",
    );
    expect(chartSentence(pointsOf(samples.slice(0, 2), whole, "memoryBytes"), "memoryBytes")).toBe("64.0 MB, unchanged for 1 s.");
    expect(chartSentence([], "cpuShare")).toBe("No CPU time is measured yet.");
  });
});

it.each<[number, "cpuShare" | "memoryBytes", number]>([
  [0, "cpuShare", 1],
  [1.02, "cpuShare", 1],
  [1.4, "cpuShare", 2],
  [64e6, "memoryBytes", 128e6],
  [5e9, "memoryBytes", 6144e6],
])("%d of %s is drawn up to %d", (value, what, top) => expect(topOf([{ time: 0, value }], what)).toBe(top));

it("draws the newest at the right edge, and nothing that is older than the chart", () => {
  const points = [
    { time: 0, value: 1 },
    { time: 100_000, value: 0.5 },
    { time: 130_000, value: 1 },
  ];
  expect(pathOf(points, 130_000, 1, false)).toBe("M30.00 20.00L60.00 0.00");
  expect(pathOf(points, 130_000, 1, true)).toBe("M30.00 20.00L60.00 0.00L60.00 40L30.00 40Z");
  expect(pathOf([], 0, 1, true)).toBe("");
});

it("has a row per look, the newest first", () => {
  const rows = usageRows(samples, whole);
  expect(rows.map(({ cpu, memory }) => [cpu, memory])).toEqual([
    ["71 %", "66.0 MB"],
    ["9 %", "64.0 MB"],
    ["not known", "64.0 MB"],
  ]);
});
