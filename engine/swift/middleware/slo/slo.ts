/**
 * Static large objects: a manifest names segments, and GET answers with their bytes. Owns the dispatch and what container listings
 * say of manifests; each method has its own file.
 */
import { readBody } from "../../../support/streams.ts";
import { answerListing } from "../../backend/common.ts";
import { answerText, htmlType } from "../../protocol/errors.ts";
import { isTruthy } from "../../protocol/headers.ts";
import { formatListedHash, parseListedHash } from "../../protocol/listed-hash.ts";
import type { Handler, Middleware, SwiftRequest, SwiftResponse } from "../../types.ts";
import { beatEveryMs } from "../bulk/report.ts";
import { manifestLimits } from "./manifest.ts";
import { deleteWithSegments, type SloDeleteOptions } from "./slo-delete.ts";
import { readManifest } from "./slo-get.ts";
import { putManifest } from "./slo-put.ts";
import { manifestMark } from "./headers.ts";

export type SloOptions = SloDeleteOptions;

export const sloInfo = {
  max_manifest_segments: manifestLimits.maxSegments,
  max_manifest_size: manifestLimits.maxBytes,
  yield_frequency: beatEveryMs / 1000,
  min_segment_size: 1,
  allow_async_delete: true,
};

const longestListing = 64 * 1024 * 1024;

interface ListedEntry {
  hash?: string;
  slo_etag?: string;
}

/** `<md5>; slo_etag=<md5>` is how a manifest's two ETags are kept: the listing shows them apart. */
function separateEtags(entry: ListedEntry): void {
  if (entry.hash === undefined) return;
  const { etag, parameters } = parseListedHash(entry.hash);
  const sloEtag = parameters.get("slo_etag");
  if (sloEtag === undefined) return;
  entry.slo_etag = `"${sloEtag}"`;
  entry.hash = formatListedHash({ etag, parameters: new Map([...parameters].filter(([name]) => name !== "slo_etag")) });
}

async function list(request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  const response = await next(request);
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  if (response.status !== 200 || !isJson) return response;
  const json = await readBody(response.body, longestListing);
  // Most containers hold no manifest: their listing is not taken apart.
  if (!json.includes("slo_etag=")) return { ...response, body: json };
  const entries = JSON.parse(json.toString("utf8")) as ListedEntry[];
  for (const entry of entries) separateEtags(entry);
  return answerListing(response.headers, entries);
}

function refuseReserved(): SwiftResponse {
  const text = "X-Static-Large-Object is a reserved header. To create a static large object add query param multipart-manifest=put.";
  return answerText(400, text, [], htmlType);
}

export function createSlo(options: SloOptions): Middleware {
  return async (request, next) => {
    const { method, path } = request;
    if (path === null || path.container === null) return next(request);
    if (path.object === null) return method === "GET" ? list(request, next) : next(request);
    if (method === "GET" || method === "HEAD") return readManifest(request, next);
    const asked = request.query.get("multipart-manifest");
    if (method === "PUT" && asked === "put") return putManifest(request, path, next, options);
    if (method === "DELETE" && asked === "delete") {
      return deleteWithSegments(request, path, next, options, isTruthy(request.query.get("async")));
    }
    // The system itself copies manifests as they are.
    if (request.headers.has(manifestMark) && request.context.authorize !== null) return refuseReserved();
    return next(request);
  };
}
