/**
 * The bytes of objects as files: staging under temporary names, publishing, opening, removing, and sweeping after a crash. Small
 * bodies it only hashes: they are kept beside the metadata. Knows no names of objects: metadata refers to a blob by its id.
 */
import { createHash } from "node:crypto";
import { close, closeSync, mkdirSync, openSync, renameSync, unlink, unlinkSync, write, writeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { randomId } from "../support/clock.ts";
import { StudioError } from "../support/errors.ts";
import { discardBody, isByteStream, type Body, type ByteStream } from "../support/streams.ts";
import { readSlice, streamFile } from "./file-body.ts";
import type { StagedBytes } from "./types.ts";

/** Bodies up to this size are read at once and on the spot: a trip to a thread would cost more. */
const atOnceBytes = 64 * 1024;

/** Staged bytes of this store: in a file (`blob`), small ones in memory (`bytes`), none at all for empty objects. */
export interface StagedBlob extends StagedBytes {
  readonly blob: string | null;
  readonly bytes: Uint8Array | null;
  /** Moves the bytes to their final place; they are the caller's to `remove` from then on. */
  publish(): void;
}

export interface OpenBlob extends Disposable {
  read(startBytes: number, endBytes: number): Body;
}

export interface Blobs {
  stage(body: Body | null, options: { maxBytes: number; signal?: AbortSignal }): Promise<StagedBlob>;
  /** Opens a blob now, before anything else can happen to it. */
  open(blob: string): OpenBlob;
  /** Removes a blob's file soon. Readers that have it open keep it. */
  remove(blob: string): void;
  /** Removes temporary files and blobs of earlier processes that `isKnown` disowns; false where `isOver` ended it early. */
  sweep(isKnown: (blob: string) => boolean, isOver: () => boolean): Promise<boolean>;
  /** Resolves when no removal is under way. */
  settled(): Promise<void>;
}

interface Layout {
  readonly temporary: string;
  readonly final: string;
  readonly inMemoryBytes: number;
  /** Begins every name that this process makes: a sweep leaves those alone. */
  readonly session: string;
  nextSerial(): number;
}

/** A blob's id is its file name; the first two characters name its folder. */
function blobPath(layout: Layout, blob: string): string {
  return join(layout.final, blob.slice(-2), blob);
}

function renameInto(layout: Layout, source: string, blob: string): void {
  const target = blobPath(layout, blob);
  try {
    renameSync(source, target);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    mkdirSync(join(layout.final, blob.slice(-2)), { recursive: true });
    renameSync(source, target);
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already.
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) written += writeSync(descriptor, bytes, written, bytes.byteLength - written);
}

function writeChunk(descriptor: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    let written = 0;
    const next = (): void =>
      write(descriptor, bytes, written, bytes.byteLength - written, null, (error, count) => {
        if (error !== null) return reject(error);
        written += count;
        if (written < bytes.byteLength) return next();
        resolve();
      });
    next();
  });
}

interface Written {
  readonly sizeBytes: number;
  readonly etag: string;
}

/** Writes a stream to an open file, hashing each chunk while the one before is written. */
async function writeStream(descriptor: number, body: ByteStream, maxBytes: number, signal: AbortSignal | undefined): Promise<Written> {
  const hash = createHash("md5");
  let sizeBytes = 0;
  for await (const chunk of body) {
    signal?.throwIfAborted();
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    const written = writeChunk(descriptor, chunk);
    hash.update(chunk);
    await written;
  }
  signal?.throwIfAborted();
  return { sizeBytes, etag: hash.digest("hex") };
}

function tooLarge(maxBytes: number): StudioError {
  return new StudioError("INPUT_TOO_LARGE", `The body is larger than ${maxBytes} bytes.`);
}

