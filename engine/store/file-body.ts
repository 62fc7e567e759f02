/** Reading a stretch of an open file as a body: few reused buffers, a little ahead of the reader. Owns no file. */
import { read, readSync } from "node:fs";
import { StudioError } from "../support/errors.ts";
import type { FileSlice } from "../support/streams.ts";
import type { FileStream } from "./types.ts";

const bufferBytes = 256 * 1024;
/** Reads under way or waiting while the reader is busy with a chunk. */
const readAhead = 2;
const sparesKept = 16;
const spares: Buffer[] = [];

const takeBuffer = (): Buffer => spares.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);

function giveBack(buffer: Buffer): void {
  if (spares.length < sparesKept) spares.push(buffer);
}

function cutFile(path: string): StudioError {
  return new StudioError("INTERNAL", "Bytes of a stored object are missing.", {
    detail: path,
    hint: "Restore the data directory, or upload the object again.",
  });
}

/** A short stretch at once. Throws INTERNAL where the file ends too early. */
export function readSlice(descriptor: number, slice: FileSlice): Buffer {
  const buffer = Buffer.allocUnsafe(slice.endBytes - slice.startBytes);
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(descriptor, buffer, filled, buffer.length - filled, slice.startBytes + filled);
    if (count === 0) throw cutFile(slice.path);
    filled += count;
  }
  return buffer;
}

interface PendingRead {
  readonly buffer: Buffer;
  readonly done: Promise<Buffer>;
}

/** One whole read at a position; resolves with the filled part of the buffer. */
function readAt(descriptor: number, buffer: Buffer, length: number, position: number, path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let filled = 0;
    const next = (): void =>
      read(descriptor, buffer, filled, length - filled, position + filled, (error, count) => {
        if (error !== null) return reject(error);
        if (count === 0) return reject(cutFile(path));
        filled += count;
        if (filled < length) return next();
        resolve(buffer.subarray(0, length));
      });
    next();
  });
}

/**
 * Streams a stretch of an open file. `release` is called once, when no read is under way any more: after the end, a failure or
 * `cancel`.
 */
export function streamFile(descriptor: number, slice: FileSlice, release: () => void): FileStream {
  const pending: PendingRead[] = [];
  let position = slice.startBytes;
  let lent: Buffer | null = null;
  let over = false;

  function fill(): void {
    while (!over && pending.length < readAhead && position < slice.endBytes) {
      const buffer = takeBuffer();
      const length = Math.min(bufferBytes, slice.endBytes - position);
      const done = readAt(descriptor, buffer, length, position, slice.path);
      done.catch(() => {});
      pending.push({ buffer, done });
      position += length;
    }
  }

  async function finish(returnLent: boolean): Promise<void> {
    if (over) return;
    over = true;
    if (returnLent && lent !== null) giveBack(lent);
    lent = null;
    const underWay = pending.splice(0);
    await Promise.allSettled(underWay.map((entry) => entry.done));
    for (const entry of underWay) giveBack(entry.buffer);
    release();
  }

  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      if (lent !== null) giveBack(lent);
      lent = null;
      fill();
      // It stays in the queue while it is read: cancelling waits for every read before the file is closed.
      const entry = over ? undefined : pending[0];
      if (entry === undefined) {
        await finish(true);
        return { done: true, value: undefined };
      }
      try {
        const chunk = await entry.done;
        if (over) return { done: true, value: undefined };
        pending.shift();
        lent = entry.buffer;
        fill();
        return { done: false, value: chunk };
      } catch (thrown) {
        await finish(true);
        throw thrown;
      }
    },
    async return() {
      // The reader may still be handing the last chunk on, so its buffer is not used again.
      await finish(false);
      return { done: true, value: undefined };
    },
  };
  return {
    file: slice,
    [Symbol.asyncIterator]: () => iterator,
    cancel: () => void finish(false),
  };
}
