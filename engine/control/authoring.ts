/** Save, check, deploy, load: the way from an edited file to a live storlet. Owns that order and its report. */
import { readFile, stat } from "node:fs/promises";
import { checkFailure } from "../build/python.ts";
import type { Compute } from "../compute/types.ts";
import type { Diagnostic, Problem, SaveResult, StorletState, StorletSummary } from "../contract/index.ts";
import { placeOfFailure, type Deployer } from "../storlets/deployer.ts";
import type { Clock } from "../support/clock.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { isSourceOf, mainSourceOf, objectNameOf, type Manifest } from "../workspace/manifest.ts";
import { storletOfPath, versionOf, type StorletFolder, type Workspace } from "../workspace/workspace.ts";
import { checkRecipeText } from "./recipes.ts";
import type { ControlServices } from "./services.ts";
import { placeOfFile, readStorletSources, type StorletSources } from "./storlet-sources.ts";

interface AuthoringOptions {
  workspace: Workspace;
  deployer: Deployer;
  compute: Compute;
  scope: string;
  clock: Clock;
}

type Step = SaveResult["steps"][number];

/** Everything the control API offers about the workspace. */
export function createAuthoring(options: AuthoringOptions): ControlServices["workspace"] & {
  /**
   * Deploys every storlet that was never deployed, without starting daemons; what is wrong with one is in its summary. Returns those
   * that have to be built first and are drafts still: folder names by object name.
   */
  publishDrafts(): Promise<Map<string, string>>;
  /** Forgets deployments that did not go through: what they were of is not there any more. */
  forgetFailures(): void;
  /** One storlet folder. Throws NOT_FOUND. */
  storlet(name: string): Promise<StorletSummary>;
} {
  const { workspace, deployer, compute, scope, clock } = options;
  /** The last deployment of a storlet folder that did not go through. */
  const failures = new Map<string, Problem>();

  async function summarise(folder: StorletFolder): Promise<StorletSummary> {
    const { name, files, manifest, problem } = folder;
    const none = {
      name,
      objectName: `${name}.py`,
      language: "python" as const,
      main: "",
      source: "",
      description: "",
      example: null,
      files,
    };
    if (manifest === null) return { ...none, state: "failed", problem };
    const { language, main, title, description, lesson, tags, parameters, example } = manifest;
    const said = { language, main, title, description, lesson, tags, parameters, example };
    const known = { ...none, ...said, objectName: objectNameOf(manifest, name) };
    try {
      const file = mainSourceOf(
        manifest,
        files.map(({ path }) => path.slice(`storlets/${name}/`.length)),
      );
      const failure = failures.get(name) ?? null;
      const source = file === null ? "" : `storlets/${name}/${file}`;
      const state = failure === null ? await stateOf(folder, manifest) : "failed";
      return { ...known, source, state, problem: failure };
    } catch (error) {
      return { ...known, example: null, state: "failed", problem: toStudioError(error).toProblem() };
    }
  }

  const sourcesOf = ({ name, directory }: StorletFolder, manifest: Manifest): Promise<StorletSources> =>
    readStorletSources({ directory, name, manifest, pathOf: (file) => `storlets/${name}/${file}` });

  async function stateOf(folder: StorletFolder, manifest: Manifest): Promise<StorletState> {
    const deployed = await deployer.deployed(objectNameOf(manifest, folder.name));
    if (deployed === null) return "draft";
    return (await sourcesOf(folder, manifest)).matches(deployed) ? "live" : "stale";
  }

  /** Runs one step and adds it to the report with its time. */
  async function timed<T>(steps: Step[], name: Step["name"], work: () => Promise<T>): Promise<T> {
    const beganMs = clock.elapsedMs();
    try {
      return await work();
    } finally {
      steps.push({ name, durationMs: clock.elapsedMs() - beganMs });
    }
  }

  interface Published {
    state: SaveResult["state"];
    diagnostics: Diagnostic[];
    problem: Problem | null;
  }

  async function publish(sources: StorletSources, steps: Step[]): Promise<Published> {
    const { diagnostics, deployment } = await timed(steps, "check", () => sources.check(compute, scope));
    const failure = checkFailure(diagnostics);
    if (failure !== null || deployment === null) {
      const why = failure ?? new StudioError("CHECK_FAILED", `${sources.objectName} could not be built.`);
      return { state: "check-failed", diagnostics, problem: why.toProblem() };
    }
    try {
      await timed(steps, "deploy", () => deployer.deploy(deployment));
    } catch (error) {
      return { state: "deploy-failed", diagnostics, problem: toStudioError(error).toProblem() };
    }
    try {
      await timed(steps, "load", () => deployer.load(sources.objectName));
    } catch (error) {
      const place = placeOfFailure(error, sources.path);
      return {
        state: "load-failed",
        diagnostics: [...diagnostics, ...(place === null ? [] : [{ ...place, path: sources.path }])],
        problem: toStudioError(error).toProblem(),
      };
    }
    return { state: "live", diagnostics, problem: null };
  }

  async function deployFolder(name: string, steps: Step[], beganMs: number, path: string | null, version: string): Promise<SaveResult> {
    const folder = await workspace.storlet(name);
    let result: Published;
    let sourcePath = path ?? `storlets/${name}/storlet.yaml`;
    try {
      if (folder.manifest === null) {
        const { message = `${name} has no storlet.yaml.`, detail } = folder.problem ?? {};
        throw new StudioError("DEPLOY_REFUSED", message, detail === undefined ? {} : { detail });
      }
      const sources = await sourcesOf(folder, folder.manifest);
      sourcePath = path ?? sources.path;
      result = await publish(sources, steps);
    } catch (error) {
      result = { state: "deploy-failed", diagnostics: [], problem: toStudioError(error).toProblem() };
    }
    if (result.problem === null) failures.delete(name);
    else failures.set(name, result.problem);
    return { path: sourcePath, version, storlet: name, steps, totalMs: clock.elapsedMs() - beganMs, ...result };
  }

  return {
    storlets: async () => Promise.all((await workspace.storlets()).map(summarise)),
    storlet: async (name) => summarise(await workspace.storlet(name)),
    read: (path) => workspace.read(path),

    async save(path, text, baseVersion) {
      const beganMs = clock.elapsedMs();
      const steps: Step[] = [];
      const version = await timed(steps, "save", () => workspace.write(path, text, baseVersion));
      const name = storletOfPath(path);
      if (name === null || !(await belongsToStorlet(name, path))) {
        return {
          path,
          version,
          storlet: null,
          state: "saved",
          steps,
          totalMs: clock.elapsedMs() - beganMs,
          diagnostics: checkRecipeText(path, text),
          problem: null,
        };
      }
      return deployFolder(name, steps, beganMs, path, version);
    },

    deploy: (storlet) => deployFolder(storlet, [], clock.elapsedMs(), null, ""),

    async deployFile(file) {
      const beganMs = clock.elapsedMs();
      const steps: Step[] = [];
      const isThere = await stat(file).then(
        (facts) => facts.isFile() || facts.isDirectory(),
        () => false,
      );
      if (!isThere) {
        throw new StudioError("NOT_FOUND", `${file} is neither a file nor a folder.`, {
          hint: "Give the folder of a storlet.yaml, or a storlet's .py or .java file.",
        });
      }
      const sources = await readStorletSources(await placeOfFile(file));
      const result = await publish(sources, steps);
      return {
        path: sources.path,
        version: versionOf(await readFile(sources.path)),
        storlet: sources.objectName,
        steps,
        totalMs: clock.elapsedMs() - beganMs,
        ...result,
      };
    },

    forgetFailures: () => failures.clear(),

    async publishDrafts() {
      const drafts = new Map<string, string>();
      for (const folder of await workspace.storlets()) {
        const { name, manifest } = folder;
        if (manifest === null) continue;
        const objectName = objectNameOf(manifest, name);
        if ((await deployer.deployed(objectName)) !== null) continue;
        // What has to be built first stays a draft: no sandbox is started for it here.
        if (manifest.language === "java") drafts.set(objectName, name);
        else await deployUnchecked(folder, manifest);
      }
      return drafts;
    },
  };

  /** A storlet that is broken keeps its problem, and no engine from starting. */
  async function deployUnchecked(folder: StorletFolder, manifest: Manifest): Promise<void> {
    try {
      const { unchecked } = await sourcesOf(folder, manifest);
      if (unchecked !== null) await deployer.deploy(unchecked);
    } catch (error) {
      failures.set(folder.name, toStudioError(error).toProblem());
    }
  }

  /** Only files that make up the deployment redeploy it: saving a README does not. */
  async function belongsToStorlet(name: string, path: string): Promise<boolean> {
    const { manifest } = await workspace.storlet(name);
    if (path.endsWith("/storlet.yaml") || manifest === null) return true;
    return isSourceOf(manifest, path.slice(`storlets/${name}/`.length));
  }
}
