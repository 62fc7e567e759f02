/** The user's folder: storlets and sample objects as plain files. Owns reading, writing and watching them; deploys nothing. */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { watch } from "chokidar";
import type { Problem, WorkspaceFile } from "../contract/index.ts";
import { randomId } from "../support/clock.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { createEmitter } from "../support/lifecycle.ts";
import { prepareFolder } from "./folder.ts";
import { parseManifest, type Manifest } from "./manifest.ts";

/** Largest file that is opened as text. */
const maxTextBytes = 4 * 1024 * 1024;

/** A folder below `storlets/`. `manifest` is null, and `problem` says why, where its `storlet.yaml` cannot be read. */
export interface StorletFolder {
  readonly name: string;
  readonly directory: string;
  readonly manifest: Manifest | null;
  readonly problem: Problem | null;
  readonly files: WorkspaceFile[];
}

/** A file below `data/`, and the object it stands for. */
export interface SampleObject {
  readonly container: string;
  readonly object: string;
  readonly file: string;
  readonly sizeBytes: number;
}

export interface Workspace extends AsyncDisposable {
  readonly directory: string;
  readonly name: string;
  storlets(): Promise<StorletFolder[]>;
  /** One storlet folder. Throws NOT_FOUND. */
  storlet(name: string): Promise<StorletFolder>;
  /** Text and content version of a file. Throws NOT_FOUND, BAD_INPUT for paths outside, INPUT_TOO_LARGE. */
  read(path: string): Promise<{ path: string; text: string; version: string }>;
  /** Replaces a file at once or not at all; returns its new version. Throws CONFLICT where it is not at `baseVersion` any more. */
  write(path: string, text: string, baseVersion: string | null): Promise<string>;
  sampleObjects(): Promise<SampleObject[]>;
  /** Files below a folder of the workspace, by name; none where it is missing. */
  files(folder: string): Promise<WorkspaceFile[]>;
  /** The bytes of a file. Throws NOT_FOUND, BAD_INPUT for paths outside, INPUT_TOO_LARGE. */
  readBytes(path: string, maxBytes: number): Promise<Buffer>;
  /** Deletes a file. Throws NOT_FOUND, and BAD_INPUT for paths outside. */
  remove(path: string): Promise<void>;
  /** Paths below the workspace that changed, whoever changed them; batched. */
  onChange(listener: (paths: readonly string[]) => void): () => void;
}

/** The content version of a text: equal texts, equal versions. */
export function versionOf(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The storlet folder a workspace path lies in, or null. */
export function storletOfPath(path: string): string | null {
  return /^storlets\/([^/]+)\/./.exec(path)?.[1] ?? null;
}

async function listFiles(directory: string, root: string): Promise<WorkspaceFile[]> {
  const files: WorkspaceFile[] = [];
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    if (entry.name.startsWith(".") || entry.name === "__pycache__") continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) files.push(...(await listFiles(path, root)));
    if (!entry.isFile()) continue;
    // Removed since, or with a name that is not UTF-8: there is no way to name it.
    const facts = await stat(path).catch(() => null);
    if (facts !== null) files.push({ path: relative(root, path).split(sep).join("/"), name: entry.name, sizeBytes: facts.size });
  }
  return files;
}

/**
 * Opens a workspace folder, making it where it is missing. With `samplesDirectory`, an empty or new folder gets a copy of it. Throws
 * BAD_INPUT where it is no folder or cannot be made.
 */
