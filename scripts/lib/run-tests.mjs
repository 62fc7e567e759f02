/** The test run itself: what this machine lacks, then every runner, then the sum. Runs on the pinned Node, on a built tree. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createDockerClient } from "../../engine/compute/drivers/docker/client.ts";
import { findDockerConnection } from "../../engine/compute/drivers/docker/connection.ts";
import { defaultImageName } from "../../engine/compute/drivers/docker/container.ts";
import { probeDocker } from "../../engine/compute/drivers/docker/probe.ts";
import { findChromium } from "./browser.mjs";
import { root, run, runMain } from "./process.mjs";
import { runPlaywright, runVitest, skipPlaywright } from "./runners.mjs";

const isCi = process.env.CI === "true";

await runMain(async () => {
  const lacking = [await lackOfDocker(), findChromium() === null ? "Chromium: none was found (apt-get install chromium)." : null].filter(
    (lack) => lack !== null,
  );
  heading("Check");
  const check = await run(process.execPath, [join(root, "scripts/check.mjs")]);
  heading("Package");
  const packed = await checkPackage();
  heading("Unit and engine tests");
  const units = await runVitest();
  heading("End-to-end tests");
  const endToEnd = findChromium() === null ? await skipPlaywright("Chromium is missing") : await runPlaywright();

  const runners = [units, endToEnd];
  const skipped = runners.flatMap((counts) => counts.skipped);
  heading("Summary");
  console.log(`check        ${check.code === 0 ? "ok" : "FAILED"}`);
  console.log(`package      ${packed === null ? "left out: checked on Linux only" : packed ? "ok" : "FAILED"}`);
  console.log(`unit, engine ${formatCounts(units)}`);
  console.log(`end to end   ${formatCounts(endToEnd)}`);
  reportLeftOut(lacking, skipped);

  const failed = sum(runners, "failed") + (check.code === 0 ? 0 : 1) + (packed === false ? 1 : 0) + (isCi ? lacking.length : 0);
  console.log(`\n${sum(runners, "passed")} passed, ${failed} failed, ${skipped.length} skipped`);
  return failed === 0 ? 0 : 1;
});

/** Whether the desktop package holds what it must; null where this platform's cannot be made without the real Electron. */
async function checkPackage() {
  if (process.platform !== "linux") return null;
  const { code, output } = await run(process.execPath, [join(root, "scripts/lib/package.mjs"), "--dir", "--stand-in"], {
    output: "capture",
  });
  console.log(code === 0 ? output.trim().split("\n").at(-1) : output);
  return code === 0;
}

/** Why Docker tests cannot run, or null. Builds the sandbox image where only that is missing. */
async function lackOfDocker() {
  const connection = findDockerConnection({
    dockerHost: process.env.DOCKER_HOST ?? null,
    platform: process.platform,
    homeDirectory: homedir(),
    exists: existsSync,
  });
  const probe = await probeDocker({ connection });
  if (connection === null || !probe.available) return `Docker: ${probe.reason} ${probe.hint}`;
  if ((await createDockerClient(connection).findImage(defaultImageName)) !== null) return null;
  heading(`Building the sandbox image ${defaultImageName}`);
  const built = await run(process.execPath, [join(root, "out/engine/main.js"), "image", "build"]);
  return built.code === 0 ? null : `Docker: the sandbox image ${defaultImageName} could not be built (npm run studio -- image build).`;
}

function heading(/** @type {string} */ text) {
  console.log(`\n── ${text} ──`);
}

function formatCounts(/** @type {import("./runners.mjs").Counts} */ { passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}

function sum(/** @type {import("./runners.mjs").Counts[]} */ runners, /** @type {"passed" | "failed"} */ key) {
  return runners.reduce((total, counts) => total + counts[key], 0);
}

/** What did not run must not be overlooked: every test that was left out, under its reason. */
function reportLeftOut(/** @type {string[]} */ lacking, /** @type {{ name: string, reason: string }[]} */ skipped) {
  if (lacking.length > 0) {
    console.log(`\n${isCi ? "FAILED: with CI=true nothing may be missing." : "ATTENTION: some tests were left out."}`);
    for (const lack of lacking) console.log(`  ${lack}`);
  }
  const unsaid = lacking.length > 0 ? "of what is missing here" : "the test itself says so, without a reason";
  const byReason = Map.groupBy(skipped, ({ reason }) => reason.replace(/\.$/, "") || unsaid);
  for (const [reason, tests] of byReason) {
    console.log(`\nLeft out, because ${reason}:`);
    for (const { name } of tests) console.log(`  ${name}`);
  }
}
