/** The PUT door: the storlet reads what the client sends, and its output is stored. Also stores the output of a copy. */
import { toStudioError } from "../support/errors.ts";
import { discardBody } from "../support/streams.ts";
import type { Handler, HeaderMap, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import { isResponse, readRequest, verifyStorlet, type InvokeOptions, type ObjectPath } from "./prepare.ts";
import { userMetadata, withoutStorletHeaders } from "./rules.ts";
import { answerWriteFailure, applyMetadata, beginStorlet, type Begun } from "./run.ts";

/** PUT with X-Run-Storlet. */
export async function runOnPut(options: InvokeOptions, request: SwiftRequest, path: ObjectPath, next: Handler): Promise<SwiftResponse> {
  const asked = readRequest(options, request);
  const prepared = isResponse(asked) ? asked : await verifyStorlet(options, request, path.account, next, asked);
  if (isResponse(prepared)) {
    discardBody(request.body);
    return prepared;
  }
  const body = prepared.notes.addSent(request.body ?? Buffer.alloc(0), request.contentLength);
  const primary = { body, metadata: userMetadata(request.headers) };
  const begun = await beginStorlet(options, { door: "PUT", request, next, path, prepared, primary, failsAs: "write", place: "proxy" });
  if (isResponse(begun)) return begun;
  const headers = withoutStorletHeaders(request.headers);
  applyMetadata(options, begun, headers, "request");
  return storeOutput(options, begun, { ...request, headers }, next);
}

/** Stores what a storlet writes by this PUT, and finishes the record with how that went. */
export async function storeOutput(options: InvokeOptions, begun: Begun, request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  const { record, invocation, output } = begun;
  record.streaming(invocation.placement, 201);
  const headers: HeaderMap = new Map(request.headers);
  headers.delete("content-length");
  headers.set("transfer-encoding", "chunked");
  // The client's ETag is of what it sent, not of what is stored: Swift would refuse every storlet that changes a byte.
  if (!options.habits.comparesClientEtag) headers.delete("etag");
  let response: SwiftResponse;
  try {
    response = await next({ ...request, headers, body: output, contentLength: null });
  } catch (thrown) {
    // The output broke off: nothing is stored, and the outcome says why.
    output.cancel();
    const outcome = await invocation.outcome;
    response = answerWriteFailure(outcome.error ?? toStudioError(thrown));
  }
  // A refusal (no such container, over quota) leaves the output unread.
  if (response.status > 299) output.cancel();
  const outcome = await invocation.outcome;
  record.finish({ placement: invocation.placement, outcome, status: response.status });
  await begun.over;
  return response;
}
