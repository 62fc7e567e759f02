/** Requests for one version of an object (`?version-id=…`). Owns reading, removing and restoring it. */
import { discardBody } from "../../../support/streams.ts";
import { refuse } from "../../backend/common.ts";
import { withEmptyBody } from "../../empty-body.ts";
import { answer, answerText, htmlType } from "../../protocol/errors.ts";
import { isTruthy } from "../../protocol/headers.ts";
import { reservedNamesHeader } from "../../protocol/reserved-names.ts";
import type { Ticks } from "../../protocol/timestamps.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { deleteMarkerType } from "../delete-marker.ts";
import { lookExactly } from "../object-copies.ts";
import { currentVersionIdHeader, parseVersionId, versionIdHeader, versionLinkHeader } from "./names.ts";
import {
  answerNoVersions,
  pointAtWritten,
  refuseVersionStep,
  versionLinked,
  versionPath,
  versionReached,
  type Versioned,
} from "./objects.ts";

const refuseText = (text: string): SwiftResponse => answerText(400, text, [], htmlType);

/** The client's request for what lies at another path: with its own rights, and the permission to name it. */
function redirect(request: SwiftRequest, path: SwiftPath, query: URLSearchParams = request.query): SwiftRequest {
  const headers: HeaderMap = new Map(request.headers).set(reservedNamesHeader, "true");
  const { method, body, contentLength } = request;
  return makeSubrequest(request, { method, path, headers, body, contentLength, query, authorize: "inherit" });
}

async function read(versioned: Versioned, id: string, version: Ticks): Promise<SwiftResponse> {
  const response = await versioned.next(redirect(versioned.request, versionPath(versioned, version)));
  if (response.status >= 300 || response.headers.get("content-type") !== deleteMarkerType) {
    if (response.status < 300) response.headers.set(versionIdHeader, id);
    return response;
  }
  discardBody(response.body);
  const missing = answer(404, [[versionIdHeader, id]]);
  missing.headers.set("content-type", deleteMarkerType);
  return missing;
}

/** The unversioned object of a name: what was written while there were no versions, as long as it is the current one. */
async function readUnversioned(request: SwiftRequest, path: SwiftPath, container: string | null, next: Handler): Promise<SwiftResponse> {
  const response = await next(request);
  if (response.status >= 300) return response;
  if (container !== null && versionReached(response.headers, path, container) !== null) {
    discardBody(response.body);
    return answer(404);
  }
  response.headers.set(versionIdHeader, "null");
  return response;
}

/** The id of the current version; null where there is none or the object is no version. */
async function currentVersion(versioned: Versioned): Promise<string | SwiftResponse | null> {
  const { request, path, versioning, next } = versioned;
  const head = await lookExactly(request, next, path);
  if (head.status === 404) return null;
  const refused = refuseVersionStep(head);
  if (refused !== null) return refused;
  return isTruthy(head.headers.get(versionLinkHeader)) ? versionLinked(head.headers, versioning.container) : null;
}

/** Removes a version for good; the link too, where it leads there. */
async function remove(versioned: Versioned, id: string, version: Ticks): Promise<SwiftResponse> {
  const { request, next } = versioned;
  const current = await currentVersion(versioned);
  if (current !== null && typeof current !== "string") return current;
  const isCurrent = current !== null && parseVersionId(current) === version;
  if (isCurrent) {
    const unlinked = await next({ ...request, query: new URLSearchParams() });
    const refused = refuseVersionStep(unlinked);
    if (refused !== null) return refused;
  }
  const response = await next(redirect(request, versionPath(versioned, version), new URLSearchParams()));
  response.headers.set(versionIdHeader, id).set(currentVersionIdHeader, isCurrent ? "null" : (current ?? "null"));
  return response;
}

async function restore(versioned: Versioned, version: Ticks, exists: (container: string) => boolean): Promise<SwiftResponse> {
  const request = await withEmptyBody(versioned.request);
  if (request === null) return answerText(400, "PUT version-id requests require a zero byte body");
  const refused = refuse(request, versioned.metadata);
  if (refused !== null) return refused;
  const response = await pointAtWritten({ ...versioned, request }, version);
  if (response.status !== 404) return response;
  return exists(versioned.versioning.container) ? answerText(404, "The specified version does not exist") : answerNoVersions();
}

/** Answers a request with a `version-id`. `versioned` is null where the container never had versions. */
export async function answerVersion(
  versioned: Versioned | null,
  request: SwiftRequest,
  next: Handler,
  exists: (container: string) => boolean,
): Promise<SwiftResponse> {
  const { method } = request;
  const id = request.query.get("version-id")!;
  const path = request.path!;
  if (method === "POST") return refuseText(`${method} to a specific version is not allowed`);
  const isReading = method === "GET" || method === "HEAD";
  if (id === "null") {
    if (method === "PUT") return refuseText("Invalid version parameter");
    return isReading ? readUnversioned(request, path, versioned?.versioning.container ?? null, next) : next(request);
  }
  if (versioned === null) return refuseText("version-aware operations require that the container is versioned");
  const version = parseVersionId(id);
  if (version === null) return refuseText("Invalid version parameter");
  if (method === "DELETE") return remove(versioned, id, version);
  if (method === "PUT") return restore(versioned, version, exists);
  return isReading ? read(versioned, id, version) : next(request);
}
