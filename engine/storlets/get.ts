/** The GET door: the storlet reads the object, the client gets its output. */
import type { InvocationInput } from "../compute/types.ts";
import type { Handler, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import type { Source } from "./originals.ts";
import {
  isResponse,
  readInputRange,
  readRequest,
  refuseRunOnProxy,
  verifyStorlet,
  type InvokeOptions,
  type ObjectPath,
} from "./prepare.ts";
import { refuse, refusals } from "./refusals.ts";
import { userMetadata } from "./rules.ts";
import { applyMetadata, beginStorlet, type Begun } from "./run.ts";
import { openSource } from "./source.ts";

/** GET with X-Run-Storlet. */
export async function runOnGet(options: InvokeOptions, request: SwiftRequest, path: ObjectPath, next: Handler): Promise<SwiftResponse> {
  const asked = readRequest(options, request);
  if (isResponse(asked)) return asked;
  if (request.headers.has("range")) return refuse(400, refusals.range);
  const prepared = await verifyStorlet(options, request, path.account, next, asked);
  if (isResponse(prepared)) return prepared;
  const refusedValue = refuseRunOnProxy(request);
  if (refusedValue !== null) return refusedValue;
  const range = readInputRange(options, request);
  if (isResponse(range)) return range;

  const source = await openSource(options, request, prepared, next, { range: range.range, isCopy: false });
  if (!source.runs) return source.response;
  const begun = await beginStorlet(options, {
    door: "GET",
    request,
    next,
    path,
    prepared,
    primary: primaryInput(source.response),
    failsAs: "get",
    place: source.place,
    ...(source.range === undefined ? {} : { range: source.range }),
  });
  if (isResponse(begun)) return begun;
  const { record, invocation } = begun;
  record.streaming(invocation.placement, 200);
  void invocation.outcome.then((outcome) => record.finish({ placement: invocation.placement, outcome, status: 200 }));
  return { status: 200, headers: answerHeaders(options, source, begun), body: begun.output };
}

/** An object's response as the first input of a storlet. */
export function primaryInput(response: SwiftResponse): InvocationInput {
  return { body: response.body ?? Buffer.alloc(0), metadata: userMetadata(response.headers) };
}

/** The original's headers with the storlet's metadata over them. */
function answerHeaders(options: InvokeOptions, source: Source, begun: Begun): SwiftResponse["headers"] {
  const headers = new Map(source.response.headers);
  const contentRange = headers.get("content-range");
  for (const name of ["content-length", "transfer-encoding", "content-range"]) headers.delete(name);
  // Only a range that was cut by HTTP, as on a proxy, is reported.
  if (contentRange !== undefined && source.place === "proxy") headers.set("storlet-input-range", contentRange);
  applyMetadata(options, begun, headers, "response");
  return headers;
}
