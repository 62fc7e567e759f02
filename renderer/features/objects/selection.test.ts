import { expect, it } from "vitest";
import { movedCursor, pickOne, pickRange, pickToggle, type Selection } from "./selection.ts";

const row = (name: string) => ({ name, folder: false, bytes: 1, lastModified: "" });
const names = (selection: Selection): string[] => [...selection.picked.keys()];

it("picks one, more and a range", () => {
  const one = pickOne(row("b"), 1);
  expect(names(one)).toEqual(["b"]);
  const two = pickToggle(one, row("d"), 3);
  expect(names(two)).toEqual(["b", "d"]);
  expect(names(pickToggle(two, row("b"), 1))).toEqual(["d"]);
  const range = pickRange(one, [row("b"), row("c"), row("d")], 3);
  expect(range).toMatchObject({ cursor: 3, anchor: 1 });
  expect(names(range)).toEqual(["b", "c", "d"]);
});

it.each([
  ["ArrowDown", -1, 0],
  ["ArrowDown", 9, 9],
  ["ArrowUp", -1, 0],
  ["ArrowUp", 4, 3],
  ["PageDown", -1, 4],
  ["PageDown", 8, 9],
  ["PageUp", 2, 0],
  ["Home", 5, 0],
  ["End", 5, 9],
  ["a", 5, null],
])("%s from %d goes to %s", (key, cursor, expected) => {
  expect(movedCursor(key, cursor, 10, 4)).toBe(expected);
});

it("moves nowhere in an empty listing", () => {
  expect(movedCursor("ArrowDown", -1, 0, 10)).toBeNull();
});
