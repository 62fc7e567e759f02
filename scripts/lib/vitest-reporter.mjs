/** Writes what a vitest run amounts to, with the reason of every skipped test, to the file named in STUDIO_TEST_COUNTS. */
import { writeFileSync } from "node:fs";

export default class CountsReporter {
  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} modules
   * @param {ReadonlyArray<unknown>} errors
   */
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: errors.length, skipped: /** @type {{ name: string, reason: string }[]} */ ([]) };
    for (const module of modules) {
      // A file that does not load has no tests to fail.
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") counts.passed += 1;
        else if (result.state === "failed") counts.failed += 1;
        else
          counts.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: ("note" in result && result.note) || "" });
      }
    }
    writeFileSync(/** @type {string} */ (process.env.STUDIO_TEST_COUNTS), JSON.stringify(counts));
  }
}
