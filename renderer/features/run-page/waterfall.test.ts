import { describe, expect, it } from "vitest";
import type { Run } from "../../../engine/contract/index.ts";
import { axisOf, counterpartSentence, findCounterpart, waterfallText } from "./waterfall.ts";

const run = (fields: Partial<Run>): Run =>
  ({
    id: "a",
    storlet: "a.py",
    object: "c/o",
    door: "GET",
    params: {},
    state: "succeeded",
    startedAt: 0,
    durationMs: 40,
    phases: [],
    cold: false,
    ...fields,
  }) as Run;

describe("axisOf", () => {
  it.each([
    [41, 60, ["0", "20 ms", "40 ms", "60 ms"]],
    [1842, 2000, ["0", "0.5 s", "1 s", "1.5 s", "2 s"]],
    [0.3, 0.3, ["0", "0.1 ms", "0.2 ms", "0.3 ms"]],
    [100, 100, ["0", "50 ms", "100 ms"]],
    [60_000, 60_000, ["0", "20 s", "40 s", "60 s"]],
    [0, 0.01, ["0", "0.005 ms", "0.01 ms"]],
  ])("%d ms", (maxMs, endMs, labels) => {
    const axis = axisOf(maxMs);
    expect(axis.ticks.map(({ label }) => label)).toEqual(labels);
    expect(axis.endMs).toBeCloseTo(endMs);
    expect(axis.endMs).toBeGreaterThanOrEqual(maxMs);
  });
});

describe("the counterpart", () => {
  const cold = run({ cold: true, durationMs: 1840 });
  it("is the nearest of the same request and the other temperature", () => {
    const near = run({ id: "near", startedAt: 31_000, durationMs: 41 });
    const others = [
      run({ id: "far", startedAt: 90_000 }),
      run({ id: "other", object: "c/p", startedAt: 1 }),
      run({ id: "params", params: { a: "1" }, startedAt: 1 }),
      run({ id: "failed", state: "failed", startedAt: 1 }),
      run({ id: "cold", cold: true, startedAt: 1 }),
      run({ id: "open", state: "running", startedAt: 1 }),
    ];
    expect(findCounterpart(cold, [...others, near])).toBe(near);
    expect(findCounterpart(cold, others.slice(1))).toBeNull();
    expect(counterpartSentence(cold, near)).toBe("Same request 31.0 s later. Nothing had to start: 45 times faster.");
    expect(counterpartSentence(near, cold)).toBe("Same request 31.0 s earlier. It had to start things: 45 times slower.");
    expect(counterpartSentence(cold, run({ startedAt: 5, durationMs: 1700 }))).toBe("Same request 5 ms later. About as fast.");
  });
});

it("says in words what the picture shows", () => {
  const text = waterfallText(run({ phases: [{ name: "execute", startMs: 1, durationMs: 30 }] }));
  expect(text).toContain("Sandbox and daemon were already up.");
  expect(text).toMatch(/Execute +30 ms {2}from 1 ms/);
  expect(text).toMatch(/Sandbox +already up/);
  expect(text).toMatch(/Total +40 ms/);
});
