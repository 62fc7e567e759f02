import { describe, expect, it } from "vitest";
import type { KeptBody, Run, RunExchange } from "../../../engine/contract/index.ts";
import { compareSentence, headerRows, logKey, sameBodies, summaryRows, timeRows } from "./compare-runs.ts";

const run = (fields: Partial<Run>): Run =>
  ({
    id: "a",
    storlet: "a.py",
    object: "c/o",
    door: "GET",
    params: {},
    state: "succeeded",
    status: 200,
    durationMs: 41,
    cold: false,
    digest: "9be1f0a4ff",
    sandbox: "docker",
    bytesOut: 1000,
    problem: null,
    ...fields,
  }) as Run;
const body = (fields: Partial<KeptBody> = {}): KeptBody => ({ sizeBytes: 4, keptBytes: 4, ref: "r", cut: false, ...fields });
const exchange = (kept: KeptBody | null): RunExchange => ({
  request: { method: "GET", target: "/", headers: [], body: null },
  response: { status: 200, headers: [], body: kept },
});

describe("summary", () => {
  it("shows what differs and by how much", () => {
    const rows = summaryRows(
      run({ params: { min: "30" } }),
      run({ params: { min: "25", max: "9" }, durationMs: 58, bytesOut: 3000, digest: "c07d52ee00" }),
    );
    expect(rows.map(({ label, a, b, verdict, same }) => [label, a, b, verdict, same])).toEqual([
      ["Outcome", "Succeeded, 200", "Succeeded, 200", "Same", true],
      ["Time", "41 ms, warm", "58 ms, warm", "+17 ms", true],
      ["Parameter max", null, "9", "Only in B", false],
      ["Parameter min", "30", "25", "Changed", false],
      ["Code", "9be1f0a4", "c07d52ee", "Changed", false],
      ["Body out", "1.00 KB", "3.00 KB", "+2.00 KB", false],
    ]);
  });
  it("names what is rarely different only where it is", () => {
    const labels = summaryRows(run({}), run({ object: "c/p", sandbox: "process", durationMs: 40 })).map(({ label }) => label);
    expect(labels).toEqual(["Outcome", "Time", "Request", "Sandbox", "Code", "Body out"]);
  });
});

it("compares headers but for those of every answer", () => {
  const { rows, equal } = headerRows(
    [
      { name: "content-type", value: "text/csv" },
      { name: "x-trans-id", value: "tx1" },
      { name: "x-object-meta-kept", value: "3" },
    ],
    [
      { name: "content-type", value: "text/csv" },
      { name: "x-trans-id", value: "tx2" },
      { name: "x-object-meta-rows", value: "9" },
    ],
  );
  expect(equal).toBe(1);
  expect(rows.map(({ label, a, b, verdict }) => [label, a, b, verdict])).toEqual([
    ["X-Object-Meta-Kept", "3", null, "Only in A"],
    ["X-Object-Meta-Rows", null, "9", "Only in B"],
  ]);
});

it.each<[string, KeptBody | null, KeptBody | null, boolean | null]>([
  ["two equal", body(), body(), true],
  ["two of another size", body(), body({ sizeBytes: 5 }), false],
  ["two of other bytes", body(), body({ ref: "s" }), false],
  ["equal fronts of long ones", body({ sizeBytes: 9 }), body({ sizeBytes: 9 }), null],
  ["none and empty", null, body({ sizeBytes: 0, keptBytes: 0, ref: null }), true],
  ["one that is not kept", body(), body({ ref: null }), null],
])("bodies: %s", (_name, a, b, same) => {
  expect(sameBodies(a, b)).toBe(same);
});

it.each<[Partial<Run>, KeptBody | null, string]>([
  [{}, body(), "Same outcome, same body"],
  [{}, body({ ref: "s" }), "Same outcome, different body"],
  [{ state: "failed", status: 503 }, body({ ref: "s" }), "Different outcome, different body"],
])("says %j", (fields, kept, sentence) => {
  expect(compareSentence(run({}), run(fields), exchange(body()), exchange(kept))).toBe(sentence);
});

it("says what is not kept", () => {
  expect(compareSentence(run({}), run({}), null, exchange(null))).toContain("not kept of A");
  expect(compareSentence(run({}), run({}), null, null)).toContain("not kept of both");
});

it.each([
  ["took 12.5 ms", "took 9 ms"],
  ["pid 123 done", "pid 9 done"],
  ["at 2026-03-14T09:40:00Z", "at 2026-03-15T10:00:01Z"],
  ["09:14:19.006 x", "09:15:00.000 x"],
])("%j is the same line as %j", (a, b) => expect(logKey(a)).toBe(logKey(b)));

it("keeps numbers that mean something", () => {
  expect(logKey("kept 3118 of 29760 rows")).not.toBe(logKey("kept 9804 of 29760 rows"));
});

it("sets the phases of both beside each other, and counts none as a difference", () => {
  const phases = (sandbox: number | null, execute: number): Run["phases"] => [
    ...(sandbox === null ? [] : [{ name: "sandbox" as const, startMs: 0, durationMs: sandbox }]),
    { name: "execute", startMs: 1, durationMs: execute },
  ];
  const rows = timeRows(run({ phases: phases(500, 10) }), run({ phases: phases(null, 14) }));
  expect(rows.map(({ label, a, b, verdict, same }) => [label, a, b, verdict, same])).toEqual([
    ["Sandbox", "500 ms", "already up", "", true],
    ["Execute", "10 ms", "14 ms", "+4 ms", true],
  ]);
});
