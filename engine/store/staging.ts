/**
 * Taking in the bytes of objects: hashing, gathering them under temporary names, publishing. Small bodies are only hashed: they are
 * kept beside the metadata.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { discardBody, isByteStream, type Body, type ByteStream } from "../support/streams.ts";
import type { HashThread } from "./hash-thread.ts";
import { publishFile, unlinkQuietly, type Layout } from "./layout.ts";
import { tooLarge, writeStream, type Written } from "./stream-writer.ts";
import type { StagedBytes } from "./types.ts";

/** Bodies up to this size are read and written at once and on the spot: a trip to a thread would cost more. */
export const atOnceBytes = 64 * 1024;

/** Staged bytes of this store: in a file (`blob`), small ones in memory (`bytes`), none at all for empty objects. */
export interface StagedBlob extends StagedBytes {
  readonly blob: string | null;
  readonly bytes: Uint8Array | null;
  /** Moves the bytes to their final place; they are the caller's to `remove` from then on. */
  publish(): void;
}

interface StagingParts {
  readonly layout: Layout;
  readonly inMemoryBytes: number;
  readonly hashThread: HashThread;
}

interface StageOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** Takes in a body, as `Store.stage` promises. */
export async function stageBody(parts: StagingParts, body: Body | null, options: StageOptions): Promise<StagedBlob> {
  const { signal, maxBytes } = options;
  // A source that has stalled hears of the abort here; one that still gives bytes is stopped at the next of them.
  const onAbort = (): void => discardBody(body, signal?.reason instanceof Error ? signal.reason : undefined);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const source = body !== null && isByteStream(body) ? await gatherShort(body, signal) : (body ?? new Uint8Array(0));
    if (!isByteStream(source)) return await stageWhole(parts, source, maxBytes);
    return await stageFile(parts.layout, (descriptor) =>
      writeStream(descriptor, source, { maxBytes, signal, hashThread: parts.hashThread }),
    );
  } catch (thrown) {
    discardBody(body, thrown instanceof Error ? thrown : undefined);
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
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
  return { [Symbol.asyncIterator]: () => continueAfter(gathered, iterator), cancel: (reason) => body.cancel(reason) };
}

/** An iterator that gives what was gathered and goes on with the rest, without a hop of its own for each chunk. */
function continueAfter(gathered: Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncIterator<Uint8Array> {
  return {
    next() {
      const value = gathered.shift();
      return value === undefined ? iterator.next() : Promise.resolve({ done: false, value });
    },
    return: () => iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
}

function stageWhole(parts: StagingParts, bytes: Uint8Array, maxBytes: number): StagedBlob | Promise<StagedBlob> {
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  if (bytes.byteLength <= parts.inMemoryBytes) return stageInMemory(bytes);
  return stageFile(parts.layout, (descriptor) => {
    writeAll(descriptor, bytes);
    return { sizeBytes: bytes.byteLength, etag: createHash("md5").update(bytes).digest("hex") };
  });
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) written += writeSync(descriptor, bytes, written, bytes.byteLength - written);
}

/** Makes a temporary file of what `fill` writes. A failure leaves none. */
async function stageFile(layout: Layout, fill: (descriptor: number) => Written | Promise<Written>): Promise<StagedBlob> {
  const blob = layout.nextBlob();
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

function makeStaged(layout: Layout, path: string, blob: string, written: Written): StagedBlob {
  let isTemporary = true;
  return {
    ...written,
    blob,
    bytes: null,
    publish() {
      publishFile(layout, path, blob);
      isTemporary = false;
    },
    discard() {
      if (isTemporary) unlinkQuietly(path);
      isTemporary = false;
    },
  };
}

const emptyMd5 = createHash("md5").digest("hex");

function stageInMemory(bytes: Uint8Array): StagedBlob {
  const none = { blob: null, publish() {}, discard() {} };
  if (bytes.byteLength === 0) return { ...none, bytes: null, sizeBytes: 0, etag: emptyMd5 };
  return { ...none, bytes, sizeBytes: bytes.byteLength, etag: createHash("md5").update(bytes).digest("hex") };
}
