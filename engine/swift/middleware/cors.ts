/** CORS: preflight requests, and what a browser may see of answers. A container's metadata says which origins; the mode is strict. */
import type { Store } from "../../store/types.ts";
import { answer } from "../protocol/errors.ts";
import type { Metadata } from "../protocol/metadata.ts";
import type { HeaderMap, Middleware, SwiftRequest, SwiftResponse } from "../types.ts";

const setting = (metadata: Metadata, name: string): string => metadata[`x-container-meta-access-control-${name}`] ?? "";

const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");

/** The value of Access-Control-Allow-Origin, or null where the origin is not allowed. */
function allowedOrigin(metadata: Metadata, origin: string): string | null {
  const allowed = setting(metadata, "allow-origin");
  if (allowed.trim() === "*") return "*";
  const origins = words(allowed);
  return origins.includes(origin) || origins.includes("*") ? origin : null;
}

function addVary(headers: HeaderMap, name: string): void {
  const vary = headers.get("vary");
  headers.set("vary", vary === undefined ? name : `${vary}, ${name}`);
}

function setOrigin(headers: HeaderMap, origin: string): void {
  headers.set("access-control-allow-origin", origin);
  if (origin !== "*") addVary(headers, "Origin");
}

/** The answer to OPTIONS with an Origin: `plain` says which methods there are. */
function answerPreflight(request: SwiftRequest, plain: SwiftResponse, metadata: Metadata, origin: string): SwiftResponse {
  const allow = plain.headers.get("allow") ?? "";
  const asked = request.headers.get("access-control-request-method");
  const allowed = allowedOrigin(metadata, origin);
  if (allowed === null || asked === undefined || !allow.split(", ").includes(asked)) return answer(401, [["allow", allow]]);
  const headers: HeaderMap = new Map([["allow", allow]]);
  setOrigin(headers, allowed);
  const maxAge = setting(metadata, "max-age");
  if (maxAge !== "") headers.set("access-control-max-age", maxAge);
  headers.set("access-control-allow-methods", allow);
  const wanted = (request.headers.get("access-control-request-headers") ?? "").split(",").map((name) => name.trim());
  const names = [...new Set(wanted)].filter((name) => name !== "");
  if (names.length > 0) {
    headers.set("access-control-allow-headers", names.join(", "));
    addVary(headers, "Access-Control-Request-Headers");
  }
  return answer(200, headers);
}

/** What scripts may read besides metadata and what the container says. */
const exposedAlways = [
  "cache-control",
  "content-language",
  "content-type",
  "expires",
  "last-modified",
  "pragma",
  "etag",
  "x-timestamp",
  "x-trans-id",
  "x-openstack-request-id",
];

function expose(response: SwiftResponse, metadata: Metadata, origin: string): SwiftResponse {
  const headers = new Map(response.headers);
  const names = new Set(exposedAlways);
  for (const name of headers.keys()) {
    if (name.startsWith("x-container-meta") || name.startsWith("x-object-meta")) names.add(name);
  }
  for (const name of words(setting(metadata, "expose-headers"))) names.add(name.toLowerCase());
  headers.set("access-control-expose-headers", [...names].join(", "));
  setOrigin(headers, origin);
  return { ...response, headers };
}

/** The middleware. Its place is right before the backend: what others refuse carries no CORS headers, as in Swift. */
export function createCors(store: Store): Middleware {
  return async (request, next) => {
    const { path, method } = request;
    const origin = request.headers.get("origin");
    const response = await next(request);
    // Swift has no CORS on accounts.
    if (origin === undefined || origin === "" || path === null || path.container === null) return response;
    const metadata = store.findContainer(path.account, path.container)?.metadata ?? {};
    if (method === "OPTIONS") return answerPreflight(request, response, metadata, origin);
    const allowed = allowedOrigin(metadata, origin);
    return allowed === null || response.status === 405 ? response : expose(response, metadata, allowed);
  };
}
