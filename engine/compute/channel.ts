/** Connections to sandboxes as fast as Node reads them: sockets, bytes with back-pressure, lines. Knows no operation of the protocol. */
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { StudioError } from "../support/errors.ts";

/** What the kernel allows: 108 bytes with the final zero. */
const socketPathBytes = 107;
/** Of the channels directory: where agents make their sockets. */
export const socketsFolder = "s";

const sharedBufferBytes = 64 * 1024;
const ownBufferBytes = 256 * 1024;

/** First reads of every connection land here; whoever keeps such bytes beyond the call copies them. */
const sharedBuffer = Buffer.allocUnsafeSlow(sharedBufferBytes);

const pooledBuffers: Buffer[] = [];
const pooledBuffersMax = 16;

/** A buffer of 256 KiB, used again where possible: fresh ones cost page faults. */
export function takeBuffer(): Buffer {
  return pooledBuffers.pop() ?? Buffer.allocUnsafeSlow(ownBufferBytes);
}

/** Gives a buffer back. Only where nobody can still look at its bytes. */
export function giveBuffer(buffer: Buffer): void {
  if (pooledBuffers.length < pooledBuffersMax) pooledBuffers.push(buffer);
}

/** How a connection made here hands over its bytes. */
interface Tap {
  take: ((bytes: Uint8Array) => boolean) | null;
  nextBuffer: (() => Buffer) | null;
}

const taps = new WeakMap<Duplex, Tap>();

/** Throws SANDBOX_START_FAILED where a socket could not have this path. Longer ones are cut off silently by the system. */
export function assertSocketPath(path: string): void {
  const sizeBytes = Buffer.byteLength(path);
  if (sizeBytes <= socketPathBytes) return;
  throw new StudioError("SANDBOX_START_FAILED", "The path of a sandbox's socket is too long.", {
    detail: `${path} has ${sizeBytes} bytes; the system allows ${socketPathBytes}.`,
    hint: "Use a data directory with a shorter path.",
  });
}

/** Connects to a Unix socket; reading begins with `receiveBytes`. Rejects with SANDBOX_GONE where nobody listens. */
export async function connectUnixSocket(path: string): Promise<Duplex> {
  assertSocketPath(path);
  const tap: Tap = { take: null, nextBuffer: null };
  const socket = connect({
    path,
    allowHalfOpen: true,
    onread: {
      // Typed as one buffer or a function; the function is asked again after every read.
      buffer: () => tap.nextBuffer?.() ?? sharedBuffer,
      callback: (sizeBytes, buffer) => tap.take?.(buffer.subarray(0, sizeBytes)) ?? false,
    },
  });
  // Nothing is read until somebody takes it.
  socket.pause();
  taps.set(socket, tap);
  await waitForConnection(socket, path);
  return socket;
}

function waitForConnection(socket: Socket, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      reject(new StudioError("SANDBOX_GONE", "Nobody answers in the sandbox.", { detail: `${error.message} (${path})`, cause: error }));
    };
    socket.once("error", onError);
    socket.once("connect", () => {
      socket.off("error", onError);
      // Errors of later writes reach their callbacks; without a listener they would end the process.
      socket.on("error", ignore);
      resolve();
    });
  });
}

function ignore(): void {}

/** Whoever reads a connection. */
export interface Receiver {
  /** Bytes, valid until this returns unless `nextBuffer` supplies the memory. Returning false pauses until `resume`. */
  take(bytes: Uint8Array): boolean;
  /** Called once: the other side closed (`null`), or the connection broke. */
  end(error: Error | null): void;
  /** Memory for the next read. Without it, reads share one buffer. */
  nextBuffer?(): Buffer;
}

/** Starts reading. Returns what continues after a pause. Works with any Duplex; sockets of `connectUnixSocket` are read without copying. */
export function receiveBytes(connection: Duplex, receiver: Receiver): () => void {
  let ended = false;
  const end = (error: Error | null): void => {
    if (ended) return;
    ended = true;
    receiver.end(error);
  };
  connection.once("end", () => end(null));
  connection.once("error", (error: Error) => end(error));
  connection.once("close", () => {
    if (!ended) end(new Error("closed"));
  });

  const tap = taps.get(connection);
  if (tap === undefined) {
    connection.on("data", (chunk: Buffer) => {
      if (!receiver.take(chunk)) connection.pause();
    });
  } else {
    tap.take = (bytes) => receiver.take(bytes);
    tap.nextBuffer = receiver.nextBuffer === undefined ? null : () => (receiver.nextBuffer as () => Buffer)();
    connection.resume();
  }
  return () => void connection.resume();
}

/** True for bytes in the memory that all connections share: they change with the next read of any of them. */
export function isSharedMemory(bytes: Uint8Array): boolean {
  return bytes.buffer === sharedBuffer.buffer;
}

/** Sends bytes and waits until the system has taken them: their memory may be used again then. Rejects where the connection is gone. */
export function writeBytes(connection: Duplex, bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Calls back for every line of JSON; one that answers `false` wants a pause after what was read. Returns what continues.
 * A line that is no JSON ends the connection with an error.
 */
export function receiveJsonLines(
  connection: Duplex,
  onMessage: (message: unknown) => unknown,
  onEnd: (error: Error | null) => void,
): () => void {
  const decoder = new TextDecoder();
  let rest = "";
  let broken = false;
  return receiveBytes(connection, {
    take(bytes) {
      let goesOn = true;
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (broken) break;
        let message: unknown;
        try {
          message = JSON.parse(line);
        } catch {
          broken = true;
          connection.destroy(new Error(`no JSON: ${line.slice(0, 200)}`));
          break;
        }
        if (onMessage(message) === false) goesOn = false;
      }
      return goesOn;
    },
    end: onEnd,
  });
}
