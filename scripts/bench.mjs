/** `npm run bench -- …`: measures the built engine, or with `ui` the screen, each figure beside its limit. What follows `--` goes to the benchmark. */
import { join } from "node:path";
import { root, run, runMain, ScriptError } from "./lib/process.mjs";
import { ensureBuild, ensureDependencies, pinnedNode } from "./lib/setup.mjs";

/** The browser, as the benchmark wants to be told of it. */
async function browserWords() {
  // Loaded late: it needs the dependencies.
  const { chromiumSwitches, findChromium } = await import("./lib/browser.mjs");
  const executablePath = findChromium();
  if (executablePath === null)
    throw new ScriptError("`npm run bench -- ui` measures the screen in Chromium, and none was found on the PATH.");
  return ["--browser", JSON.stringify({ executablePath, args: chromiumSwitches() })];
}

await runMain(async () => {
  const [part, ...words] = process.argv.slice(2);
  const isUi = part === "ui";
  await ensureDependencies();
  await ensureBuild({ only: isUi ? ["engine", "renderer"] : ["engine"] });
  const program = isUi
    ? [join(root, "e2e/bench/ui.ts"), ...(await browserWords()), ...words]
    : [join(root, "e2e/bench/main.ts"), ...process.argv.slice(2)];
  const { code } = await run(await pinnedNode(), program);
  return code;
});
