/** Bodies as files that are named after their content: the same bytes are kept once. Owns the folder; who refers to a file is the caller's. */
import { hash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../support/files.ts";

export interface BodyFiles {
  /** The name of bytes: their SHA-256 in hex. */
  refOf(bytes: Uint8Array): string;
  /** Keeps bytes under their name; resolves when they are on disk. Rejects with what the file system says. */
  write(ref: string, bytes: Uint8Array): Promise<void>;
  /** Null where there is no such file. */
  read(ref: string): Promise<Buffer | null>;
  /** Removes a file. One that is gone is no error. */
  remove(ref: string): Promise<void>;
  /** Removes every file that nobody refers to: what a crash left behind. */
  sweep(isReferred: (ref: string) => boolean): Promise<void>;
}

const refPattern = /^[0-9a-f]{64}$/;

export function createBodyFiles(directory: string): BodyFiles {
  const folderOf = (ref: string): string => join(directory, ref.slice(0, 2));
  const pathOf = (ref: string): string => join(folderOf(ref), ref);
  let serial = 0;

  return {
    refOf: (bytes) => hash("sha256", bytes),
    async write(ref, bytes) {
      if (await exists(pathOf(ref))) return;
      await mkdir(folderOf(ref), { recursive: true, mode: 0o700 });
      const temporary = join(folderOf(ref), `${ref}.${++serial}.part`);
      await writeFile(temporary, bytes, { mode: 0o600 });
      await rename(temporary, pathOf(ref));
    },
    read: async (ref) => (refPattern.test(ref) ? readFile(pathOf(ref)).catch(() => null) : null),
    remove: (ref) => rm(pathOf(ref), { force: true }),
    async sweep(isReferred) {
      for (const folder of await readdir(directory).catch(() => [])) {
        for (const name of await readdir(join(directory, folder)).catch(() => [])) {
          if (!refPattern.test(name) || !isReferred(name)) await rm(join(directory, folder, name), { force: true });
        }
      }
    },
  };
}
