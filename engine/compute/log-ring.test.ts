/** The ring against the plain rule: what is packed is found as if it were not. */
import { describe, expect, it } from "vitest";
import type { LogFilter, LogLine } from "../contract/index.ts";
import { matchesFilter } from "./log-bus.ts";
import { createLogRing, type LogRing } from "./log-ring.ts";

const levels = ["debug", "info", "warn", "error"] as const;
const sources = ["storlet", "stdout", "engine"] as const;
const words = ["plain", 'quo"ted', "back\\slash", "Größe €", "two\nlines", "İstanbul", '"run":"r1"', "K sign", "end "];

/** Enough for several chunks. */
const lines: LogLine[] = Array.from({ length: 9000 }, (_, index) => ({
  seq: index + 1,
  time: index,
  level: levels[index % 4] as LogLine["level"],
  source: sources[index % 3] as LogLine["source"],
  text: `${words[index % words.length]} ${index} ${"padding ".repeat(8)}`,
  ...(index % 5 === 0 ? {} : { storlet: `s"${index % 7}.py`, run: `r${index % 11}` }),
}));

function fill(ring: LogRing): LogRing {
  for (const line of lines) ring.add(JSON.stringify(line), line.seq);
  return ring;
}

describe("log ring", () => {
  const ring = fill(createLogRing({ matches: matchesFilter, keepLines: 100_000, keepBytes: 100_000_000 }));
  const filters: LogFilter[] = [
    {},
    { levels: ["error"] },
    { levels: [] },
    { sources: ["stdout", "engine"], levels: ["warn"] },
    { storlet: 's"3.py' },
    { run: "r1" },
    { run: "none" },
    { run: "r1", storlet: 's"3.py', levels: ["info", "debug"] },
    { text: "PLAIN" },
    { text: 'QUO"TED' },
    { text: "back\\slash" },
    { text: "größe" },
    { text: "two\nlines" },
    { text: "istanbul" },
    { text: "k sign" },
    { text: 'run":"r1' },
    { text: " 4711 " },
    { text: "nowhere" },
    { text: "storlet" },
  ];
  it.each(filters)("finds what matches %j", (filter) => {
    const expected = lines.filter((line) => matchesFilter(line, filter)).toReversed();
    const all = { afterSeq: 0, beforeSeq: Infinity };
    expect(ring.newest(filter, 100_000, all)).toEqual(expected);
    expect(ring.newest(filter, 7, all)).toEqual(expected.slice(0, 7));
    const between = expected.filter(({ seq }) => seq > 4321 && seq < 6543);
    expect(ring.newest(filter, 100_000, { afterSeq: 4321, beforeSeq: 6543 })).toEqual(between);
  });

  it.each([
    { keepLines: 50, keepBytes: 100_000_000, atLeast: 50, atMost: 50 },
    { keepLines: 5000, keepBytes: 100_000_000, atLeast: 5000, atMost: 5000 },
    { keepLines: 100_000, keepBytes: 600_000, atLeast: 1500, atMost: 6000 },
    { keepLines: 100_000, keepBytes: 1, atLeast: 1, atMost: 3000 },
  ])("keeps the newest within $keepLines lines and $keepBytes bytes", ({ keepLines, keepBytes, atLeast, atMost }) => {
    const kept = fill(createLogRing({ matches: matchesFilter, keepLines, keepBytes }));
    const found = kept.newest({}, 100_000, { afterSeq: 0, beforeSeq: Infinity });
    expect(found.length).toBeGreaterThanOrEqual(atLeast);
    expect(found.length).toBeLessThanOrEqual(atMost);
    expect(found).toEqual(lines.toReversed().slice(0, found.length));
  });
});

describe("matchesFilter", () => {
  const line: LogLine = { seq: 1, time: 0, level: "warn", source: "stdout", storlet: "s.py", run: "r1", text: "Disk nearly full" };
  it.each<[LogFilter, boolean]>([
    [{}, true],
    [{ levels: ["warn", "error"] }, true],
    [{ levels: ["error"] }, false],
    [{ sources: ["stdout"] }, true],
    [{ sources: ["stderr"] }, false],
    [{ storlet: "s.py" }, true],
    [{ storlet: "t.py" }, false],
    [{ run: "r2" }, false],
    [{ storlets: ["t.py", "s.py"] }, true],
    [{ storlets: ["t.py"] }, false],
    [{ from: 0, to: 0 }, true],
    [{ from: 1 }, false],
    [{ to: -1 }, false],
    [{ text: "NEARLY" }, true],
    [{ text: "empty" }, false],
  ])("%j", (filter, expected) => {
    expect(matchesFilter(line, filter)).toBe(expected);
  });
});
