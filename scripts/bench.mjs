/** `npm run bench -- …`: measures the built engine, each figure beside its limit. What follows `--` goes to the benchmark. */
import { join } from "node:path";
import { root, run, runMain } from "./lib/process.mjs";
import { ensureBuild, ensureDependencies, pinnedNode } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  await ensureBuild({ only: ["engine"] });
  const { code } = await run(await pinnedNode(), [join(root, "e2e/bench/main.ts"), ...process.argv.slice(2)]);
  return code;
});
