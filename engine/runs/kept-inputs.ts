/**
 * Inputs of runs, kept once each: stored files by another link, small bytes in the database, what comes as a stream as a copy made on its way.
 * Owns the folder and its table; what goes first where the budget is passed is what was used longest ago.
 */
import { hash, subtle } from "node:crypto";
import { createReadStream, linkSync, mkdirSync } from "node:fs";
import { open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isByteStream, streamOf, watchStream, type Body, type ByteStream, type FileSlice } from "../support/streams.ts";

/** Bytes up to this many lie in the database. */
const smallBytes = 64 * 1024;
/** Bytes of streams that are being copied at the same time. */
const mostGathered = 64 * 1024 * 1024;

/** What an input is kept as. Null refs: it is not. */
export interface KeptAs {
  /** To be read in place of the body that was given. */
  readonly body: Body;
  readonly ref: string | null;
  readonly slice: readonly [number, number] | null;
  /** Resolves with the ref of what could be named only when it had passed. Never rejects. */
  readonly later: Promise<string | null> | null;
}

export interface KeptInputs {
  /** Keeps what was read. `name` stands for the content: an ETag with size and range; null where only the bytes can tell. */
  keep(body: Body, name: string | null, sizeBytes: number | null): KeptAs;
  has(ref: string): boolean;
  /** The kept bytes, or a part of them; null where they are gone. */
  open(ref: string, slice: readonly [number, number] | null): Promise<Body | null>;
  /** Writes the rows of what was kept since, within the caller's transaction. */
  write(): void;
  /** The transaction is through. */
  committed(): void;
  /** It is not: what waited for it is let go of. */
  rolledBack(): void;
  /** Resolves when every file that was begun is on disk. */
  settle(): Promise<void>;
}

export interface KeptInputsOptions {
  readonly database: DatabaseSync;
  readonly directory: string;
  /** Larger inputs are not kept. */
  readonly capBytes: number;
  readonly budgetBytes: number;
  /** Refs that must stay. */
  pinned(): ReadonlySet<string>;
  /** Rows wait for `write`. */
  onReady(): void;
}

interface Unwritten {
  readonly ref: string;
  readonly sizeBytes: number;
  readonly bytes: Uint8Array | null;
}

const refPattern = /^[0-9a-f]{64}$/;

