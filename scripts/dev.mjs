/** `npm run dev`: the engine from its sources, restarted on every change, and the screen rebuilt on every change (reload the page). */
import { join } from "node:path";
import { root, run, runMain } from "./lib/process.mjs";
import { ensureDependencies, pinnedNode, toolPath } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  const node = await pinnedNode();
  const [engine] = await Promise.all([
    run(node, ["--watch", "--watch-preserve-output", join(root, "engine/main.ts"), "serve", ...process.argv.slice(2)]),
    run(node, [toolPath("vite"), "build", "--watch", "--mode", "development", "--config", join(root, "vite.config.ts")]),
  ]);
  return engine.code;
});
