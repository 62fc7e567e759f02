/**
 * Snapshots: the whole store of one moment, kept by name. Metadata is copied, bytes are linked, so that neither size nor time
 * depends on them. Owns the folder of snapshots; everything else is the store's.
 *
 * One is made aside and then renamed, and is taken back in one transaction: a crash leaves the state before or the state after.
 */
import { copyFileSync, constants, linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { randomId, type Clock } from "../support/clock.ts";
import { createTurns } from "../support/lifecycle.ts";
import { StudioError } from "../support/errors.ts";
import type { BatchWriter } from "./batch.ts";
import type { Blobs } from "./blobs.ts";
import { folderOf, isRealFolder, withFolder } from "./layout.ts";
import type { ObjectTable } from "./object-table.ts";
import { copyRows, openCopy, replaceRows, withAttached } from "./snapshot-rows.ts";
import type { SnapshotInfo, Snapshots } from "./types.ts";

export interface SnapshotParts {
  readonly directory: string;
  readonly database: DatabaseSync;
  readonly batch: BatchWriter;
  readonly blobs: Blobs;
  readonly objects: ObjectTable;
  readonly clock: Clock;
  /** Settles when nothing is swept any more: bytes that are being taken back have no name yet. */
  readonly swept: Promise<void>;
  explain(thrown: unknown): unknown;
}

export interface OwnedSnapshots extends Snapshots, AsyncDisposable {
  /** Removes what a crash left half made or half removed. */
  sweep(): Promise<void>;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** How much is done before others get a turn. */
const linksPerTurn = 200;
/** What a file system says that has no links, or no more of them to this file. */
const noLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"]);

/** Gives a file a second name; where the file system cannot, a copy. A file that is there already stays: equal ids are equal bytes. */
function linkFile(source: string, target: string): void {
  try {
    withFolder(target, () => linkSync(source, target));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? "";
    if (code === "EEXIST") return;
    if (!noLinks.has(code)) throw thrown;
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

async function linkAll(blobs: readonly string[], link: (blob: string) => void): Promise<void> {
  for (const [at, blob] of blobs.entries()) {
    link(blob);
    if (at % linksPerTurn === linksPerTurn - 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

function checkName(name: string): void {
  if (namePattern.test(name)) return;
  throw new StudioError("BAD_INPUT", `${JSON.stringify(name)} cannot be the name of a snapshot.`, {
    hint: "Use up to 100 letters, digits, dots, dashes and underscores, with a letter or digit first.",
  });
}

function blobsOf(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT blob FROM objects WHERE blob IS NOT NULL ORDER BY blob").all() as { blob: string }[];
  return rows.map((row) => row.blob);
}

export function createSnapshots(parts: SnapshotParts): OwnedSnapshots {
  const { database, batch, blobs, objects, clock } = parts;
  const root = join(parts.directory, "snapshots");
  const takeTurn = createTurns();

  /** One after the other, in the order they were asked for. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> =>
    takeTurn(work).catch((thrown: unknown) => {
      throw parts.explain(thrown);
    });

  function folderNamed(name: string): string {
    checkName(name);
    return join(root, name);
  }

  function existing(name: string): string {
    const folder = folderNamed(name);
    if (isRealFolder(folder) === true) return folder;
    throw new StudioError("NOT_FOUND", `There is no snapshot ${name}.`, { hint: "`studio snapshot list` shows those there are." });
  }

  /** A folder that no snapshot can have: its name is none. */
  function asideFolder(): string {
    return join(root, `.${randomId(8)}`);
  }

  const readInfo = (folder: string): SnapshotInfo => JSON.parse(readFileSync(join(folder, "snapshot.json"), "utf8")) as SnapshotInfo;

  async function fill(folder: string, name: string): Promise<SnapshotInfo> {
    mkdirSync(join(folder, "blobs"), { recursive: true, mode: 0o700 });
    const createdAtMs = Math.floor(clock.nowMs());
    const path = join(folder, "metadata.sqlite");
    openCopy(path).close();
    const resume = batch.pause();
    try {
      await withAttached(database, path, () => copyRows(database));
    } finally {
      resume();
    }
    using copy = openCopy(path);
    await linkAll(blobsOf(copy), (blob) => linkFile(blobs.pathOf(blob), join(folder, "blobs", folderOf(blob), blob)));
    const counted = copy
      .prepare(
        "SELECT count(*) AS containers, coalesce(sum(object_count), 0) AS objects, coalesce(sum(bytes_used), 0) AS bytes FROM containers",
      )
      .get() as { containers: number; objects: number; bytes: number };
    const info: SnapshotInfo = { name, createdAtMs, ...counted };
    writeFileSync(join(folder, "snapshot.json"), JSON.stringify(info));
    return info;
  }

  async function save(name: string): Promise<SnapshotInfo> {
    const folder = folderNamed(name);
    if (isRealFolder(folder) !== null) {
      throw new StudioError("CONFLICT", `There is a snapshot ${name} already.`, { hint: "Remove it first, or choose another name." });
    }
    const aside = asideFolder();
    // Bytes that lose their name while the metadata is copied may be in the copy.
    const release = blobs.hold();
    try {
      const info = await fill(aside, name);
      renameSync(aside, folder);
      return info;
    } catch (thrown) {
      await rm(aside, { recursive: true, force: true });
      throw thrown;
    } finally {
      release(objects.isBlobKnown);
    }
  }

  /** Takes the rows of a snapshot over, once its bytes are in place. */
  async function takeRows(path: string): Promise<void> {
    const freed = await withAttached(database, path, () => batch.write(() => replaceRows(database)));
    for (const blob of freed) blobs.remove(blob);
  }

  async function restore(name: string): Promise<SnapshotInfo> {
    const folder = existing(name);
    const info = readInfo(folder);
    await parts.swept;
    // Bytes that are to come back must not go away meanwhile, neither for an earlier request nor for one that comes now.
    const release = blobs.hold();
    await blobs.settled();
    const linked: string[] = [];
    try {
      const path = join(folder, "metadata.sqlite");
      const copy = openCopy(path);
      const wanted = blobsOf(copy);
      copy.close();
      await linkAll(wanted, (blob) => {
        linkFile(join(folder, "blobs", folderOf(blob), blob), blobs.pathOf(blob));
        linked.push(blob);
      });
      await takeRows(path);
      return info;
    } catch (thrown) {
      for (const blob of linked) blobs.remove(blob);
      throw thrown;
    } finally {
      release(objects.isBlobKnown);
    }
  }

  return {
    async list() {
      const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
      const folders = entries.filter((entry) => entry.isDirectory() && namePattern.test(entry.name));
      return folders.map((entry) => readInfo(join(root, entry.name))).sort((one, other) => one.createdAtMs - other.createdAtMs);
    },
    save: (name) => inTurn(() => save(name)),
    restore: (name) => inTurn(() => restore(name)),
    remove: (name) =>
      inTurn(async () => {
        const aside = asideFolder();
        renameSync(existing(name), aside);
        await rm(aside, { recursive: true, force: true });
      }),
    sweep: () =>
      inTurn(async () => {
        const names = await readdir(root).catch(() => []);
        for (const name of names) if (name.startsWith(".")) await rm(join(root, name), { recursive: true, force: true });
      }),
    async [Symbol.asyncDispose]() {
      await takeTurn(async () => {});
    },
  };
}
