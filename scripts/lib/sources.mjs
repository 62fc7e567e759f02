/** Which sources each part of out/ is made of, and whether it is up to date. Compares contents, so a checkout or a copy changes nothing. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

/**
 * What each target reads. A folder stands for all its files but tests.
 * @type {Record<string, string[]>}
 */
const inputs = {
  engine: ["engine", "renderer/commands/table.ts", "package-lock.json", "package.json", "scripts/lib/bundle.mjs"],
  app: ["app", "engine/contract", "renderer/commands", "package-lock.json", "scripts/lib/bundle.mjs"],
  renderer: ["renderer", "engine/contract", "vite.config.ts", "package-lock.json", "scripts/lib/bundle.mjs"],
};

export const targets = Object.keys(inputs);

/**
 * What must be there for a target to count as built.
 * @type {Record<string, string>}
 */
const outputs = { engine: "out/engine/main.js", app: "out/app/main.cjs", renderer: "out/renderer/index.html" };

const stampPath = (/** @type {string} */ target) => join(root, "out", "stamps", target);

/** Targets that are missing or were built from other contents. */
export function staleTargets() {
  return targets.filter((target) => !existsSync(join(root, outputs[target])) || readStamp(target) !== digestInputs(target));
}

/** Remembers that a target was built from what `digest` (of `digestInputs`, taken before the build) says. */
export function writeStamp(/** @type {string} */ target, /** @type {string} */ digest) {
  mkdirSync(join(root, "out", "stamps"), { recursive: true });
  writeFileSync(stampPath(target), digest);
}

function readStamp(/** @type {string} */ target) {
  try {
    return readFileSync(stampPath(target), "utf8");
  } catch {
    return null;
  }
}

/** A digest over names and contents of a target's sources. About 30 ms for the whole project. */
export function digestInputs(/** @type {string} */ target) {
  const hash = createHash("sha256");
  for (const input of inputs[target]) {
    for (const file of listFiles(input))
      hash
        .update(file)
        .update("\0")
        .update(readFileSync(join(root, file)))
        .update("\0");
  }
  return hash.digest("hex");
}

/** @returns {string[]} files below a path of the project, sorted; none where it does not exist */
function listFiles(/** @type {string} */ path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(inner);
      return /\.test\.tsx?$/.test(entry.name) ? [] : [inner];
    });
}
