import { expect, it } from "vitest";
import type { EngineEvent, Run, RunState } from "../../../engine/contract/index.ts";
import { watchRun } from "./run-watch.ts";

const run = (state: RunState, transactionId = "tx1", storlet = "x.py"): Run =>
  ({ id: `r-${transactionId}`, transactionId, storlet, state }) as Run;

function setUp(found: (Run | null)[]) {
  const listeners = new Set<(events: readonly EngineEvent[]) => void>();
  const patience: (() => void)[] = [];
  const changes: RunState[] = [];
  const watch = watchRun({
    isOurs: ({ storlet }) => storlet === "x.py",
    onEvents: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    find: () => Promise.resolve(found.length > 1 ? (found.shift() ?? null) : (found[0] ?? null)),
    onChange: ({ state }) => changes.push(state),
    afterPatience: (callback) => patience.push(callback),
  });
  const emit = (...runs: Run[]) => listeners.forEach((listener) => listener(runs.map((each) => ({ kind: "run", run: each }))));
  return { watch, emit, changes, patience, listeners };
}

it("follows our run and knows its end from the events alone", async () => {
  const { watch, emit, changes } = setUp([null]);
  emit(run("starting"), run("running", "tx9", "other.py"));
  emit(run("running"), run("succeeded"));
  expect(changes).toEqual(["starting", "running", "succeeded"]);
  expect((await watch.finished("tx1"))?.state).toBe("succeeded");
});

it("asks where no event came", async () => {
  const { watch } = setUp([run("failed")]);
  expect((await watch.finished("tx1"))?.state).toBe("failed");
});

it("knows that a refused request has no run", async () => {
  const { watch } = setUp([null]);
  expect(await watch.finished("tx1")).toBeNull();
});

it("waits for a record that ends after its answer", async () => {
  const { watch, emit } = setUp([run("streaming")]);
  const finished = watch.finished("tx1");
  await Promise.resolve();
  await Promise.resolve();
  emit(run("succeeded"));
  expect((await finished)?.state).toBe("succeeded");
});

it("takes the last known record when patience ends", async () => {
  const { watch, patience } = setUp([run("streaming"), run("timed-out")]);
  const finished = watch.finished("tx1");
  await Promise.resolve();
  await Promise.resolve();
  patience.forEach((callback) => callback());
  expect((await finished)?.state).toBe("timed-out");
});

it("does not go back from an end, and stops when disposed", () => {
  const { watch, emit, changes, listeners } = setUp([null]);
  emit(run("failed"));
  emit(run("running"));
  expect(changes).toEqual(["failed"]);
  watch.dispose();
  expect(listeners.size).toBe(0);
});
