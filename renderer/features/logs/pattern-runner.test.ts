import { expect, it } from "vitest";
import { createPatternRunner, PatternError, type PatternJob } from "./pattern-runner.ts";

/** Workers and a clock that a test drives by hand. */
function setUp() {
  const workers: { jobs: PatternJob[]; ended: boolean; say(message: unknown): void; fail(): void }[] = [];
  const deadlines = new Set<() => void>();
  const runner = createPatternRunner(
    (onMessage, onError) => {
      const worker = { jobs: [] as PatternJob[], ended: false, say: onMessage, fail: onError };
      workers.push(worker);
      return { send: (job) => void worker.jobs.push(job), terminate: () => void (worker.ended = true) };
    },
    (_ms, callback) => {
      deadlines.add(callback);
      return () => deadlines.delete(callback);
    },
  );
  const expire = () => {
    for (const callback of deadlines) {
      deadlines.delete(callback);
      callback();
    }
  };
  return { runner, workers, deadlines, expire };
}

const regex = { source: "a", flags: "" };
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "none",
    (error: unknown) => (error instanceof PatternError ? error.reason : "other"),
  );

it("sends one job after the other, once the worker listens", async () => {
  const { runner, workers } = setUp();
  const first = runner.test(regex, ["one"]);
  const second = runner.marks(regex, ["two"]);
  expect(workers[0]?.jobs).toEqual([]);
  workers[0]?.say("ready");
  expect(workers[0]?.jobs).toHaveLength(1);
  workers[0]?.say({ hits: Uint8Array.of(1) });
  expect(await first).toEqual(Uint8Array.of(1));
  expect(workers[0]?.jobs.at(-1)).toEqual({ kind: "marks", regex, texts: ["two"] });
  workers[0]?.say({ marks: [[0, 1]] });
  expect(await second).toEqual([[0, 1]]);
  expect(workers).toHaveLength(1);
});

it("ends a worker that misses a deadline, and goes on with another", async () => {
  const { runner, workers, deadlines, expire } = setUp();
  const slow = runner.test(regex, ["slow"]);
  const next = runner.test(regex, ["next"]);
  // How long a worker takes to start says nothing of the expression.
  expect(deadlines.size).toBe(0);
  workers[0]?.say("ready");
  expire();
  expect(await reasonOf(slow)).toBe("slow");
  expect(workers[0]?.ended).toBe(true);
  workers[0]?.say({ hits: Uint8Array.of(1) });
  workers[1]?.say("ready");
  expect(workers[1]?.jobs[0]?.texts).toEqual(["next"]);
  workers[1]?.say({ hits: Uint8Array.of(0) });
  expect(await next).toEqual(Uint8Array.of(0));
  expect(deadlines.size).toBe(0);
});

it("says where no worker can be had", async () => {
  const { runner, workers } = setUp();
  const job = runner.test(regex, ["x"]);
  workers[0]?.fail();
  expect(await reasonOf(job)).toBe("failed");
});

it("gives up what waits when it is disposed of", async () => {
  const { runner, workers } = setUp();
  const job = runner.test(regex, ["x"]);
  runner.dispose();
  expect(await reasonOf(job)).toBe("failed");
  expect(workers[0]?.ended).toBe(true);
});
