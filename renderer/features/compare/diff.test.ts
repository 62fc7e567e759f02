import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countDifferences, type DiffBlock, diffBytes, diffLines, diffRows, hexLines, markWords, splitLines } from "./diff.ts";

const show = (blocks: readonly DiffBlock[]): string[] =>
  blocks.flatMap(({ kind, rows }) =>
    rows.map(({ left, right }) => `${kind === "equal" ? "=" : "~"}${left?.text ?? "-"}|${right?.text ?? "-"}`),
  );

describe("diffLines", () => {
  it.each<[string, string, string[]]>([
    ["", "", []],
    ["a b c", "a b c", ["=a|a", "=b|b", "=c|c"]],
    ["a b c", "a x c", ["=a|a", "~b|x", "=c|c"]],
    ["a c", "a b c", ["=a|a", "~-|b", "=c|c"]],
    ["a b c", "a c", ["=a|a", "~b|-", "=c|c"]],
    ["a b", "", ["~a|-", "~b|-"]],
    ["", "a", ["~-|a"]],
    ["a b c d e", "x b c d y z", ["~a|x", "=b|b", "=c|c", "=d|d", "~e|y", "~-|z"]],
    ["a b a b c", "b a b c a", ["~a|-", "=b|b", "=a|a", "=b|b", "=c|c", "~-|a"]],
  ])("%j and %j", (left, right, rows) => {
    const split = (text: string) => text.split(" ").filter(Boolean);
    expect(show(diffLines(split(left), split(right)))).toEqual(rows);
  });

  it("leaves no line out, adds none, and calls only equal lines equal", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 40 });
    fc.assert(
      fc.property(lines, lines, (left, right) => {
        const blocks = diffLines(left, right);
        const rows = blocks.flatMap((block) => block.rows);
        expect(rows.flatMap((row) => row.left?.text ?? [])).toEqual(left);
        expect(rows.flatMap((row) => row.right?.text ?? [])).toEqual(right);
        for (const { kind, rows: own } of blocks) {
          for (const row of own) if (kind === "equal") expect(row.left?.text).toBe(row.right?.text);
        }
      }),
    );
  });

  it("compares by the key and shows the lines", () => {
    const blocks = diffLines(["took 3 ms", "x"], ["took 9 ms", "y"], (line) => line.replaceAll(/\d+/g, "#"));
    expect(show(blocks)).toEqual(["=took 3 ms|took 9 ms", "~x|y"]);
    expect(countDifferences(blocks)).toBe(1);
  });

  it("says of texts that have nothing in common that all of it changed, in good time", () => {
    const many = (word: string) => Array.from({ length: 8000 }, (_, index) => `${word}${index}`);
    const startedMs = performance.now();
    const blocks = diffLines(["same", ...many("a"), "end"], ["same", ...many("b"), "end"]);
    expect(performance.now() - startedMs).toBeLessThan(1500);
    expect(blocks.map(({ kind, rows }) => [kind, rows.length])).toEqual([
      ["equal", 1],
      ["changed", 8000],
      ["equal", 1],
    ]);
  });
});

it.each([
  ["kept 3118 of 9", "kept 9804 of 9", "3118", "9804"],
  ["30.40,40", "30.4,40", "0", ""],
  ["same", "same", "", ""],
  ["a😀b", "a😁b", "😀", "😁"],
  ["", "x", "", "x"],
])("marks %j against %j", (left, right, leftPart, rightPart) => {
  const { start, leftEnd, rightEnd } = markWords(left, right);
  expect([left.slice(start, leftEnd), right.slice(start, rightEnd)]).toEqual([leftPart, rightPart]);
});

it("splits lines, and bytes into rows", () => {
  expect(splitLines("a\nb\n")).toEqual(["a", "b"]);
  expect(splitLines("")).toEqual([]);
  const [first, second] = hexLines(Uint8Array.from({ length: 17 }, (_, index) => 60 + index));
  expect(first).toBe("000000  3c 3d 3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b  <=>?@ABCDEFGHIJK");
  expect(second).toMatch(/^000010 {2}4c +L$/);
  expect(show(diffRows(["a", "b"], ["a", "c", "d"]))).toEqual(["=a|a", "~b|c", "~-|d"]);
});

describe("diffBytes", () => {
  const bytes = (...parts: (string | number[])[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));
  const alphabet = "abcdefghijklmnopqrstuvwxyz".repeat(4);
  it.each<[string, Uint8Array, Uint8Array, string[]]>([
    ["the same", bytes(alphabet), bytes(alphabet), ["equal 7"]],
    ["one other byte", bytes(alphabet), bytes(alphabet.slice(0, 20), "!", alphabet.slice(21)), ["equal 1", "changed 1", "equal 5"]],
    ["bytes put in", bytes(alphabet), bytes(alphabet.slice(0, 20), "+++", alphabet.slice(20)), ["equal 1", "changed 1", "equal 6"]],
    ["bytes taken out", bytes("x", alphabet), bytes(alphabet), ["changed 1", "equal 7"]],
    ["nothing in common", bytes("a".repeat(20)), bytes("b".repeat(40)), ["changed 3"]],
    ["nothing on one side", bytes(), bytes("b"), ["changed 1"]],
  ])("%s", (_name, left, right, expected) => {
    const blocks = diffBytes(left, right);
    expect(blocks.map(({ kind, rows }) => `${kind} ${rows.length}`)).toEqual(expected);
    const shown = (side: "left" | "right"): string =>
      blocks.flatMap(({ rows }) => rows.flatMap((row) => row[side]?.text.slice(8, 55).trim().split(" ") ?? [])).join("");
    expect(shown("left")).toBe(Buffer.from(left).toString("hex"));
    expect(shown("right")).toBe(Buffer.from(right).toString("hex"));
  });
});
