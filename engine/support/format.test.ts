import { expect, it } from "vitest";
import { formatDuration, formatSize } from "./format.ts";

it.each([
  [0, "0 ms"],
  [41.4, "41 ms"],
  [1840, "1.84 s"],
  [180_000, "3 min"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 KB"],
  [212_400, "212 KB"],
  [999_600, "1 MB"],
  [1_940_352, "1.94 MB"],
  [5_000_000_000_000_000, "5000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