export function createKeptInputs(options: KeptInputsOptions): KeptInputs {
  const { database, directory, capBytes, budgetBytes, pinned, onReady } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  database.exec(
    "CREATE TABLE IF NOT EXISTS run_inputs (number INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, bytes BLOB)",
  );
  const insert = database.prepare("INSERT OR REPLACE INTO run_inputs (ref, size, bytes) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM run_inputs WHERE ref = ?");
  const select = database.prepare("SELECT bytes FROM run_inputs WHERE ref = ?");
  const pathOf = (ref: string): string => join(directory, ref);

  /** Sizes by ref, what was used longest ago first. */
  const known = new Map<string, number>();
  let storedBytes = 0;
  let unwritten: Unwritten[] = [];
  let gathered = 0;
  let serial = 0;
  const pending = new Set<Promise<unknown>>();

  for (const row of database.prepare("SELECT ref, size FROM run_inputs ORDER BY number").iterate()) {
    const { ref, size } = row as { ref: string; size: number };
    known.set(ref, size);
    storedBytes += size;
  }
  track(sweep());

  function track<T>(work: Promise<T>): Promise<T> {
    pending.add(work);
    work.catch(() => {}).finally(() => pending.delete(work));
    return work;
  }

  /** Files without a row: a crash came between the two. */
  async function sweep(): Promise<void> {
    const began = new Set(known.keys());
    for (const name of await readdir(directory)) {
      if (!began.has(name) && !known.has(name) && !name.endsWith(".part")) await rm(pathOf(name), { force: true });
    }
  }

  /** True where it is there already; it counts as used now. */
  function isKnown(ref: string): boolean {
    const size = known.get(ref);
    if (size === undefined) return false;
    known.delete(ref);
    known.set(ref, size);
    return true;
  }

  function add(ref: string, sizeBytes: number, bytes: Uint8Array | null): void {
    known.set(ref, sizeBytes);
    storedBytes += sizeBytes;
    unwritten.push({ ref, sizeBytes, bytes });
    onReady();
  }

  function keepLink(file: FileSlice, ref: string, sizeBytes: number): boolean {
    if (isKnown(ref)) return true;
    try {
      linkSync(file.path, pathOf(ref));
    } catch (error) {
      // Another file system, or a file that is gone by now: only the ETag can tell later.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
    }
    add(ref, sizeBytes, null);
    return true;
  }

  async function keepCopy(ref: string, bytes: Buffer): Promise<string> {
    if (isKnown(ref)) return ref;
    if (bytes.byteLength <= smallBytes) {
      add(ref, bytes.byteLength, bytes);
      return ref;
    }
    const temporary = `${pathOf(ref)}.${++serial}.part`;
    await writeFile(temporary, bytes, { mode: 0o600 });
    await rename(temporary, pathOf(ref));
    if (!isKnown(ref)) add(ref, bytes.byteLength, null);
    return ref;
  }

  /** The same stream, copied on its way as far as there is room. */
  function gather(source: ByteStream, name: string | null): KeptAs {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let isGiven = false;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const giveUp = (): void => {
      if (isGiven) return;
      isGiven = true;
      gathered -= sizeBytes;
      chunks.length = 0;
      resolve(null);
    };
    const finish = (): void => {
      if (isGiven) return;
      isGiven = true;
      gathered -= sizeBytes;
      const bytes = Buffer.concat(chunks, sizeBytes);
      const named = name === null ? subtle.digest("SHA-256", bytes).then((sum) => Buffer.from(sum).toString("hex")) : nameOf(name);
      void track(Promise.resolve(named).then((ref) => keepCopy(ref, bytes))).then(resolve, () => resolve(null));
    };
    const add = (chunk: Uint8Array): void => {
      if (isGiven) return;
      if (sizeBytes + chunk.byteLength > capBytes || gathered + chunk.byteLength > mostGathered) return giveUp();
      chunks.push(Buffer.from(chunk));
      sizeBytes += chunk.byteLength;
      gathered += chunk.byteLength;
    };
    const body = watchStream(source, { onChunk: add, onEnd: finish, onBreak: giveUp });
    return { body, ref: null, slice: null, later: promise };
  }

  function keep(body: Body, name: string | null, sizeBytes: number | null): KeptAs {
    const nothing: KeptAs = { body, ref: null, slice: null, later: null };
    if (!isByteStream(body)) {
      if (body.byteLength > capBytes) return nothing;
      const ref = hash("sha256", body);
      if (!isKnown(ref)) add(ref, body.byteLength, Buffer.from(body));
      return { ...nothing, ref };
    }
    if (sizeBytes !== null && sizeBytes > capBytes) return nothing;
    const { file } = body;
    if (file !== undefined && file.startBytes === 0 && file.endBytes === sizeBytes) {
      // An input of a run that is replayed.
      if (dirname(file.path) === directory && isKnown(basename(file.path))) return { ...nothing, ref: basename(file.path) };
      const ref = nameOf(`${name ?? ""}\n${file.path}\n${file.endBytes}`);
      if (keepLink(file, ref, file.endBytes)) return { ...nothing, ref };
      return nothing;
    }
    if (name !== null) {
      const ref = nameOf(name);
      if (isKnown(ref)) return { ...nothing, ref };
    }
    return gather(body, name);
  }

  /** Lets go of what was used longest ago. */
  function prune(): void {
    if (storedBytes <= budgetBytes) return;
    const stays = pinned();
    for (const ref of known.keys()) {
      if (storedBytes <= budgetBytes) return;
      if (stays.has(ref)) continue;
      drop(ref);
      remove.run(ref);
    }
  }

  function drop(ref: string): void {
    storedBytes -= known.get(ref) ?? 0;
    known.delete(ref);
    track(rm(pathOf(ref), { force: true })).catch(() => {});
  }

  return {
    keep,
    has: (ref) => known.has(ref),
    async open(ref, slice) {
      if (!refPattern.test(ref) || !isKnown(ref)) return null;
      const unsaved = unwritten.find((each) => each.ref === ref)?.bytes;
      const bytes = unsaved ?? (select.get(ref) as { bytes: Uint8Array | null } | undefined)?.bytes ?? null;
      if (bytes !== null) return slice === null ? bytes : bytes.subarray(...slice);
      return openFile(pathOf(ref), slice);
    },
    write() {
      for (const { ref, sizeBytes, bytes } of unwritten) if (known.has(ref)) insert.run(ref, sizeBytes, bytes);
      prune();
    },
    committed() {
      unwritten = [];
    },
    rolledBack() {
      for (const { ref } of unwritten) drop(ref);
      unwritten = [];
    },
    async settle() {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
  };
}

const nameOf = (text: string): string => hash("sha256", text);

/** A file as a body that a sandbox may borrow; null where it is gone. */
async function openFile(path: string, slice: readonly [number, number] | null): Promise<Body | null> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return null;
  const [start, end] = slice ?? [0, (await stat(path)).size];
  if (end <= start) {
    await handle.close();
    return Buffer.alloc(0);
  }
  const stream = createReadStream(path, { fd: handle, start, end: end - 1, highWaterMark: 256 * 1024 });
  return { ...streamOf(stream, () => stream.destroy()), file: { path, startBytes: start, endBytes: end } };
}
