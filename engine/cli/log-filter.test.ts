import { describe, expect, it } from "vitest";
import type { LogLine } from "../contract/index.ts";
import { createGrep, logFilterOf, newestLines, parseSince } from "./log-filter.ts";
import { parseCommand, type ParsedCommand } from "./options.ts";

const now = new Date(2026, 2, 14, 14, 30).getTime();
const line = (seq: number, text = `line ${seq}`): LogLine => ({ seq, time: seq, level: "info", source: "storlet", text });

function values(...words: string[]): ParsedCommand["values"] {
  const command = parseCommand(["logs", ...words]);
  if (!("values" in command)) throw new Error("not a command");
  return command.values;
}

it.each([
  ["10m", now - 600_000],
  ["90s", now - 90_000],
  ["1.5h", now - 5_400_000],
  ["14:03", new Date(2026, 2, 14, 14, 3).getTime()],
  ["23:00:05", new Date(2026, 2, 13, 23, 0, 5).getTime()],
  ["2026-03-14T09:00", new Date(2026, 2, 14, 9).getTime()],
])("reads the time %s", (text, expected) => {
  expect(parseSince(text, now)).toBe(expected);
});

describe("logFilterOf", () => {
  it.each([
    [[], {}],
    [["--storlet", "a", "--storlet", "b.py"], { storlets: ["a", "b.py"] }],
    [["--source", "stdout", "--source", "stderr"], { sources: ["stdout", "stderr"] }],
    [["--level", "warn"], { levels: ["warn", "error", "fatal"] }],
    [["--run", "4c97", "--since", "1m", "--until", "30s"], { run: "4c97", from: now - 60_000, to: now - 30_000 }],
  ])("%j", (words, expected) => {
    expect(logFilterOf(values(...words), now)).toEqual(expected);
  });

  it.each([
    [["--source", "nowhere"], "storlet, stdout"],
    [["--level", "loud"], "trace, debug"],
    [["--since", "noon"], "10m, 14:03"],
  ])("refuses %j", (words, named) => {
    expect(() => logFilterOf(values(...words), now)).toThrow(named);
  });
});

describe("createGrep", () => {
  const lines = [line(1, "Disk 3"), line(2, "first\ndisk 4"), line(3, "other")];
  it.each([
    [undefined, false, [1, 2, 3]],
    ["^disk \\d", false, [2]],
    ["^disk \\d", true, [1, 2]],
  ])("%j, any case %s", (pattern, ignoreCase, seqs) => {
    expect(createGrep(pattern, ignoreCase)(lines).map(({ seq }) => seq)).toEqual(seqs);
  });
  it("refuses what is no expression", () => {
    expect(() => createGrep("(", false)).toThrow("regular expression");
  });
  it("stops an expression that goes astray", () => {
    expect(() => createGrep("^(a+)+$", false)([line(1, `${"a".repeat(40)}!`)])).toThrow("too long");
  });
});

it("reads as many pages backwards as it needs", async () => {
  const all = Array.from({ length: 25_000 }, (_, index) => line(index + 1));
  const asked: (number | undefined)[] = [];
  const read = async (limit: number, before = Infinity) => {
    asked.push(before === Infinity ? undefined : before);
    return all.filter(({ seq }) => seq < before).slice(-limit);
  };
  const found = await newestLines(read, createGrep("000$", false), 12);
  expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, index) => (index + 14) * 1000));
  expect(asked).toEqual([undefined, 15_001]);
  expect(await newestLines(read, createGrep("^line 7$", false), 5)).toEqual([line(7)]);
});
