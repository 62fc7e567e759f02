/**
 * `npm run check`: types, lint, format, import rules, the canary of the import rules, dead code. Exits with 1 if any of them is red.
 * `--plant` checks the import rules on a copy with forbidden imports in it, and is therefore red: a demonstration.
 */
import { join } from "node:path";
import { plants, plantViolations } from "./lib/canary.mjs";
import { root, run, runMain } from "./lib/process.mjs";
import { ensureDependencies, pinnedNode, toolPath } from "./lib/setup.mjs";

/** Fewer modules than this means that the cruiser did not read the tree. */
const fewestModules = 100;

await runMain(async () => {
  await ensureDependencies();
  const node = await pinnedNode();
  const planted = process.argv.includes("--plant");
  const tool =
    (/** @type {string} */ name, /** @type {string[]} */ parameters, bin = name) =>
    async () => {
      const { code, output } = await run(node, [toolPath(name, bin), ...parameters], { output: "capture" });
      return { ok: code === 0, detail: output.trim() };
    };
  const rows = await runSteps([
    ["types", tool("typescript", ["-b", "--pretty", "false"], "tsc")],
    ["lint", tool("oxlint", ["--deny-warnings"])],
    ["format", tool("oxfmt", ["--check"])],
    ["imports", planted ? checkPlanted : () => checkImports(root)],
    ["import canary", checkCanary],
    ["dead code", tool("knip", [])],
  ]);
  for (const row of rows.filter(({ ok }) => !ok)) console.log(`\n── ${row.name} ──\n${row.detail}\n`);
  for (const { name, ok, note, seconds } of rows) {
    console.log(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(14)} ${seconds.padStart(6)} s  ${note}`.trimEnd());
  }
  return rows.every(({ ok }) => ok) ? 0 : 1;

  /** @typedef {{ rule: string, from: string, to: string, cycle?: string[] }} Violation */

  /** @returns {Promise<{ modules: number, imports: number, violations: Violation[] } | { error: string }>} */
  async function cruise(/** @type {string} */ folder) {
    const { code, output } = await run(node, [join(root, "scripts/lib/cruise.mjs"), folder], { output: "capture" });
    return code === 0 ? JSON.parse(output) : { error: output };
  }

  async function checkImports(/** @type {string} */ folder) {
    const result = await cruise(folder);
    if ("error" in result) return { ok: false, detail: result.error };
    const { modules, imports, violations } = result;
    if (modules < fewestModules) return { ok: false, detail: `Only ${modules} modules were read; the rules guard nothing.` };
    return {
      ok: violations.length === 0,
      detail: violations.map(formatViolation).join("\n"),
      note: `${imports} imports in ${modules} modules`,
    };
  }

  async function checkPlanted() {
    const copy = plantViolations();
    try {
      return await checkImports(copy.folder);
    } finally {
      copy.remove();
    }
  }

  async function checkCanary() {
    const copy = plantViolations();
    try {
      const result = await cruise(copy.folder);
      if ("error" in result) return { ok: false, detail: result.error };
      const seen = new Set(result.violations.flatMap(({ rule, from, cycle = [] }) => [from, ...cycle].map((file) => `${rule} ${file}`)));
      const unseen = plants.filter(([rule, from]) => !seen.has(`${rule} ${from}`));
      return {
        ok: unseen.length === 0,
        detail: unseen.map(([rule, from, to]) => `${rule} stayed green although ${from} imports ${to}`).join("\n"),
        note: `${plants.length} planted imports are seen`,
      };
    } finally {
      copy.remove();
    }
  }
});

/** @param {{ rule: string, from: string, to: string, cycle?: string[] }} violation */
function formatViolation({ rule, from, to, cycle }) {
  return `${rule}: ${from} → ${cycle === undefined ? to : cycle.join(" → ")}`;
}

/**
 * Runs all steps at once; none depends on another.
 * @param {[string, () => Promise<{ ok: boolean, detail: string, note?: string }>][]} steps
 */
async function runSteps(steps) {
  return Promise.all(
    steps.map(async ([name, work]) => {
      const startedAt = Date.now();
      const { ok, detail, note } = await work();
      return { name, ok, detail, note: note ?? "", seconds: ((Date.now() - startedAt) / 1000).toFixed(1) };
    }),
  );
}
