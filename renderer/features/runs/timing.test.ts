import { describe, expect, it } from "vitest";
import type { Phase, PhaseName, Run } from "../../../engine/contract/index.ts";
import { isOpen, mergeRuns, storletTitle, timingRows, timingSentence } from "./timing.ts";

const phases = (...durations: [PhaseName, number][]): Phase[] => {
  let startMs = 0;
  return durations.map(([name, durationMs]) => {
    const phase = { name, startMs, durationMs };
    startMs += durationMs;
    return phase;
  });
};

const run = (fields: Partial<Run>): Run => ({
  id: "r1",
  transactionId: "tx1",
  account: "AUTH_test",
  scope: "test",
  storlet: "csv_filter.py",
  door: "GET",
  object: "samples/a.csv",
  params: {},
  state: "succeeded",
  status: 200,
  startedAt: 1000,
  durationMs: 41,
  phases: [],
  cold: false,
  sandbox: "docker",
  isolated: true,
  image: null,
  digest: "d",
  bytesIn: 0,
  bytesOut: 0,
  bodyCut: false,
  problem: null,
  exception: null,
  profile: "studio",
  contract: null,
  ...fields,
});

describe("timingSentence", () => {
  it.each<[string, Partial<Run>, string]>([
    [
      "a cold start",
      {
        cold: true,
        durationMs: 1842,
        phases: phases(["authorise", 2], ["sandbox", 1200], ["daemon", 550], ["execute", 60], ["stream", 14]),
      },
      "1.75 s went into starting the sandbox and the daemon. The storlet and its output took 74 ms.",
    ],
    [
      "a new daemon in a warm sandbox",
      { cold: true, durationMs: 100, phases: phases(["authorise", 1], ["daemon", 55], ["execute", 44]) },
      "55 ms went into starting the daemon. The storlet and its output took 44 ms.",
    ],
    [
      "a warm run",
      { durationMs: 41, phases: phases(["authorise", 1], ["execute", 12], ["stream", 22]) },
      "Sandbox and daemon were already up. The storlet and its output took 34 ms of 41 ms.",
    ],
    ["a run that never got there", { state: "failed", phases: phases(["authorise", 1]) }, "The storlet was not reached."],
    ["no phases", {}, "This run has no phases on record."],
  ])("%s", (_name, fields, expected) => {
    expect(timingSentence(run(fields))).toBe(expected);
  });
});

describe("timingRows", () => {
  it("has a row for every phase and says why one has no bar", () => {
    const rows = timingRows(run({ durationMs: 40, phases: phases(["authorise", 10], ["execute", 30]) }));
    expect(rows.map((row) => [row.word, row.text])).toEqual([
      ["Authorise", "10 ms"],
      ["Fetch bundle", "none"],
      ["Sandbox", "already up"],
      ["Daemon", "already up"],
      ["Execute", "30 ms"],
      ["Metadata", "none"],
      ["First byte", "none"],
      ["Stream", "none"],
    ]);
    expect(rows[4]?.bar).toEqual({ start: 0.25, width: 0.75 });
  });

  it("does not claim a sandbox was up where the storlet was never reached", () => {
    const rows = timingRows(run({ durationMs: 5, phases: phases(["authorise", 5]) }));
    expect(rows[2]?.text).toBe("none");
  });

  it("keeps bars inside where phases outlast the recorded duration", () => {
    const rows = timingRows(run({ durationMs: 0, phases: phases(["execute", 4], ["stream", 4]) }));
    for (const { bar } of rows) if (bar !== null) expect(bar.start + bar.width).toBeLessThanOrEqual(1);
  });
});

describe("mergeRuns", () => {
  const a = run({ id: "a", startedAt: 1 });
  const b = run({ id: "b", startedAt: 2, state: "running" });
  it("puts news over the list, newest first", () => {
    const done = { ...b, state: "succeeded" as const };
    const c = run({ id: "c", startedAt: 3 });
    expect(mergeRuns([b, a], [c, done], 10)).toEqual([c, done, a]);
  });
  it("never reopens a run that is over", () => {
    expect(mergeRuns([{ ...b, state: "failed" }], [b], 10)[0]?.state).toBe("failed");
  });
  it("keeps to its limit", () => {
    expect(mergeRuns([b, a], [run({ id: "c", startedAt: 3 })], 2).map((each) => each.id)).toEqual(["c", "b"]);
  });
});

it("knows open runs and short names", () => {
  expect(isOpen({ state: "streaming" })).toBe(true);
  expect(isOpen({ state: "timed-out" })).toBe(false);
  expect(storletTitle("csv_filter.py")).toBe("csv_filter");
  expect(storletTitle("word.count-1.0.jar")).toBe("word.count-1.0");
});
