/** Which folder an engine works on: the one it is told, the one that was opened last, or the samples. Owns where that is remembered. */
import { readFileSync, statSync } from "node:fs";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { StudioError } from "../support/errors.ts";

const fileOf = (dataDirectory: string): string => join(dataDirectory, "workspace-folder");

/** The folder with the samples, which is there without anybody's choice. */
export const samplesFolder = (dataDirectory: string): string => resolve(dataDirectory, "workspace");

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** The folder to work on; absolute. One that was opened last and is gone counts as never opened. */
export function findFolder(dataDirectory: string, wanted: string | null): string {
  if (wanted !== null) return resolve(wanted);
  try {
    const last = readFileSync(fileOf(dataDirectory), "utf8").trimEnd();
    if (isAbsolute(last) && isFolder(last)) return last;
  } catch {
    // None was opened.
  }
  return samplesFolder(dataDirectory);
}

/** Makes the next start without another wish work on this folder; null: on the samples. */
export async function rememberFolder(dataDirectory: string, folder: string | null): Promise<void> {
  if (folder === null) await rm(fileOf(dataDirectory), { force: true });
  else await writeFile(fileOf(dataDirectory), `${folder}\n`, { mode: 0o600 });
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: "A file is in the way.",
  ENOTDIR: "A file is in the way.",
  EACCES: "It may not be written to.",
  EPERM: "It may not be written to.",
  EROFS: "Its disk cannot be written to.",
};

/**
 * Makes a folder ready to be worked in: it is there, with a folder for storlets. With `samplesDirectory`, an empty or new one gets a copy
 * of that. Throws BAD_INPUT where it is no folder or cannot be written to.
 */
export async function prepareFolder(folder: string, samplesDirectory: string | null): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const isEmpty = (await readdir(folder)).length === 0;
    if (isEmpty && samplesDirectory !== null) await cp(samplesDirectory, folder, { recursive: true });
    await mkdir(join(folder, "storlets"), { recursive: true });
  } catch (error) {
    throw new StudioError("BAD_INPUT", `${folder} cannot be worked in.`, {
      detail: reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? (error as Error).message,
      hint: "Choose a folder that you may write to.",
      cause: error,
    });
  }
}

/** A folder as a person writes it: absolute, or from the home folder with `~/`. Throws BAD_INPUT for anything else. */
export function readFolderName(text: string): string {
  const written = text.trim();
  const path = written === "~" || written.startsWith("~/") ? join(homedir(), written.slice(1)) : written;
  if (isAbsolute(path) && !path.includes("\0")) return resolve(path);
  throw new StudioError("BAD_INPUT", `${text} does not say where the folder is.`, {
    hint: "Write the whole path, or one that begins with ~/.",
  });
}
