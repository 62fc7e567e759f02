/**
 * Dynamic large objects: an object with X-Object-Manifest answers with all objects whose names begin as it says. Owns the listing of
 * the segments and what a GET or HEAD answers; fetching is in segmented.ts.
 */
import { createHash } from "node:crypto";
import { discardBody, readBody } from "../../support/streams.ts";
import { checkConditions } from "../protocol/conditionals.ts";
import { normalizeEtag } from "../protocol/etags.ts";
import { answerPathProblem, answerText, answerUnsatisfiable, htmlType } from "../protocol/errors.ts";
import { limits } from "../protocol/limits.ts";
import type { ObjectEntry } from "../protocol/listings.ts";
import { percentDecode } from "../protocol/paths.ts";
import { answerRange, parseRange, type ByteRange, type RangeAnswer } from "../protocol/ranges.ts";
import { parseHttpDate } from "../protocol/timestamps.ts";
import { makeSubrequest } from "../request.ts";
import type { Handler, Middleware, SwiftRequest, SwiftResponse } from "../types.ts";
import { addBackendValue, answerAssembled, brokenLargeObject, inheritedHeaders, streamPieces, type Piece } from "./segmented.ts";

const manifestHeader = "x-object-manifest";
const longestListing = 32 * 1024 * 1024;

/** Where the segments are. */
interface Segments {
  readonly container: string;
  readonly prefix: string;
}

type Listed = Pick<ObjectEntry, "name" | "bytes" | "hash">;

/** The refusal of a manifest that names no container and prefix, or null. */
function refuseManifest(value: string): SwiftResponse | null {
  const slash = value.indexOf("/");
  const isGood = slash > 0 && slash < value.length - 1 && value[slash + 1] !== "/" && !/[?&]/.test(value);
  return isGood ? null : answerText(400, "X-Object-Manifest must be in the format container/prefix", [], htmlType);
}

/** One page of the segments' listing: the refusal of the container where there is one. */
async function listSegments(request: SwiftRequest, next: Handler, segments: Segments, marker: string): Promise<Listed[] | SwiftResponse> {
  const query = new URLSearchParams({ prefix: segments.prefix });
  if (marker !== "") query.set("marker", marker);
  const path = { account: request.path!.account, container: segments.container, object: null };
  const headers = inheritedHeaders(request);
  const response = await next(makeSubrequest(request, { method: "GET", path, headers, query, authorize: "inherit" }));
  if (response.status === 204) return [];
  if (response.status !== 200) return response;
  return JSON.parse((await readBody(response.body, longestListing)).toString("utf8")) as Listed[];
}

/** The segments that a range touches. Further pages of the listing are asked for when they are needed. */
async function* piecesOf(
  request: SwiftRequest,
  next: Handler,
  segments: Segments,
  firstPage: Listed[],
  range: ByteRange,
): AsyncGenerator<Piece> {
  let { start, end } = range;
  let page = firstPage;
  while (true) {
    for (const { name, bytes } of page) {
      if (end <= 0) return;
      const isWhole = start <= 0 && end >= bytes;
      // Size and ETag of the listing are not held against the segment: only its name makes it one.
      const part = isWhole ? null : { start: Math.max(0, start), end: Math.min(bytes, end) };
      if (start < bytes) yield { container: segments.container, object: name, etag: null, sizeBytes: null, range: part };
      start -= bytes;
      end -= bytes;
    }
    if (page.length < limits.listingLimit || end <= 0) return;
    const listed = await listSegments(request, next, segments, page.at(-1)!.name);
    if ("status" in listed) {
      discardBody(listed.body);
      throw brokenLargeObject(`listing of /${segments.container}: ${listed.status}`);
    }
    page = listed;
  }
}

/** Several ranges mean the whole; so does one of which the first page of a long listing cannot tell whether there is such a part. */
function rangeOf(header: string | undefined, knownBytes: number, isComplete: boolean): RangeAnswer {
  const requested = header === undefined ? null : parseRange(header);
  const [only, ...others] = requested ?? [];
  if (only === undefined || others.length > 0) return { kind: "whole" };
  const isKnown = isComplete || (only.start !== null && only.end !== null && only.end + 1 < knownBytes);
  return isKnown ? answerRange(header, knownBytes) : { kind: "whole" };
}

/** The answer for a manifest, whose own headers are given. */
async function answerManifest(request: SwiftRequest, next: Handler, manifest: SwiftResponse, segments: Segments): Promise<SwiftResponse> {
  const page = await listSegments(request, next, segments, "");
  if ("status" in page) return page;
  const isComplete = page.length < limits.listingLimit;
  const knownBytes = page.reduce((sum, { bytes }) => sum + bytes, 0);
  const headers = new Map(manifest.headers);
  const ranged = rangeOf(request.headers.get("range"), knownBytes, isComplete);
  if (ranged.kind === "unsatisfiable") return answerUnsatisfiable(new Map([["accept-ranges", "bytes"]]), isComplete ? knownBytes : null);
  if (isComplete) {
    const hash = createHash("md5");
    for (const segment of page) hash.update(normalizeEtag(segment.hash));
    headers.set("etag", `"${hash.digest("hex")}"`);
  }
  const lastModifiedSeconds = parseHttpDate(headers.get("last-modified") ?? "") ?? 0;
  const condition = checkConditions(request.headers, { etag: headers.get("etag") ?? "", lastModifiedSeconds });
  if (condition !== null) return { status: condition, headers: headers.set("content-length", "0"), body: null };
  const isPart = ranged.kind === "parts";
  // A part of a long listing ends within its first page, so what is known of the size is enough for it.
  const sizeBytes = isComplete || isPart ? knownBytes : null;
  if (request.method === "HEAD") {
    headers.delete("content-length");
    if (isComplete) headers.set("content-length", String(knownBytes));
    return { status: 200, headers, body: null };
  }
  return answerAssembled(
    { headers, sizeBytes, read: (range) => streamPieces(request, next, piecesOf(request, next, segments, page, range)) },
    ranged,
  );
}

async function read(request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  addBackendValue(request.headers, "x-backend-ignore-range-if-metadata-present", manifestHeader);
  const response = await next(request);
  const value = response.headers.get(manifestHeader);
  if (value === undefined) return response;
  const decoded = percentDecode(value);
  const slash = decoded?.indexOf("/") ?? 0;
  // A POST may have set what a PUT would have refused.
  if (slash < 0 || value === "") return response;
  discardBody(response.body);
  if (decoded === null) return answerPathProblem("invalid-utf8");
  return answerManifest(request, next, response, { container: decoded.slice(0, slash), prefix: decoded.slice(slash + 1) });
}

export const dlo: Middleware = async (request, next) => {
  const { method, path } = request;
  if (path === null || path.object === null) return next(request);
  if (method === "GET" || method === "HEAD") {
    return request.query.get("multipart-manifest") === "get" ? next(request) : read(request, next);
  }
  const value = method === "PUT" ? request.headers.get(manifestHeader) : undefined;
  return (value === undefined ? null : refuseManifest(value)) ?? next(request);
};
