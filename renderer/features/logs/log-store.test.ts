import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogLevel, LogLine } from "../../../engine/contract/index.ts";
import { everything, logLevels, toggleLevel, type LogQuery } from "./log-query.ts";
import type { TestTexts } from "./log-search.ts";
import { createLogStore, type LogStore, type LogStoreTurns } from "./log-store.ts";
import { PatternError } from "./pattern-runner.ts";
import { noPattern } from "./text-pattern.ts";

/** Turns that a test takes by hand; every look at the clock costs a millisecond, so that searches are sliced. */
function manualTurns() {
  const frames: (() => void)[] = [];
  const slices: (() => void)[] = [];
  let nowMs = 0;
  const run = (queue: (() => void)[]): number => {
    const due = queue.splice(0);
    for (const callback of due) callback();
    return due.length;
  };
  const turns: LogStoreTurns = {
    onFrame: (callback) => frames.push(callback),
    onSlice: (callback) => slices.push(callback),
    elapsedMs: () => nowMs++,
  };
  return {
    turns,
    frame: () => run(frames),
    slice: () => run(slices),
    settle: () => {
      while (run(slices) > 0);
    },
  };
}

let seq = 0;
const line = (text: string, level: LogLevel = "info", rest: Partial<LogLine> = {}): LogLine => ({
  seq: ++seq,
  time: 1000 + seq,
  level,
  source: "storlet",
  text,
  ...rest,
});
const many = (count: number, make: (index: number) => LogLine): LogLine[] => Array.from({ length: count }, (_, index) => make(index));

/** What a screen of all rows would show. */
function screen(store: LogStore): string[] {
  return Array.from({ length: store.rowCount }, (_, row) => {
    const at = store.lineAt(row);
    return at === null ? "-" : (at.line.text.split("\n")[at.rowInEntry] ?? "?");
  });
}
const withText = (text: string): LogQuery => ({ ...everything, pattern: { ...noPattern, text } });

