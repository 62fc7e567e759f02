/** One forbidden import per rule, planted in a copy of the tree: a rule that stays green there guards nothing. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./process.mjs";

/** Rule, the file that breaks it, and what that file imports. Targets that do not exist are made. */
export const plants = [
  ["no-cycles", "engine/support/planted-a.ts", "engine/support/planted-b.ts"],
  ["no-cycles", "engine/support/planted-b.ts", "engine/support/planted-a.ts"],
  ["no-unresolved", "engine/support/planted-lost.ts", "./nowhere.ts"],
  ["contract-imports-zod-only", "engine/contract/planted.ts", "node:fs"],
  ["support-imports-nothing-above", "engine/support/planted-up.ts", "engine/swift/planted-target.ts"],
  ["renderer-imports-contract-only", "renderer/shell/planted.ts", "engine/store/planted-target.ts"],
  ["app-imports-contract-and-commands-only", "app/main/planted.ts", "engine/store/planted-target.ts"],
  ["e2e-imports-contract-only", "e2e/planted.ts", "engine/store/planted-target.ts"],
  ["engine-imports-no-screen", "engine/swift/planted-screen.ts", "renderer/ui/planted-target.ts"],
  ["entry-reads-the-command-table", "engine/main.ts", "renderer/ui/planted-target.ts"],
  ["engine-needs-no-electron", "engine/control/planted-electron.ts", "electron"],
  ["swift-imports-no-storlets-no-compute", "engine/swift/planted.ts", "engine/storlets/planted-target.ts"],
  ["store-imports-no-room", "engine/store/planted.ts", "engine/swift/planted-target.ts"],
  ["compute-imports-no-front-end", "engine/compute/planted.ts", "engine/storlets/planted-target.ts"],
  ["storlets-imports-swift-and-compute", "engine/storlets/planted.ts", "engine/store/planted-target.ts"],
  ["build-stands-alone", "engine/build/planted.ts", "engine/store/planted-target.ts"],
  ["runs-knows-compute-only", "engine/runs/planted.ts", "engine/swift/planted-target.ts"],
  ["workspace-knows-build-only", "engine/workspace/planted.ts", "engine/swift/planted-target.ts"],
  ["doctor-looks-at-the-machine", "engine/doctor/planted.ts", "engine/swift/planted-target.ts"],
  ["control-reaches-no-store-no-driver", "engine/control/planted.ts", "engine/store/planted-target.ts"],
  ["cli-is-a-client", "engine/cli/planted.ts", "engine/store/planted-target.ts"],
  ["rooms-are-composed-in-one-place", "engine/runs/planted-up.ts", "engine/compose.ts"],
  ["dockerode-in-its-driver-only", "engine/compute/planted-docker.ts", "dockerode"],
  ["component-library-in-ui-only", "renderer/shell/planted-library.ts", "react-aria-components"],
  ["features-keep-their-insides", "renderer/features/planted-a/planted.ts", "renderer/features/planted-b/inside.ts"],
  ["shell-uses-features-by-their-face", "renderer/shell/planted-inside.ts", "renderer/features/planted-b/inside.ts"],
  ["ui-knows-no-feature", "renderer/ui/planted.ts", "renderer/features/planted-b/inside.ts"],
  ["commands-are-plain-data", "renderer/commands/table.ts", "renderer/shell/planted-target.ts"],
  ["no-undeclared-packages", "engine/support/planted-package.ts", "acorn"],
];

/**
 * Makes a copy of the areas with every plant in it.
 * @returns {{ folder: string, remove: () => void }}
 */
export function plantViolations() {
  const folder = mkdtempSync(join(tmpdir(), "studio-canary-"));
  for (const area of ["engine", "app", "renderer", "e2e", "package.json"])
    cpSync(join(root, area), join(folder, area), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  for (const [, from, to] of plants) {
    const isOurs = /^(engine|app|renderer|e2e)\//.test(to);
    if (isOurs && !existsSync(join(folder, to))) write(folder, to, "export const target = 1;\n");
    const specifier = isOurs ? `${"../".repeat(from.split("/").length - 1)}${to}` : to;
    write(folder, from, `import ${JSON.stringify(specifier)};\nexport const planted = 1;\n`);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function write(/** @type {string} */ folder, /** @type {string} */ path, /** @type {string} */ text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
