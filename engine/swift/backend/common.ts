/** What account, container and object handlers share. Owns no resource of its own. */
import type { Store } from "../../store/types.ts";
import type { Clock } from "../../support/clock.ts";
import { answer } from "../protocol/errors.ts";
import type { ListingQuery } from "../protocol/listings.ts";
import type { Metadata } from "../protocol/metadata.ts";
import { isReservedName, lastReservedName, reservedNamesHeader } from "../protocol/reserved-names.ts";
import type { HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../types.ts";

export interface BackendOptions {
  readonly store: Store;
  readonly clock: Clock;
}

export type ResourceHandler = (request: SwiftRequest, path: SwiftPath) => SwiftResponse | Promise<SwiftResponse>;

/** Handlers by method; OPTIONS is answered for all of them alike. */
export type Resource = ReadonlyMap<string, ResourceHandler>;

const noAcl = { read: "", write: "" };

/** The refusal of a request that may not proceed, or null. `metadata` is the container's, where there is one. */
export function refuse(request: SwiftRequest, metadata: Metadata | null = null): SwiftResponse | null {
  const acl = metadata === null ? noAcl : { read: metadata["x-container-read"] ?? "", write: metadata["x-container-write"] ?? "" };
  return request.context.authorize?.(request, acl) ?? null;
}

/** Headers that only owners of an account set and see. */
const ownerHeaders = new Set([
  "x-container-read",
  "x-container-write",
  "x-container-sync-key",
  "x-container-sync-to",
  "x-account-meta-temp-url-key",
  "x-account-meta-temp-url-key-2",
  "x-container-meta-temp-url-key",
  "x-container-meta-temp-url-key-2",
  "x-account-access-control",
]);

/** The request's headers without those that the caller may not set. */
export function settableHeaders(request: SwiftRequest): HeaderMap {
  if (request.context.owner) return request.headers;
  const kept: HeaderMap = new Map(request.headers);
  for (const header of ownerHeaders) {
    kept.delete(header);
    kept.delete(header.replace(/^x-/, "x-remove-"));
  }
  return kept;
}

/** Adds stored metadata to a response, as far as the caller may see it. */
export function addMetadata(headers: HeaderMap, metadata: Metadata, request: SwiftRequest): void {
  for (const name in metadata) if (request.context.owner || !ownerHeaders.has(name)) headers.set(name, metadata[name]!);
}

/** What listings show as an object's hash instead of its ETag, where it is kept with the object. */
export const listedEtagHeader = "x-object-sysmeta-container-update-override-etag";
/** What listings show as an object's size, likewise. The totals of its container count the bytes that are stored. */
export const listedSizeHeader = "x-object-sysmeta-container-update-override-size";

/** The query of a listing that passes over the system's own names, unless the request may see them. */
export function withoutReserved(request: SwiftRequest, query: ListingQuery): ListingQuery {
  if (request.headers.has(reservedNamesHeader)) return query;
  const bound = query.reverse ? "endMarker" : "marker";
  const given = query[bound];
  return given === "" || isReservedName(given) ? { ...query, [bound]: lastReservedName } : query;
}

/** A JSON listing; the listing middleware makes other forms of it. */
export function answerListing(headers: HeaderMap, entries: readonly unknown[]): SwiftResponse {
  const body = Buffer.from(JSON.stringify(entries), "utf8");
  headers.set("content-type", "application/json; charset=utf-8").set("content-length", String(body.byteLength));
  return { status: 200, headers, body };
}

/** HEAD of an account or container: everything but the names. */
export function answerSummary(headers: HeaderMap, status: 200 | 204 = 204): SwiftResponse {
  headers.set("content-type", "application/json; charset=utf-8").set("content-length", "0");
  return { status, headers, body: null };
}

/** OPTIONS: which methods there are. What a browser may do is said by the CORS middleware. */
export function answerOptions(allowed: readonly string[]): SwiftResponse {
  return answer(200, [["allow", allowed.join(", ")]]);
}
