import { describe, expect, it } from "vitest";
import { countPlaywright, settle } from "./runners.mjs";

const spec = (title: string, status: string, annotations: object[] = []) => ({ title, tests: [{ status, annotations }] });

describe("countPlaywright", () => {
  it("counts through nested suites and keeps the reasons of what was skipped", () => {
    const report = {
      errors: [],
      suites: [
        {
          title: "a.spec.ts",
          specs: [spec("works", "expected")],
          suites: [
            {
              title: "inner",
              specs: [
                spec("breaks", "unexpected"),
                spec("works the second time", "flaky"),
                spec("needs Docker", "skipped", [{ type: "skip", description: "Docker is missing" }]),
              ],
            },
          ],
        },
      ],
    };
    expect(countPlaywright(report)).toEqual({
      passed: 1,
      failed: 2,
      skipped: [{ name: "a.spec.ts > inner > needs Docker", reason: "Docker is missing" }],
    });
  });

  it("counts an error outside of any test", () => {
    expect(countPlaywright({ errors: [{ message: "does not compile" }], suites: [] }).failed).toBe(1);
  });
});

describe("settle", () => {
  const counts = (passed: number, failed: number) => ({ passed, failed, skipped: [] });
  it.each([
    { name: "all passed", counts: counts(3, 0), code: 0, failed: 0 },
    { name: "failed tests are counted once", counts: counts(3, 2), code: 1, failed: 2 },
    { name: "failed without a failed test", counts: counts(3, 0), code: 1, failed: 1 },
    { name: "ran nothing", counts: counts(0, 0), code: 0, failed: 1 },
    { name: "wrote no result", counts: null, code: 0, failed: 1 },
  ])("$name", ({ counts: given, code, failed }) => {
    expect(settle(given, code).failed).toBe(failed);
  });
});
