/** Temporary URLs: a signature in the query gives the rights that a token would. Owns the check and what such answers look like. */
import type { Store } from "../../store/types.ts";
import type { Clock } from "../../support/clock.ts";
import { answerText, answerUnauthorized, htmlType, isSuccess } from "../protocol/errors.ts";
import { canonicalName, parseInteger } from "../protocol/headers.ts";
import { networkHolds } from "../protocol/networks.ts";
import { percentDecode, percentEncode } from "../protocol/paths.ts";
import {
  allowedDigests,
  deprecatedDigests,
  parseSignature,
  signatureMatches,
  signingKeys,
  type Signature,
} from "../protocol/signatures.ts";
import { formatHttpDate } from "../protocol/timestamps.ts";
import { retarget } from "../request.ts";
import type { Authorize, HeaderMap, Middleware, SwiftPath, SwiftRequest, SwiftResponse } from "../types.ts";

const methods = ["GET", "HEAD", "PUT", "POST", "DELETE"] as const;

/** What `/info` says of temporary URLs. */
export const tempUrlInfo = {
  methods,
  incoming_remove_headers: ["x-timestamp"],
  incoming_allow_headers: [],
  outgoing_remove_headers: ["x-object-meta-*"],
  outgoing_allow_headers: ["x-object-meta-public-*"],
  allowed_digests: allowedDigests,
  deprecated_digests: deprecatedDigests,
};

/** The latest moment a date can be written for. */
const latestSeconds = 253_402_300_799;

/** 401 in the words of temporary URLs and signed forms. */
export function answerBadSignature(text: string): SwiftResponse {
  return answerText(401, text, answerUnauthorized(null).headers, htmlType);
}

const invalid = (request: SwiftRequest): SwiftResponse =>
  answerBadSignature(request.method === "HEAD" ? "" : "401 Unauthorized: Temp URL invalid\n");

/** `temp_url_expires` in Unix seconds: an integer or `2026-11-20T08:16:30Z`. Null for anything else. */
function parseExpires(text: string): number | null {
  const seconds = parseInteger(text);
  if (seconds !== null) return seconds;
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})Z$/.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, number, number, number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? date.getTime() / 1000 : null;
}

interface TempUrl {
  readonly signature: Signature;
  readonly expires: number;
  readonly prefix: string | null;
  readonly ipRange: string | null;
}

/** What the query claims; null where it does not speak of a temporary URL, `invalid` where it does so wrongly or too late. */
function readTempUrl(query: URLSearchParams, nowSeconds: number): TempUrl | "invalid" | null {
  const given = query.get("temp_url_sig");
  const until = query.get("temp_url_expires");
  if (given === null && until === null) return null;
  const signature = parseSignature(given ?? "");
  const expires = parseExpires(until ?? "");
  if (signature === null || expires === null || expires === 0 || expires < nowSeconds) return "invalid";
  return { signature, expires, prefix: query.get("temp_url_prefix"), ipRange: query.get("temp_url_ip_range") || null };
}

type ObjectPath = SwiftPath & { readonly container: string; readonly object: string };

/** The object that a temporary URL may be for. */
function objectPathOf({ path, method }: SwiftRequest): ObjectPath | null {
  if (!(methods as readonly string[]).includes(method) || path === null || path.version !== "v1" || path.container === null) return null;
  return path.object !== null && /[^/]/.test(path.object) ? (path as ObjectPath) : null;
}

/** The text under the signature, for each method that it may have been made for. */
function signedTexts(method: string, url: TempUrl, path: ObjectPath): string[] {
  const base = `/v1/${path.account}/${path.container}/`;
  const signed = url.prefix === null ? `${base}${path.object}` : `prefix:${base}${url.prefix}`;
  const ip = url.ipRange === null ? "" : `ip=${url.ipRange}\n`;
  // Whoever may read or write an object may also look at it.
  const signedMethods = method === "HEAD" ? ["HEAD", "GET", "POST", "PUT"] : [method];
  return signedMethods.map((name) => `${ip}${name}\n${url.expires}\n${signed}`);
}

