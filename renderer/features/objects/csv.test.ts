import fc from "fast-check";
import { expect, it } from "vitest";
import { cellAt, findSeparator, hasHeader, parseCsv } from "./csv.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const comma = 0x2c;
const texts = (text: string, complete = true): string[][] =>
  parseCsv(utf8(text), 0, comma, complete).rows.map((row) => row.map((cell) => cell.text));

it.each<[string, string, string[][]]>([
  [
    "rows",
    "a,b\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "Windows line ends",
    "a,b\r\n1,2\r\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "no last line end",
    "a,b\n1,2",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "quotes",
    '"a,1","b ""x"""\n"two\nlines",2\n',
    [
      ["a,1", 'b "x"'],
      ["two\nlines", "2"],
    ],
  ],
  [
    "a quote inside of a cell",
    '5" disk,2\n3,4\n',
    [
      ['5" disk', "2"],
      ["3", "4"],
    ],
  ],
  ["empty cells", ",,\n", [["", "", ""]]],
  [
    "empty lines",
    "a,b\n\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
])("reads %s", (_name, text, expected) => {
  expect(texts(text)).toEqual(expected);
});

it("leaves a torn last row for the next window", () => {
  const table = parseCsv(utf8("a,b\n1,2\n3,"), 100, comma, false);
  expect(table.rows).toHaveLength(2);
  expect(table.usedBytes).toBe(8);
  expect(texts("one endless row", false)).toEqual([["one endless row"]]);
});

it("knows the bytes of each cell, and the cell of each byte", () => {
  const table = parseCsv(utf8("time,temp\nnow,30.9\n"), 144, comma, true);
  expect(table.rows[1]?.[1]).toEqual({ start: 158, end: 162, text: "30.9" });
  expect(cellAt(table, 158)).toEqual({ row: 1, column: 1 });
  expect(cellAt(table, 161)).toEqual({ row: 1, column: 1 });
  expect(cellAt(table, 157)).toBeNull();
  expect(cellAt(table, 144)).toEqual({ row: 0, column: 0 });
});

it.each([
  ["a,b,c\n1,2,3\n", 0x2c],
  ["a;b;c\n1,5;2;3\n", 0x3b],
  ["a\tb\n1\t2\n", 0x09],
  ["a|b\n1|2\n", 0x7c],
  ["plain words\nwithout any\n", null],
  ["uneven,a\nuneven\n", null],
])("finds the separator of %j", (text, expected) => {
  expect(findSeparator(utf8(text))).toBe(expected);
});

it.each([
  ["time,temp\nnow,30\n", true],
  ["1,2\n3,4\n", false],
  ["a,a\n3,4\n", false],
  ["only,one\n", false],
])("says whether %j has a header", (text, expected) => {
  expect(hasHeader(parseCsv(utf8(text), 0, comma, true))).toBe(expected);
});

it("cuts every cell out of the bytes it names", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.stringMatching(/^[a-z é]{0,6}$/), { minLength: 2, maxLength: 5 }), { minLength: 1 }), (rows) => {
      const bytes = utf8(rows.map((row) => row.join(",")).join("\n"));
      const found = parseCsv(bytes, 0, comma, true).rows;
      for (const cell of found.flat()) expect(new TextDecoder().decode(bytes.subarray(cell.start, cell.end))).toBe(cell.text);
      expect(found.map((row) => row.map(({ text }) => text))).toEqual(rows);
    }),
  );
});
