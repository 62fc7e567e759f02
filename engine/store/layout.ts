/** Where the bytes of a data directory lie: the names of files and folders, and the promise that none of them leads out of it. */
import { lstatSync, mkdirSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { randomId } from "../support/clock.ts";
import { StudioError } from "../support/errors.ts";

export interface Layout {
  /** Where bytes are gathered before they have a place. */
  readonly temporary: string;
  readonly final: string;
  /** Begins every name that this process makes: a sweep leaves those alone. */
  readonly session: string;
  /** A name no file has: the process's own mark, a serial number, and two hex digits that choose the folder. */
  nextBlob(): string;
  /** The path of a blob. Throws INTERNAL where its folder is a link to another place. */
  pathOf(blob: string): string;
}

/** A blob's id is its file name; the last two characters name its folder. */
export function folderOf(blob: string): string {
  return blob.slice(-2);
}

/** True for a folder that is one itself and no link; null where there is nothing. */
export function isRealFolder(path: string): boolean | null {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? null;
}

/** Makes the folders of a data directory. */
export function createLayout(directory: string): Layout {
  const final = join(directory, "blobs");
  const temporary = join(directory, "incoming");
  const session = randomId(8);
  const seen = new Set<string>();
  let serial = 0;
  mkdirSync(temporary, { recursive: true });
  mkdirSync(final, { recursive: true });
  return {
    temporary,
    final,
    session,
    nextBlob() {
      serial += 1;
      return `${session}-${serial.toString(36).padStart(7, "0")}${(serial & 0xff).toString(16).padStart(2, "0")}`;
    },
    pathOf(blob) {
      const name = folderOf(blob);
      const folder = join(final, name);
      if (!seen.has(name)) {
        const isReal = isRealFolder(folder);
        if (isReal === false) {
          throw new StudioError("INTERNAL", "A folder of the store leads out of it.", {
            detail: folder,
            hint: "Something else changed the data directory. Put the folder itself in the place of the link.",
          });
        }
        if (isReal) seen.add(name);
      }
      return join(folder, blob);
    },
  };
}

/** Runs `place`, which puts a file at `target`; makes the folder and tries again where it is missing. */
export function withFolder(target: string, place: () => void): void {
  try {
    place();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    mkdirSync(join(target, ".."), { recursive: true });
    place();
  }
}

/** Removes a file, or a link itself and never what it leads to. */
export function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, or a folder that is not ours.
  }
}

/** Moves a temporary file to its final place. */
export function publishFile(layout: Layout, source: string, blob: string): void {
  const target = layout.pathOf(blob);
  withFolder(target, () => renameSync(source, target));
}
