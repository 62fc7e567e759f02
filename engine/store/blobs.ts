/**
 * The bytes of objects as files: opening, removing, and sweeping after a crash. How they come in is `staging.ts`. Knows no names of
 * objects: metadata refers to a blob by its id.
 */
import { close, constants, openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { StudioError } from "../support/errors.ts";
import type { Body } from "../support/streams.ts";
import { readSlice, streamFile } from "./file-body.ts";
import type { HashThread } from "./hash-thread.ts";
import { createLayout, unlinkQuietly, type Layout } from "./layout.ts";
import { createRemovals, type Removals } from "./removals.ts";
import { atOnceBytes, stageBody, type StagedBlob } from "./staging.ts";

export interface OpenBlob extends Disposable {
  read(startBytes: number, endBytes: number): Body;
}

export interface Blobs extends Removals {
  stage(body: Body | null, options: { maxBytes: number; signal?: AbortSignal }): Promise<StagedBlob>;
  /** Opens a blob now, before anything else can happen to it. */
  open(blob: string): OpenBlob;
  pathOf(blob: string): string;
  /** Removes temporary files and blobs of earlier processes that `isKnown` disowns; false where `isOver` ended it early. */
  sweep(isKnown: (blob: string) => boolean, isOver: () => boolean): Promise<boolean>;
}

/** Makes the folders and hands out the blobs of one data directory. Bodies of up to `inMemoryBytes` get no file. */
export function createBlobs(directory: string, inMemoryBytes: number, hashThread: HashThread): Blobs {
  const layout = createLayout(directory);
  const removals = createRemovals(layout.pathOf);
  return {
    ...removals,
    stage: (body, options) => stageBody({ layout, inMemoryBytes, hashThread }, body, options),
    open: (blob) => openBlob(layout.pathOf(blob)),
    pathOf: layout.pathOf,
    sweep: (isKnown, isOver) => sweep(layout, isKnown, isOver),
  };
}

// A link in the place of a file is none of ours: following it could lead anywhere. Windows has no such flag, and no such links.
const openForReading = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

function openBlob(path: string): OpenBlob {
  let descriptor: number;
  try {
    descriptor = openSync(path, openForReading);
  } catch (thrown) {
    throw new StudioError("INTERNAL", "The bytes of a stored object are missing.", {
      detail: path,
      hint: "Restore the data directory, or upload the object again.",
      cause: thrown,
    });
  }
  let users = 1;
  let disposed = false;
  function release(): void {
    users -= 1;
    if (users === 0) close(descriptor, () => {});
  }
  return {
    read(startBytes, endBytes) {
      const slice = { path, startBytes, endBytes };
      if (endBytes - startBytes <= atOnceBytes) return readSlice(descriptor, slice);
      users += 1;
      return streamFile(descriptor, slice, release);
    },
    [Symbol.dispose]() {
      if (disposed) return;
      disposed = true;
      release();
    },
  };
}

async function sweep(layout: Layout, isKnown: (blob: string) => boolean, isOver: () => boolean): Promise<boolean> {
  for (const name of await readdir(layout.temporary)) {
    if (!name.startsWith(layout.session)) unlinkQuietly(join(layout.temporary, name));
  }
  for (const folder of await readdir(layout.final, { withFileTypes: true })) {
    if (isOver()) return false;
    // A link to a folder is not looked into: what lies there is not ours to remove.
    if (!folder.isDirectory()) continue;
    for (const blob of await readdir(join(layout.final, folder.name))) {
      if (!blob.startsWith(layout.session) && !isKnown(blob)) unlinkQuietly(join(layout.final, folder.name, blob));
    }
  }
  return true;
}
