/** The body of a client's request as a byte stream. Owns its back-pressure and what becomes of it when the client goes away. */
import type { IncomingMessage } from "node:http";
import { StudioError } from "../support/errors.ts";
import type { ByteStream } from "../support/streams.ts";

/** Bytes that may wait for a reader before the client is held back. */
const queueBytes = 256 * 1024;

export interface RequestBody extends ByteStream {
  /** True once the client has sent all of it and all of it was taken in or thrown away. */
  isComplete(): boolean;
  /** True once somebody has asked for the first byte. */
  isBegun(): boolean;
}

/** What is thrown where a body ends with its client. */
export function clientGone(): StudioError {
  return new StudioError("CANCELLED", "The client went away before it had sent the whole body.");
}

/** Chunks smaller than this are left to the garbage collector. */
const freedAtOnceBytes = 4 * 1024;

/**
 * Frees the memory of a chunk that has been read. Its garbage would be found only when some tens of megabytes of it have gathered;
 * freed at once, the next chunk gets the same memory, still warm.
 */
function freeChunk(chunk: Buffer | null): void {
  if (chunk === null || chunk.byteLength < freedAtOnceBytes) return;
  // Smaller ones may share their memory with others.
  if (chunk.byteLength === chunk.buffer.byteLength && chunk.buffer instanceof ArrayBuffer) chunk.buffer.transfer(0);
}

/** `begin` is called before the first byte is asked for: the place to send `100 Continue`. */
export function createRequestBody(message: IncomingMessage, begin: () => void): RequestBody {
  const queue: Buffer[] = [];
  let queued = 0;
  let wake: (() => void) | null = null;
  let begun = false;
  let ended = false;
  let failure: Error | null = null;
  /** The chunk that the reader has: its own until it asks for the next one. */
  let lent: Buffer | null = null;

  function notify(): void {
    wake?.();
    wake = null;
  }

  function start(): void {
    begun = true;
    begin();
    message.on("data", (chunk: Buffer) => {
      if (failure !== null) return;
      queue.push(chunk);
      queued += chunk.byteLength;
      if (queued >= queueBytes) message.pause();
      notify();
    });
    message.on("end", () => {
      ended = true;
      notify();
    });
  }

  function fail(reason: Error): void {
    failure = reason;
    queue.length = 0;
    queued = 0;
    notify();
  }

  /** Most bodies have been read by then: an error costs more than all the rest of this. */
  function release(reason?: Error): void {
    if (!ended && failure === null) fail(reason ?? new StudioError("CANCELLED", "The body was released before it was read."));
  }

  function leave(): void {
    if (!ended && failure === null) fail(clientGone());
  }

  message.on("error", leave);
  message.on("close", leave);

  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      freeChunk(lent);
      lent = null;
      if (!begun && failure === null) start();
      while (true) {
        if (failure !== null) throw failure;
        const chunk = queue.shift();
        if (chunk !== undefined) {
          queued -= chunk.byteLength;
          if (queued < queueBytes && message.isPaused()) message.resume();
          lent = chunk;
          return { done: false, value: chunk };
        }
        if (ended) return { done: true, value: undefined };
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async return() {
      release();
      return { done: true, value: undefined };
    },
  };
  return {
    [Symbol.asyncIterator]: () => iterator,
    cancel: release,
    isComplete: () => message.complete,
    isBegun: () => begun,
  };
}
