import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { LogLine } from "../contract/index.ts";
import { systemClock } from "../support/clock.ts";
import { createLogBus, type LogBus } from "./log-bus.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "studio-log-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (options: Partial<Parameters<typeof createLogBus>[0]> = {}): LogBus =>
  createLogBus({ directory, clock: systemClock, ...options });
const texts = (lines: readonly LogLine[]): string[] => lines.map((line) => line.text);

it("keeps lines on disk and goes on counting after a restart", async () => {
  const first = open();
  first.write({ level: "info", source: "storlet", text: "one" });
  first.write({ level: "error", source: "traceback", run: "r", text: "two\nlines" });
  await first[Symbol.asyncDispose]();
  const second = open();
  second.write({ level: "info", source: "engine", text: "three" });
  expect(second.history({}, 10).map((line) => [line.seq, line.text])).toEqual([
    [1, "one"],
    [2, "two\nlines"],
    [3, "three"],
  ]);
  await second[Symbol.asyncDispose]();
});

it("loses only the half line of a crash", async () => {
  const first = open();
  first.write({ level: "info", source: "engine", text: "whole" });
  await first[Symbol.asyncDispose]();
  appendFileSync(join(directory, "log-000001.jsonl"), '{"seq":2,"text":"ha');
  const second = open();
  second.write({ level: "info", source: "engine", text: "after" });
  await second[Symbol.asyncDispose]();
  const third = open();
  expect(texts(third.history({}, 10))).toEqual(["whole", "after"]);
  await third[Symbol.asyncDispose]();
});

it("opens a large log at once, with its newest lines", async () => {
  const line = JSON.stringify({ seq: 1, time: 0, level: "info", source: "engine", text: "x".repeat(60) });
  writeFileSync(join(directory, "log-000001.jsonl"), `${line}\n`.repeat(400_000));
  appendFileSync(join(directory, "log-000001.jsonl"), `${line.replace('"seq":1', '"seq":400001').replace("xxx", "end")}\n`);
  const logs = open();
  expect(logs.history({}, 1)[0]?.text.startsWith("end")).toBe(true);
  expect(logs.history({}, 400_000).length).toBeGreaterThan(10_000);
  logs.write({ level: "info", source: "engine", text: "next" });
  expect(logs.history({}, 1)[0]).toMatchObject({ seq: 400_002, text: "next" });
  await logs[Symbol.asyncDispose]();
});

it("begins a new file at its size limit and keeps the newest files only", async () => {
  const logs = open({ fileBytes: 1000, keepFiles: 3 });
  for (let index = 0; index < 20; index++) {
    logs.write({ level: "info", source: "engine", text: "x".repeat(500) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(readdirSync(directory).length).toBe(3);
  await logs[Symbol.asyncDispose]();
});

it("keeps no more lines in memory than it is told", async () => {
  const logs = open({ keepLines: 100 });
  for (let index = 0; index < 1000; index++) logs.write({ level: "info", source: "engine", text: String(index) });
  const kept = logs.history({}, 100_000);
  expect(kept.length).toBeLessThanOrEqual(110);
  expect(kept.at(-1)?.text).toBe("999");
  await logs[Symbol.asyncDispose]();
});

it("hands new lines on in batches, and cuts a line beyond 1 MB", async () => {
  const logs = open();
  const batch = new Promise<readonly LogLine[]>((resolve) => logs.subscribe(resolve));
  logs.write({ level: "info", source: "stdout", text: "a" });
  logs.write({ level: "info", source: "stdout", text: "b".repeat(2_000_000) });
  const lines = await batch;
  expect(lines.length).toBe(2);
  expect(lines[1]?.text.length).toBeLessThan(1_100_000);
  expect(lines[1]?.text).toContain("cut at 1 MB");
  await logs[Symbol.asyncDispose]();
});

it("reads history newest-last, limited, after a number", async () => {
  const logs = open();
  for (const text of ["a", "b", "c", "d"]) logs.write({ level: "info", source: "engine", text });
  expect(texts(logs.history({}, 2))).toEqual(["c", "d"]);
  expect(texts(logs.history({}, 10, 3))).toEqual(["d"]);
  expect(texts(logs.history({}, 2, 0, 4))).toEqual(["b", "c"]);
  expect(texts(logs.history({}, 2, 0, 1))).toEqual([]);
  await logs[Symbol.asyncDispose]();
});
