/** Checks the import rules of the tree in a folder: `node cruise.mjs FOLDER`. Prints JSON; owns the parser's set-up, not the rules. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./process.mjs";

const require = createRequire(import.meta.url);

// dependency-cruiser cannot use TypeScript 7 and falls back to @swc/core, which it calls without JSX and whose tree walker throws on
// `using`. Both are set right here, before it loads them: otherwise whole files, and the imports in them, would not be seen.
/** @type {any} */
const swc = require("@swc/core");
const { parseFileSync } = swc;
swc.parseFileSync = (/** @type {string} */ file, /** @type {object} */ options) =>
  parseFileSync(file, { ...options, tsx: file.endsWith(".tsx") });
const { Visitor } = require("@swc/core/Visitor.js");
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function visitStatementOrUsing(/** @type {any} */ statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement;
};

const { cruise } = await import("dependency-cruiser");
const { forbidden, options } = require(join(root, ".dependency-cruiser.cjs"));

process.chdir(process.argv[2] ?? root);
const { output } = await cruise(
  ["engine", "app", "renderer", "e2e"],
  { ...options, ruleSet: { forbidden }, validate: true, outputType: "json" },
  options.enhancedResolveOptions,
);
const { modules, summary } = JSON.parse(/** @type {string} */ (output));
const own = modules.filter((/** @type {any} */ module) => /^(engine|app|renderer|e2e)\//.test(module.source));
console.log(
  JSON.stringify({
    modules: own.length,
    imports: own.reduce((/** @type {number} */ sum, /** @type {any} */ module) => sum + module.dependencies.length, 0),
    violations: summary.violations.map((/** @type {any} */ violation) => ({
      rule: violation.rule.name,
      from: violation.from,
      to: violation.to,
      cycle: violation.cycle?.map((/** @type {any} */ step) => step.name ?? step),
    })),
  }),
);
