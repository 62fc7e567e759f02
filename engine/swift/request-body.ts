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

function clientGone(): StudioError {
  return new StudioError("CANCELLED", "The client went away before it had sent the whole body.");
}

/** `begin` is called before the first byte is asked for: the place to send `100 Continue`. */
export function createRequestBody(message: IncomingMessage, begin: () => void): RequestBody {
  const queue: Buffer[] = [];
  let queued = 0;
  let wake: (() => void) | null = null;
  let begun = false;
  let ended = false;
  let failure: Error | null = null;

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
    if (ended || failure !== null) return;
    failure = reason;
    queue.length = 0;
    queued = 0;
    notify();
  }

  message.on("error", () => fail(clientGone()));
  message.on("close", () => fail(clientGone()));

  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      if (!begun && failure === null) start();
      while (true) {
        if (failure !== null) throw failure;
        const chunk = queue.shift();
        if (chunk !== undefined) {
          queued -= chunk.byteLength;
          if (queued < queueBytes && message.isPaused()) message.resume();
          return { done: false, value: chunk };
        }
        if (ended) return { done: true, value: undefined };
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async return() {
      fail(new StudioError("CANCELLED", "The body was released before it was read."));
      return { done: true, value: undefined };
    },
  };
  return {
    [Symbol.asyncIterator]: () => iterator,
    cancel: (reason) => fail(reason ?? new StudioError("CANCELLED", "The body was released before it was read.")),
    isComplete: () => message.complete,
    isBegun: () => begun,
  };
}
