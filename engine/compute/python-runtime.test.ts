/** Runs the runtime's own Python unit tests; each is a test here. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { probeProcessDriver } from "./drivers/process/facts.ts";
import { runtimeDirectory } from "./test-compute.ts";

const { python } = await probeProcessDriver();

function runPythonTests(): { name: string; failure: string | null }[] {
  const report = fileURLToPath(new URL("./runtime-tests/report.py", import.meta.url));
  const output = execFileSync(python?.path ?? "python3", ["-B", report, join(runtimeDirectory, "python")], { encoding: "utf8" });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { name: string; failure: string | null });
}

describe("Python runtime", () => {
  const results = runPythonTests();

  it("has tests", () => expect(results.length).toBeGreaterThan(40));

  it.each(results)("$name", ({ failure }) => expect(failure).toBeNull());
});
