/** Sends one input to a daemon: with back-pressure, and only for as long as somebody reads it. */
import type { Duplex } from "node:stream";
import { discardBody, isByteStream, type Body } from "../support/streams.ts";
import { writeBytes } from "./channel.ts";
import type { Watchdog } from "./watchdog.ts";

const sliceBytes = 256 * 1024;
/** Bodies up to this size go out with the first line of their connection: a socket takes as much without a reader. */
const earlyBytes = 64 * 1024;

/** The body where it is sent before anybody asks for it. */
export function earlyBody(body: Body): Uint8Array | undefined {
  return !isByteStream(body) && body.byteLength <= earlyBytes ? body : undefined;
}

export interface InputFeed {
  /** Begins. Bytes at hand and streams alike; a stream is not touched before. */
  start(): void;
  /** True once a chunk of a stream was taken: the input cannot be sent a second time. */
  isConsumed(): boolean;
  /** Stops, closes the connection and releases the body. */
  stop(): void;
}

/** Without a connection the body has gone with the invocation itself. `onFailure` is told when the body itself breaks. A storlet that stops reading is no failure. */
export function createInputFeed(options: {
  connection: Duplex | null;
  body: Body;
  watchdog: Watchdog;
  onBytes(sizeBytes: number): void;
  onFailure(error: unknown): void;
}): InputFeed {
  const { body, watchdog, onBytes, onFailure } = options;
  if (options.connection === null) {
    const sizeBytes = isByteStream(body) ? 0 : body.byteLength;
    return { start: () => onBytes(sizeBytes), isConsumed: () => false, stop() {} };
  }
  const { connection } = options;
  let stopped = false;
  let consumed = false;

  /** False where nobody reads any more. */
  async function send(chunk: Uint8Array): Promise<boolean> {
    watchdog.begin();
    try {
      await writeBytes(connection, chunk);
    } catch {
      return false;
    } finally {
      watchdog.end();
    }
    if (!stopped) onBytes(chunk.byteLength);
    return !stopped;
  }

  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (!isByteStream(body)) {
      for (let at = 0; at < body.byteLength; at += sliceBytes) yield body.subarray(at, at + sliceBytes);
      return;
    }
    consumed = true;
    yield* body;
  }

  async function run(): Promise<void> {
    try {
      for await (const chunk of chunks()) {
        if (!(await send(chunk))) {
          discardBody(body);
          return;
        }
      }
      if (!stopped) connection.end();
    } catch (error) {
      discardBody(body);
      if (!stopped) onFailure(error);
    }
  }

  return {
    start() {
      const early = earlyBody(body);
      if (early !== undefined) {
        onBytes(early.byteLength);
        // Small bodies at hand leave with one write.
      } else if (!isByteStream(body) && body.byteLength <= sliceBytes) {
        onBytes(body.byteLength);
        connection.end(body);
      } else {
        void run();
      }
    },
    isConsumed: () => consumed,
    stop() {
      stopped = true;
      connection.destroy();
      if (consumed) discardBody(body);
    },
  };
}
