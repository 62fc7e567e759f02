/** Who may import whom: the arrows of ARCHITECTURE.md, as rules. INVARIANTS.md lists them; scripts/lib/canary.mjs breaks each one on purpose. */
const tests = "\\.test\\.tsx?$";

/** A rule that modules of `from` import, of our own code, nothing but `to`. Tests may reach for more, to set a stage. */
function only(name, comment, from, to) {
  return {
    name,
    comment,
    severity: "error",
    from: { path: from, pathNot: tests },
    to: { path: "^(engine|app|renderer|e2e|scripts)/", pathNot: to },
  };
}

const contract = "^engine/contract/";
const support = "^engine/support/";
const logBus = "^engine/compute/(log-bus|types)\\.ts$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Modules that need each other are one module, or miss a third.",
      severity: "error",
      from: { path: "^(engine|app|renderer|e2e)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolved",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: { path: "^(engine|app|renderer|e2e)/" },
      to: { couldNotResolve: true, pathNot: "\\?(worker|url|raw)$" },
    },
    {
      name: "contract-imports-zod-only",
      comment: "The contract is shared by every host, so it depends on nothing of them.",
      severity: "error",
      from: { path: contract, pathNot: tests },
      to: { pathNot: [contract, "node_modules/zod/"] },
    },
    only("support-imports-nothing-above", "support is the ground floor.", support, [support, contract]),
    only("renderer-imports-contract-only", "The screen talks to the engine over the control API.", "^renderer/", [
      "^renderer/",
      contract,
      "^engine/control/router\\.ts$",
    ]),
    only("app-imports-contract-and-commands-only", "The shell is thin: it knows the ready line and the command table.", "^app/", [
      "^app/",
      contract,
      "^renderer/commands/",
    ]),
    only("e2e-imports-contract-only", "End-to-end tests use the program from outside.", "^e2e/", ["^e2e/", contract]),
    only("engine-imports-no-screen", "The engine needs no renderer, no shell, no script.", "^engine/(?!main\\.ts$)", ["^engine/"]),
    only(
      "entry-reads-the-command-table",
      "`studio --list-commands` prints the one table; of the screen the entry knows that alone.",
      "^engine/main\\.ts$",
      ["^engine/", "^renderer/commands/table\\.ts$"],
    ),
    {
      name: "engine-needs-no-electron",
      comment: "The engine runs on plain Node, the screen in any browser; the shell alone knows Electron.",
      severity: "error",
      from: { pathNot: "^app/" },
      to: { path: "^(node_modules/electron/|electron$)|/node_modules/electron/" },
    },
    only(
      "swift-imports-no-storlets-no-compute",
      "Swift is a store first; storlets are a middleware that is put into its pipeline.",
      "^engine/swift/",
      ["^engine/(swift|store)/", support, contract],
    ),
    only("store-imports-no-room", "Bytes and metadata know no protocol.", "^engine/store/", ["^engine/store/", support, contract]),
    only("compute-imports-no-front-end", "Compute runs invocations for any front-end.", "^engine/compute/", [
      "^engine/compute/",
      support,
      contract,
    ]),
    only("storlets-imports-swift-and-compute", "Storlets translate Swift requests to invocations.", "^engine/storlets/", [
      "^engine/(storlets|swift|compute|build|runs)/",
      support,
      contract,
    ]),
    only("build-stands-alone", "Packaging a storlet needs no store and no sandbox, only the form of a bundle.", "^engine/build/", [
      "^engine/build/",
      "^engine/compute/types\\.ts$",
      support,
      contract,
    ]),
    only("runs-knows-compute-only", "A run is a recorded invocation.", "^engine/runs/", [
      "^engine/runs/",
      "^engine/compute/",
      support,
      contract,
    ]),
    only("workspace-knows-build-only", "The user's folder knows how its files are packaged.", "^engine/workspace/", [
      "^engine/(workspace|build)/",
      support,
      contract,
    ]),
    only("doctor-looks-at-the-machine", "The doctor examines what compute and build need.", "^engine/doctor/", [
      "^engine/(doctor|compute|build)/",
      support,
      contract,
    ]),
    only(
      "control-reaches-no-store-no-driver",
      "The control API translates and orchestrates authoring; it never bypasses Swift or compute.",
      "^engine/control/",
      ["^engine/(control|storlets|workspace|build|runs)/", "^engine/swift/(account-client|types)\\.ts$", logBus, support, contract],
    ),
    only("cli-is-a-client", "The command line is a client of the control API, never a second way in.", "^engine/cli/", [
      "^engine/cli/",
      "^engine/control/router\\.ts$",
      support,
      contract,
    ]),
    {
      name: "rooms-are-composed-in-one-place",
      comment: "compose.ts is the only place where parts meet; nothing imports it but the entry.",
      severity: "error",
      from: { path: "^engine/", pathNot: [tests, "^engine/main\\.ts$", "^engine/compose[^/]*\\.ts$", "^engine/(test-engine|testing)"] },
      to: { path: "^engine/(main|compose[^/]*)\\.ts$" },
    },
    {
      name: "dockerode-in-its-driver-only",
      comment: "One driver speaks to Docker.",
      severity: "error",
      from: { pathNot: "^engine/compute/drivers/docker/" },
      to: { path: "node_modules/dockerode/" },
    },
    {
      name: "component-library-in-ui-only",
      comment: "The design system is the only one that knows the component library.",
      severity: "error",
      from: { path: "^renderer/", pathNot: "^renderer/ui/" },
      to: { path: "node_modules/(react-aria-components|react-aria|react-stately|@react-aria)/" },
    },
    {
      name: "features-keep-their-insides",
      comment: "A feature is used through its index.ts.",
      severity: "error",
      from: { path: "^renderer/features/([^/]+)/", pathNot: tests },
      to: { path: "^renderer/features/([^/]+)/", pathNot: ["^renderer/features/$1/", "^renderer/features/[^/]+/index\\.tsx?$"] },
    },
    {
      name: "shell-uses-features-by-their-face",
      comment: "A feature is used through its index.ts.",
      severity: "error",
      from: { path: "^renderer/", pathNot: "^renderer/features/" },
      to: { path: "^renderer/features/[^/]+/", pathNot: "^renderer/features/[^/]+/index\\.tsx?$" },
    },
    only("ui-knows-no-feature", "Design-system parts know no feature, no API, no command.", "^renderer/ui/", [
      "^renderer/(ui|theme)/",
      contract,
    ]),
    only("commands-are-plain-data", "The shell reads the command table without a page.", "^renderer/commands/table\\.ts$", [
      "^renderer/commands/",
      contract,
    ]),
    {
      name: "no-undeclared-packages",
      comment: "What is imported is in package.json.",
      severity: "error",
      from: { path: "^(engine|app|renderer|e2e)/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-dev-dependencies-at-run-time",
      comment: "The engine is bundled; what stays outside the bundle has to be a dependency.",
      severity: "error",
      from: { path: "^engine/compute/drivers/docker/" },
      to: { path: "node_modules/dockerode/", dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^out/", "^dist/", "\\.css$"] },
    moduleSystems: ["es6", "cjs"],
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};
