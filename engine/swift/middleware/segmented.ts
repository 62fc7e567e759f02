/**
 * The bytes of large objects: segments fetched one after the other with the caller's rights. Owns the fetching and the answer's
 * body; which segments there are is said by the static (slo) and the dynamic (dlo) kind.
 */
import { StudioError } from "../../support/errors.ts";
import { discardBody, isByteStream, streamOf, type Body, type ByteStream } from "../../support/streams.ts";
import { answerMultipart } from "../multipart-body.ts";
import { answer, answerUnsatisfiable } from "../protocol/errors.ts";
import { normalizeEtag } from "../protocol/etags.ts";
import { formatContentRange, formatRange, type ByteRange, type RangeAnswer } from "../protocol/ranges.ts";
import { makeSubrequest } from "../request.ts";
import type { Handler, HeaderMap, SwiftRequest, SwiftResponse } from "../types.ts";

/** Part of a large object: bytes at hand, or (part of) a segment. */
export type Piece = { readonly bytes: Uint8Array } | SegmentPiece;

export interface SegmentPiece {
  readonly container: string;
  readonly object: string;
  /** What the segment must still have; null where that does not matter. */
  readonly etag: string | null;
  readonly sizeBytes: number | null;
  /** Null for the whole segment. */
  readonly range: ByteRange | null;
}

/** What is thrown where a segment is missing or is not what it was. */
export function brokenLargeObject(detail: string): StudioError {
  return new StudioError("CONFLICT", "A segment of the large object is missing or has changed.", { detail });
}

/** Names a backend header's further value, once. */
export function addBackendValue(headers: HeaderMap, name: string, value: string): void {
  const present = headers.get(name);
  if (present === undefined) headers.set(name, value);
  else if (!present.split(",").includes(value)) headers.set(name, `${present},${value}`);
}

/** What a sub-request takes over from the client's: the Referer, which container ACLs look at. */
export function inheritedHeaders(request: SwiftRequest): HeaderMap {
  const referer = request.headers.get("referer");
  return new Map(referer === undefined ? [] : [["referer", referer]]);
}

/** Opens a segment as the plain object it is, even where it is a manifest itself. Throws CONFLICT, or REMOTE_FAILED for a 5xx. */
async function openSegment(request: SwiftRequest, next: Handler, piece: SegmentPiece): Promise<Body> {
  const { container, object, range } = piece;
  const headers = inheritedHeaders(request);
  if (range !== null) headers.set("range", formatRange([{ start: range.start, end: range.end - 1 }]));
  const query = new URLSearchParams({ "multipart-manifest": "get" });
  const path = { account: request.path!.account, container, object };
  const response = await next(makeSubrequest(request, { method: "GET", path, headers, query, authorize: "inherit" }));
  const name = `/${container}/${object}`;
  let problem: StudioError | null = null;
  if (response.status >= 500) {
    problem = new StudioError("REMOTE_FAILED", "A segment of the large object cannot be read.", { detail: `${name}: ${response.status}` });
  } else if (response.status >= 300) {
    problem = brokenLargeObject(`${name}: ${response.status}`);
  } else if (piece.etag !== null && normalizeEtag(response.headers.get("etag") ?? "") !== piece.etag) {
    problem = brokenLargeObject(`${name} has another ETag than its manifest says`);
  } else if (piece.sizeBytes !== null && range === null && Number(response.headers.get("content-length")) !== piece.sizeBytes) {
    problem = brokenLargeObject(`${name} has another size than its manifest says`);
  }
  if (problem === null) return response.body ?? new Uint8Array(0);
  discardBody(response.body);
  throw problem;
}

/** The bytes of pieces. A segment is opened when the one before has been read. */
export async function* streamPieces(request: SwiftRequest, next: Handler, pieces: AsyncIterable<Piece>): AsyncGenerator<Uint8Array> {
  let current: Body | null = null;
  try {
    for await (const piece of pieces) {
      if ("bytes" in piece) {
        yield piece.bytes;
        continue;
      }
      current = await openSegment(request, next, piece);
      if (isByteStream(current)) yield* current;
      else yield current;
      current = null;
    }
  } finally {
    discardBody(current);
  }
}

/** The same bytes. Throws CONFLICT where they are not as many as the range has: a segment was replaced since it was counted. */
async function* exactly(source: AsyncGenerator<Uint8Array>, range: ByteRange): AsyncGenerator<Uint8Array> {
  let left = range.end - range.start;
  for await (const chunk of source) {
    left -= chunk.byteLength;
    if (left < 0) throw brokenLargeObject("A segment has grown.");
    yield chunk;
  }
  if (left > 0 && Number.isFinite(left)) throw brokenLargeObject("A segment has shrunk.");
}

/** Reads ahead to the first bytes, so that what is wrong with them is thrown here and not after the head of the answer. */
async function begin(source: AsyncGenerator<Uint8Array>): Promise<ByteStream> {
  let first: IteratorResult<Uint8Array> | null = await source.next();
  // Empty pieces say nothing about what follows.
  while (first.done !== true && first.value.byteLength === 0) first = await source.next();
  const release = (): Promise<IteratorResult<Uint8Array>> => {
    first = null;
    return source.return(undefined);
  };
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      const ready = first;
      first = null;
      return ready ?? source.next();
    },
    return: release,
  };
  return { [Symbol.asyncIterator]: () => iterator, cancel: () => void release().catch(() => {}) };
}

export interface Assembly {
  /** Of the whole object; changed and taken over by the answer. */
  readonly headers: HeaderMap;
  /** Null where nobody knows: such a body is sent in chunks. */
  readonly sizeBytes: number | null;
  read(range: ByteRange): AsyncGenerator<Uint8Array>;
}

/** 200, 206 or 416 for a GET of a large object; 409 and 503 where its first bytes cannot be had. */
export async function answerAssembled(assembly: Assembly, ranged: RangeAnswer): Promise<SwiftResponse> {
  const { headers, sizeBytes } = assembly;
  if (ranged.kind === "unsatisfiable") return answerUnsatisfiable(headers, sizeBytes);
  const parts = ranged.kind === "parts" ? ranged.parts : [{ start: 0, end: sizeBytes ?? Number.POSITIVE_INFINITY }];
  let body: ByteStream;
  try {
    body = await begin(exactly(assembly.read(parts[0]!), parts[0]!));
  } catch (thrown) {
    const code = thrown instanceof StudioError ? thrown.code : null;
    if (code === "CONFLICT") return answer(409);
    if (code === "REMOTE_FAILED") return answer(503);
    throw thrown;
  }
  if (ranged.kind === "whole" || sizeBytes === null) {
    if (sizeBytes === null) headers.delete("content-length");
    else headers.set("content-length", String(sizeBytes));
    return { status: 200, headers, body };
  }
  if (parts.length === 1) {
    const part = parts[0]!;
    headers.set("content-range", formatContentRange(part, sizeBytes)).set("content-length", String(part.end - part.start));
    return { status: 206, headers, body };
  }
  // The first one has been begun.
  const read = (part: ByteRange, at: number): Body => (at === 0 ? body : streamOf(exactly(assembly.read(part), part)));
  return answerMultipart({ headers, parts, sizeBytes, read, release: () => body.cancel() });
}
