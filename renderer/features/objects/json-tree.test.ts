import { expect, it } from "vitest";
import { jsonRows, parseJson } from "./json-tree.ts";

it.each<[string, unknown]>([
  ['{"a": 1}', { value: { a: 1 }, lines: false }],
  ['{"a": 1}\n{"a": 2}\n', { value: [{ a: 1 }, { a: 2 }], lines: true }],
  ["not json", null],
  ['{"a": 1', null],
])("reads %j", (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});

it("shows what is unfolded", () => {
  const value = { list: [1, "<b>x</b>"], "a/b": null };
  const draw = (open: string[]): string[] =>
    jsonRows(value, new Set(open)).map((row) => `${"  ".repeat(row.level - 1)}${row.label} ${row.suffix ?? ""}`);
  expect(draw([])).toEqual(["root { 2 keys }"]);
  expect(draw(["", "/list"])).toEqual(["root { 2 keys }", "  list [ 2 items ]", "    0 1", '    1 "<b>x</b>"', "  a/b null"]);
  expect(jsonRows(value, new Set([""])).map(({ id }) => id)).toEqual(["", "/list", "/a~1b"]);
});

it("stops at a thousand children", () => {
  const rows = jsonRows(
    Array.from({ length: 1500 }, () => 0),
    new Set([""]),
  );
  expect(rows).toHaveLength(1002);
  expect(rows.at(-1)?.label).toBe("500 more are not shown");
});
