/**
 * The demo point: the store and the author's files of one moment, and the way back to it. Owns the copies of the files; the store's
 * part is a snapshot. Runs are kept elsewhere and stay.
 */
import { constants } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { demoPointSchema, type DemoPoint, type DemoResult, type DemoState } from "../contract/index.ts";
import { randomId, type Clock } from "../support/clock.ts";
import { StudioError } from "../support/errors.ts";
import { createTurns } from "../support/lifecycle.ts";
import type { ControlServices } from "./services.ts";

interface DemoOptions {
  readonly workspaceDirectory: string;
  /** Where the copies of files lie. */
  readonly directory: string;
  readonly snapshots: ControlServices["snapshots"];
  readonly clock: Clock;
  /** Told after the files and the store have changed. */
  onReset(): void;
}

/** What an author writes by hand. `data/` is left out: it is what objects were made from once, and may be large. */
const parts = ["storlets", "recipes", "environments", "tours"] as const;
/** A point as it is kept. One without a workspace belongs to none. */
const keptPointSchema = demoPointSchema.extend({ workspace: z.string().nullable().default(null) });
const pointName = "demo-point";
const beforeName = "demo-before-reset";

/** Paths below a folder's parts; names that begin with a dot and caches are not the author's. */
async function listFiles(root: string, below: string): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name === "__pycache__") continue;
    const path = `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await listFiles(root, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

const listAll = async (root: string): Promise<string[]> => (await Promise.all(parts.map((part) => listFiles(root, part)))).flat();

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}

async function areEqual(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one).catch(() => null), stat(other).catch(() => null)]);
  if (a === null || b === null || a.size !== b.size) return false;
  const [left, right] = await Promise.all([readFile(one), readFile(other)]);
  return left.equals(right);
}

/** Makes the parts of `target` what those of `source` are; returns the paths that changed. Each file changes at once or not at all. */
async function makeAlike(source: string, target: string): Promise<string[]> {
  const wanted = await listAll(source);
  const changed: string[] = [];
  for (const path of wanted) {
    const [from, to] = [join(source, path), join(target, path)];
    if (await areEqual(from, to)) continue;
    const aside = join(dirname(to), `.${randomId(4)}`);
    await copy(from, aside);
    await rename(aside, to);
    changed.push(path);
  }
  const keep = new Set(wanted);
  for (const path of (await listAll(target)).filter((there) => !keep.has(there))) {
    await rm(join(target, path));
    await removeEmptied(target, dirname(path));
    changed.push(path);
  }
  return changed;
}

/** A storlet's folder goes with its last file; the parts themselves stay, because they are watched. */
async function removeEmptied(root: string, folder: string): Promise<void> {
  if (!folder.includes("/")) return;
  const left = await readdir(join(root, folder)).catch(() => [""]);
  if (left.some((name) => name !== "__pycache__")) return;
  await rm(join(root, folder), { recursive: true, force: true });
  await removeEmptied(root, dirname(folder));
}

/** What the control API offers of the demo point. Calls run one after the other. */
export function createDemo({ workspaceDirectory, directory, snapshots, clock, onReset }: DemoOptions): ControlServices["demo"] {
  const inTurn = createTurns();
  const filesOf = (name: string): string => join(directory, name, "files");
  const factsOf = (name: string): string => join(directory, name, "point.json");

  /** Keeps store and files as they are now. What was kept under the name goes only once the new copies are whole. */
  async function keep(name: string): Promise<DemoPoint> {
    const aside = join(directory, `.${randomId(4)}`);
    try {
      const files = await listAll(workspaceDirectory);
      await mkdir(join(aside, "files"), { recursive: true, mode: 0o700 });
      for (const path of files) await copy(join(workspaceDirectory, path), join(aside, "files", path));
      await forget(name);
      const { objects } = await snapshots.save(name);
      const point = { takenAtMs: Math.floor(clock.nowMs()), objects, files: files.length };
      await writeFile(join(aside, "point.json"), JSON.stringify({ ...point, workspace: workspaceDirectory }));
      await rename(aside, join(directory, name));
      return point;
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }

  const hasSnapshot = async (name: string): Promise<boolean> => (await snapshots.list()).some((snapshot) => snapshot.name === name);

  /** The point of a name, where store and files of it are both there. The files of one workspace are never put into another. */
  async function read(name: string): Promise<DemoPoint | null> {
    const text = await readFile(factsOf(name), "utf8").catch(() => null);
    if (text === null || !(await hasSnapshot(name))) return null;
    const { workspace, ...point } = keptPointSchema.parse(JSON.parse(text));
    return workspace === workspaceDirectory ? point : null;
  }

  const state = async (): Promise<DemoState> => ({ point: await read(pointName), canUndo: (await read(beforeName)) !== null });

  async function goTo(name: string): Promise<string[]> {
    await snapshots.restore(name);
    const changedFiles = await makeAlike(filesOf(name), workspaceDirectory);
    onReset();
    return changedFiles;
  }

  async function forget(name: string): Promise<void> {
    await rm(join(directory, name), { recursive: true, force: true });
    if (await hasSnapshot(name)) await snapshots.remove(name);
  }

  async function timed(work: () => Promise<string[]>): Promise<DemoResult> {
    const beganMs = clock.elapsedMs();
    const changedFiles = await work();
    return { changedFiles, tookMs: clock.elapsedMs() - beganMs, state: await state() };
  }

  return {
    state: () => inTurn(state),
    set: () =>
      inTurn(async () => {
        await keep(pointName);
        await forget(beforeName);
        return state();
      }),
    reset: () =>
      inTurn(async () => {
        if ((await read(pointName)) === null) {
          throw new StudioError("NOT_FOUND", "There is no demo point to go back to.", { hint: "Set one first: Set demo point." });
        }
        return timed(async () => {
          await keep(beforeName);
          return goTo(pointName);
        });
      }),
    undo: () =>
      inTurn(async () => {
        if ((await read(beforeName)) === null) throw new StudioError("NOT_FOUND", "There is no reset to undo.");
        return timed(async () => {
          const changedFiles = await goTo(beforeName);
          await forget(beforeName);
          return changedFiles;
        });
      }),
  };
}
