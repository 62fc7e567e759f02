import { expect, it } from "vitest";
import type { LogLine } from "../../../engine/contract/index.ts";
import { buildFile, enginePieces, shownPieces } from "./log-export.ts";
import { everything, toggleLevel } from "./log-query.ts";
import { createLogStore } from "./log-store.ts";

const line = (seq: number): LogLine => ({
  seq,
  time: Date.UTC(2026, 2, 14) + seq,
  level: seq % 2 === 0 ? "info" : "warn",
  source: "storlet",
  run: "4c97",
  text: seq === 2 ? "two\nlines <b>" : `line ${seq}`,
});
const turns = { onFrame: () => {}, onSlice: (callback: () => void) => callback(), elapsedMs: () => 0 };
const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

it("writes the lines that are shown when it is asked, in pieces", async () => {
  const store = createLogStore(turns, 10_000);
  store.append(count(1, 5000));
  store.setQuery(toggleLevel(everything, "warn"));
  let pauses = 0;
  const pieces = shownPieces(store, async () => {
    pauses++;
    store.append([line(6000)]);
  });
  const { blob, lines } = await buildFile(pieces, "jsonl", false);
  expect(lines).toBe(2500);
  expect(pauses).toBe(3);
  const parsed = (await blob.text())
    .trimEnd()
    .split("\n")
    .map((text) => JSON.parse(text) as LogLine);
  expect(parsed[0]).toEqual(line(2));
  expect(parsed.at(-1)).toEqual(line(5000));
});

it("writes text as it is copied", async () => {
  const store = createLogStore(turns);
  store.append(count(2, 3));
  const { blob } = await buildFile(
    shownPieces(store, async () => {}),
    "text",
    false,
  );
  expect(await blob.text()).toBe(
    "2026-03-14T00:00:00.002Z info storlet 4c97 two\nlines <b>\n2026-03-14T00:00:00.003Z warn storlet 4c97 line 3\n",
  );
});

it("reads everything from the engine backwards and writes it forwards", async () => {
  const all = count(1, 9000);
  const asked: (number | null)[] = [];
  const pieces = enginePieces(async (before, limit) => {
    asked.push(before);
    return all.filter(({ seq }) => before === null || seq < before).slice(-limit);
  });
  const { blob, lines } = await buildFile(pieces, "jsonl", true);
  expect([lines, asked]).toEqual([9000, [null, 5001, 1001]]);
  const seqs = (await blob.text())
    .trimEnd()
    .split("\n")
    .map((text) => (JSON.parse(text) as LogLine).seq);
  expect(seqs).toEqual(all.map(({ seq }) => seq));
});
