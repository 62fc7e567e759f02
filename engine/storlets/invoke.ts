/** Running a storlet inside a GET or a PUT: what it reads, what becomes of its output, and which answer a failure gives. */
import type { LogBus } from "../compute/log-bus.ts";
import type { Bundle, Compute, Deadlines, Invocation, InvocationInput } from "../compute/types.ts";
import { failureOf } from "../compute/failure.ts";
import type { Run } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import { toStudioError, type StudioError } from "../support/errors.ts";
import { discardBody, type Body } from "../support/streams.ts";
import { answer } from "../swift/protocol/errors.ts";
import { makeSubrequest } from "../swift/request.ts";
import type { Handler, HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import { resolveBundle, type ReadObject } from "./bundles.ts";
import { refuse, refusals } from "./refusals.ts";
import {
  applyOutputMetadata,
  isByteRange,
  isTrue,
  readExtraResources,
  readParameters,
  scopeOf,
  storletContainer,
  userMetadata,
  withoutStorletHeaders,
} from "./rules.ts";
import { beginRun, type RunRecord } from "./run-record.ts";

export interface InvokeOptions {
  compute: Compute;
  logs: LogBus;
  clock: Clock;
  deadlines: Deadlines;
  recordRun(run: Run): void;
}

/** A path that names an object. */
export type ObjectPath = SwiftPath & { container: string; object: string };

/** What GET and PUT have in common: who runs what, with which parameters and extra inputs. */
interface Prepared {
  storlet: string;
  storletHeaders: HeaderMap;
  params: Record<string, string>;
  extraPaths: { container: string; object: string }[];
}

/** Checks everything that can be refused before an object is touched. */
async function prepare(request: SwiftRequest, path: ObjectPath, next: Handler): Promise<Prepared | SwiftResponse> {
  if ((request.headers.get("x-storlet-run-on-proxy") ?? "").trim() !== "") return refuse(400, refusals.runOnProxy);
  if (isTrue(request.headers.get("x-storlet-generate-log"))) {
    return refuse(501, "X-Storlet-Generate-Log is not emulated yet. The log is in the studio's log view and in `studio logs`.");
  }
  const parameters = readParameters(request.query, request.headers);
  if ("refusal" in parameters) return refuse(400, parameters.refusal);
  const extra = readExtraResources(request.headers);
  if ("refusal" in extra) return refuse(400, extra.refusal);

  const storlet = request.headers.get("x-run-storlet") as string;
  const head = await next(
    makeSubrequest(request, {
      method: "HEAD",
      path: { account: path.account, container: storletContainer, object: storlet },
      authorize: "inherit",
    }),
  );
  discardBody(head.body);
  if (head.status < 200 || head.status > 299) return refuse(401, refusals.noStorlet);
  return { storlet, storletHeaders: head.headers, params: parameters.params, extraPaths: extra.paths };
}

function isResponse(value: Prepared | SwiftResponse | InvocationInput[]): value is SwiftResponse {
  return "status" in value;
}

function systemReader(request: SwiftRequest, path: SwiftPath, next: Handler): ReadObject {
  return (method, container, object) =>
    next(makeSubrequest(request, { method, path: { account: path.account, container, object }, authorize: "none" }));
}

/** The extra inputs, opened as the requester. The real system takes an error page for data; here the error is the answer. */
async function openExtras(
  request: SwiftRequest,
  path: SwiftPath,
  next: Handler,
  prepared: Prepared,
): Promise<InvocationInput[] | SwiftResponse> {
  const inputs: InvocationInput[] = [];
  for (const { container, object } of prepared.extraPaths) {
    const response = await next(
      makeSubrequest(request, { method: "GET", path: { account: path.account, container, object }, authorize: "inherit" }),
    );
    if (response.status !== 200) {
      for (const input of inputs) discardBody(input.body);
      return response;
    }
    inputs.push({ body: response.body ?? Buffer.alloc(0), metadata: userMetadata(response.headers) });
  }
  return inputs;
}

/** Runs the bundle and follows it in the record. `settled` is told once the client's status is known. */
async function execute(
  options: InvokeOptions,
  record: RunRecord,
  request: SwiftRequest,
  scope: string,
  prepared: Prepared,
  inputs: InvocationInput[],
  read: ReadObject,
): Promise<Invocation> {
  let bundle: Bundle;
  try {
    record.enter("fetch");
    bundle = await resolveBundle(prepared.storlet, prepared.storletHeaders, read);
    record.setDigest(bundle.digest);
  } catch (error) {
    for (const input of inputs) discardBody(input.body);
    throw error;
  }
  return options.compute.invoke({
    id: record.id,
    scope,
    bundle,
    params: prepared.params,
    inputs,
    deadlines: options.deadlines,
    signal: request.signal,
    onPhase: (phase) => record.enter(phase),
  });
}

/** Ends the record of a run that never began to answer. */
function finishFailed(record: RunRecord, thrown: unknown, status: number): StudioError {
  const error = toStudioError(thrown);
  const failure = failureOf(error);
  const state = error.code === "CANCELLED" ? "cancelled" : error.code === "STORLET_TIMEOUT" ? "timed-out" : "failed";
  record.finish({
    placement: failure?.placement ?? null,
    outcome: failure?.outcome ?? { state, error, exception: null, bytesIn: 0, bytesOut: 0 },
    status: state === "cancelled" ? null : status,
  });
  return error;
}

function startRecord(options: InvokeOptions, request: SwiftRequest, path: ObjectPath, prepared: Prepared, door: "GET" | "PUT"): RunRecord {
  const { compute, logs, clock } = options;
  return beginRun({
    facts: {
      startedAtMs: request.context.startedAtMs,
      transactionId: request.context.transactionId,
      account: path.account,
      scope: scopeOf(path.account),
      storlet: prepared.storlet,
      door,
      object: `${path.container}/${path.object}`,
      params: prepared.params,
    },
    defaults: { kind: compute.kind, isolated: compute.isolated, cold: false },
    clock,
    logs,
    put: (run) => options.recordRun(run),
  });
}

/** The primary input of a GET, or the response that takes its place. */
async function openSource(request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
  const range = request.headers.get("x-storlet-range");
  const headers = withoutStorletHeaders(request.headers);
  if (range === undefined) return next({ ...request, headers, query: new URLSearchParams() });
  const ranged = await next({ ...request, headers: new Map(headers).set("range", range), query: new URLSearchParams() });
  // On an object node the range is cut while reading: one that begins beyond the end is an empty input, not an error.
  if (ranged.status !== 416 || request.headers.has("x-storlet-run-on-proxy")) return ranged;
  discardBody(ranged.body);
  const whole = await next({ ...request, method: "HEAD", headers, query: new URLSearchParams() });
  return whole.status === 200 ? { ...whole, body: Buffer.alloc(0) } : whole;
}

/** GET: the storlet reads the object, the client gets its output. */
export async function runOnGet(options: InvokeOptions, request: SwiftRequest, path: ObjectPath, next: Handler): Promise<SwiftResponse> {
  if (request.headers.has("range")) return refuse(400, refusals.range);
  const range = request.headers.get("x-storlet-range");
  if (range !== undefined && !isByteRange(range)) return refuse(400, `X-Storlet-Range does not name a range of bytes: ${range}`);
  const prepared = await prepare(request, path, next);
  if (isResponse(prepared)) return prepared;

  const source = await openSource(request, next);
  if (source.status !== 200 && source.status !== 206) return source;
  const extras = await openExtras(request, path, next, prepared);
  if (isResponse(extras)) {
    discardBody(source.body);
    return extras;
  }

  const record = startRecord(options, request, path, prepared, "GET");
  try {
    const primary: InvocationInput = { body: source.body ?? Buffer.alloc(0), metadata: userMetadata(source.headers) };
    const read = systemReader(request, path, next);
    const invocation = await execute(options, record, request, scopeOf(path.account), prepared, [primary, ...extras], read);
    record.streaming(invocation.placement, 200);
    void invocation.outcome.then((outcome) => record.finish({ placement: invocation.placement, outcome, status: 200 }));
    return answerGet(options, record, request, source, invocation);
  } catch (error) {
    finishFailed(record, error, 503);
    return answer(503);
  }
}

/** 200 with the original's headers, the storlet's metadata over them, and its output as the body. */
function answerGet(
  options: InvokeOptions,
  record: RunRecord,
  request: SwiftRequest,
  source: SwiftResponse,
  invocation: Invocation,
): SwiftResponse {
  const headers = new Map(source.headers);
  const contentRange = headers.get("content-range");
  for (const name of ["content-length", "transfer-encoding", "content-range"]) headers.delete(name);
  // Only a range that was cut by HTTP, as on a proxy, is reported.
  if (contentRange !== undefined && request.headers.has("x-storlet-run-on-proxy")) headers.set("storlet-input-range", contentRange);
  warnRefusedMetadata(options, record, applyOutputMetadata(headers, invocation.metadata));
  return { status: 200, headers, body: invocation.output };
}

function warnRefusedMetadata(options: InvokeOptions, record: RunRecord, keys: readonly string[]): void {
  if (keys.length === 0) return;
  const text = `metadata left out, a header name cannot have these characters: ${keys.map((key) => JSON.stringify(key)).join(", ")}`;
  options.logs.write({ level: "warn", source: "engine", run: record.id, text });
}

/** What a PUT answers where its storlet failed: the texts of the real middleware. */
function putFailure(error: StudioError): SwiftResponse {
  if (error.code === "CANCELLED") return answer(499);
  if (error.code === "STORLET_TIMEOUT" || error.code === "STORLET_STALLED") return refuse(500, "Storlet execution timed out");
  if (error.family === "internal") return refuse(500, "Internal server error");
  return refuse(500, "Storlet execution failed");
}

/** PUT: the storlet reads what the client sends, its output is stored. */
export async function runOnPut(options: InvokeOptions, request: SwiftRequest, path: ObjectPath, next: Handler): Promise<SwiftResponse> {
  const prepared = await prepare(request, path, next);
  if (isResponse(prepared)) {
    discardBody(request.body);
    return prepared;
  }
  const extras = await openExtras(request, path, next, prepared);
  if (isResponse(extras)) {
    discardBody(request.body);
    return extras;
  }

  const record = startRecord(options, request, path, prepared, "PUT");
  let invocation: Invocation;
  try {
    const body: Body = request.body ?? Buffer.alloc(0);
    const read = systemReader(request, path, next);
    invocation = await execute(
      options,
      record,
      request,
      scopeOf(path.account),
      prepared,
      [{ body, metadata: userMetadata(request.headers) }, ...extras],
      read,
    );
  } catch (error) {
    return putFailure(finishFailed(record, error, 500));
  }

  record.streaming(invocation.placement, 201);
  const headers = withoutStorletHeaders(request.headers);
  headers.delete("content-length");
  // The client's ETag is of what it sent, not of what is stored: Swift would refuse every storlet that changes a byte.
  headers.delete("etag");
  warnRefusedMetadata(options, record, applyOutputMetadata(headers, invocation.metadata));
  let response: SwiftResponse;
  try {
    response = await next({ ...request, headers, query: new URLSearchParams(), body: invocation.output, contentLength: null });
  } catch (thrown) {
    // The output broke off: nothing is stored, and the outcome says why.
    invocation.output.cancel();
    const outcome = await invocation.outcome;
    response = putFailure(outcome.error ?? toStudioError(thrown));
  }
  // A refusal (no such container, over quota) leaves the output unread.
  if (response.status > 299) invocation.output.cancel();
  const outcome = await invocation.outcome;
  record.finish({ placement: invocation.placement, outcome, status: response.status });
  return response;
}
