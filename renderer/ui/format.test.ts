import { describe, expect, it } from "vitest";
import { formatBytes, formatClock, formatCount, formatCounted, formatDuration } from "./format.ts";

describe("formats", () => {
  it.each([
    [0, "0 ms"],
    [0.4, "<1 ms"],
    [41.2, "41 ms"],
    [999.4, "999 ms"],
    [999.6, "1.00 s"],
    [1841, "1.84 s"],
    [60_000, "60.0 s"],
    [180_000, "3 min"],
    [7_200_000, "2 h"],
  ])("shows %d ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 KB"],
    [1_940_352, "1.94 MB"],
    [212_000, "212 KB"],
    [999_999, "1.00 MB"],
    [5_000_000_000, "5.00 GB"],
  ])("shows %d bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("parts thousands by a thin space and counts nouns", () => {
    expect(formatCount(41_000)).toBe("41\u2009000");
    expect(formatCounted(1, "error")).toBe("1 error");
    expect(formatCounted(0, "warning")).toBe("0 warnings");
    expect(formatCounted(2, "entry", "entries")).toBe("2 entries");
  });

  it("shows clock times in local time, with milliseconds where asked", () => {
    const time = new Date(2026, 2, 14, 9, 4, 19, 6).getTime();
    expect(formatClock(time)).toBe("09:04:19");
    expect(formatClock(time, true)).toBe("09:04:19.006");
  });
});
