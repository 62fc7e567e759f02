import { expect, it } from "vitest";
import { parseRows, tableOf } from "./csv-rows.ts";

it.each<[string, string[][]]>([
  [
    "a,b\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    'a,b\r\n"1,\n2","say ""hi"""',
    [
      ["a", "b"],
      ["1,\n2", 'say "hi"'],
    ],
  ],
  [
    "a,\n,b",
    [
      ["a", ""],
      ["", "b"],
    ],
  ],
])("%j", (text, rows) => {
  expect(parseRows(text, ",", 10)).toEqual(rows);
});

it.each<[string, number | null]>([
  ["a,b\n1,2\n3,4", 3],
  ["a;b\n1;2", 2],
  ["a,b\n1,2\n3", 3],
  ["just text\nmore, text here\nno", null],
  ["a,b", null],
  ["", null],
])("%j as a table", (text, rows) => {
  expect(tableOf(text)?.length ?? null).toBe(rows);
});
