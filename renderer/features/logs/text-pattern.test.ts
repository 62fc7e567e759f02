import { describe, expect, it } from "vitest";
import { cutMarks } from "./cut-marks.ts";
import { createPatternMarks, plainMarks } from "./pattern-marks.ts";
import { compilePattern, type TextPattern } from "./text-pattern.ts";

const plain = (text: string, matchCase = false): TextPattern => ({ text, regex: false, matchCase });
const regex = (text: string, matchCase = false): TextPattern => ({ text, regex: true, matchCase });

describe("compilePattern", () => {
  it.each([
    ["disk 3", false, "DISK 3 is gone", true],
    ["disk 3", true, "DISK 3 is gone", false],
    ["a.c", false, "abc", false],
    ["(a+)+$", false, "x(A+)+$", true],
    ["[0-9]{2}|/\\^", false, "[0-9]{2}|/\\^", true],
    ["überfall", false, "ÜBERFALL", true],
  ])("plain %j (case %s) in %j: %s", (text, matchCase, line, expected) => {
    const test = compilePattern(plain(text, matchCase));
    expect(test.kind === "plain" && test.test(line)).toBe(expected);
  });

  it.each([
    ["", "all"],
    ["a|b", "regex"],
    ["(", "bad"],
    ["[z-a]", "bad"],
    ["*", "bad"],
  ])("expression %j is %s", (text, kind) => {
    const test = compilePattern(regex(text));
    expect(test.kind).toBe(kind);
    if (test.kind === "bad") expect(test.message).toMatch(/^\w/);
  });

  it("lets an expression begin at every line of an entry, in any case unless told", () => {
    expect(compilePattern(regex("^x"))).toEqual({ kind: "regex", regex: { source: "^x", flags: "im" } });
    expect(compilePattern(regex("^x", true))).toMatchObject({ regex: { flags: "m" } });
  });
});

describe("plainMarks", () => {
  it.each([
    ["no needle", "abc", "", false, []],
    ["any case", "Row row ROW", "row", false, [0, 3, 4, 7, 8, 11]],
    ["its own case", "Row row ROW", "row", true, [4, 7]],
    ["next to each other", "aaaa", "aa", false, [0, 2, 2, 4]],
    ["letters that grow with their case", "İİ a", "a", false, []],
  ])("%s", (_name, text, needle, matchCase, expected) => {
    expect(plainMarks(text, plain(needle, matchCase))).toEqual(expected);
  });
});

describe("createPatternMarks", () => {
  it("asks for each text once, and knows it then", async () => {
    const asked: string[][] = [];
    const marks = createPatternMarks({
      marks: async (_regex, texts) => {
        asked.push([...texts]);
        return texts.map(() => [0, 1]);
      },
    });
    const told = new Promise<void>((resolve) => marks.subscribe(resolve));
    for (const text of ["one", "two", "one"]) expect(marks.of(text, regex("o"))).toEqual([]);
    await told;
    expect(asked).toEqual([["one", "two"]]);
    expect(marks.of("one", regex("o"))).toEqual([0, 1]);
    expect(marks.version).toBe(1);
  });

  it("marks nothing by an expression that cannot be tried", async () => {
    const marks = createPatternMarks({ marks: () => Promise.reject(new Error("slow")) });
    const told = new Promise<void>((resolve) => marks.subscribe(resolve));
    marks.of("one", regex("o"));
    await told;
    expect(marks.of("one", regex("o"))).toEqual([]);
    expect(marks.of("one", regex("("))).toEqual([]);
  });
});

describe("cutMarks", () => {
  const parts = (length: number, offset: number, filtered: number[], found: number[]) =>
    cutMarks(length, offset, filtered, found).map(({ from, to, kind }) => [from, to, kind]);
  it.each([
    ["nothing marked", 3, 0, [], [], [[0, 3, null]]],
    [
      "a mark in the middle",
      4,
      0,
      [1, 2],
      [],
      [
        [0, 1, null],
        [1, 2, "filtered"],
        [2, 4, null],
      ],
    ],
    [
      "found over filtered",
      4,
      0,
      [0, 3],
      [2, 4],
      [
        [0, 2, "filtered"],
        [2, 4, "found"],
      ],
    ],
    ["a mark that begins before the piece and ends after it", 2, 5, [4, 9], [], [[0, 2, "filtered"]]],
    ["marks beside the piece", 2, 5, [0, 5, 7, 9], [], [[0, 2, null]]],
  ] as const)("%s", (_name, length, offset, filtered, found, expected) => {
    expect(parts(length, offset, [...filtered], [...found])).toEqual(expected.map((part) => [...part]));
  });
});
