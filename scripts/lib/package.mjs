/** Packs the built tree with electron-builder and looks into the result. Runs on the pinned Node, on a built tree. */
import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { build } from "electron-builder";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { electronVersion, ensureElectron, installedElectronFolder } from "./electron.mjs";
import { root, runMain, ScriptError } from "./process.mjs";

const largestAsarBytes = 24 * 1024 * 1024;

await runMain(async () => {
  const directoryOnly = process.argv.includes("--dir");
  const { standIn, reason } = await chooseElectron(directoryOnly);
  if (standIn !== null)
    console.log(`A stand-in takes Electron's place, because ${reason}: the result shows what is packed, and does not run.`);
  // `npm test` must not replace a package somebody made.
  const output = process.argv.includes("--stand-in") ? "test-results/package" : "dist";
  try {
    const config = parse(readFileSync(join(root, "electron-builder.yml"), "utf8"));
    await build({
      projectDir: root,
      dir: directoryOnly,
      publish: "never",
      config: {
        ...config,
        directories: { ...config.directories, output },
        electronVersion: electronVersion(),
        electronDist: standIn ?? installedElectronFolder(),
      },
    });
    if (directoryOnly) await verifyUnpacked(join(root, output));
  } finally {
    if (standIn !== null) rmSync(standIn, { recursive: true, force: true });
  }
});

/**
 * The real Electron, or for an unpacked folder a stand-in, with the reason. `--stand-in` asks for one: nothing is downloaded.
 * @returns {Promise<{ standIn: string | null, reason?: string }>}
 */
async function chooseElectron(/** @type {boolean} */ directoryOnly) {
  if (process.argv.includes("--stand-in")) return { standIn: makeStandIn(), reason: "--stand-in was given" };
  const { reason } = await ensureElectron();
  if (reason === undefined) return { standIn: null };
  if (!directoryOnly) throw new ScriptError(`Packages need the real Electron, and ${reason}. --dir works without it.`);
  return { standIn: makeStandIn(), reason };
}

/** A folder with the files electron-builder expects of Electron. The executable carries a fuse wire, so that the fuses are really set. */
function makeStandIn() {
  const folder = mkdtempSync(join(tmpdir(), "studio-electron-"));
  const name = process.platform === "win32" ? "electron.exe" : "electron";
  const fuses = 9;
  writeFileSync(
    join(folder, name),
    Buffer.concat([
      Buffer.from("#!/bin/sh\necho 'This is a stand-in for Electron.' >&2\nexit 1\n# dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX"),
      Buffer.of(1, fuses),
      Buffer.from("0".repeat(fuses)),
    ]),
  );
  chmodSync(join(folder, name), 0o755);
  writeFileSync(join(folder, "version"), electronVersion());
  writeFileSync(join(folder, "LICENSE"), "Stand-in\n");
  mkdirSync(join(folder, "locales"));
  writeFileSync(join(folder, "locales", "en-US.pak"), "");
  return folder;
}

/** Fails where the package lacks a part, holds what it must not, has grown out of proportion, or leaves a fuse as it was. */
async function verifyUnpacked(/** @type {string} */ output) {
  const places = {
    linux: { resources: "linux-unpacked/resources", executable: "linux-unpacked/storlet-studio" },
    win32: { resources: "win-unpacked/resources", executable: "win-unpacked/Storlet Studio.exe" },
    darwin: { resources: "mac/Storlet Studio.app/Contents/Resources", executable: "mac/Storlet Studio.app" },
  };
  const place = places[/** @type {keyof typeof places} */ (process.platform)];
  const asar = join(output, place.resources, "app.asar");
  const files = listAsar(asar);
  const needed = [
    "out/app/main.cjs",
    "out/app/preload.cjs",
    "out/engine/main.js",
    "out/renderer/index.html",
    "node_modules/dockerode/lib/docker.js",
  ];
  const missing = needed.filter((file) => !files.includes(file));
  const notOnDisk = ["resources/runtime/python", "resources/images", "resources/samples", "resources/templates"].filter(
    (path) => !existsSync(join(`${asar}.unpacked`, path)),
  );
  const unwanted = files.filter((file) => /^node_modules\/(node-|electron|monaco-editor|react)|\.map$|\.test\./.test(file));
  const sizeBytes = statSync(asar).size;
  const faults = [
    ...missing.map((file) => `app.asar lacks ${file}`),
    ...notOnDisk.map((path) => `${path} is not on disk beside app.asar`),
    ...unwanted.slice(0, 5).map((file) => `app.asar holds ${file}`),
    ...(sizeBytes > largestAsarBytes ? [`app.asar has ${sizeBytes} bytes`] : []),
    ...(await wrongFuses(join(output, place.executable))),
  ];
  if (faults.length > 0) throw new ScriptError(`The package is not right:\n  ${faults.join("\n  ")}`);
  console.log(`app.asar: ${files.length} files, ${(sizeBytes / 1024 / 1024).toFixed(1)} MiB, all parts there, fuses set.`);
}

/** Fuses that are not as they must be in a shipped program. */
async function wrongFuses(/** @type {string} */ executable) {
  const wire = /** @type {Record<number, number>} */ (/** @type {unknown} */ (await getCurrentFuseWire(executable)));
  /** @type {[keyof typeof FuseV1Options, boolean][]} */
  const wanted = [
    ["RunAsNode", false],
    ["EnableCookieEncryption", true],
    ["EnableNodeOptionsEnvironmentVariable", false],
    ["EnableNodeCliInspectArguments", false],
    ["EnableEmbeddedAsarIntegrityValidation", true],
    ["OnlyLoadAppFromAsar", true],
  ];
  return wanted
    .filter(([name, enabled]) => wire[FuseV1Options[name]] !== (enabled ? "1" : "0").charCodeAt(0))
    .map(([name, enabled]) => `fuse ${name} is not ${enabled ? "on" : "off"}`);
}

/** Paths of all files in an archive: a header of 16 bytes, then the tree as JSON. Unpacked files are listed, too. */
function listAsar(/** @type {string} */ file) {
  const handle = openSync(file, "r");
  try {
    const head = Buffer.alloc(16);
    readSync(handle, head, 0, 16, 0);
    const json = Buffer.alloc(head.readUInt32LE(12));
    readSync(handle, json, 0, json.length, 16);
    return listTree(JSON.parse(json.toString()), "");
  } finally {
    closeSync(handle);
  }
}

/** @returns {string[]} */
function listTree(/** @type {{ files: Record<string, any> }} */ folder, /** @type {string} */ prefix) {
  return Object.entries(folder.files).flatMap(([name, entry]) =>
    entry.files === undefined ? [prefix + name] : listTree(entry, `${prefix}${name}/`),
  );
}
