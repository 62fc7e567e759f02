/** Containers: GET, HEAD, PUT, POST, DELETE. Owns what a container answers; the store keeps it. */
import type { ContainerRecord } from "../../store/types.ts";
import { cleanAcl } from "../protocol/acl.ts";
import { answer, answerBytes, answerText, htmlType, textType } from "../protocol/errors.ts";
import { unpackTextLossy } from "../protocol/headers.ts";
import { checkContainerName } from "../protocol/limits.ts";
import { parseListingQuery, type ObjectEntry, type SubdirEntry } from "../protocol/listings.ts";
import { checkMetadata, checkStoredMetadata, mergeMetadata, type Metadata } from "../protocol/metadata.ts";
import { defaultPolicy, resolvePolicy } from "../protocol/policies.ts";
import { checkSyncTo } from "../protocol/sync.ts";
import { formatIsoTime, formatLastModified, formatTimestamp } from "../protocol/timestamps.ts";
import type { HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../types.ts";
import {
  addMetadata,
  answerListing,
  answerSummary,
  listedEtagHeader,
  listedSizeHeader,
  refuse,
  settableHeaders,
  withoutReserved,
  type BackendOptions,
  type Resource,
  type ResourceHandler,
} from "./common.ts";

const storedHeaders = new Set(["x-container-read", "x-container-write", "x-container-sync-to", "x-container-sync-key"]);

function describe(request: SwiftRequest, container: ContainerRecord): HeaderMap {
  const headers: HeaderMap = new Map([
    ["x-container-object-count", String(container.objectCount)],
    ["x-container-bytes-used", String(container.bytesUsed)],
    ["x-timestamp", formatTimestamp(container.createdTicks)],
    ["last-modified", formatLastModified(container.modifiedTicks)],
    ["x-storage-policy", container.policy],
    ["accept-ranges", "bytes"],
  ]);
  addMetadata(headers, container.metadata, request);
  return headers;
}

/** The request's headers with clean ACLs, or the 400 that says what is wrong with them. */
function cleanHeaders(request: SwiftRequest): HeaderMap | SwiftResponse {
  let headers = request.headers;
  for (const name of ["x-container-read", "x-container-write"]) {
    const value = headers.get(name);
    if (value === undefined) continue;
    const cleaned = cleanAcl(name, value);
    if ("error" in cleaned) return answerBytes(400, cleaned.error);
    headers = new Map(headers).set(name, cleaned.value);
  }
  const syncTo = headers.get("x-container-sync-to");
  const syncProblem = syncTo === undefined ? null : checkSyncTo(syncTo);
  if (syncProblem !== null) return answerText(400, syncProblem, [], htmlType);
  const problem = checkMetadata(headers, "container");
  if (problem !== null) return answerBytes(400, problem);
  return settableHeaders({ ...request, headers });
}

/** The policy a PUT asks for: null for none, a response for one that does not exist. */
function requestedPolicy(request: SwiftRequest): string | null | SwiftResponse {
  const wanted = request.headers.get("x-storage-policy");
  if (wanted === undefined || wanted === "") return null;
  return resolvePolicy(wanted) ?? answerText(400, `Invalid X-Storage-Policy '${unpackTextLossy(wanted)}'`, [], textType);
}

/** Expired objects that a DELETE of their container takes with it. */
const expiredAtOnce = 10_000;

export function createContainerResource({ store, clock }: BackendOptions): Resource {
  function read(request: SwiftRequest, path: SwiftPath): SwiftResponse {
    const container = store.findContainer(path.account, path.container!);
    const refused = refuse(request, container?.metadata ?? null);
    if (refused !== null) return refused;
    const parsed = parseListingQuery(request.query, request.target);
    if ("status" in parsed) return answerText(parsed.status, parsed.text, [], htmlType);
    if (container === null) return answer(404);
    const headers = describe(request, container);
    if (request.method === "HEAD") return answerSummary(headers);
    const query = withoutReserved(request, parsed.query);
    const items = store.listObjects(path.account, path.container!, query, clock.nowMs() / 1000);
    const entries = items.map((item): ObjectEntry | SubdirEntry => {
      if ("subdir" in item) return item;
      const { name, sizeBytes, etag, contentType, ticks, metadata } = item.record;
      return {
        bytes: Number(metadata[listedSizeHeader] ?? sizeBytes),
        // Middleware says more about an object in its listed hash (`<md5>; symlink_target=…`) and takes it out again on the way back.
        hash: unpackTextLossy(metadata[listedEtagHeader] ?? etag),
        name,
        content_type: unpackTextLossy(contentType),
        last_modified: formatIsoTime(ticks),
      };
    });
    return answerListing(headers, entries);
  }

  /** PUT and POST: merges metadata; PUT makes the container where it is missing. */
  async function write(request: SwiftRequest, path: SwiftPath): Promise<SwiftResponse> {
    const refused = refuse(request);
    if (refused !== null) return refused;
    const headers = cleanHeaders(request);
    if ("status" in headers) return headers;
    const isPut = request.method === "PUT";
    const policy = isPut ? requestedPolicy(request) : null;
    if (policy !== null && typeof policy !== "string") return policy;
    const nameProblem = isPut ? checkContainerName(path.container!) : null;
    if (nameProblem !== null) return answerText(400, nameProblem, [], htmlType);
    let stopped: SwiftResponse | null = null;
    const { before, after } = await store.writeContainer(path.account, path.container!, (existing) => {
      stopped = null;
      if (existing === null && !isPut) stopped = answer(404);
      else if (existing !== null && policy !== null && policy !== existing.policy) stopped = answer(409);
      const metadata = merge(existing?.metadata ?? {}, headers);
      const tooMuch = checkStoredMetadata(metadata, "container");
      if (tooMuch !== null) stopped ??= answerBytes(400, tooMuch);
      return stopped === null ? { metadata, policy: existing?.policy ?? policy ?? defaultPolicy } : null;
    });
    if (stopped !== null) return stopped;
    // Only a deleted account takes no containers.
    if (after === null) return answer(503);
    if (!isPut) return answer(204);
    return answer(before === null ? 201 : 202);
  }

  async function remove(request: SwiftRequest, path: SwiftPath): Promise<SwiftResponse> {
    const refused = refuse(request);
    if (refused !== null) return refused;
    let result = await store.deleteContainer(path.account, path.container!);
    if (result === "not-empty") {
      // What has expired is in no listing any more, so clients take the container for empty.
      await store.deleteExpired(clock.nowMs() / 1000, expiredAtOnce);
      result = await store.deleteContainer(path.account, path.container!);
    }
    return answer({ deleted: 204, missing: 404, "not-empty": 409 }[result]);
  }

  return new Map<string, ResourceHandler>([
    ["GET", read],
    ["HEAD", read],
    ["PUT", write],
    ["POST", write],
    ["DELETE", remove],
  ]);
}

function merge(stored: Metadata, headers: HeaderMap): Metadata {
  return mergeMetadata(stored, headers, "container", (header) => storedHeaders.has(header));
}
