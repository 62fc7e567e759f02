import { expect, it } from "vitest";
import type { LogLine } from "../../../engine/contract/index.ts";
import type { LogListener } from "./log-hub.ts";
import { createRunLog } from "./run-log.ts";

const line = (seq: number, run = "4c97"): LogLine => ({ seq, time: seq, level: "info", source: "storlet", run, text: `line ${seq}` });
const turns = { onFrame: () => {}, onSlice: () => {}, elapsedMs: () => 0 };

function setUp(history: Promise<LogLine[]>) {
  const listeners = new Set<LogListener>();
  const log = createRunLog("4c97", {
    history: () => history,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    turns,
  });
  const live = (...lines: LogLine[]) => listeners.forEach((listener) => listener(lines, 0, 0));
  return { log, live, listeners, shown: () => log.store.shownAfter(-1, 100).map((each) => each.line.seq) };
}

it("joins the past and what comes without a gap or a repeat", async () => {
  const past = Promise.withResolvers<LogLine[]>();
  const { log, live, shown } = setUp(past.promise);
  live(line(2), line(3, "other"), line(4));
  past.resolve([line(1), line(2)]);
  await log.loaded;
  live(line(5), line(6, "other"));
  expect(shown()).toEqual([1, 2, 4, 5]);
});

it("shows what comes where the past cannot be had", async () => {
  const { log, live, shown } = setUp(Promise.reject(new Error("away")));
  live(line(7));
  await expect(log.loaded).rejects.toThrow("away");
  live(line(8));
  expect(shown()).toEqual([7, 8]);
});

it("stops listening when it is disposed, and takes no late answer", async () => {
  const past = Promise.withResolvers<LogLine[]>();
  const { log, listeners, shown } = setUp(past.promise);
  log.dispose();
  expect(listeners.size).toBe(0);
  past.resolve([line(1)]);
  await log.loaded;
  expect(shown()).toEqual([]);
});

it("takes no line twice where the subscription opens after the history", async () => {
  const past = Promise.withResolvers<LogLine[]>();
  const { log, live, shown } = setUp(past.promise);
  past.resolve([line(1), line(2)]);
  await log.loaded;
  live(line(1), line(2), line(3));
  expect(shown()).toEqual([1, 2, 3]);
});
