/** `npm test`: the same set-up as `npm start`, then check, unit, engine and end-to-end tests. The last line is the sum. */
import { join } from "node:path";
import { root, run, runMain } from "./lib/process.mjs";
import { ensureBuild, ensureDependencies, pinnedNode } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  await ensureBuild();
  const flags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
  const { code } = await run(await pinnedNode(), [...flags, join(root, "scripts/lib/run-tests.mjs")]);
  return code;
});
