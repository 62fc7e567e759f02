import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRuns } from "./runs.ts";
import { makeRun } from "./test-run.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "studio-runs-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

it("keeps finished runs across a restart, newest first, and open ones only while it lives", async () => {
  const path = join(directory, "runs.sqlite");
  const first = createRuns({ path });
  first.put(makeRun("a"));
  first.put(makeRun("b", { state: "running", status: null }));
  expect(first.list(10).map((run) => run.id)).toEqual(["b", "a"]);
  first.put(makeRun("b", { state: "failed", status: 503 }));
  first.put(makeRun("c", { state: "streaming" }));
  expect(first.findByTransaction("tx-c")?.state).toBe("streaming");
  await first[Symbol.asyncDispose]();

  const second = createRuns({ path });
  expect(second.list(10).map((run) => run.id)).toEqual(["b", "a"]);
  expect(second.get("b")?.status).toBe(503);
  expect(second.findByTransaction("tx-a")?.id).toBe("a");
  expect(second.get("c")).toBeNull();
  await second[Symbol.asyncDispose]();
});

it("keeps the newest runs only, and tells of every change", async () => {
  const runs = createRuns({ path: join(directory, "runs.sqlite"), keep: 2 });
  const heard: string[] = [];
  runs.onChange((run) => heard.push(`${run.id} ${run.state}`));
  for (const id of ["a", "b", "c"]) {
    runs.put(makeRun(id, { state: "running" }));
    runs.put(makeRun(id));
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(runs.list(10).map((run) => run.id)).toEqual(["c", "b"]);
  expect(heard).toEqual(["a running", "a succeeded", "b running", "b succeeded", "c running", "c succeeded"]);
  await runs[Symbol.asyncDispose]();
});
