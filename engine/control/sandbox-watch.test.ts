import { expect, it } from "vitest";
import type { SandboxUsage } from "../compute/types.ts";
import { createEmitter } from "../support/lifecycle.ts";
import { systemClock } from "../support/clock.ts";
import type { SandboxEvent } from "../contract/index.ts";
import { compareLooks, createSandboxWatch } from "./sandbox-watch.ts";

const use = (cpuMs: number, daemonCpuMs = cpuMs): SandboxUsage => ({
  id: "sb",
  cpuMs,
  memoryBytes: 100,
  daemons: [{ name: "a.py", digest: "d", cpuMs: daemonCpuMs, memoryBytes: 50 }],
});

it.each<[string, SandboxUsage[] | null, number | null, number | null]>([
  ["nothing to compare with", null, null, null],
  ["half a core", [use(500, 900)], 0.5, 0.1],
  ["a counter that began anew", [use(5000, 5000)], 0, 0],
  ["another sandbox", [{ ...use(0), id: "old" }], null, null],
])("shares with %s", (_name, before, cpuShare, daemonShare) => {
  const sample = compareLooks(before === null ? null : { atMs: 1000, found: before }, { atMs: 2000, found: [use(1000)] }, 7);
  expect(sample).toEqual({
    time: 7,
    sandboxes: [{ id: "sb", cpuShare, memoryBytes: 100, daemons: [{ name: "a.py", digest: "d", cpuShare: daemonShare, memoryBytes: 50 }] }],
  });
});

it("looks only while somebody watches, and tells a second watcher what the first has seen", async () => {
  let looks = 0;
  const compute = { usage: async () => [use(++looks)], onEvent: () => () => {} };
  using watch = createSandboxWatch({ compute, clock: systemClock, periodMs: 5 });
  expect(looks).toBe(0);
  const first = new AbortController();
  let seen = 0;
  for await (const samples of watch.usage(first.signal)) {
    seen += samples.length;
    if (seen < 3) continue;
    const second = new AbortController();
    for await (const known of watch.usage(second.signal)) {
      expect(known.length).toBeGreaterThanOrEqual(3);
      second.abort();
      break;
    }
    first.abort();
    break;
  }
  const atEnd = looks;
  const third = new AbortController();
  for await (const samples of watch.usage(third.signal)) {
    // Nobody watched in between: what was seen before is no last minute.
    expect(samples.length).toBeLessThanOrEqual(1);
    third.abort();
    break;
  }
  expect(looks).toBeLessThanOrEqual(atEnd + 1);
});

it("remembers what happened", () => {
  const emitter = createEmitter<SandboxEvent>();
  using watch = createSandboxWatch({ compute: { usage: async () => [], onEvent: (listener) => emitter.on(listener) }, clock: systemClock });
  const event: SandboxEvent = {
    time: 1,
    scope: "test",
    sandbox: "sb",
    kind: "sandbox-ended",
    storlet: null,
    digest: null,
    reason: "Gone.",
  };
  emitter.emit(event);
  expect(watch.history()).toEqual([event]);
});
