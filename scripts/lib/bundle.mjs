/** Bundles the targets named on the command line into out/. Runs on the pinned Node, after the dependencies are there. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { root } from "./process.mjs";
import { digestInputs, targets, writeStamp } from "./sources.mjs";

/**
 * Takes node:http as CommonJS gives it. As an ES module it reads every export when it is loaded, `WebSocket` among them, and with
 * that Node's whole fetch: 26 ms of every start.
 */
const plainHttp = {
  name: "plain-http",
  enforce: /** @type {const} */ ("pre"),
  resolveId: (/** @type {string} */ id) => (id === "node:http" ? "\0plain-http" : null),
  load: (/** @type {string} */ id) => (id === "\0plain-http" ? `module.exports = process.getBuiltinModule("node:http")` : null),
};

/** Node programs as one file each: a running one never looks for a chunk that a later build has renamed. */
function nodeConfig(/** @type {{ entries: Record<string, string>, outDir: string, format: "es" | "cjs", external: string[] }} */ options) {
  const extension = options.format === "cjs" ? "cjs" : "js";
  return {
    configFile: /** @type {const} */ (false),
    root,
    publicDir: /** @type {const} */ (false),
    logLevel: /** @type {const} */ ("warn"),
    plugins: [plainHttp],
    ssr: { noExternal: /** @type {const} */ (true), external: options.external },
    build: {
      ssr: true,
      target: "node24",
      minify: false,
      sourcemap: true,
      outDir: options.outDir,
      emptyOutDir: true,
      rolldownOptions: {
        input: options.entries,
        output: { format: options.format, entryFileNames: `[name].${extension}`, codeSplitting: false },
      },
    },
  };
}

/** @type {Record<string, (outDir: string) => Promise<unknown>>} */
const builders = {
  engine: (outDir) => build(nodeConfig({ entries: { main: join(root, "engine/main.ts") }, outDir, format: "es", external: ["dockerode"] })),
  async app(outDir) {
    await build(nodeConfig({ entries: { main: join(root, "app/main/main.ts") }, outDir, format: "cjs", external: ["electron"] }));
    const preload = nodeConfig({
      entries: { preload: join(root, "app/preload/preload.ts") },
      outDir,
      format: "cjs",
      external: ["electron"],
    });
    await build({ ...preload, build: { ...preload.build, emptyOutDir: false } });
  },
  renderer: (outDir) => build({ configFile: join(root, "vite.config.ts"), logLevel: "warn", build: { outDir, emptyOutDir: true } }),
};

/** Builds beside the old result and takes its place at the end, so that a failed build leaves what worked. */
async function bundle(/** @type {string} */ target) {
  const digest = digestInputs(target);
  const fresh = join(root, "out", `${target}.${process.pid}.new`);
  const old = join(root, "out", `${target}.${process.pid}.old`);
  const final = join(root, "out", target);
  try {
    await builders[target](fresh);
    if (existsSync(final)) renameSync(final, old);
    renameSync(fresh, final);
    writeStamp(target, digest);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

try {
  for (const target of process.argv.length > 2 ? process.argv.slice(2) : targets) await bundle(target);
} catch (error) {
  // The bundler's message says where and why; its own stack helps nobody.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
