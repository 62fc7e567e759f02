/** `npm run e2e -- …`: the end-to-end tests alone; what follows `--` goes to Playwright. */
import { runMain } from "./lib/process.mjs";
import { ensureBuild, ensureDependencies } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  await ensureBuild();
  // Loaded late: it needs the dependencies.
  const { runPlaywright } = await import("./lib/runners.mjs");
  const { failed } = await runPlaywright(process.argv.slice(2));
  return failed === 0 ? 0 : 1;
});
