/** GET and HEAD of static large objects: the bytes of the segments, or the manifest itself. Owns nesting and ranges. */
import { createHash } from "node:crypto";
import { discardBody, readBody } from "../../../support/streams.ts";
import { StudioError } from "../../../support/errors.ts";
import { answerRange, type ByteRange } from "../../protocol/ranges.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, SwiftRequest, SwiftResponse } from "../../types.ts";
import { addBackendValue, answerAssembled, brokenLargeObject, inheritedHeaders, streamPieces, type Piece } from "../segmented.ts";
import { isManifest, manifestMark, sloEtagHeader, sloSizeHeader, withoutManifest } from "./headers.ts";
import {
  formatManifest,
  inlineBytes,
  isInline,
  manifestLimits,
  splitSegmentPath,
  stretchOf,
  toRaw,
  type ManifestEntry,
} from "./manifest.ts";

/** Stored manifests are longer than those that were sent: they say more of each segment. */
const longestManifest = 64 * 1024 * 1024;
/** Manifests within manifests that are kept while one object is read. */
const manifestsKept = 20;

/** The entries of a manifest's body. */
export async function parseStored(response: SwiftResponse): Promise<ManifestEntry[]> {
  const bytes = await readBody(response.body, longestManifest);
  try {
    return JSON.parse(bytes.toString("utf8")) as ManifestEntry[];
  } catch (thrown) {
    throw new StudioError("INTERNAL", "A stored manifest cannot be read.", { cause: thrown });
  }
}

type FetchManifest = (container: string, object: string) => Promise<ManifestEntry[]>;

/** Fetches manifests within manifests, and keeps the last few: several ranges may need the same one. */
function createManifestFetcher(request: SwiftRequest, next: Handler): FetchManifest {
  const kept = new Map<string, Promise<ManifestEntry[]>>();

  async function fetch(container: string, object: string): Promise<ManifestEntry[]> {
    const path = { account: request.path!.account, container, object };
    const headers = inheritedHeaders(request);
    const response = await next(makeSubrequest(request, { method: "GET", path, headers, authorize: "inherit" }));
    if (response.status === 200 && isManifest(response.headers)) return parseStored(response);
    discardBody(response.body);
    throw brokenLargeObject(`/${container}/${object} is no manifest any more: ${response.status}`);
  }

  return (container, object) => {
    const name = `${container}/${object}`;
    const known = kept.get(name) ?? fetch(container, object);
    kept.delete(name);
    kept.set(name, known);
    if (kept.size > manifestsKept) kept.delete(kept.keys().next().value!);
    return known;
  };
}

/** The pieces of a range of a large object. Manifests that the range does not touch are not fetched. */
async function* piecesOf(entries: readonly ManifestEntry[], range: ByteRange, fetch: FetchManifest, depth = 1): AsyncGenerator<Piece> {
  let { start, end } = range;
  for (const entry of entries) {
    if (end <= 0) return;
    const bytes = isInline(entry) ? inlineBytes(entry) : null;
    const stretch = isInline(entry) ? { start: 0, end: bytes!.length } : stretchOf(entry);
    const length = stretch.end - stretch.start;
    const part = { start: stretch.start + Math.max(0, start), end: Math.min(stretch.end, stretch.start + end) };
    const isNeeded = start < length;
    start -= length;
    end -= length;
    if (!isNeeded) continue;
    if (isInline(entry)) {
      yield { bytes: bytes!.subarray(part.start, part.end) };
      continue;
    }
    const names = splitSegmentPath(entry.name)!;
    if (entry.sub_slo === true) {
      if (depth >= manifestLimits.maxDepth) throw brokenLargeObject(`manifests are nested more than ${manifestLimits.maxDepth} deep`);
      yield* piecesOf(await fetch(names.container, names.object), part, fetch, depth + 1);
      continue;
    }
    const isWhole = part.start === 0 && part.end === entry.bytes;
    yield { ...names, etag: entry.hash, sizeBytes: entry.bytes, range: isWhole ? null : part };
  }
}

/** `?multipart-manifest=get`: what is stored, or (`format=raw`) what could be sent again. */
async function answerWithManifest(request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  if (request.query.get("format") !== "raw") {
    const response = await next(request);
    if (isManifest(response.headers)) response.headers.set("content-type", "application/json; charset=utf-8");
    return response;
  }
  addBackendValue(request.headers, "x-backend-ignore-range-if-metadata-present", manifestMark);
  // The length of another form is known once the manifest has been read, for HEAD as well.
  const response = await next(request.method === "HEAD" ? { ...request, method: "GET" } : request);
  if (!isManifest(response.headers) || response.status !== 200) return response;
  const body = Buffer.from(formatManifest(toRaw(await parseStored(response))));
  const headers = withoutManifest(response.headers);
  headers.set("content-length", String(body.byteLength)).set("etag", createHash("md5").update(body).digest("hex"));
  return { status: 200, headers, body: request.method === "HEAD" ? null : body };
}

/** GET or HEAD of an object, whatever it is. */
export async function readManifest(request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  if (request.query.get("multipart-manifest") === "get") return answerWithManifest(request, next);
  // Conditions are for the large object; a range of the manifest is nobody's wish.
  addBackendValue(request.headers, "x-backend-etag-is-at", sloEtagHeader);
  addBackendValue(request.headers, "x-backend-ignore-range-if-metadata-present", manifestMark);
  const response = await next(request);
  const etag = response.headers.get(sloEtagHeader);
  const size = response.headers.get(sloSizeHeader);
  if (!isManifest(response.headers) || etag === undefined || size === undefined) return response;
  const headers = withoutManifest(response.headers);
  headers.set("x-manifest-etag", response.headers.get("etag") ?? "").set("etag", `"${etag}"`);
  if (response.status !== 200) return { ...response, headers };
  headers.set("content-length", size);
  if (request.method === "HEAD") {
    discardBody(response.body);
    return { ...response, headers, body: null };
  }
  const entries = await parseStored(response);
  const fetch = createManifestFetcher(request, next);
  const sizeBytes = Number(size);
  const read = (range: ByteRange): AsyncGenerator<Uint8Array> => streamPieces(request, next, piecesOf(entries, range, fetch));
  return answerAssembled({ headers, sizeBytes, read }, answerRange(request.headers.get("range"), sizeBytes));
}
