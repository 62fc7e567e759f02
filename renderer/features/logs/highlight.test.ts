import fc from "fast-check";
import { expect, it } from "vitest";
import { highlight } from "./highlight.ts";

const draw = (text: string, needle: string): string =>
  highlight(text, needle)
    .map((part) => (part.hit ? `[${part.text}]` : part.text))
    .join("");

it.each([
  ["kept 3 rows", "ROW", "kept 3 [row]s"],
  ["aaa", "a", "[a][a][a]"],
  ["abab", "ab", "[ab][ab]"],
  ["nothing", "x", "nothing"],
  ["text", "", "text"],
  ["a.b*c", ".b*", "a[.b*]c"],
  ["İstanbul row", "row", "İstanbul row"],
])("%j with %j", (text, needle, expected) => {
  expect(draw(text, needle)).toBe(expected);
});

it("loses no character", () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 2 }), (text, needle) => {
      expect(
        highlight(text, needle)
          .map((part) => part.text)
          .join(""),
      ).toBe(text);
    }),
  );
});
