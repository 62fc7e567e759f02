/** The output of one invocation as a byte stream: two buffers used in turn, reading stops while the reader is behind. */
import type { Duplex } from "node:stream";
import type { ByteStream } from "../support/streams.ts";
import { giveBuffer, isSharedMemory, receiveBytes, takeBuffer } from "./channel.ts";
import type { Watchdog } from "./watchdog.ts";

interface OutputReader {
  readonly stream: ByteStream;
  /** True while bytes wait for the reader: the storlet is blocked by them, not by itself. */
  isBackedUp(): boolean;
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
}

type Waiter = { resolve(result: IteratorResult<Uint8Array>): void; reject(error: Error): void };

/** Reads `connection` from now on. `gap` watches the times when the reader waits for the storlet. */
export function createOutputReader(connection: Duplex, gap: Watchdog, events: OutputEvents): OutputReader {
  const buffers: [Buffer | null, Buffer | null] = [null, null];
  let turn: 0 | 1 = 0;
  let pending: Uint8Array | null = null;
  let waiter: Waiter | null = null;
  let atEnd = false;
  let ending: { error: Error | null } | null = null;
  let delivered = false;

  const resume = receiveBytes(connection, {
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
      gap.end();
      const { resolve } = waiter;
      waiter = null;
      resolve({ value: chunk, done: false });
      return true;
    },
    end() {
      atEnd = true;
      events.onEnd();
      settle();
    },
  });

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
    finish() {
      ending ??= { error: null };
      settle();
    },
    fail(error, now) {
      ending ??= { error };
      if (now) {
        pending = null;
        atEnd = true;
        connection.destroy();
      }
      settle();
    },
    close() {
      connection.destroy();
    },
  };
}
