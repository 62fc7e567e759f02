import { expect, it } from "vitest";
import type { UsageSample } from "../../../engine/contract/index.ts";
import { afterProgress, mergeSamples, type ImageBuild } from "./sandbox-data.ts";

it("takes every look once, and keeps a minute", () => {
  const at = (time: number): UsageSample => ({ time, sandboxes: [] });
  const known = [at(1), at(2)];
  expect(mergeSamples(known, [at(1), at(2)])).toBe(known);
  expect(mergeSamples(known, [at(2), at(3)]).map(({ time }) => time)).toEqual([1, 2, 3]);
  const many = Array.from({ length: 90 }, (_, index) => at(index + 3));
  expect(mergeSamples(known, many)).toHaveLength(61);
});

it("follows the steps of a build", () => {
  const empty: ImageBuild = { state: "running", startedAt: 0, endedAt: 0, steps: [], lines: [], problem: null };
  const told: [string, string, boolean][] = [
    ["Looking", "socket", false],
    ["Installing", "", false],
    ["Installing", "python3", false],
    ["Ready", "400 MB", true],
  ];
  const build = told.reduce((state, [step, detail, done], index) => afterProgress(state, { step, detail, done }, index), empty);
  expect(build.steps).toEqual([
    { step: "Looking", startedAt: 0, endedAt: 1 },
    { step: "Installing", startedAt: 1, endedAt: 3 },
    { step: "Ready", startedAt: 3, endedAt: 3 },
  ]);
  expect(build.lines).toEqual(["socket", "python3", "400 MB"]);
});
