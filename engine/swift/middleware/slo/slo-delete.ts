/** `DELETE ?multipart-manifest=delete`: the segments, what they are made of, and the manifest last. Owns the walk over manifests. */
import type { Clock } from "../../../support/clock.ts";
import { discardBody } from "../../../support/streams.ts";
import { refuse } from "../../backend/common.ts";
import { answerText, htmlType } from "../../protocol/errors.ts";
import { percentEncode } from "../../protocol/paths.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { attempt } from "../bulk/attempt.ts";
import { createDeleteReport, deleteAll, type Deletable } from "../bulk/delete-all.ts";
import { answerReport, BulkFailure, forReaders, negotiateReport, quoteName, statusLine } from "../bulk/report.ts";
import { addBackendValue, inheritedHeaders } from "../segmented.ts";
import { isManifest, manifestMark } from "./headers.ts";
import { isInline, manifestLimits, splitSegmentPath, type ManifestEntry, type StoredSegment } from "./manifest.ts";
import { parseStored } from "./slo-get.ts";

export interface SloDeleteOptions {
  readonly clock: Clock;
  /** Lets objects go away soon, without waiting for that. Survives a crash. */
  removeSoon(objects: readonly { account: string; container: string; object: string }[]): Promise<void>;
  onBug(error: unknown, request: SwiftRequest): void;
}

interface ObjectName {
  readonly container: string;
  readonly object: string;
}

/** Reads a manifest with the caller's rights. Throws what the report is to say where it cannot. */
async function fetchManifest(request: SwiftRequest, next: Handler, name: ObjectName, version: string | null): Promise<ManifestEntry[]> {
  const query = new URLSearchParams({ "multipart-manifest": "get" });
  if (version !== null) query.set("version-id", version);
  const headers = inheritedHeaders(request).set("range", "bytes=-1");
  // Of an object that turns out to be none, one byte is enough.
  addBackendValue(headers, "x-backend-ignore-range-if-metadata-present", manifestMark);
  const path = { account: request.path!.account, ...name };
  const response = await attempt(next, makeSubrequest(request, { method: "GET", path, headers, query, authorize: "inherit" }));
  const { status } = response;
  if (status === 200 && isManifest(response.headers)) return parseStored(response);
  discardBody(response.body);
  // A suffix of an empty object is answered with all of it.
  if (status === 200 || status === 206 || status === 416) throw new BulkFailure(400, "Not an SLO manifest");
  if (status === 404) throw new BulkFailure(404, "SLO manifest not found");
  if (status === 401) throw new BulkFailure(401, statusLine(401));
  throw new BulkFailure(500, "Unable to load SLO manifest or segment.");
}

type Step = {
  readonly name: ObjectName;
  readonly version: string | null;
  readonly isManifest: boolean;
  readonly failure: BulkFailure | null;
};

/** Breadth first: a manifest comes again, to be deleted, behind all that it names. */
async function* walk(request: SwiftRequest, next: Handler, own: ObjectName): AsyncGenerator<Deletable> {
  const queue: Step[] = [{ name: own, version: request.query.get("version-id"), isManifest: true, failure: null }];
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const { name, version, failure } = step;
    if (queue.length > manifestLimits.maxSegments * 10) throw new BulkFailure(400, "Too many buffered slo segments to delete.");
    if (!step.isManifest) {
      const quoted = quoteName(`/${name.container}/${name.object}`);
      yield { quoted, target: name, version, failure };
      continue;
    }
    let failed: BulkFailure | null = null;
    try {
      for (const entry of await fetchManifest(request, next, name, version)) {
        if (!isInline(entry)) queue.push(toStep(entry));
      }
    } catch (thrown) {
      if (!(thrown instanceof BulkFailure)) throw thrown;
      failed = thrown;
    }
    queue.push({ name, version, isManifest: false, failure: failed });
  }
}

function toStep(segment: StoredSegment): Step {
  return { name: splitSegmentPath(segment.name)!, version: null, isManifest: segment.sub_slo === true, failure: null };
}

/** The refusal of a DELETE by what the container's write ACL says, or null. */
async function refuseDelete(request: SwiftRequest, next: Handler, container: string): Promise<SwiftResponse | null> {
  if (request.context.authorize === null) return null;
  const path = { account: request.path!.account, container, object: null };
  const { headers } = await next(makeSubrequest(request, { method: "HEAD", path, authorize: "none" }));
  return refuse(request, Object.fromEntries(headers));
}

/** `async=on`: the segments go away later, the manifest now. */
async function deleteSoon(request: SwiftRequest, own: ObjectName, next: Handler, options: SloDeleteOptions): Promise<SwiftResponse> {
  let entries: ManifestEntry[];
  try {
    entries = await fetchManifest(request, next, own, request.query.get("version-id"));
  } catch (thrown) {
    if (!(thrown instanceof BulkFailure)) throw thrown;
    return answerText(thrown.status, thrown.text, [], htmlType);
  }
  const segments = entries.flatMap((entry) => (isInline(entry) ? [] : [entry]));
  const names = segments.map((segment) => splitSegmentPath(segment.name)!);
  const containers = [...new Set(names.map(({ container }) => container))];
  if (containers.length > 1) {
    const listed = containers.map((container) => `"${percentEncode(container)}"`).join(", ");
    return answerText(400, `All segments must be in one container. Found segments in ${listed}`, [], htmlType);
  }
  if (segments.some((segment) => segment.sub_slo)) return answerText(400, "No segments may be large objects.", [], htmlType);
  for (const container of new Set([own.container, ...containers])) {
    const refused = await refuseDelete(request, next, container);
    if (refused !== null) return refused;
  }
  const { account } = request.path!;
  await options.removeSoon(names.map((name) => ({ account, ...name })));
  return next(request);
}

/** Answers 200 whatever happens: the report in the body says what. */
export async function deleteWithSegments(
  request: SwiftRequest,
  path: SwiftPath,
  next: Handler,
  options: SloDeleteOptions,
  isAsync: boolean,
): Promise<SwiftResponse> {
  const own = { container: path.container!, object: path.object! };
  if (isAsync) return deleteSoon(request, own, next, options);
  const type = negotiateReport(request.headers.get("accept"));
  const report = createDeleteReport();
  const targets = walk(request, next, own);
  const work = forReaders(type, deleteAll(request, next, { targets, headers: inheritedHeaders(request) }, report));
  return answerReport(report, work, { clock: options.clock, type, root: "delete", onBug: (error) => options.onBug(error, request) });
}
