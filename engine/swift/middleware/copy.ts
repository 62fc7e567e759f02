/**
 * Server-side copy: COPY, and PUT with X-Copy-From. Owns the translation into a GET of the source and a PUT of the target, both
 * with the caller's rights.
 */
import { discardBody } from "../../support/streams.ts";
import { parseAccountName } from "../protocol/account-names.ts";
import { answerText, htmlType } from "../protocol/errors.ts";
import { isTruthy } from "../protocol/headers.ts";
import { limits } from "../protocol/limits.ts";
import { percentDecode, percentEncode } from "../protocol/paths.ts";
import { makeSubrequest } from "../request.ts";
import type { Handler, HeaderMap, Middleware, SwiftPath, SwiftRequest, SwiftResponse } from "../types.ts";

interface ObjectPath {
  readonly account: string;
  readonly container: string;
  readonly object: string;
}

const refusePrecondition = (text: string): SwiftResponse => answerText(412, text, [], htmlType);

/** `container/object` as a header gives it: percent-encoded, a leading slash does not matter. */
function objectFrom(headers: HeaderMap, name: "Destination" | "X-Copy-From", account: string): ObjectPath | SwiftResponse {
  const decoded = percentDecode(headers.get(name.toLowerCase()) ?? "")?.replace(/^\//, "") ?? "";
  const slash = decoded.indexOf("/");
  if (slash <= 0 || slash === decoded.length - 1) {
    return refusePrecondition(`${name} header must be of the form <container name>/<object name>`);
  }
  return { account, container: decoded.slice(0, slash), object: decoded.slice(slash + 1) };
}

/** Where a request copies from and to; null where it copies nothing. */
function parseCopy(request: SwiftRequest, path: SwiftPath): { source: ObjectPath; target: ObjectPath } | SwiftResponse | null {
  const own: ObjectPath = { account: path.account, container: path.container!, object: path.object! };
  const { headers, method } = request;
  const isCopy = method === "COPY";
  if (!isCopy && !(method === "PUT" && headers.has("x-copy-from"))) return null;
  if (request.contentLength === null ? request.body !== null : request.contentLength > 0) {
    return answerText(400, "Copy requests require a zero byte body", [], htmlType);
  }
  if (isCopy && !headers.has("destination")) return refusePrecondition("Destination header required");
  const named = headers.get(isCopy ? "destination-account" : "x-copy-from-account");
  const account = named === undefined ? path.account : parseAccountName(named);
  if (typeof account !== "string") return account;
  const other = objectFrom(headers, isCopy ? "Destination" : "X-Copy-From", account);
  if ("status" in other) return other;
  return isCopy ? { source: own, target: other } : { source: other, target: own };
}

/** Headers that make a GET of the source conditional or partial. */
const sourceHeaders = ["range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "x-newest", "referer"];

/** Headers of a copy that say where from and where to, and what the GET has used up. */
const consumed = new Set([
  "destination",
  "destination-account",
  "x-copy-from",
  "x-copy-from-account",
  "x-fresh-metadata",
  "content-length",
  "etag",
  "range",
  "if-match",
  "if-modified-since",
  "if-unmodified-since",
]);

const isCopied = (name: string): boolean =>
  name.startsWith("x-object-meta-") ||
  name.startsWith("x-object-sysmeta-") ||
  name.startsWith("x-symlink-target") ||
  ["content-encoding", "content-disposition", "content-language", "cache-control", "expires", "x-robots-tag"].includes(name);

/** The headers of the PUT: the source's metadata, with the request's own on top. Expiry is not inherited. */
function targetHeaders(request: SwiftRequest, source: SwiftResponse): HeaderMap {
  const headers: HeaderMap = new Map();
  const contentType = source.headers.get("content-type");
  if (contentType !== undefined) headers.set("content-type", contentType);
  if (!isTruthy(request.headers.get("x-fresh-metadata"))) {
    for (const [name, value] of source.headers) if (isCopied(name)) headers.set(name, value);
  }
  for (const [name, value] of request.headers) {
    if (!consumed.has(name) && !(name === "content-type" && value === "")) headers.set(name, value);
  }
  return headers;
}

/** What the client learns of the copy besides the answer to the PUT. */
function describeCopy(response: SwiftResponse, from: ObjectPath, source: SwiftResponse, sent: HeaderMap): void {
  const { headers } = response;
  headers.set("x-copied-from", `${percentEncode(from.container)}/${percentEncode(from.object)}`);
  headers.set("x-copied-from-account", percentEncode(from.account));
  const modified = source.headers.get("last-modified");
  if (modified !== undefined) headers.set("x-copied-from-last-modified", modified);
  const version = source.headers.get("x-object-version-id");
  if (version !== undefined) headers.set("x-copied-from-version-id", version);
  for (const [name, value] of sent) if (name.startsWith("x-object-meta-") || name === "x-delete-at") headers.set(name, value);
}

/** The query of the PUT: a copied manifest becomes one again. */
function targetQuery(request: SwiftRequest, source: SwiftResponse, headers: HeaderMap): URLSearchParams {
  const query = new URLSearchParams(request.query);
  // The version that is copied is not the one that is written.
  query.delete("version-id");
  if (query.get("multipart-manifest") !== "get") return query;
  const dynamic = source.headers.get("x-object-manifest");
  if (source.headers.has("x-static-large-object")) query.set("multipart-manifest", "put");
  else if (dynamic !== undefined) {
    query.delete("multipart-manifest");
    headers.set("x-object-manifest", dynamic);
  }
  return query;
}

async function copyObject(request: SwiftRequest, next: Handler, source: ObjectPath, target: ObjectPath): Promise<SwiftResponse> {
  const getHeaders: HeaderMap = new Map();
  for (const name of sourceHeaders) {
    const value = request.headers.get(name);
    if (value !== undefined && !(name === "if-none-match" && value.trim() === "*")) getHeaders.set(name, value);
  }
  const query = new URLSearchParams(request.query);
  // A manifest is copied in the form in which it can be sent.
  if (query.get("multipart-manifest") === "get") query.set("format", "raw");
  const get = makeSubrequest(request, { method: "GET", path: source, headers: getHeaders, query, authorize: "inherit" });
  const found = await next(get);
  if (found.status !== 200 && found.status !== 206) return found;
  const length = Number(found.headers.get("content-length"));
  if (found.headers.get("content-length") === undefined || length > limits.maxFileSize) {
    discardBody(found.body);
    return answerText(413, "The body of your request was too large for this server.", [], htmlType);
  }
  const putHeaders = targetHeaders(request, found);
  const putQuery = targetQuery(request, found, putHeaders);
  const parts = {
    method: "PUT",
    path: target,
    headers: putHeaders,
    body: found.body,
    contentLength: length,
    authorize: "inherit",
  } as const;
  try {
    const response = await next(makeSubrequest(request, { ...parts, query: putQuery }));
    if (response.status === 201) describeCopy(response, source, found, putHeaders);
    return response;
  } finally {
    // A PUT that is refused has read nothing of it.
    discardBody(found.body);
  }
}

export const copy: Middleware = async (request, next) => {
  const { path } = request;
  if (path === null || path.object === null) return next(request);
  const parsed = parseCopy(request, path);
  if (parsed === null) return next(request);
  if ("status" in parsed) return parsed;
  return copyObject(request, next, parsed.source, parsed.target);
};