/** Reads the first bytes of a stream: all of it where it is short, else a stream of the same bytes. */
async function gatherShort(body: ByteStream, signal: AbortSignal | undefined): Promise<Body> {
  const iterator = body[Symbol.asyncIterator]();
  const gathered: Buffer[] = [];
  let sizeBytes = 0;
  while (sizeBytes <= atOnceBytes) {
    const { done, value } = await iterator.next();
    signal?.throwIfAborted();
    if (done === true) return gathered.length === 1 ? gathered[0]! : Buffer.concat(gathered, sizeBytes);
    gathered.push(Buffer.from(value));
    sizeBytes += value.byteLength;
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    yield* gathered;
    gathered.length = 0;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { [Symbol.asyncIterator]: rest, cancel: (reason) => body.cancel(reason) };
}

const emptyMd5 = createHash("md5").digest("hex");

/** Makes the folders and hands out the blobs of one data directory. Bodies of up to `inMemoryBytes` get no file. */
export function createBlobs(directory: string, inMemoryBytes: number): Blobs {
  let serial = 0;
  const layout: Layout = {
    temporary: join(directory, "incoming"),
    final: join(directory, "blobs"),
    inMemoryBytes,
    session: randomId(8),
    nextSerial: () => (serial += 1),
  };
  mkdirSync(layout.temporary, { recursive: true });
  mkdirSync(layout.final, { recursive: true });
  let removals = 0;
  let whenSettled: (() => void)[] = [];

  function removalDone(): void {
    removals -= 1;
    if (removals > 0) return;
    for (const resolve of whenSettled) resolve();
    whenSettled = [];
  }

  return {
    stage: (body, options) => stage(layout, body, options),
    open: (blob) => openBlob(blobPath(layout, blob)),
    remove(blob) {
      removals += 1;
      unlink(blobPath(layout, blob), removalDone);
    },
    sweep: (isKnown, isOver) => sweep(layout, isKnown, isOver),
    settled: () => (removals === 0 ? Promise.resolve() : new Promise((resolve) => whenSettled.push(resolve))),
  };
}

function makeStaged(layout: Layout, path: string, blob: string, written: Written): StagedBlob {
  let isTemporary = true;
  return {
    ...written,
    blob,
    bytes: null,
    publish() {
      renameInto(layout, path, blob);
      isTemporary = false;
    },
    discard() {
      if (isTemporary) unlinkQuietly(path);
      isTemporary = false;
    },
  };
}

type StageOptions = Parameters<Blobs["stage"]>[1];

async function stage(layout: Layout, body: Body | null, options: StageOptions): Promise<StagedBlob> {
  const { signal } = options;
  // A source that has stalled hears of the abort here; one that still gives bytes is stopped at the next of them.
  const onAbort = (): void => discardBody(body, signal?.reason instanceof Error ? signal.reason : undefined);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const source = body !== null && isByteStream(body) ? await gatherShort(body, signal) : (body ?? new Uint8Array(0));
    if (!isByteStream(source)) return await stageWhole(layout, source, options.maxBytes);
    return await stageFile(layout, (descriptor) => writeStream(descriptor, source, options.maxBytes, signal));
  } catch (thrown) {
    discardBody(body, thrown instanceof Error ? thrown : undefined);
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

function stageWhole(layout: Layout, bytes: Uint8Array, maxBytes: number): StagedBlob | Promise<StagedBlob> {
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  if (bytes.byteLength <= layout.inMemoryBytes) return stageInMemory(bytes);
  return stageFile(layout, (descriptor) => {
    writeAll(descriptor, bytes);
    return { sizeBytes: bytes.byteLength, etag: createHash("md5").update(bytes).digest("hex") };
  });
}

/** Makes a temporary file of what `fill` writes. A failure leaves none. */
async function stageFile(layout: Layout, fill: (descriptor: number) => Written | Promise<Written>): Promise<StagedBlob> {
  const blob = nextBlob(layout);
  const path = join(layout.temporary, blob);
  const descriptor = openSync(path, "wx", 0o600);
  let isOpen = true;
  try {
    const written = await fill(descriptor);
    isOpen = false;
    closeSync(descriptor);
    return makeStaged(layout, path, blob, written);
  } catch (thrown) {
    if (isOpen) closeSync(descriptor);
    unlinkQuietly(path);
    throw thrown;
  }
}

function stageInMemory(bytes: Uint8Array): StagedBlob {
  const none = { blob: null, publish() {}, discard() {} };
  if (bytes.byteLength === 0) return { ...none, bytes: null, sizeBytes: 0, etag: emptyMd5 };
  return { ...none, bytes, sizeBytes: bytes.byteLength, etag: createHash("md5").update(bytes).digest("hex") };
}

/** A name no file has: the process's own mark, a serial number, and two hex digits that choose the folder. */
function nextBlob(layout: Layout): string {
  const number = layout.nextSerial();
  return `${layout.session}-${number.toString(36).padStart(7, "0")}${(number & 0xff).toString(16).padStart(2, "0")}`;
}

function openBlob(path: string): OpenBlob {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
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
  for (const folder of await readdir(layout.final)) {
    if (isOver()) return false;
    for (const blob of await readdir(join(layout.final, folder))) {
      if (!blob.startsWith(layout.session) && !isKnown(blob)) unlinkQuietly(join(layout.final, folder, blob));
    }
  }
  return true;
}
