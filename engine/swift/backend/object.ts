/** Objects: GET, HEAD, PUT, POST, DELETE. Owns what an object answers and what is kept with it; the store keeps it. */
import type { NewObject, ObjectKey, ObjectRecord } from "../../store/types.ts";
import { statusWhenMissing } from "../protocol/conditionals.ts";
import { guessContentType } from "../protocol/content-types.ts";
import { answer, answerBytes, answerText, textType } from "../protocol/errors.ts";
import { normalizeEtag } from "../protocol/etags.ts";
import { checkIfDeleteAt, isExpired, parseExpiry } from "../protocol/expiry.ts";
import { isTruthy, unpackText } from "../protocol/headers.ts";
import { checkObjectName, limits } from "../protocol/limits.ts";
import { checkMetadata } from "../protocol/metadata.ts";
import { formatLastModified, parseTimestamp } from "../protocol/timestamps.ts";
import type { HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../types.ts";
import { refuse, type BackendOptions, type Resource, type ResourceHandler } from "./common.ts";
import { answerBody, answerCondition, describeObject } from "./object-body.ts";

/** Headers kept with an object besides its metadata, and replaced by every POST. */
const keptHeaders = new Set([
  "content-disposition",
  "content-encoding",
  "content-language",
  "cache-control",
  "expires",
  "x-robots-tag",
  "x-object-manifest",
]);

const isUserHeader = (name: string): boolean =>
  name.startsWith("x-object-meta-") || name.startsWith("x-object-transient-sysmeta-") || keptHeaders.has(name);

/** Sent by middleware with a Content-Type of the system's own, which clients may not set. */
const contentTypeOverriddenHeader = "x-backend-content-type-overridden";
/** Sent by middleware with the moment that an object is to have. */
const timestampHeader = "x-backend-timestamp";

const isSystemHeader = (name: string): boolean => name.startsWith("x-object-sysmeta-");

/** What comes with the bytes and stays as long as they do: a POST leaves a manifest a manifest. */
const isDataHeader = (name: string): boolean => isSystemHeader(name) || name === "x-static-large-object";

function pickMetadata(headers: HeaderMap, accepts: (name: string) => boolean): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of headers) if (accepts(name)) picked[name] = value;
  return picked;
}

const keyOf = (path: SwiftPath): ObjectKey => ({ account: path.account, container: path.container!, object: path.object! });

/** The refusal of a Transfer-Encoding other than `chunked`, or null. */
function refuseTransferEncoding(headers: HeaderMap): SwiftResponse | null {
  const encoding = headers.get("transfer-encoding");
  if (encoding === undefined || encoding.toLowerCase() === "chunked") return null;
  if (encoding.includes(",")) {
    return answerText(501, "Unsupported Transfer-Coding header value specified in Transfer-Encoding header", [], textType);
  }
  return answerText(400, "Invalid Transfer-Encoding header value", [], textType);
}

/** What can be said against a PUT before its body is read, or what it asks to be stored. */
function checkCreation(request: SwiftRequest, path: SwiftPath, nowSeconds: number): SwiftResponse | NewObject {
  const { headers, contentLength, body } = request;
  const encodingRefused = refuseTransferEncoding(headers);
  if (encodingRefused !== null) return encodingRefused;
  if (contentLength !== null && contentLength > limits.maxFileSize) return answerText(413, "Your request is too large.");
  if (contentLength === null && body === null) return answerText(411, "Missing Content-Length header.");
  const nameProblem = checkObjectName(path.object!);
  if (nameProblem !== null) return answerText(400, nameProblem);
  const expiry = parseExpiry(headers, nowSeconds);
  if ("error" in expiry) return answerText(400, expiry.error);
  const given = headers.get("content-type") ?? "";
  const contentType = given === "" || isTruthy(headers.get("x-detect-content-type")) ? guessContentType(path.object!) : given;
  if (unpackText(contentType) === null) return answerText(400, "Invalid Content-Type");
  if (/;\s*swift_/i.test(contentType) && !headers.has(contentTypeOverriddenHeader)) {
    return answerText(400, "Invalid Content-Type, swift_* is not a valid parameter name.");
  }
  const problem = checkMetadata(headers, "object");
  if (problem !== null) return answerBytes(400, problem);
  const metadata = pickMetadata(headers, (name) => isUserHeader(name) || isDataHeader(name));
  const ticks = parseTimestamp(headers.get(timestampHeader) ?? "");
  return { contentType, deleteAt: expiry.deleteAt, metadata, ...(ticks === null ? {} : { ticks }) };
}

