/**
 * Writes a stream to a file and hashes it: one thread takes the bytes in, one hashes, one writes, a few blocks apart. Owns the
 * blocks of one upload; the threads are Node's own and the store's.
 */
import { createHash } from "node:crypto";
import { write } from "node:fs";
import { StudioError } from "../support/errors.ts";
import type { ByteStream } from "../support/streams.ts";
import { blockBytes, type HashThread, type SharedBlock, type ThreadHash } from "./hash-thread.ts";

/** Blocks of one upload that are being hashed or written; then its source has to wait. */
const mostUnderWay = 4;

/** What is known of bytes once they have been written. */
export interface Written {
  readonly sizeBytes: number;
  /** Lower-case hex MD5. */
  readonly etag: string;
}

/** The refusal of a body that is too long. */
export function tooLarge(maxBytes: number): StudioError {
  return new StudioError("INPUT_TOO_LARGE", `The body is larger than ${maxBytes} bytes.`);
}

interface StreamWriterOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly hashThread: HashThread;
}

function writeAt(descriptor: number, bytes: Uint8Array, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let written = 0;
    const next = (): void =>
      write(descriptor, bytes, written, bytes.byteLength - written, position + written, (error, count) => {
        if (error !== null) return reject(error);
        written += count;
        if (written < bytes.byteLength) return next();
        resolve();
      });
    next();
  });
}

interface BlockWriter extends AsyncDisposable {
  /** Takes a full block over: hashes and writes it. Resolves when there is room for another one. */
  put(block: SharedBlock): Promise<void>;
  /** Takes the last block over, which may be short; resolves when all is on its way to the disk, with the MD5. */
  finish(block: SharedBlock, length: number): Promise<string>;
}

/** Disposing waits for what is under way: the file may be closed after it. */
function createBlockWriter(descriptor: number, hashThread: HashThread): BlockWriter {
  const underWay: Promise<void>[] = [];
  let hash: ThreadHash | null = null;
  let position = 0;

  function send(block: SharedBlock, length: number, hashing: Promise<void>): void {
    const writing = writeAt(descriptor, block.subarray(0, length), position);
    position += length;
    const done = Promise.allSettled([hashing, writing]).then((results) => {
      hashThread.giveBack(block);
      for (const result of results) if (result.status === "rejected") throw result.reason;
    });
    // Its failure is met by whoever waits for it next.
    done.catch(() => {});
    underWay.push(done);
  }

  return {
    async put(block) {
      hash ??= hashThread.begin();
      send(block, block.byteLength, hash.update(block, block.byteLength));
      if (underWay.length >= mostUnderWay) await underWay.shift();
    },
    async finish(block, length) {
      // What fits in one block is not worth a trip to the thread.
      const ownDigest = hash === null ? createHash("md5").update(block.subarray(0, length)).digest("hex") : null;
      send(block, length, hash === null ? Promise.resolve() : hash.update(block, length));
      const [digest] = await Promise.all([ownDigest ?? hash!.digest(), ...underWay]);
      return digest;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(underWay);
      hash?.[Symbol.dispose]();
    },
  };
}

/** Writes a stream to an open file. Rejects with what the stream, the disk or the signal gives; nothing is under way then. */
export async function writeStream(descriptor: number, body: ByteStream, options: StreamWriterOptions): Promise<Written> {
  const { maxBytes, signal, hashThread } = options;
  await using writer = createBlockWriter(descriptor, hashThread);
  let block: SharedBlock | null = hashThread.takeBlock();
  let filled = 0;
  let sizeBytes = 0;
  try {
    for await (const chunk of body) {
      signal?.throwIfAborted();
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      for (let taken = 0; taken < chunk.byteLength;) {
        const part = chunk.subarray(taken, taken + blockBytes - filled);
        block.set(part, filled);
        filled += part.byteLength;
        taken += part.byteLength;
        if (filled < blockBytes) continue;
        const full: SharedBlock = block;
        block = null;
        await writer.put(full);
        block = hashThread.takeBlock();
        filled = 0;
      }
    }
    signal?.throwIfAborted();
    const last: SharedBlock = block;
    block = null;
    return { sizeBytes, etag: await writer.finish(last, filled) };
  } finally {
    if (block !== null) hashThread.giveBack(block);
  }
}
