/** `npm run studio -- …`: the studio command on the pinned Node. Says nothing of its own on stdout, which belongs to the command. */
import { join } from "node:path";
import { root, run, runMain } from "./lib/process.mjs";
import { ensureBuild, ensureDependencies, pinnedNode } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  // Only `serve` shows the screen; the other commands need not wait for its build.
  await ensureBuild({ only: process.argv[2] === "serve" ? ["engine", "renderer"] : ["engine"] });
  const { code } = await run(await pinnedNode(), [join(root, "out", "engine", "main.js"), ...process.argv.slice(2)]);
  return code;
});