export function createObjectResource({ store, clock }: BackendOptions): Resource {
  const nowSeconds = (): number => clock.nowMs() / 1000;

  function authorize(request: SwiftRequest, path: SwiftPath): { refused: SwiftResponse | null; missing: boolean } {
    const container = store.findContainer(path.account, path.container!);
    return { refused: refuse(request, container?.metadata ?? null), missing: container === null };
  }

  function isGone(record: ObjectRecord | null): boolean {
    return record === null || isExpired(record.deleteAt, nowSeconds());
  }

  function read(request: SwiftRequest, path: SwiftPath): SwiftResponse {
    const { refused } = authorize(request, path);
    if (refused !== null) return refused;
    const opened = request.method === "GET" ? store.openObject(keyOf(path)) : null;
    const record = request.method === "GET" ? (opened?.record ?? null) : store.findObject(keyOf(path));
    if (record === null || isGone(record)) {
      opened?.[Symbol.dispose]();
      return answer(statusWhenMissing(request.headers));
    }
    const headers = describeObject(record);
    const conditional = answerCondition(request, record, headers);
    if (conditional !== null || opened === null) {
      opened?.[Symbol.dispose]();
      return conditional ?? { status: 200, headers, body: null };
    }
    return answerBody(request, opened, headers);
  }

  async function put(request: SwiftRequest, path: SwiftPath): Promise<SwiftResponse> {
    const ifNoneMatch = request.headers.get("if-none-match");
    if (ifNoneMatch !== undefined && !ifNoneMatch.includes("*")) return answerText(400, "If-None-Match only supports *");
    const { refused, missing } = authorize(request, path);
    if (refused !== null) return refused;
    if (missing) return answer(404);
    const object = checkCreation(request, path, nowSeconds());
    if ("status" in object) return object;
    const key = keyOf(path);
    const onlyIfAbsent = ifNoneMatch !== undefined;
    const existing = onlyIfAbsent ? store.findObject(key) : null;
    if (existing !== null && !isGone(existing)) return answer(412);
    if (existing !== null) await store.deleteObject(key, isGone);
    return storeBody(request, key, object, onlyIfAbsent);
  }

  async function storeBody(request: SwiftRequest, key: ObjectKey, object: NewObject, onlyIfAbsent: boolean): Promise<SwiftResponse> {
    const staged = await store.stage(request.body, { maxBytes: limits.maxFileSize, signal: request.signal });
    const claimed = request.headers.get("etag");
    if (claimed !== undefined && claimed !== "" && normalizeEtag(claimed).toLowerCase() !== staged.etag) {
      staged.discard();
      return answer(422);
    }
    const result = await store.putObject(key, staged, object, { onlyIfAbsent });
    if (result.kind === "no-container") return answer(404);
    if (result.kind === "exists") return answer(412);
    const { etag, ticks } = result.record;
    return answer(201, [
      ["etag", etag],
      ["last-modified", formatLastModified(ticks)],
    ]);
  }

  async function post(request: SwiftRequest, path: SwiftPath): Promise<SwiftResponse> {
    const { refused, missing } = authorize(request, path);
    if (refused !== null) return refused;
    if (missing) return answer(404);
    const problem = checkMetadata(request.headers, "object");
    if (problem !== null) return answerBytes(400, problem);
    const expiry = parseExpiry(request.headers, nowSeconds());
    if ("error" in expiry) return answerText(400, expiry.error);
    const set = pickMetadata(request.headers, isUserHeader);
    const contentType = request.headers.get("content-type");
    const { before, after } = await store.writeObject(keyOf(path), (existing) => {
      if (isGone(existing)) return null;
      const kept = Object.fromEntries(Object.entries(existing.metadata).filter(([name]) => isDataHeader(name)));
      return { contentType: contentType || existing.contentType, deleteAt: expiry.deleteAt, metadata: { ...kept, ...set } };
    });
    if (isGone(before) || after === null) return answer(404);
    return answer(
      202,
      Object.entries(after.metadata).filter(([name]) => isSystemHeader(name)),
    );
  }

  async function remove(request: SwiftRequest, path: SwiftPath): Promise<SwiftResponse> {
    const { refused, missing } = authorize(request, path);
    if (refused !== null) return refused;
    if (missing) return answer(404);
    const header = request.headers.get("x-if-delete-at");
    let match: ReturnType<typeof checkIfDeleteAt> = "ok";
    const { removed, existed } = await store.deleteObject(keyOf(path), (existing) => {
      match = checkIfDeleteAt(header, existing.deleteAt);
      return match === "ok";
    });
    if (header !== undefined && checkIfDeleteAt(header, null) === "bad") return answerText(400, "Bad X-If-Delete-At header value");
    if (existed && removed === null) return answer(412);
    return answer(isGone(removed) ? 404 : 204);
  }

  return new Map<string, ResourceHandler>([
    ["GET", read],
    ["HEAD", read],
    ["PUT", put],
    ["POST", post],
    ["DELETE", remove],
  ]);
}
