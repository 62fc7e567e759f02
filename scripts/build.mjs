/** `npm run build`: dependencies where they are missing, then every target, or those named on the command line. */
import { runMain } from "./lib/process.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";
import { targets } from "./lib/sources.mjs";

await runMain(async () => {
  const named = process.argv.slice(2);
  const wanted = named.length === 0 ? targets : named;
  await ensureDependencies();
  const startedAt = Date.now();
  await build(wanted);
  console.log(`Built ${wanted.join(", ")} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
});
