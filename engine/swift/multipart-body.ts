/** Several stretches of a body in one answer. Owns the frame around them as a stream; where the bytes come from is the caller's. */
import { randomId } from "../support/clock.ts";
import { discardBody, isByteStream, streamOf, type Body, type ByteStream } from "../support/streams.ts";
import { frameMultipart, type ByteRange, type MultipartFrame } from "./protocol/ranges.ts";
import type { HeaderMap, SwiftResponse } from "./types.ts";

export interface MultipartOptions {
  /** Of the whole body; changed and taken over by the answer. */
  readonly headers: HeaderMap;
  readonly parts: readonly ByteRange[];
  /** Of the whole. */
  readonly sizeBytes: number;
  /** Opens one stretch, when the one before it has been read. */
  read(part: ByteRange, at: number): Body;
  /** Releases what the stretches come from, once or twice. */
  release(): void;
}

/** The stretches with their frame around them. */
function streamParts({ parts, read, release }: MultipartOptions, frame: MultipartFrame): ByteStream {
  let current: Body | null = null;
  const close = (): void => {
    discardBody(current);
    release();
  };
  async function* framed(): AsyncGenerator<Uint8Array> {
    try {
      for (const [at, part] of parts.entries()) {
        yield Buffer.from(frame.heads[at]!, "latin1");
        current = read(part, at);
        if (isByteStream(current)) yield* current;
        else yield current;
        current = null;
        yield Buffer.from("\r\n");
      }
      yield Buffer.from(frame.tail, "latin1");
    } finally {
      close();
    }
  }
  return streamOf(framed(), close);
}

/** 206 with several parts. */
export function answerMultipart(options: MultipartOptions): SwiftResponse {
  const { headers, parts, sizeBytes } = options;
  const boundary = randomId(16);
  const frame = frameMultipart(parts, sizeBytes, headers.get("content-type") ?? "", boundary);
  headers.set("content-type", `multipart/byteranges;boundary=${boundary}`).set("content-length", String(frame.contentLength));
  return { status: 206, headers, body: streamParts(options, frame) };
}