/** Rights in one account, or in one container of it. */
function authorizeWithin(account: string, container: string | null): Authorize {
  return ({ path }) =>
    path?.account === account && (container === null || path.container === container) ? null : answerUnauthorized(path?.account ?? null);
}

/** How far the signature reaches, or null where no key gives it. */
function rightsOf(store: Store, request: SwiftRequest, url: TempUrl, path: ObjectPath): Authorize | null {
  const texts = signedTexts(request.method, url, path);
  const isSignedBy = (key: Buffer): boolean => texts.some((text) => signatureMatches(url.signature, key, text));
  const { account, container } = path;
  if (signingKeys(store.findAccount(account)?.metadata, "account").some(isSignedBy)) return authorizeWithin(account, null);
  const containerKeys = signingKeys(store.findContainer(account, container)?.metadata, "container");
  return containerKeys.some(isSignedBy) ? authorizeWithin(account, container) : null;
}

/** An upload must not become a pointer to data that the URL gives no right to. */
function refusePointer({ method, headers }: SwiftRequest): SwiftResponse | null {
  if (method === "GET" || method === "HEAD") return null;
  const pointer = ["x-object-manifest", "x-symlink-target"].find((name) => headers.has(name));
  if (pointer === undefined) return null;
  return answerText(400, `The header '${canonicalName(pointer)}' is not allowed in this tempurl`, [], htmlType);
}

function formatDisposition(kind: "attachment" | "inline", filename: string): string {
  const encoded = percentEncode(filename);
  return `${kind}; filename="${encoded.replaceAll("%20", " ")}"; filename*=UTF-8''${encoded}`;
}

/** The name to save under: what the query says, then what is stored with the object, then the object's own name. */
function dispositionFor(request: SwiftRequest, stored: string | undefined): string {
  const filename = request.query.get("filename");
  const isInline = request.query.has("inline");
  if (filename !== null && filename !== "") return formatDisposition(isInline ? "inline" : "attachment", filename);
  if (isInline) return "inline";
  if (stored !== undefined) return stored;
  const path = (percentDecode(request.rawPath) ?? "").replace(/\/+$/, "");
  return formatDisposition("attachment", path.slice(path.lastIndexOf("/") + 1));
}

function finish(request: SwiftRequest, response: SwiftResponse, url: TempUrl): SwiftResponse {
  const headers: HeaderMap = new Map(response.headers);
  for (const name of response.headers.keys()) {
    if (name.startsWith("x-object-meta-") && !name.startsWith("x-object-meta-public-")) headers.delete(name);
  }
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && isSuccess(response.status)) {
    headers.set("content-disposition", dispositionFor(request, headers.get("content-disposition")));
    headers.set("expires", formatHttpDate(Math.min(url.expires, latestSeconds)));
  }
  return { ...response, headers };
}

/** What the rest of the pipeline sees of the query: other parameters are not signed. */
function signedQuery(query: URLSearchParams): URLSearchParams {
  const names = ["temp_url_sig", "temp_url_expires", "temp_url_prefix", "filename"];
  return new URLSearchParams(names.flatMap((name): [string, string][] => (query.has(name) ? [[name, query.get(name)!]] : [])));
}

/** The middleware. Its place is left of auth. */
export function createTempUrl({ store, clock }: { store: Store; clock: Clock }): Middleware {
  return async (request, next) => {
    if (request.method === "OPTIONS") return next(request);
    const url = readTempUrl(request.query, clock.nowMs() / 1000);
    if (url === null) return next(request);
    const path = objectPathOf(request);
    if (url === "invalid" || path === null) return invalid(request);
    const { clientAddress } = request.context;
    if (url.ipRange !== null && (clientAddress === null || !networkHolds(url.ipRange, clientAddress))) return invalid(request);
    if (url.prefix !== null && !path.object.startsWith(url.prefix)) return invalid(request);
    const authorize = rightsOf(store, request, url, path);
    if (authorize === null) return invalid(request);
    const refused = refusePointer(request);
    if (refused !== null) return refused;
    Object.assign(request.context, { authorize, authorizedByUrl: true, identity: null, owner: false });
    return finish(request, await next(retarget(request, request.rawPath, signedQuery(request.query))), url);
  };
}