export async function createWorkspace(options: { directory: string; samplesDirectory: string | null }): Promise<Workspace> {
  const directory = resolve(options.directory);
  await prepareFolder(directory, options.samplesDirectory);
  const root = await realpath(directory);

  const emitter = createEmitter<readonly string[]>();
  const changed = new Set<string>();
  // From the root on: a folder that is removed and made again, as a checkout does, stays watched.
  const watched = new Set(["storlets", "data", "recipes", "environments", "tours"]);
  const watcher = watch(root, {
    ignoreInitial: true,
    ignored: (path) => {
      const [folder = "", ...rest] = relative(root, path).split(sep);
      return folder !== "" && (!watched.has(folder) || rest.some((part) => part.startsWith(".") || part === "__pycache__"));
    },
  });
  watcher.on("all", (_event, path) => {
    if (changed.size === 0) {
      setImmediate(() => {
        const paths = [...changed];
        changed.clear();
        emitter.emit(paths);
      });
    }
    changed.add(relative(root, path).split(sep).join("/"));
  });
  // A folder that cannot be watched (too many watches, a network drive) still works; it is only not live.
  watcher.on("error", () => {});

  /** The absolute path of a workspace path. A link that leads outside is refused as well. */
  async function locate(path: string): Promise<string> {
    const absolute = resolve(root, path);
    const inside = (candidate: string): boolean => candidate.startsWith(root + sep);
    const parent = await realpath(dirname(absolute)).catch(() => dirname(absolute));
    const target = await realpath(absolute).catch(() => join(parent, basename(absolute)));
    if (path.includes("\0") || !inside(absolute) || !inside(target)) {
      throw new StudioError("BAD_INPUT", `${path} is not in the workspace.`, { hint: "Use a path below the workspace folder." });
    }
    return absolute;
  }

  async function locateFile(path: string): Promise<{ absolute: string; sizeBytes: number }> {
    const absolute = await locate(path);
    const facts = await stat(absolute).catch(() => null);
    if (facts === null || !facts.isFile()) throw new StudioError("NOT_FOUND", `${path} is not in the workspace any more.`);
    return { absolute, sizeBytes: facts.size };
  }

  async function readVersioned(path: string): Promise<{ text: string; version: string }> {
    const { absolute, sizeBytes } = await locateFile(path);
    if (sizeBytes > maxTextBytes) {
      throw new StudioError("INPUT_TOO_LARGE", `${path} is too large to edit.`, {
        detail: `It has ${sizeBytes} bytes; the editor takes 4 MB.`,
      });
    }
    const bytes = await readFile(absolute);
    return { text: bytes.toString("utf8"), version: versionOf(bytes) };
  }

  async function readStorlet(name: string): Promise<StorletFolder> {
    const folder = join(root, "storlets", name);
    const files = await listFiles(folder, root);
    const manifestPath = `storlets/${name}/storlet.yaml`;
    try {
      return {
        name,
        directory: folder,
        files,
        manifest: parseManifest(await readFile(join(root, manifestPath), "utf8"), manifestPath),
        problem: null,
      };
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      const problem = isMissing
        ? new StudioError("BAD_INPUT", `${name} has no storlet.yaml.`, { hint: "Add one with `language: python` and `main: file.Class`." })
        : toStudioError(error);
      return { name, directory: folder, files, manifest: null, problem: problem.toProblem() };
    }
  }

  async function storletNames(): Promise<string[]> {
    const entries = await readdir(join(root, "storlets"), { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .sort();
  }

  return {
    directory: root,
    name: basename(root),
    storlets: async () => Promise.all((await storletNames()).map(readStorlet)),
    async storlet(name) {
      if (!(await storletNames()).includes(name)) throw new StudioError("NOT_FOUND", `The workspace has no storlet ${name}.`);
      return readStorlet(name);
    },
    read: async (path) => ({ path, ...(await readVersioned(path)) }),
    async write(path, text, baseVersion) {
      const absolute = await locate(path);
      if (baseVersion !== null) {
        const current = await readVersioned(path).catch(() => null);
        if (current !== null && current.version !== baseVersion) {
          throw new StudioError("CONFLICT", `${path} changed outside since it was opened.`, {
            detail: "Saving now would overwrite that change.",
            hint: "Compare the two, then save again or reload.",
          });
        }
      }
      await mkdir(dirname(absolute), { recursive: true });
      const mode = await stat(absolute)
        .then((facts) => facts.mode & 0o777)
        .catch(() => 0o644);
      const temporary = join(dirname(absolute), `.${basename(absolute)}.${randomId(4)}`);
      try {
        await using file = await open(temporary, "wx", mode);
        await file.writeFile(text);
        await file.sync();
        await rename(temporary, absolute);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      return versionOf(text);
    },
    async sampleObjects() {
      const files = await listFiles(join(root, "data"), root);
      return files.flatMap(({ path, sizeBytes }) => {
        const [, container, object] = /^data\/([^/]+)\/(.+)$/.exec(path) ?? [];
        return container === undefined || object === undefined ? [] : [{ container, object, file: join(root, path), sizeBytes }];
      });
    },
    files: (folder) => listFiles(join(root, folder), root),
    async readBytes(path, maxBytes) {
      const { absolute, sizeBytes } = await locateFile(path);
      if (sizeBytes > maxBytes) {
        throw new StudioError("INPUT_TOO_LARGE", `${path} is too large to be sent from here.`, {
          detail: `It has ${sizeBytes} bytes; ${maxBytes} is the most.`,
        });
      }
      return readFile(absolute);
    },
    async remove(path) {
      await rm((await locateFile(path)).absolute);
    },
    onChange: (listener) => emitter.on(listener),
    [Symbol.asyncDispose]: () => watcher.close(),
  };
}
