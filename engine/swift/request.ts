/** Making requests: from a target and headers, and from another request. Owns no HTTP and no pipeline. */
import { randomId, type Clock } from "../support/clock.ts";
import type { Body } from "../support/streams.ts";
import { answerUnauthorized } from "./protocol/errors.ts";
import { formatPath, parsePath, splitTarget } from "./protocol/paths.ts";
import type { Authorize, HeaderMap, RequestContext, SwiftPath, SwiftRequest } from "./types.ts";

const session = randomId(7).slice(0, 13);
let serial = 0;

/** `tx<21 hex>-<10 hex of unix seconds>`, unlike any other. */
export function createTransactionId(nowMs: number): string {
  serial = (serial + 1) % 0x1_0000_0000;
  const seconds = Math.floor(nowMs / 1000).toString(16);
  return `tx${session}${serial.toString(16).padStart(8, "0")}-${seconds.padStart(10, "0")}`;
}

const refuseAll: Authorize = (request) => answerUnauthorized(request.path?.account ?? null);

/** The context of a client's request before auth has looked at it: everything is refused. */
export function createClientContext(clock: Clock, clientAddress: string | null = null): RequestContext {
  const nowMs = clock.nowMs();
  return {
    transactionId: createTransactionId(nowMs),
    startedAtMs: nowMs,
    clientAddress,
    identity: null,
    authorize: refuseAll,
    authorizedByUrl: false,
    owner: false,
  };
}

/** The context of a request by the system itself: it may do everything. */
export function createSystemContext(clock: Clock): RequestContext {
  return { ...createClientContext(clock), authorize: null, owner: true };
}

export interface RequestParts {
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly context: RequestContext;
  readonly headers?: HeaderMap;
  readonly body?: Body | null;
  /** Defaults to the size of a body at hand, 0 without a body, and null (unknown) for a stream. */
  readonly contentLength?: number | null;
  readonly origin?: string;
  readonly signal?: AbortSignal;
}

const neverAborted = new AbortController().signal;

function sizeOf(body: Body | null): number | null {
  if (body === null) return 0;
  return body instanceof Uint8Array ? body.byteLength : null;
}

/** A request as the pipeline takes it. */
export function createRequest(parts: RequestParts): SwiftRequest {
  const { rawPath, rawQuery } = splitTarget(parts.target);
  const parsed = parsePath(rawPath);
  const body = parts.body ?? null;
  return {
    method: parts.method,
    target: parts.target,
    rawPath,
    path: "path" in parsed ? parsed.path : null,
    query: new URLSearchParams(rawQuery),
    headers: parts.headers ?? new Map(),
    body,
    contentLength: parts.contentLength === undefined ? sizeOf(body) : parts.contentLength,
    origin: parts.origin ?? "http://127.0.0.1",
    signal: parts.signal ?? neverAborted,
    context: parts.context,
  };
}

/** The same request for another path (percent-encoded): same method, headers, body and rights. */
export function retarget(request: SwiftRequest, rawPath: string, query: URLSearchParams = request.query): SwiftRequest {
  const parsed = parsePath(rawPath);
  // The query as it came tells bytes that are no UTF-8 from a replacement character.
  const rawQuery = query === request.query ? splitTarget(request.target).rawQuery : query.toString();
  const target = rawQuery === "" ? rawPath : `${rawPath}?${rawQuery}`;
  return { ...request, rawPath, target, query, path: "path" in parsed ? parsed.path : null };
}

export interface SubrequestParts {
  readonly method: string;
  readonly path: Pick<SwiftPath, "account" | "container" | "object">;
  readonly headers?: HeaderMap;
  readonly body?: Body | null;
  readonly contentLength?: number | null;
  readonly query?: URLSearchParams;
  /** `inherit`: with the rights of the request it belongs to. `none`: with the system's own. */
  readonly authorize: "inherit" | "none";
}

/**
 * A request on behalf of another one: same transaction, same client, same signal. Hand it to the `next` of the middleware that
 * makes it, or to the whole pipeline. Headers of the other request are not taken over.
 */
export function makeSubrequest(request: SwiftRequest, parts: SubrequestParts): SwiftRequest {
  const path: SwiftPath = { version: request.path?.version ?? "v1", ...parts.path };
  const query = parts.query ?? new URLSearchParams();
  const rawPath = formatPath(path);
  const authorize = parts.authorize === "none" ? null : request.context.authorize;
  const body = parts.body ?? null;
  return {
    method: parts.method,
    target: query.size === 0 ? rawPath : `${rawPath}?${query.toString()}`,
    rawPath,
    path,
    query,
    headers: parts.headers ?? new Map(),
    body,
    contentLength: parts.contentLength === undefined ? sizeOf(body) : parts.contentLength,
    origin: request.origin,
    signal: request.signal,
    // Rights are found anew for each path, so the flag is not shared; whoever has all rights keeps them.
    context: { ...request.context, authorize, owner: authorize === null },
  };
}
