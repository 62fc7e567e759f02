/** The copy doors: COPY, and PUT with X-Copy-From. The storlet reads one object, and its output becomes another one. */
import { discardBody } from "../support/streams.ts";
import { isSuccess } from "../swift/protocol/errors.ts";
import { makeSubrequest } from "../swift/request.ts";
import type { Handler, HeaderMap, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import { copyTargetHeaders, describeOrigin, readCopyPath, unsupportedCopyHeader } from "./copy-rules.ts";
import { primaryInput } from "./get.ts";
import type { Source } from "./originals.ts";
import {
  isResponse,
  readInputRange,
  readRequest,
  refuseRunOnProxy,
  verifyStorlet,
  type InvokeOptions,
  type ObjectPath,
  type Prepared,
} from "./prepare.ts";
import { storeOutput } from "./put.ts";
import { refuse, refusals } from "./refusals.ts";
import { withoutStorletHeaders, type ObjectName } from "./rules.ts";
import { applyMetadata, beginStorlet, type Begun } from "./run.ts";
import { openSource } from "./source.ts";

/** COPY or PUT with X-Copy-From, and X-Run-Storlet. */
export async function runOnCopy(options: InvokeOptions, request: SwiftRequest, path: ObjectPath, next: Handler): Promise<SwiftResponse> {
  discardBody(request.body);
  const isVerb = request.method === "COPY";
  const asked = readRequest(options, request);
  if (isResponse(asked)) return asked;
  if (isVerb && (request.headers.get("destination") ?? "") === "") return refuse(412, refusals.noDestination);
  const prepared = await verifyStorlet(options, request, path.account, next, asked);
  if (isResponse(prepared)) return prepared;
  const unsupported = unsupportedCopyHeader(request.headers, !options.habits.refusesFreshMetadata);
  if (unsupported !== null) return refuse(400, unsupported);
  const other = readCopyPath(request.headers, isVerb ? "Destination" : "X-Copy-From");
  if ("refusal" in other) return refuse(412, other.refusal);
  const refusedValue = refuseRunOnProxy(request);
  if (refusedValue !== null) return refusedValue;
  return copyThrough(
    options,
    request,
    prepared,
    next,
    isVerb ? { from: path, to: { ...path, ...other } } : { from: { ...path, ...other }, to: path },
  );
}

/** The GET of the source. `If-None-Match: *` is about the target. */
function sourceRequest(request: SwiftRequest, from: ObjectPath): SwiftRequest {
  const headers: HeaderMap = new Map(request.headers);
  for (const name of ["destination", "x-copy-from", "content-length", "transfer-encoding", "content-type", "etag"]) headers.delete(name);
  if (headers.get("if-none-match")?.trim() === "*") headers.delete("if-none-match");
  return makeSubrequest(request, { method: "GET", path: from, headers, query: request.query, authorize: "inherit" });
}

async function copyThrough(
  options: InvokeOptions,
  request: SwiftRequest,
  prepared: Prepared,
  next: Handler,
  { from, to }: { from: ObjectPath; to: ObjectPath },
): Promise<SwiftResponse> {
  const range = readInputRange(options, request);
  if (isResponse(range)) return range;
  const source = await openSource(options, sourceRequest(request, from), prepared, next, { range: range.range, isCopy: true });
  if (!source.runs) return settleUnrun(options, request, source, next, from, to);
  const begun = await beginStorlet(options, {
    door: "COPY",
    request,
    next,
    path: from,
    prepared,
    primary: primaryInput(source.response),
    // Beside the object, the failure is that of the source's GET.
    failsAs: source.place === "object" ? "get" : "write",
    place: source.place,
    ...(source.range === undefined ? {} : { range: source.range }),
  });
  if (isResponse(begun)) {
    if (source.place === "object") return settleUnrun(options, request, { ...source, response: begun }, next, from, to);
    return begun;
  }
  const put = targetRequest(options, request, source, begun, to);
  const response = await storeOutput(options, begun, put, next);
  describeOrigin(response, from.account, from, source.response.headers.get("last-modified"));
  return response;
}

/** Where nothing ran: the source's answer, or its copy where the real system makes one of whatever the source answered. */
async function settleUnrun(
  options: InvokeOptions,
  request: SwiftRequest,
  source: Source,
  next: Handler,
  from: ObjectName,
  to: ObjectPath,
): Promise<SwiftResponse> {
  const { response: got } = source;
  if (!isSuccess(got.status) && !options.habits.copiesErrorPages) return got;
  const put = targetRequest(options, request, source, null, to);
  put.headers.set("transfer-encoding", "chunked");
  try {
    const response = await next({ ...put, body: got.body ?? Buffer.alloc(0), contentLength: null });
    describeOrigin(response, to.account, from, got.headers.get("last-modified"));
    return response;
  } finally {
    discardBody(got.body);
  }
}

/** The PUT of the target, without its body. */
function targetRequest(options: InvokeOptions, request: SwiftRequest, source: Source, begun: Begun | null, to: ObjectPath): SwiftRequest {
  const headers = copyTargetHeaders(withoutStorletHeaders(request.headers), source.response.headers);
  const ifNoneMatch = request.headers.get("if-none-match");
  if (ifNoneMatch?.trim() === "*") headers.set("if-none-match", ifNoneMatch);
  if (begun !== null) {
    const contentType = headers.get("content-type");
    applyMetadata(options, begun, headers, "request");
    // What a storlet says beside the object reaches the copy as metadata of the source: its content type does not.
    if (source.place === "object") {
      if (contentType === undefined) headers.delete("content-type");
      else headers.set("content-type", contentType);
    }
  }
  return makeSubrequest(request, { method: "PUT", path: to, headers, query: request.query, authorize: "inherit", contentLength: null });
}
