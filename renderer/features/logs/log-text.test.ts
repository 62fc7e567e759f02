import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowCountOf, rowsOf, showControls } from "./log-text.ts";

const shown = (text: string, columns: number | null): string[] => rowsOf(text, columns).map((row) => row.line.slice(row.from, row.to));

describe("rowsOf", () => {
  it.each<[string, string, number | null, string[]]>([
    ["one line", "kept 3 rows", null, ["kept 3 rows"]],
    ["nothing", "", null, [""]],
    ["a break at the end is no row", "kept\n", null, ["kept"]],
    ["a traceback keeps its lines", "Traceback:\n  File\nValueError", null, ["Traceback:", "  File", "ValueError"]],
    ["Windows breaks", "a\r\nb\r\n", null, ["a", "b"]],
    ["an empty line in the middle", "a\n\nb", null, ["a", "", "b"]],
    ["wrapped at the width", "abcdefgh", 3, ["abc", "def", "gh"]],
    ["exactly the width", "abc", 3, ["abc"]],
    ["wrapped after a blank where there is one", "kept 3118 of 29760 rows", 14, ["kept 3118 of ", "29760 rows"]],
    ["a blank at the edge stays there", "kept 3118 of 29760", 9, ["kept 3118 ", "of 29760"]],
    ["not after a blank far in front", "a bcdefghijkl", 10, ["a bcdefghi", "jkl"]],
    ["wide characters take two columns", "\u6f22\u5b57ab", 4, ["\u6f22\u5b57", "ab"]],
    ["no surrogate pair is torn", "\u{1f600}\u{1f600}", 3, ["\u{1f600}", "\u{1f600}"]],
    ["tabs take four columns", "\tab", 4, ["\t", "ab"]],
  ])("%s", (_name, text, columns, expected) => {
    expect(shown(text, columns)).toEqual(expected);
  });

  it("clips a line of a megabyte and says so", () => {
    const rows = shown("x".repeat(1_000_000), null);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toHaveLength(16_384);
    expect(rows[1]).toBe("… 983616 more characters are in the log file");
  });

  it("clips an entry of many lines and says so", () => {
    const rows = shown("x\n".repeat(5000), null);
    expect(rows).toHaveLength(400);
    expect(rows.at(-1)).toBe("… more lines are in the log file");
  });

  it("counts what it cuts, and loses no character", () => {
    const width = fc.option(fc.integer({ min: 2, max: 40 }), { nil: null });
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), width, (text, columns) => {
        const rows = rowsOf(text, columns);
        expect(rowCountOf(text, columns)).toBe(rows.length);
        if (columns === null) return;
        const joined = rows.map((row) => row.line.slice(row.from, row.to)).join("");
        expect(joined).toBe(
          text
            .replace(/\r?\n$/, "")
            .split(/\r?\n/)
            .join(""),
        );
      }),
    );
  });
});

it("makes control and direction characters visible without changing the length", () => {
  const text = "a\u001b[31mb\u202ec\td\u007f";
  expect(showControls(text)).toBe("a\u241b[31mb\u2426c\td\u2421");
  expect(showControls(text)).toHaveLength(text.length);
});
