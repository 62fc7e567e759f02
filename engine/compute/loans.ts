/**
 * Stored files that are lent to a sandbox instead of being fed into it: linked where its daemon can open them, for as long as it has not.
 * Owns the links; what cannot be lent safely is left to its caller.
 */
import { chmodSync, linkSync, lstatSync, unlinkSync } from "node:fs";
import { chmod, chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { randomId } from "../support/clock.ts";
import { isByteStream, type Body, type FileSlice } from "../support/streams.ts";

/** A file that is shown to a sandbox under a name that nobody can guess. */
export interface Loan {
  readonly name: string;
  /** Takes the name away; who has opened the file keeps it. Safe to call twice. */
  end(): void;
}

export interface Loans {
  /** Null where the file has to be fed instead. Never throws. */
  lend(file: FileSlice): Loan | null;
}

/** Of the channels directory: where lent files appear. Who knows a name can open it; nobody inside can ask for names. */
export const loansFolder = "given";
const nameBytes = 16;
const traversable = 0o711;
const readOnly = 0o444;

/**
 * Takes the channels directory from its sandbox and makes the place for loans in it. Null where the sandbox runs as the engine's own
 * user, who could make any file writable, or where this fails: everything is fed then.
 */
export async function createLoans(channelsDirectory: string, reader: { readonly uid: number } | null): Promise<Loans | null> {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  if (reader === null || uid === undefined || gid === undefined || reader.uid === uid) return null;
  const directory = join(channelsDirectory, loansFolder);
  try {
    await chown(channelsDirectory, uid, gid);
    await chmod(channelsDirectory, traversable);
    await mkdir(directory);
    await chmod(directory, traversable);
  } catch {
    return null;
  }
  return { lend: (file) => lendFile(directory, file, uid) };
}

function lendFile(directory: string, file: FileSlice, ownUid: number): Loan | null {
  const name = randomId(nameBytes);
  const path = join(directory, name);
  let isLinked = false;
  const end = (): void => {
    if (!isLinked) return;
    isLinked = false;
    unlinkQuietly(path);
  };
  try {
    // Another file system, an object that is gone by now, too many links: all of them mean feeding.
    linkSync(file.path, path);
    isLinked = true;
    const facts = lstatSync(path);
    // An open file shows all of itself, so a part of one is never lent.
    const isWhole = facts.isFile() && file.startBytes === 0 && file.endBytes === facts.size;
    if (!isWhole || facts.uid !== ownUid) {
      end();
      return null;
    }
    if ((facts.mode & 0o777) !== readOnly) chmodSync(path, readOnly);
  } catch {
    end();
    return null;
  }
  return { name, end };
}

/** A loan of the file that a body comes from; null where it comes from none, or where that has to be fed. */
export function lendBody(body: Body, lend: Loans["lend"]): Loan | null {
  return isByteStream(body) && body.file?.startBytes === 0 ? lend(body.file) : null;
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The sandbox is gone, and its directory with it.
  }
}
