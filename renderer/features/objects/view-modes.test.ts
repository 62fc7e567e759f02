import { expect, it } from "vitest";
import { viewModesOf, wholeLines } from "./view-modes.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

it.each<[string, Uint8Array, string, string, string]>([
  ["a table by its name", utf8("a,b\n1,2\n"), "application/octet-stream", "x.csv", "table"],
  ["text that could be a table", utf8("a,b\n1,2\n"), "text/plain", "x.txt", "text"],
  ["JSON", utf8('{"a": 1}'), "text/plain", "x", "tree"],
  ["text", utf8("hello"), "text/plain", "x", "text"],
  ["nothing", new Uint8Array(), "text/plain", "x", "text"],
  ["a PNG, whatever it calls itself", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0), "text/html", "x.html", "image"],
  ["bytes", Uint8Array.of(0, 1, 2), "text/plain", "x.csv", "hex"],
])("looks at %s", (_what, first, type, name, best) => {
  const modes = viewModesOf(first, true, type, name);
  expect(modes.best).toBe(best);
  expect(modes.modes).toContain(best);
  expect(modes.modes.at(-1)).toBe("hex");
});

it.each([
  ["in the middle", false, false, { from: 3, to: 8 }],
  ["at the start", true, false, { from: 0, to: 8 }],
  ["at the end", false, true, { from: 3, to: 9 }],
])("cuts lines %s", (_where, atStart, atEnd, expected) => {
  expect(wholeLines(utf8("ab\ncdef\nx"), atStart, atEnd)).toEqual(expected);
});

it("shows one endless line as it is", () => {
  expect(wholeLines(utf8("abc"), false, false)).toEqual({ from: 0, to: 3 });
});
