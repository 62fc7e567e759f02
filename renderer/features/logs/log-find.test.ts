import { expect, it } from "vitest";
import type { LogLevel, LogLine } from "../../../engine/contract/index.ts";
import { createLogFind } from "./log-find.ts";
import { everything, toggleLevel } from "./log-query.ts";
import type { TestTexts } from "./log-search.ts";
import { createLogStore, type LogStoreTurns } from "./log-store.ts";
import { PatternError } from "./pattern-runner.ts";
import { noPattern } from "./text-pattern.ts";

const line = (seq: number, text: string, level: LogLevel = "info"): LogLine => ({ seq, time: seq, level, source: "storlet", text });

function setUp(testTexts: TestTexts = () => Promise.reject(new PatternError("slow")), capacity = 10_000) {
  const queue: (() => void)[] = [];
  const turns: LogStoreTurns = {
    onFrame: (callback) => queue.push(callback),
    onSlice: (callback) => queue.push(callback),
    elapsedMs: () => 0,
  };
  const store = createLogStore(turns, capacity, testTexts);
  const find = createLogFind(store, turns, testTexts);
  const settle = async () => {
    do {
      for (const callback of queue.splice(0)) callback();
      await new Promise((resolve) => setImmediate(resolve));
    } while (queue.length > 0);
  };
  return { store, find, settle };
}
const lines = (count: number, every: number): LogLine[] =>
  Array.from({ length: count }, (_, index) => line(index, index % every === 0 ? `Hit ${index}` : `other ${index}`));
const textAt = (store: ReturnType<typeof setUp>["store"], id: number | null) =>
  id === null ? null : store.shownAfter(id - 1, 1)[0]?.line.text;

it("counts the lines that have it, and goes round them", async () => {
  const { store, find, settle } = setUp();
  store.append(lines(9000, 3000));
  find.setPattern({ ...noPattern, text: "hit" });
  await settle();
  expect([find.total, find.place]).toEqual([3, 0]);
  expect(textAt(store, find.go(1, 10))).toBe("Hit 3000");
  expect(find.place).toBe(2);
  expect([1, 1, 1].map(() => textAt(store, find.go(1, 0)))).toEqual(["Hit 6000", "Hit 0", "Hit 3000"]);
  expect(textAt(store, find.go(-1, 0))).toBe("Hit 0");
  expect(store.shownCount).toBe(9000);
});

it("goes up from where the reader is", async () => {
  const { store, find, settle } = setUp();
  store.append(lines(10, 4));
  find.setPattern({ ...noPattern, text: "Hit" });
  await settle();
  expect(textAt(store, find.go(-1, 6))).toBe("Hit 4");
});

it("follows lines that come, that go and that the filter hides", async () => {
  const { store, find, settle } = setUp(undefined, 6);
  store.append(lines(4, 2));
  find.setPattern({ ...noPattern, text: "hit" });
  await settle();
  expect(find.total).toBe(2);
  store.append([line(10, "a hit", "error"), line(11, "hit"), line(12, "x")]);
  await settle();
  expect(find.total).toBe(3);
  store.setQuery(toggleLevel(everything, "error"));
  await settle();
  expect(find.total).toBe(2);
});

it("finds by an expression that is tried elsewhere", async () => {
  const { store, find, settle } = setUp(async ({ source, flags }, texts) =>
    Uint8Array.from(texts, (text) => (new RegExp(source, flags).test(text) ? 1 : 0)),
  );
  store.append(lines(100, 7));
  find.setPattern({ text: "^hit \\d$", regex: true, matchCase: false });
  await settle();
  expect(find.total).toBe(2);
});

it.each([
  ["(a+)+$", "The regular expression took too long."],
  ["(", "Not a regular expression: Unterminated group"],
])("says what is wrong with %s", async (text, problem) => {
  const { store, find, settle } = setUp();
  store.append(lines(3, 1));
  find.setPattern({ text, regex: true, matchCase: false });
  await settle();
  expect([find.problem, find.total, find.go(1, 0)]).toEqual([problem, 0, null]);
  find.setPattern({ ...noPattern, text: "hit" });
  await settle();
  expect([find.problem, find.total]).toEqual([null, 3]);
});
