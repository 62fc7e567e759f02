/** The Electron binary: found where its own installer puts it, or downloaded by that installer. Node 18 built-ins only. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, run } from "./process.mjs";
import { pinnedNode } from "./setup.mjs";

const downloadDeadlineMs = 120_000;
const folder = join(root, "node_modules", "electron");

/** Version of the Electron this project is made for. */
export function electronVersion() {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}

/** Path of the executable, or null. Loading the package to ask it would start a download. */
export function installedElectron() {
  const pathFile = join(folder, "path.txt");
  const name = existsSync(pathFile) ? readFileSync(pathFile, "utf8") : "electron";
  const file = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, "dist"), name);
  return existsSync(file) ? file : null;
}

/** Folder that holds the executable and all that belongs to it, or null. */
export function installedElectronFolder() {
  const file = installedElectron();
  if (file === null) return null;
  return process.platform === "darwin" ? join(folder, "dist") : dirname(file);
}

/**
 * The executable, downloaded once where it is missing.
 * @returns {Promise<{ electron: string, reason?: undefined } | { electron?: undefined, reason: string }>}
 */
export async function ensureElectron() {
  const installed = installedElectron();
  if (installed !== null) return { electron: installed };
  console.log("Downloading the Electron binary; this happens once.");
  const { timedOut } = await run(await pinnedNode(), [join(folder, "install.js")], { output: "capture", timeoutMs: downloadDeadlineMs });
  const downloaded = installedElectron();
  if (downloaded !== null) return { electron: downloaded };
  return { reason: timedOut ? "the Electron binary did not download within two minutes" : "the Electron binary could not be downloaded" };
}