describe("createLogStore", () => {
  it("shows lines in order, entries of several lines on several rows", () => {
    const store = createLogStore(manualTurns().turns);
    store.append([line("one"), line("Traceback:\n  File\nValueError"), line("two")]);
    expect(screen(store)).toEqual(["one", "Traceback:", "  File", "ValueError", "two"]);
    expect(store.shownCount).toBe(3);
  });

  it("tells subscribers once a frame, however much arrives", () => {
    const { turns, frame } = manualTurns();
    const store = createLogStore(turns);
    let told = 0;
    const stop = store.subscribe(() => told++);
    for (let batch = 0; batch < 50; batch++) store.append([line("x")]);
    expect(told).toBe(0);
    frame();
    expect(told).toBe(1);
    expect(store.version).toBe(1);
    frame();
    expect(told).toBe(1);
    stop();
    store.append([line("y")]);
    frame();
    expect(told).toBe(1);
  });

  it("keeps the newest lines, and moves its origin by the rows it drops", () => {
    const store = createLogStore(manualTurns().turns, 3);
    store.append([line("a\nb"), line("c"), line("d")]);
    const before = store.origin;
    store.append([line("e")]);
    expect(screen(store)).toEqual(["c", "d", "e"]);
    expect(store.origin - before).toBe(-2);
    expect(store.counts.info).toBe(3);
    store.append(many(10, (index) => line(`n${index}`, "warn")));
    expect(screen(store)).toEqual(["n7", "n8", "n9"]);
    expect(store.counts).toEqual({ trace: 0, debug: 0, info: 0, warn: 3, error: 0, fatal: 0 });
  });

  it("counts levels apart from the level filter, so that a chip says what it would bring", () => {
    const { turns, settle } = manualTurns();
    const store = createLogStore(turns);
    store.append([line("a", "debug"), line("b", "error"), line("c", "error")]);
    store.setQuery(toggleLevel(everything, "error"));
    settle();
    expect(screen(store)).toEqual(["a"]);
    expect(store.counts.error).toBe(2);
    store.append([line("d", "error"), line("e", "info")]);
    expect(screen(store)).toEqual(["a", "e"]);
    expect(store.counts.error).toBe(3);
  });

  it("answers a query newest first, then the rest in slices, while lines keep arriving", () => {
    const { turns, slice, settle } = manualTurns();
    const store = createLogStore(turns);
    store.append(many(20_000, (index) => line(index % 2 === 0 ? `hit ${index}` : `other ${index}`)));
    store.setQuery(withText("HIT"));
    expect(store.searching).toBe(true);
    const first = screen(store);
    expect(first.length).toBeGreaterThan(100);
    expect(first.length).toBeLessThan(10_000);
    expect(first.at(-1)).toBe("hit 19998");
    slice();
    store.append([line("late hit"), line("late other")]);
    expect(screen(store).at(-1)).toBe("late hit");
    const originBefore = store.origin;
    const rowsBefore = store.rowCount;
    settle();
    expect(store.searching).toBe(false);
    expect(store.rowCount).toBe(10_001);
    expect(store.origin - originBefore).toBe(store.rowCount - rowsBefore);
    expect(screen(store).slice(0, 2)).toEqual(["hit 0", "hit 2"]);
    expect(store.counts.info).toBe(10_001);
  });

  it("gives up a search that a newer query overtakes", () => {
    const { turns, settle } = manualTurns();
    const store = createLogStore(turns);
    store.append(many(20_000, (index) => line(`row ${index}`)));
    store.setQuery(withText("row"));
    store.setQuery(withText("row 7"));
    settle();
    expect(screen(store).every((text) => text.startsWith("row 7"))).toBe(true);
    expect(store.counts.info).toBe(store.shownCount);
  });

  it("holds still while paused and catches up on resume", () => {
    const store = createLogStore(manualTurns().turns);
    store.append([line("a")]);
    store.setPaused(true);
    store.append([line("b"), line("c")]);
    expect(screen(store)).toEqual(["a"]);
    expect(store.waiting).toBe(2);
    store.setPaused(false);
    expect(screen(store)).toEqual(["a", "b", "c"]);
    expect(store.waiting).toBe(0);
  });

  it("says where lines were lost", () => {
    const store = createLogStore(manualTurns().turns);
    store.append([line("after", "info", { time: 7 })], 42);
    expect(screen(store)[0]).toBe("42 lines came faster than this screen took them. They are in the log file.");
    expect(store.lineAt(0)?.line).toMatchObject({ level: "warn", time: 7 });
  });

  it("wraps at a width and unwraps again", () => {
    const { turns, settle } = manualTurns();
    const store = createLogStore(turns);
    store.append([line("abcdefgh"), line("ij")]);
    store.setColumns(3);
    settle();
    expect(store.rowCount).toBe(4);
    store.append([line("klmnop")]);
    expect(store.rowCount).toBe(6);
    store.setColumns(null);
    settle();
    expect(store.rowCount).toBe(3);
  });

  it("finds the newest error it shows", () => {
    const { turns, settle } = manualTurns();
    const store = createLogStore(turns);
    expect(store.newestErrorRow()).toBeNull();
    store.append([line("a"), line("x\ny", "error"), line("b"), line("z", "fatal"), line("c")]);
    expect(store.newestErrorRow()).toBe(4);
    store.setQuery(toggleLevel(everything, "fatal"));
    settle();
    expect(store.newestErrorRow()).toBe(1);
  });

  it("empties its view on request and goes on", () => {
    const store = createLogStore(manualTurns().turns);
    store.append([line("a"), line("b")]);
    store.clear();
    expect(store.rowCount).toBe(0);
    expect(store.counts.info).toBe(0);
    store.append([line("c")]);
    expect(screen(store)).toEqual(["c"]);
    expect(store.shownAfter(-1, 10).map((shown) => shown.line.text)).toEqual(["c"]);
  });

  it("agrees with a plain filter under any order of appends, queries, slices and overflow", () => {
    const { turns } = manualTurns();
    const action = fc.oneof(
      fc.record({
        append: fc.array(fc.record({ text: fc.constantFrom("ab", "b\nc", "a"), level: fc.constantFrom(...logLevels) }), { maxLength: 700 }),
      }),
      fc.record({ text: fc.constantFrom("", "a", "c") }),
      fc.record({ level: fc.constantFrom(...logLevels) }),
      fc.constant("slice" as const),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const hands = manualTurns();
        const store = createLogStore({ ...turns, ...hands.turns }, 1000);
        let all: LogLine[] = [];
        for (const act of actions) {
          if (act === "slice") hands.slice();
          else if ("append" in act) {
            const lines = act.append.map(({ text, level }) => line(text, level));
            store.append(lines);
            all = [...all, ...lines].slice(-1000);
          } else if ("text" in act) store.setQuery({ ...store.query, pattern: { ...noPattern, text: act.text } });
          else store.setQuery(toggleLevel(store.query, act.level));
        }
        hands.settle();
        const { query } = store;
        const apart = all.filter((each) => each.text.includes(query.pattern.text));
        const expected = apart.filter((each) => query.levels.has(each.level));
        expect(screen(store)).toEqual(expected.flatMap((each) => each.text.split("\n")));
        for (const level of logLevels) expect(store.counts[level]).toBe(apart.filter((each) => each.level === level).length);
      }),
      { numRuns: 150 },
    );
  });

  const withRegex = (text: string, matchCase = false): LogQuery => ({ ...everything, pattern: { text, regex: true, matchCase } });
  /** Tries expressions when the test says so. */
  function manualTests() {
    const waiting: (() => void)[] = [];
    const testTexts: TestTexts = ({ source, flags }, texts) =>
      new Promise((resolve) =>
        waiting.push(() => resolve(Uint8Array.from(texts, (text) => (new RegExp(source, flags).test(text) ? 1 : 0)))),
      );
    const answer = async () => {
      for (const next of waiting.splice(0)) next();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { testTexts, answer };
  }

  it("tries a regular expression elsewhere, on lines that were there and on those that come", async () => {
    const { turns, settle } = manualTurns();
    const { testTexts, answer } = manualTests();
    const store = createLogStore(turns, 5000, testTexts);
    store.append(many(4000, (index) => line(`row ${index}`)));
    store.setQuery(withRegex("^ROW \\d7$"));
    store.append([line("row 97"), line("row 98")]);
    expect(store.waiting).toBe(2);
    expect(store.shownCount).toBe(0);
    for (let round = 0; round < 6; round++) {
      await answer();
      settle();
    }
    expect(store.searching).toBe(false);
    expect(screen(store)).toEqual([...many(9, (index) => line(`row ${index + 1}7`)).map(({ text }) => text), "row 97"]);
    expect(store.counts.info).toBe(10);
    store.setQuery(everything);
    settle();
    expect(store.shownCount).toBe(4002);
  });

  it("hears nothing of an expression that a newer query overtook", async () => {
    const { turns, settle } = manualTurns();
    const { testTexts, answer } = manualTests();
    const store = createLogStore(turns, 100, testTexts);
    store.append([line("a"), line("b")]);
    store.setQuery(withRegex("a"));
    store.append([line("aa")]);
    store.setQuery(withText("b"));
    settle();
    await answer();
    settle();
    expect(screen(store)).toEqual(["b"]);
    expect(store.counts.info).toBe(1);
  });

  it.each(["slow", "failed"] as const)("says that an expression is too %s, and filters by the rest", async (reason) => {
    const { turns, settle } = manualTurns();
    const store = createLogStore(turns, 100, () => Promise.reject(new PatternError(reason)));
    store.append([line("a"), line("b", "error")]);
    store.setQuery({ ...withRegex("(a+)+$"), levels: new Set(["error"]) });
    await new Promise((resolve) => setImmediate(resolve));
    settle();
    expect(store.problem?.kind).toBe(reason);
    expect(screen(store)).toEqual(["b"]);
    store.setQuery(withText("a"));
    settle();
    expect(store.problem).toBeNull();
  });

  it("says what is no regular expression, and shows every line", () => {
    const { turns, settle } = manualTurns();
    const store = createLogStore(turns);
    store.append([line("a")]);
    store.setQuery(withRegex("(a"));
    settle();
    expect(store.problem).toEqual({ kind: "bad", message: "Unterminated group" });
    expect(screen(store)).toEqual(["a"]);
  });

  it("hands out the shown lines around an entry", () => {
    const { turns, settle } = manualTurns();
    const store = createLogStore(turns, 4);
    store.append(many(6, (index) => line(`${index}`, index % 2 === 0 ? "info" : "warn")));
    store.setQuery(toggleLevel(everything, "warn"));
    settle();
    const texts = (lines: readonly { line: LogLine }[]) => lines.map((each) => each.line.text);
    expect(texts(store.shownAfter(-1, 10))).toEqual(["2", "4"]);
    expect(texts(store.shownBefore(Infinity, 1))).toEqual(["4"]);
    expect(texts(store.shownBefore(store.shownAfter(-1, 10)[1]?.id ?? 0, 10))).toEqual(["2"]);
    expect(texts(store.shownAfter(store.shownAfter(-1, 1)[0]?.id ?? 0, 10))).toEqual(["4"]);
  });

  it("takes 200,000 lines in well under what a second of 10,000 lines may cost", () => {
    const store = createLogStore(manualTurns().turns);
    const lines = many(1000, (index) => line(`kept ${index} of 29760 rows in station-04.csv`));
    const started = performance.now();
    for (let batch = 0; batch < 250; batch++) store.append(lines);
    const tookMs = performance.now() - started;
    expect(store.lineCount).toBe(200_000);
    // 250,000 lines, 50,000 of them pushed out again: 25 s worth of 10,000 lines/s.
    expect(tookMs).toBeLessThan(2500);
  });
});
