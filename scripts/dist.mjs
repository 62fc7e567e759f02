/**
 * `npm run dist`: desktop packages into dist/. With `-- --dir` only the unpacked folder is made, which needs no network:
 * where the Electron binary cannot be had, a stand-in takes its place, and this says so.
 */
import { join } from "node:path";
import { root, run, runMain } from "./lib/process.mjs";
import { ensureBuild, ensureDependencies, pinnedNode } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  await ensureBuild();
  const { code } = await run(await pinnedNode(), [join(root, "scripts/lib/package.mjs"), ...process.argv.slice(2)]);
  return code;
});
