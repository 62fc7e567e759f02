/** The body of an object GET: conditions, ranges, multipart. Owns the translation from an open object to a response. */
import type { ObjectRecord, OpenObject } from "../../store/types.ts";
import type { Body } from "../../support/streams.ts";
import { answerMultipart } from "../multipart-body.ts";
import { answerUnsatisfiable } from "../protocol/errors.ts";
import { checkConditions } from "../protocol/conditionals.ts";
import { answerRange, formatContentRange, type ByteRange } from "../protocol/ranges.ts";
import { formatHttpDate, formatTimestamp, lastModifiedSeconds } from "../protocol/timestamps.ts";
import type { HeaderMap, SwiftRequest, SwiftResponse } from "../types.ts";

/** The headers of an object, as GET and HEAD send them. */
export function describeObject(record: ObjectRecord): HeaderMap {
  const headers: HeaderMap = new Map([
    ["content-type", record.contentType],
    ["content-length", String(record.sizeBytes)],
    ["etag", record.etag],
    ["last-modified", formatHttpDate(lastModifiedSeconds(record.ticks))],
    ["x-timestamp", formatTimestamp(record.ticks)],
    ["accept-ranges", "bytes"],
  ]);
  for (const name in record.metadata) headers.set(name, record.metadata[name]!);
  if (record.deleteAt !== null) headers.set("x-delete-at", String(record.deleteAt));
  return headers;
}

const itemsOf = (header: string | undefined): string[] => (header === undefined ? [] : header.split(","));

/** The ETag that conditions are held against: middleware may name metadata in which to find another one first. */
function conditionalEtag(request: SwiftRequest, record: ObjectRecord): string {
  for (const name of itemsOf(request.headers.get("x-backend-etag-is-at"))) {
    const etag = record.metadata[name];
    if (etag !== undefined) return etag;
  }
  return record.etag;
}

/** The range asked for; none of an object with metadata for which middleware wants it whole. */
function rangeHeader(request: SwiftRequest, record: ObjectRecord): string | undefined {
  const range = request.headers.get("range");
  const wholeFor = range === undefined ? undefined : request.headers.get("x-backend-ignore-range-if-metadata-present");
  return itemsOf(wholeFor).some((name) => record.metadata[name] !== undefined) ? undefined : range;
}

/** 304 or 412 where a condition decides: no body, but the object's headers. */
export function answerCondition(request: SwiftRequest, record: ObjectRecord, headers: HeaderMap): SwiftResponse | null {
  const target = { etag: conditionalEtag(request, record), lastModifiedSeconds: lastModifiedSeconds(record.ticks) };
  const status = checkConditions(request.headers, target);
  if (status === null) return null;
  headers.set("content-length", "0");
  return { status, headers, body: null };
}

/** 200, 206 or 416 for an open object, which is closed when the body has been read or released. */
export function answerBody(request: SwiftRequest, opened: OpenObject, headers: HeaderMap): SwiftResponse {
  const { sizeBytes } = opened.record;
  const ranged = answerRange(rangeHeader(request, opened.record), sizeBytes);
  if (ranged.kind === "parts" && ranged.parts.length > 1) {
    const read = (part: ByteRange): Body => opened.read(part.start, part.end);
    return answerMultipart({ headers, parts: ranged.parts, sizeBytes, read, release: () => opened[Symbol.dispose]() });
  }
  using closing = opened;
  if (ranged.kind === "unsatisfiable") return answerUnsatisfiable(headers, sizeBytes);
  const part = ranged.kind === "parts" ? ranged.parts[0]! : { start: 0, end: sizeBytes };
  if (ranged.kind === "parts") {
    headers.set("content-range", formatContentRange(part, sizeBytes)).set("content-length", String(part.end - part.start));
  }
  return { status: ranged.kind === "parts" ? 206 : 200, headers, body: closing.read(part.start, part.end) };
}
