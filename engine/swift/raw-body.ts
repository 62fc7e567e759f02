/** Request bodies off a socket that Node's parser has let go of. Owns the framing, announced and chunked; nothing of the head. */
import type { Duplex } from "node:stream";
import { StudioError } from "../support/errors.ts";
import { streamOf, type ByteStream } from "../support/streams.ts";
import { clientGone } from "./request-body.ts";

/** Longest line between the chunks of a body. */
const longestLine = 4096;

/** One chunk off the socket. Throws CANCELLED where the client goes away. */
export function nextChunk(socket: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      socket.pause();
      socket.off("data", onData).off("close", onGone).off("end", onGone);
      finish();
    };
    const onData = (chunk: Buffer): void => settle(() => resolve(chunk));
    const onGone = (): void => settle(() => reject(clientGone()));
    socket.on("data", onData).on("close", onGone).on("end", onGone);
    socket.resume();
  });
}

export interface RawBodyOptions {
  /** What came with the head. */
  readonly first: Buffer;
  /** Null for chunked bodies. */
  readonly sizeBytes: number | null;
  /** True for clients that send their body only after "100 Continue". */
  readonly expectsContinue: boolean;
}

/** The body of a request whose head has been read by hand. */
export function createRawBody(socket: Duplex, { first, sizeBytes, expectsContinue }: RawBodyOptions): ByteStream {
  let buffer = first;

  async function fill(): Promise<void> {
    const chunk = await nextChunk(socket);
    buffer = buffer.byteLength === 0 ? chunk : Buffer.concat([buffer, chunk]);
  }

  async function* take(count: number): AsyncGenerator<Uint8Array> {
    let left = count;
    while (left > 0) {
      if (buffer.byteLength === 0) await fill();
      const piece = buffer.subarray(0, left);
      buffer = buffer.subarray(piece.byteLength);
      left -= piece.byteLength;
      yield piece;
    }
  }

  async function takeLine(): Promise<string> {
    let end = buffer.indexOf("\r\n");
    while (end < 0) {
      if (buffer.byteLength > longestLine) throw nonsense();
      await fill();
      end = buffer.indexOf("\r\n");
    }
    const line = buffer.toString("latin1", 0, end);
    buffer = buffer.subarray(end + 2);
    return line;
  }

  async function* chunks(): AsyncGenerator<Uint8Array> {
    while (true) {
      const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(await takeLine());
      if (size === null) throw nonsense();
      const count = Number.parseInt(size[1]!, 16);
      if (count === 0) break;
      yield* take(count);
      if ((await takeLine()) !== "") throw nonsense();
    }
    while ((await takeLine()) !== "");
  }

  async function* bytes(): AsyncGenerator<Uint8Array> {
    if (expectsContinue && buffer.byteLength === 0) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    yield* sizeBytes === null ? chunks() : take(sizeBytes);
  }

  return streamOf(bytes());
}

function nonsense(): StudioError {
  return new StudioError("BAD_INPUT", "The body is not what its headers say.");
}
