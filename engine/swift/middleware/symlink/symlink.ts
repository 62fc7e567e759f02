/**
 * Links: objects without bytes that lead to another object. Owns following them, making them and what listings tell of them; which
 * rights a request has is decided where each object lies.
 */
import { discardBody, readBody } from "../../../support/streams.ts";
import { answerListing } from "../../backend/common.ts";
import { withEmptyBody } from "../../empty-body.ts";
import { quoteLikePython } from "../../protocol/acl.ts";
import { answer, answerText, htmlType } from "../../protocol/errors.ts";
import type { ObjectEntry, SubdirEntry } from "../../protocol/listings.ts";
import { formatPath, percentEncode } from "../../protocol/paths.ts";
import { reservedNamesHeader } from "../../protocol/reserved-names.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, HeaderMap, Middleware, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { sloSizeHeader } from "../slo/headers.ts";
import {
  describeLink,
  formatTargetPath,
  listedParameters,
  parseTarget,
  readLink,
  setLink,
  showLink,
  targetEtagHeader,
  targetHeader,
  targetPath,
  type LinkTarget,
  type StoredLink,
} from "./links.ts";

/** How many links may lead to each other. */
export const symloopMax = 2;

const longestListing = 1024 * 10_000 * 4;

function refuseEtag(text: string, location: string | null): SwiftResponse {
  return answerText(409, text, location === null ? [] : [["content-location", location]]);
}

/** The request for what a link leads to: the client's own once more, at another path. Conditions and ranges are meant for the target. */
function followOne(request: SwiftRequest, own: SwiftPath, link: StoredLink): SwiftRequest {
  const headers: HeaderMap = new Map(request.headers);
  if (link.reservedTarget) headers.set(reservedNamesHeader, "true");
  const authorize = link.reservedTarget ? "none" : "inherit";
  return makeSubrequest(request, { method: request.method, path: targetPath(link, own), headers, authorize });
}

interface FollowOptions {
  /** What the first object must have as its ETag, and where it lies: for links that are being made. */
  readonly demanded?: string;
  readonly location?: string;
  /** True where links without a demand are the end of the way. */
  readonly staticOnly?: boolean;
}

/** GET or HEAD through links to the object at their end. Whatever the status, an answer that describes a link is followed. */
async function follow(request: SwiftRequest, next: Handler, options: FollowOptions = {}): Promise<SwiftResponse> {
  let demanded = options.demanded ?? null;
  let location = options.location ?? null;
  let hops = 0;
  let at = request;
  for (;;) {
    const response = await next(at);
    const link = readLink(response.headers);
    const etag = response.headers.get("etag") ?? null;
    if (link === null || (options.staticOnly === true && link.etag === null)) {
      if (demanded !== null && etag !== null && demanded !== etag) {
        discardBody(response.body);
        const [actual, wanted] = [etag, demanded].map(quoteLikePython);
        return refuseEtag(`Object Etag ${actual} does not match X-Symlink-Target-Etag header ${wanted}`, location);
      }
      if (location !== null) response.headers.set("content-location", location);
      return response;
    }
    discardBody(response.body);
    if (demanded !== null && demanded !== (link.etag ?? etag)) return refuseEtag("X-Symlink-Target-Etag headers do not match", location);
    if (hops >= symloopMax) {
      return answerText(409, `Too many levels of symbolic links, maximum allowed is ${symloopMax}`);
    }
    if (!link.extends) hops += 1;
    demanded = link.etag;
    location = formatTargetPath(link, at.path!);
    at = followOne(request, at.path!, link);
  }
}

/** What a static link keeps of its target, or why it cannot be made. */
async function checkTarget(request: SwiftRequest, next: Handler, target: LinkTarget, etag: string): Promise<SwiftResponse> {
  const path: SwiftPath = { ...target, version: request.path!.version };
  const location = formatPath(path);
  const head = makeSubrequest(request, { method: "HEAD", path, authorize: "inherit" });
  const found = await follow(head, next, { demanded: etag, location, staticOnly: true });
  discardBody(found.body);
  if (found.status === 404) {
    return refuseEtag("X-Symlink-Target does not exist", found.headers.get("content-location") ?? location);
  }
  if (found.status === 200 || found.status === 409) return found;
  const refusal = answer(found.status);
  const realm = found.headers.get("www-authenticate");
  if (realm !== undefined) refusal.headers.set("www-authenticate", realm);
  return refusal;
}

async function put(given: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  const request = await withEmptyBody(given);
  if (request === null) return answerText(400, "Symlink requests require a zero byte body");
  const target = parseTarget(request.headers, request.path!);
  if ("status" in target) return target;
  const headers: HeaderMap = new Map(request.headers);
  const hasType = (headers.get("content-type") ?? "") !== "";
  let demanded: { etag: string; bytes: string } | null = null;
  let listed = listedParameters(headers);
  if (target.etag !== null) {
    const found = await checkTarget(request, next, target, target.etag);
    if (found.status !== 200) return found;
    if (listed.size === 0) listed = listedParameters(found.headers);
    const bytes = found.headers.get(sloSizeHeader) ?? found.headers.get("content-length") ?? "0";
    demanded = { etag: target.etag, bytes };
    if (!hasType) headers.set("content-type", found.headers.get("content-type") ?? "application/symlink");
  } else if (!hasType) {
    headers.set("content-type", "application/symlink");
  }
  setLink(headers, {
    target: `${percentEncode(target.container)}/${percentEncode(target.object)}`,
    account: target.givenAccount === null ? null : percentEncode(target.givenAccount),
    demanded,
    listed,
  });
  return next({ ...request, headers });
}

/** A POST changes the link itself, and says so: clients mostly mean its target. */
async function post(request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  if (request.headers.has(targetHeader)) return answerText(400, "A PUT request is required to set a symlink target");
  const response = await next(request);
  const link = response.status === 202 ? readLink(response.headers) : null;
  if (link === null) return response;
  const text = "The requested POST was applied to a symlink. POST directly to the target to apply requested metadata.";
  const redirect = answerText(307, text, [["location", formatTargetPath(link, request.path!)]], htmlType);
  if (link.etag !== null) redirect.headers.set(targetEtagHeader, link.etag);
  for (const [name, value] of response.headers) if (name.startsWith("x-object-sysmeta-")) redirect.headers.set(name, value);
  return redirect;
}

/** A container's listing with what it tells of links. Listings without links pass as they are. */
async function list(request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  const response = await next(request);
  if (response.status !== 200 || response.body === null) return response;
  const body = await readBody(response.body, longestListing);
  if (!body.includes("symlink_target=")) return { ...response, body };
  const entries = JSON.parse(body.toString("utf8")) as (ObjectEntry | SubdirEntry)[];
  const described = entries.map((entry) => ("subdir" in entry ? entry : describeLink(entry, request.path!)));
  return answerListing(response.headers, described);
}

export const symlink: Middleware = async (request, next) => {
  const { path, method } = request;
  if (path === null || path.container === null) return next(request);
  if (path.object === null) return method === "GET" ? list(request, next) : next(request);
  switch (method) {
    case "GET":
    case "HEAD": {
      if (request.query.get("symlink") !== "get") return follow(request, next);
      const response = await next(request);
      showLink(response.headers);
      return response;
    }
    case "PUT":
      return request.headers.has(targetHeader) ? put(request, next) : next(request);
    case "POST":
      return post(request, next);
    default:
      return next(request);
  }
};
