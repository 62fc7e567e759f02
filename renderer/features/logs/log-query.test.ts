import { expect, it } from "vitest";
import type { LogLine } from "../../../engine/contract/index.ts";
import { toggled } from "../../ui/toggled.ts";
import { countHiddenFilters, everything, matchesFields, narrows, type LogQuery } from "./log-query.ts";

const line: LogLine = { seq: 1, time: 1000, level: "info", source: "stderr", storlet: "a.py", text: "x" };

it.each<[string, Partial<LogQuery>, boolean]>([
  ["everything", {}, true],
  ["one of several sources", { sources: new Set(["storlet", "stderr"]) }, true],
  ["other sources", { sources: new Set(["storlet", "engine"]) }, false],
  ["one of several storlets", { storlets: new Set(["b.py", "a.py"]) }, true],
  ["another storlet", { storlets: new Set(["b.py"]) }, false],
  ["from its own time", { from: 1000 }, true],
  ["from later", { from: 1001 }, false],
  ["to its own time", { to: 1000 }, true],
  ["to earlier", { to: 999 }, false],
])("admits a line by %s", (_name, changes, expected) => {
  const query = { ...everything, ...changes };
  expect(matchesFields(line, query)).toBe(expected);
  expect(narrows(query)).toBe(Object.keys(changes).length > 0);
});

it("leaves lines of no storlet out where storlets are asked for", () => {
  const { storlet: _none, ...engine } = line;
  expect(matchesFields(engine, { ...everything, storlets: new Set(["a.py"]) })).toBe(false);
});

it("counts what lies behind the button", () => {
  expect(countHiddenFilters({ ...everything, sources: new Set(["stdout", "stderr"]), storlets: new Set(["a"]), from: 1, to: 2 })).toBe(5);
  expect(countHiddenFilters({ ...everything, pattern: { text: "x", regex: false, matchCase: false } })).toBe(0);
});

it("switches members", () => {
  expect([...toggled(new Set([1, 2]), 2)]).toEqual([1]);
  expect([...toggled(new Set([1]), 2)]).toEqual([1, 2]);
});
