/**
 * The output of one invocation as a byte stream: what comes at hand, then what comes by a connection, into two buffers used in turn;
 * reading stops while the reader is behind.
 */
import type { Duplex } from "node:stream";
import { StudioError, toStudioError } from "../support/errors.ts";
import type { ByteStream } from "../support/streams.ts";
import { giveBuffer, isSharedMemory, receiveBytes, takeBuffer, type Receiver } from "./channel.ts";
import { sandboxGoneError } from "./failure.ts";
import type { RunEvent } from "./protocol.ts";
import type { Watchdog } from "./watchdog.ts";

interface OutputReader {
  readonly stream: ByteStream;
  /** True while bytes wait for the reader: the storlet is blocked by them, not by itself. */
  isBackedUp(): boolean;
  /** An output that began without a connection: its bytes, kept until the reader takes them; that there are more; its end. */
  told(event: OutputEvent): void;
  /** The storlet ended well: the stream ends after the last byte. */
  finish(): void;
  /** The stream throws: after the bytes that have arrived, or at once where `now` is set. */
  fail(error: Error, now: boolean): void;
  /** Drops the connection. */
  close(): void;
}

interface OutputEvents {
  /** Told of every chunk that arrives. */
  onBytes(sizeBytes: number): void;
  /** Everything has been read; whether that is a good end is for others to know. */
  onEnd(): void;
  /** The reader has taken bytes that it had let wait. */
  onTaken(): void;
  /** The reader wants no more. */
  onCancel(): void;
  /** There is no connection for the rest, or the daemon says what makes no sense. */
  onFailure(error: StudioError): void;
}

type OutputEvent = Extract<RunEvent, { event: "data" | "more" | "output-end" }>;

/** What a daemon may send without a connection: it is kept in memory. */
const mostGivenBytes = 64 * 1024;

type Waiter = { resolve(result: IteratorResult<Uint8Array>): void; reject(error: Error): void };

/** Reads a connection from now on, or opens one where the daemon asks for it. `gap` watches the times when the reader waits for the storlet. */
export function createOutputReader(source: Duplex | (() => Promise<Duplex>), gap: Watchdog, events: OutputEvents): OutputReader {
  const buffers: [Buffer | null, Buffer | null] = [null, null];
  let turn: 0 | 1 = 0;
  let pending: Uint8Array | null = null;
  let waiter: Waiter | null = null;
  let atEnd = false;
  let ending: { error: Error | null } | null = null;
  let delivered = false;
  let connection: Duplex | null = null;
  let givenBytes = 0;
  let isAsked = false;
  let isClosed = false;
  /** Goes on reading; before there is a connection, there is nothing to read. */
  let resume = (): void => {};

  const receiver: Receiver = {
    nextBuffer() {
      turn = turn === 0 ? 1 : 0;
      return (buffers[turn] ??= takeBuffer());
    },
    take(bytes) {
      const chunk = isSharedMemory(bytes) ? Uint8Array.from(bytes) : bytes;
      events.onBytes(chunk.byteLength);
      if (waiter === null) {
        pending = chunk;
        return false;
      }
      hand(chunk);
      return true;
    },
    end() {
      atEnd = true;
      events.onEnd();
      settle();
    },
  };

  /** To the reader that waits. */
  function hand(chunk: Uint8Array): void {
    gap.end();
    const { resolve } = waiter as Waiter;
    waiter = null;
    resolve({ value: chunk, done: false });
  }

  function continueWith(next: Duplex): void {
    connection = next;
    const begin = (): void => {
      resume = receiveBytes(next, receiver);
    };
    // Bytes at hand come first.
    if (pending === null) begin();
    else resume = begin;
  }

  if (typeof source !== "function") continueWith(source);

  async function openRest(open: () => Promise<Duplex>): Promise<void> {
    isAsked = true;
    try {
      const rest = await open();
      if (isClosed) rest.destroy();
      else continueWith(rest);
    } catch (error) {
      events.onFailure(sandboxGoneError(toStudioError(error).message));
    }
  }

  function give(bytes: Uint8Array): void {
    givenBytes += bytes.byteLength;
    if (givenBytes > mostGivenBytes) return misunderstood();
    events.onBytes(bytes.byteLength);
    if (waiter !== null) hand(bytes);
    else pending = pending === null ? bytes : Buffer.concat([pending, bytes]);
  }

  function misunderstood(): void {
    events.onFailure(new StudioError("INTERNAL", "The daemon sent a message about its output that makes no sense."));
  }

  /** Answers a waiting reader once the end is known. */
  function settle(): void {
    if (waiter === null || ending === null || !atEnd) return;
    gap.end();
    const { resolve, reject } = waiter;
    waiter = null;
    if (ending.error !== null) {
      reject(ending.error);
      return;
    }
    deliverEnd();
    resolve({ value: undefined, done: true });
  }

  function deliverEnd(): void {
    if (delivered) return;
    delivered = true;
    // The reader has asked beyond the last chunk: nobody looks at these bytes any more.
    for (const buffer of buffers) if (buffer !== null) giveBuffer(buffer);
    buffers.fill(null);
  }

  function next(): Promise<IteratorResult<Uint8Array>> {
    if (pending !== null) {
      const chunk = pending;
      pending = null;
      events.onTaken();
      resume();
      return Promise.resolve({ value: chunk, done: false });
    }
    return new Promise((resolve, reject) => {
      waiter = { resolve, reject };
      settle();
      if (waiter !== null) gap.begin();
    });
  }

  function cancel(): void {
    pending = null;
    if (waiter !== null) {
      const { resolve } = waiter;
      waiter = null;
      resolve({ value: undefined, done: true });
    }
    events.onCancel();
  }

  const iterator: AsyncIterator<Uint8Array> = {
    next,
    return() {
      cancel();
      return Promise.resolve({ value: undefined, done: true });
    },
  };

  return {
    stream: { [Symbol.asyncIterator]: () => iterator, cancel },
    isBackedUp: () => pending !== null,
    told(event) {
      if (typeof source !== "function" || isAsked || atEnd) misunderstood();
      else if (event.event === "data") give(Buffer.from(event.bytes, "base64"));
      else if (event.event === "more") void openRest(source);
      else receiver.end(null);
    },
    finish() {
      ending ??= { error: null };
      settle();
    },
    fail(error, now) {
      ending ??= { error };
      if (now) {
        pending = null;
        atEnd = true;
        connection?.destroy();
      }
      settle();
    },
    close() {
      isClosed = true;
      connection?.destroy();
    },
  };
}
