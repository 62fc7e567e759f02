/** Save, check, deploy, load: the way from an edited file to a live storlet. Owns that order and its report. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { checkFailure, checkPython } from "../build/python.ts";
import type { Compute } from "../compute/types.ts";
import type { Diagnostic, Problem, SaveResult, StorletState, StorletSummary } from "../contract/index.ts";
import { placeOfFailure, type Deployer, type Deployment } from "../storlets/deployer.ts";
import type { Clock } from "../support/clock.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { guessPythonMain, parseManifest, sourceFileOf, type Manifest } from "../workspace/manifest.ts";
import { storletOfPath, versionOf, type StorletFolder, type Workspace } from "../workspace/workspace.ts";
import type { ControlServices } from "./services.ts";

interface AuthoringOptions {
  workspace: Workspace;
  deployer: Deployer;
  compute: Compute;
  scope: string;
  clock: Clock;
}

/** A storlet on disk, read whole. `path` is what diagnostics name. */
interface SourceSet extends Deployment {
  path: string;
}

type Step = SaveResult["steps"][number];

async function readSources(directory: string, manifest: Manifest, pathOf: (file: string) => string): Promise<SourceSet> {
  const sourceFile = sourceFileOf(manifest);
  const read = (name: string): Promise<Buffer> =>
    readFile(join(directory, name)).catch((error: NodeJS.ErrnoException) => {
      throw new StudioError("NOT_FOUND", `${pathOf(name)} is missing.`, {
        hint: "storlet.yaml names it in `main` or `dependencies`.",
        cause: error,
      });
    });
  return {
    objectName: basename(sourceFile),
    language: manifest.language,
    main: manifest.main,
    languageVersion: manifest.languageVersion,
    source: await read(sourceFile),
    dependencies: await Promise.all(manifest.dependencies.map(async (name) => ({ name: basename(name), content: await read(name) }))),
    path: pathOf(sourceFile),
  };
}

/** The manifest of a lone file: the storlet.yaml beside it where that describes this file, else what the source says. */
async function manifestOfFile(file: string): Promise<Manifest> {
  const beside = join(dirname(file), "storlet.yaml");
  const text = await readFile(beside, "utf8").catch(() => null);
  if (text !== null) {
    const manifest = parseManifest(text, beside);
    if (sourceFileOf(manifest) === basename(file)) return manifest;
  }
  if (!file.endsWith(".py")) {
    throw new StudioError("BAD_INPUT", `${basename(file)} is not a Python storlet.`, {
      hint: "Deploy a .py file, or upload a jar with the swift client.",
    });
  }
  const main = guessPythonMain(basename(file), await readFile(file, "utf8"));
  return { description: "", language: "python", main, languageVersion: null, dependencies: [], example: null };
}

/** Everything the control API offers about the workspace. */
export function createAuthoring(options: AuthoringOptions): ControlServices["workspace"] & {
  /** Deploys every storlet that was never deployed, without starting daemons. Returns how many that were. */
  publishDrafts(): Promise<number>;
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
    try {
      const file = sourceFileOf(manifest);
      const failure = failures.get(name) ?? null;
      const state = failure === null ? await stateOf(folder, manifest, file) : "failed";
      const { language, main, description, example } = manifest;
      return {
        name,
        objectName: basename(file),
        language,
        main,
        source: `storlets/${name}/${file}`,
        description,
        example,
        files,
        state,
        problem: failure,
      };
    } catch (error) {
      return {
        ...none,
        main: manifest.main,
        language: manifest.language,
        description: manifest.description,
        state: "failed",
        problem: toStudioError(error).toProblem(),
      };
    }
  }

  async function stateOf(folder: StorletFolder, manifest: Manifest, file: string): Promise<StorletState> {
    const deployed = await deployer.deployed(basename(file));
    if (deployed === null) return "draft";
    const source = await readFile(join(folder.directory, file)).catch(() => null);
    if (source === null)
      throw new StudioError("NOT_FOUND", `storlets/${folder.name}/${file} is missing.`, { hint: "storlet.yaml names it in `main`." });
    const isSame = createHash("md5").update(source).digest("hex") === deployed.etag.replaceAll('"', "") && deployed.main === manifest.main;
    return isSame ? "live" : "stale";
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

  async function publish(sources: SourceSet, steps: Step[]): Promise<Published> {
    const text = Buffer.from(sources.source).toString("utf8");
    const diagnostics = await timed(steps, "check", () => checkPython(compute, scope, sources.path, text));
    const failure = checkFailure(diagnostics);
    if (failure !== null) return { state: "check-failed", diagnostics, problem: failure.toProblem() };
    try {
      await timed(steps, "deploy", () => deployer.deploy(sources));
    } catch (error) {
      return { state: "deploy-failed", diagnostics, problem: toStudioError(error).toProblem() };
    }
    try {
      await timed(steps, "load", () => deployer.load(sources.objectName));
    } catch (error) {
      const place = placeOfFailure(error, sources.objectName);
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
      const sources = await readSources(folder.directory, folder.manifest, (file) => `storlets/${name}/${file}`);
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
          diagnostics: [],
          problem: null,
        };
      }
      return deployFolder(name, steps, beganMs, path, version);
    },

    deploy: (storlet) => deployFolder(storlet, [], clock.elapsedMs(), null, ""),

    async deployFile(file) {
      const beganMs = clock.elapsedMs();
      const steps: Step[] = [];
      const isFile = await stat(file).then(
        (facts) => facts.isFile(),
        () => false,
      );
      if (!isFile) throw new StudioError("NOT_FOUND", `${file} is not a file.`, { hint: "Give the path of a storlet's .py file." });
      const sources = await readSources(dirname(file), await manifestOfFile(file), (name) => join(dirname(file), name));
      const result = await publish(sources, steps);
      return {
        path: file,
        version: versionOf(sources.source),
        storlet: sources.objectName,
        steps,
        totalMs: clock.elapsedMs() - beganMs,
        ...result,
      };
    },

    async publishDrafts() {
      let published = 0;
      for (const folder of await workspace.storlets()) {
        if ((await summarise(folder)).state !== "draft" || folder.manifest === null) continue;
        await deployer.deploy(await readSources(folder.directory, folder.manifest, (file) => `storlets/${folder.name}/${file}`));
        published += 1;
      }
      return published;
    },
  };

  /** Only files that make up the deployment redeploy it: saving a README does not. */
  async function belongsToStorlet(name: string, path: string): Promise<boolean> {
    const { manifest } = await workspace.storlet(name);
    if (path.endsWith("/storlet.yaml") || manifest === null) return true;
    const files = [sourceFileOf(manifest), ...manifest.dependencies];
    return files.some((file) => path === `storlets/${name}/${file}`);
  }
}
