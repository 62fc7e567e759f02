import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzyMatch, rankFuzzy } from "./fuzzy.ts";
import { readPlace } from "./palette/palette-sources.ts";
import { matchedParts, movedRow, paletteGroups, readPaletteText, type PaletteItem } from "./palette/palette-rows.ts";

const rank = (query: string, texts: string[]) => rankFuzzy(query, texts, (text) => text).map(({ item }) => item);

describe("fuzzyMatch", () => {
  it.each([
    ["re", "Replay last run", [0, 1]],
    ["rlr", "Replay last run", [0, 7, 12]],
    ["RUN", "Replay last run", [12, 13, 14]],
    ["last run", "Replay last run", [7, 8, 9, 10, 12, 13, 14]],
    ["cf", "csv_filter.py", [0, 4]],
    ["", "anything", []],
  ])("finds %s in %s", (query, text, positions) => {
    expect(fuzzyMatch(query, text)?.positions).toEqual(positions);
  });

  it.each([
    ["xyz", "Replay last run"],
    ["nur", "run"],
    ["runn", "run"],
  ])("does not find %s in %s", (query, text) => {
    expect(fuzzyMatch(query, text)).toBeNull();
  });

  it("marks the typed letters in order, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1, maxLength: 6 }), (text, query) => {
        const match = fuzzyMatch(query, text);
        if (match === null) return;
        const letters = match.positions.map((position) => text.toLowerCase()[position]).join("");
        expect(letters).toBe(query.toLowerCase().replaceAll(/\s+/g, ""));
        expect([...match.positions].sort((a, b) => a - b)).toEqual(match.positions);
      }),
    );
  });
});

describe("rankFuzzy", () => {
  it("puts starts before middles and adjoining letters before scattered ones", () => {
    expect(rank("run", ["Return unnamed", "Show the run", "Run a sample"])).toEqual(["Run a sample", "Show the run", "Return unnamed"]);
  });
});

describe("palette", () => {
  const item = (title: string, group: PaletteItem["group"], recency?: number): PaletteItem => ({
    id: title,
    title,
    group,
    recency,
    run: () => {},
  });
  const items = [
    item("Show logs", "Commands"),
    item("Show runs", "Commands", 1),
    item("Reset", "Commands", 0),
    item("a.py", "Files"),
    item("c/logs.txt", "Objects"),
  ];

  it.each([
    [">sho", "commands", "sho"],
    ["logs", "go", "logs"],
    ["# a b", "objects", "a b"],
    ["!", "runs", ""],
    ["@call", "symbols", "call"],
    [":42:7", "line", "42:7"],
  ])("reads %s", (text, mode, query) => {
    expect(readPaletteText(text)).toEqual({ mode, query });
  });

  it("shows what was used lately first, newest first", () => {
    const { groups, shown, total } = paletteGroups(items, "commands", "");
    expect(groups.map(({ title, rows }) => [title, rows.map((row) => row.item.title)])).toEqual([
      ["Used recently", ["Reset", "Show runs"]],
      ["Commands", ["Show logs"]],
    ]);
    expect([shown, total]).toEqual([3, 3]);
  });

  it.each([
    ["42", { line: 42, column: 1 }],
    ["42:7", { line: 42, column: 7 }],
    ["42:", { line: 42, column: 1 }],
    ["0", null],
    ["", null],
    ["end", null],
  ])("reads the place %j", (query, place) => {
    expect(readPlace(query)).toEqual(place);
  });

  it("takes a line as it is typed", () => {
    const line = item("Go to line 42", "Lines");
    expect(paletteGroups([line], "line", "42:7").groups[0]?.rows.map((row) => row.item)).toEqual([line]);
  });

  it("lists only what the mode is about", () => {
    const { groups } = paletteGroups(items, "go", "l");
    expect(groups.map(({ title }) => title)).toEqual(["Objects"]);
  });

  it.each([
    ["ArrowDown", 2, 3, 0],
    ["ArrowUp", 0, 3, 2],
    ["PageDown", 1, 3, 2],
    ["PageUp", 1, 3, 0],
    ["ArrowDown", -1, 0, null],
    ["Home", 1, 3, null],
  ])("%s from row %d of %d", (key, current, count, next) => {
    expect(movedRow(key, current, count)).toBe(next);
  });

  it("cuts a title into matched and unmatched pieces", () => {
    expect(matchedParts("Show", [0, 1]).map(({ text, on }) => [text, on])).toEqual([
      ["Sh", true],
      ["ow", false],
    ]);
    expect(matchedParts("", [])).toEqual([]);
  });
});
