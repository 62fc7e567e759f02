/** The test runners, each brought down to the same counts. Shows their own output; owns no policy about what may be skipped. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./process.mjs";
import { pinnedNode, toolPath } from "./setup.mjs";

/** @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Counts */

const resultsFolder = join(root, "test-results");

/** Unit and engine tests. @returns {Promise<Counts>} */
export async function runVitest() {
  const file = freshFile("vitest.json");
  const reporters = ["--reporter=default", `--reporter=${join(root, "scripts/lib/vitest-reporter.mjs")}`];
  const { code } = await run(await pinnedNode(), [toolPath("vitest"), "run", ...reporters], { env: { STUDIO_TEST_COUNTS: file } });
  return settle(readJson(file), code);
}

/** End-to-end tests in Chromium. @returns {Promise<Counts>} */
export async function runPlaywright(/** @type {string[]} */ parameters = []) {
  const file = freshFile("e2e.json");
  const { code } = await run(
    await pinnedNode(),
    [toolPath("@playwright/test", "playwright"), "test", "--reporter=list,json", ...parameters],
    {
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    },
  );
  const report = readJson(file);
  return settle(report === null ? null : countPlaywright(report), code);
}

/** The end-to-end tests there are, as skipped for one reason. @returns {Promise<Counts>} */
export async function skipPlaywright(/** @type {string} */ reason) {
  const { output } = await run(await pinnedNode(), [toolPath("@playwright/test", "playwright"), "test", "--list", "--reporter=json"], {
    output: "capture",
  });
  const names = listTests(JSON.parse(output.slice(output.indexOf("{")))).map(({ name }) => name);
  return { passed: 0, failed: 0, skipped: names.map((name) => ({ name, reason })) };
}

/** @returns {Counts} */
export function countPlaywright(/** @type {any} */ report) {
  /** @type {Counts} */
  const counts = { passed: 0, failed: report.errors.length, skipped: [] };
  for (const { name, test } of listTests(report)) {
    // "flaky" passed on a retry only, which is a failure here.
    if (test.status === "expected") counts.passed += 1;
    else if (test.status === "skipped") {
      const reason = test.annotations.find((/** @type {any} */ annotation) => annotation.type === "skip")?.description;
      counts.skipped.push({ name, reason: reason ?? "" });
    } else counts.failed += 1;
  }
  return counts;
}

/** @returns {{ name: string, test: any }[]} */
function listTests(/** @type {any} */ report) {
  const ofSuite = (/** @type {any} */ suite, /** @type {string} */ prefix) => {
    const path = prefix === "" ? suite.title : `${prefix} > ${suite.title}`;
    const own = (suite.specs ?? []).flatMap((/** @type {any} */ spec) =>
      spec.tests.map((/** @type {any} */ test) => ({ name: `${path} > ${spec.title}`, test })),
    );
    return [...own, ...(suite.suites ?? []).flatMap((/** @type {any} */ inner) => ofSuite(inner, path))];
  };
  return report.suites.flatMap((/** @type {any} */ suite) => ofSuite(suite, ""));
}

/** A runner that failed without a failed test, or that ran nothing, is itself a failure. @returns {Counts} */
export function settle(/** @type {Counts | null} */ counts, /** @type {number} */ code) {
  if (counts === null) return { passed: 0, failed: 1, skipped: [] };
  const ranNothing = counts.passed + counts.failed === 0;
  return { ...counts, failed: counts.failed === 0 && (code !== 0 || ranNothing) ? 1 : counts.failed };
}

function freshFile(/** @type {string} */ name) {
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(resultsFolder, name);
  rmSync(file, { force: true });
  return file;
}

function readJson(/** @type {string} */ file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
