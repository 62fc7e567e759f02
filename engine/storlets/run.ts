/** One run of a storlet inside a request: its bundle, inputs, record and log. Owns what GET, PUT and copies have in common; answers no client. */
import { setTimeout as delay } from "node:timers/promises";
import { failureOf } from "../compute/failure.ts";
import type { Invocation, InvocationInput } from "../compute/types.ts";
import type { Door, Language } from "../contract/index.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { discardBody, streamOf, type ByteStream } from "../support/streams.ts";
import { answer } from "../swift/protocol/errors.ts";
import { makeSubrequest } from "../swift/request.ts";
import type { Handler, HeaderMap, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import type { ReadObject } from "./bundles.ts";
import { messageProblem } from "./message-size.ts";
import type { Place } from "./originals.ts";
import { isResponse, type InvokeOptions, type ObjectPath, type Prepared } from "./prepare.ts";
import { refuse, refusals } from "./refusals.ts";
import { applyOutputMetadata, scopeOf, userMetadata } from "./rules.ts";
import { uploadRunLog } from "./run-log.ts";
import { beginRun, type RunRecord } from "./run-record.ts";

/** What is to be run on what. */
export interface RunPlan {
  readonly door: Door;
  readonly request: SwiftRequest;
  readonly next: Handler;
  /** The object that the record names. */
  readonly path: ObjectPath;
  readonly prepared: Prepared;
  readonly primary: InvocationInput;
  /** How a failure is answered: as on GET (503), or in the words of a write (500). */
  readonly failsAs: "get" | "write";
  readonly place: Place;
  /** Range that the real runtime would be told of; it is cut already. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** A storlet that has begun to answer. */
export interface Begun {
  readonly record: RunRecord;
  readonly invocation: Invocation;
  /** Its output, as this profile lets it end. The log of the run is uploaded before the stream ends. */
  readonly output: ByteStream;
  /** Resolves when the run is over and its log, where asked for, is uploaded. */
  readonly over: Promise<void>;
}

/** The extra inputs, opened as the caller. The real system takes an error page for data. */
async function openExtras(options: InvokeOptions, plan: RunPlan): Promise<InvocationInput[] | SwiftResponse> {
  const inputs: InvocationInput[] = [];
  const { notes, extraPaths } = plan.prepared;
  for (const [index, { container, object }] of extraPaths.entries()) {
    const path = { account: plan.path.account, container, object };
    const referer = plan.request.headers.get("referer");
    const headers: HeaderMap = new Map(referer === undefined ? [] : [["referer", referer]]);
    const given = notes.repeat?.exact?.extras[index];
    const response = given ?? (await plan.next(makeSubrequest(plan.request, { method: "GET", path, headers, authorize: "inherit" })));
    if (response.status !== 200 && !options.habits.readsErrorPages) {
      for (const input of inputs) discardBody(input.body);
      return response;
    }
    const { body } = given ?? notes.addExtra({ container, object }, response);
    inputs.push({ body: body ?? Buffer.alloc(0), metadata: userMetadata(response.headers) });
  }
  return inputs;
}

/** The answer to a run that did not begin. `isOurs` where the storlet's files could not be had: nothing ran. */
function answerFailure(plan: RunPlan, error: StudioError, isOurs: boolean): SwiftResponse {
  if (error.code === "CANCELLED") return answer(499);
  if (plan.failsAs === "get") return isOurs && plan.place === "proxy" ? refuse(500, refusals.internal) : answer(503);
  return isOurs ? refuse(500, refusals.internal) : answerWriteFailure(error);
}

/** What a write answers where its storlet failed: the texts of the real middleware. */
export function answerWriteFailure(error: StudioError): SwiftResponse {
  if (error.code === "CANCELLED") return answer(499);
  if (error.code === "STORLET_TIMEOUT" || error.code === "STORLET_STALLED") return refuse(500, refusals.timedOut);
  if (error.family === "internal") return refuse(500, refusals.internal);
  return refuse(500, refusals.failed);
}

function startRecord(options: InvokeOptions, plan: RunPlan): RunRecord {
  const { compute, logs, clock, habits } = options;
  const { request, path, prepared, door } = plan;
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
      profile: habits.profile,
      ...(prepared.notes.repeat === null ? {} : { replay: prepared.notes.repeat.replay }),
    },
    defaults: { kind: compute.kind, isolated: compute.isolated, cold: false, image: null },
    clock,
    logs,
    put: (run) => options.recordRun(run),
  });
}

/** Ends the record of a run that never began to answer. */
function finishFailed(record: RunRecord, error: StudioError, status: number): void {
  const failure = failureOf(error);
  const state = error.code === "CANCELLED" ? "cancelled" : error.code === "STORLET_TIMEOUT" ? "timed-out" : "failed";
  record.finish({
    placement: failure?.placement ?? null,
    outcome: failure?.outcome ?? { state, error, exception: null, bytesIn: 0, bytesOut: 0, contract: null },
    status: state === "cancelled" ? null : status,
  });
}

/** The same stream, ended only once `atEnd` has settled; with `quietly`, an error ends it as if it were complete. */
function withEnding(output: ByteStream, quietly: boolean, atEnd: Promise<void> | null): ByteStream {
  if (!quietly && atEnd === null) return output;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* output;
    } catch (error) {
      if (!quietly) throw error;
    }
    await atEnd;
  }
  return streamOf(chunks(), (reason) => output.cancel(reason));
}

/**
 * Runs the storlet. Resolves once it has begun to answer, or with the response to send where it did not: the record is finished
 * then. The inputs are released in every case.
 */
export async function beginStorlet(options: InvokeOptions, plan: RunPlan): Promise<Begun | SwiftResponse> {
  const { prepared, request, next, path } = plan;
  const { account } = path;
  const extras = await openExtras(options, plan);
  if (isResponse(extras)) {
    discardBody(plan.primary.body);
    return extras;
  }
  const inputs = [plan.primary, ...extras];
  const tooLarge = checkMessage(plan, inputs);
  if (tooLarge !== null && !options.habits.overrunsMessages) {
    for (const input of inputs) discardBody(input.body);
    return refuse(400, tooLarge);
  }

  const afterSeq = prepared.wantsLog ? (options.logs.history({}, 1).at(-1)?.seq ?? 0) : 0;
  const record = startRecord(options, plan);
  options.clashes.note({ account, scope: scopeOf(account), storlet: prepared.storlet, main: prepared.main });
  const { storlet, main } = prepared;
  const { logs, habits } = options;
  const uploadLog = async (): Promise<void> => {
    if (!prepared.wantsLog || habits.failsLogUpload) return;
    await uploadRunLog({ logs, request, next, account, storlet, main, runId: record.id, afterSeq });
  };

  let isOurs = true;
  let language: Language | null = null;
  let executedMs = 0;
  let invocation: Invocation;
  try {
    record.enter("fetch");
    const read: ReadObject = (method, container, object) =>
      next(makeSubrequest(request, { method, path: { account, container, object }, authorize: "none" }));
    const again = prepared.notes.repeat?.exact?.bundle;
    const bundle = again ?? (await options.bundleOf(scopeOf(account), prepared.storlet, prepared.storletHeaders, read));
    record.setDigest(bundle.digest);
    prepared.notes.addCode(bundle);
    language = bundle.language;
    isOurs = false;
    if (tooLarge !== null) throw new StudioError("INPUT_TOO_LARGE", tooLarge, { hint: "The real daemon ends over such a message." });
    invocation = await options.compute.invoke({
      id: record.id,
      scope: scopeOf(account),
      bundle,
      params: prepared.params,
      inputs,
      deadlines: habits.fixesOutputGap ? { ...options.deadlines, gapMs: 10_000 } : options.deadlines,
      signal: request.signal,
      onPhase(phase) {
        if (phase === "execute") executedMs = options.clock.elapsedMs();
        record.enter(phase);
      },
    });
  } catch (thrown) {
    for (const input of inputs) discardBody(input.body);
    const error = toStudioError(thrown);
    const isWaitedFor = habits.waitsForJava && language === "java" && endsBeforeMetadata(error);
    if (isWaitedFor) await waitOut(options, executedMs, request.signal);
    const response = answerFailure(plan, isWaitedFor ? new StudioError("STORLET_TIMEOUT", error.message, { cause: error }) : error, isOurs);
    finishFailed(record, error, response.status);
    await uploadLog();
    return response;
  }
  if (prepared.wantsLog && habits.failsLogUpload) return failLogUpload(plan, record, invocation);
  const uploaded = prepared.wantsLog ? invocation.outcome.then(uploadLog) : null;
  const output = withEnding(invocation.output, habits.endsQuietly, uploaded);
  return { record, invocation, output, over: uploaded ?? invocation.outcome.then(() => {}) };
}

/** Where the real Java daemon leaves the stream of the metadata open. */
function endsBeforeMetadata({ code }: StudioError): boolean {
  return code === "STORLET_EXCEPTION" || code === "STORLET_NO_METADATA";
}

/** Waits for metadata that will not come, as long as a storlet may take for it or until the client leaves. */
async function waitOut({ clock, deadlines }: InvokeOptions, sinceMs: number, signal: AbortSignal): Promise<void> {
  const leftMs = deadlines.replyMs - (clock.elapsedMs() - sinceMs);
  if (leftMs > 0) await delay(leftMs, undefined, { signal }).catch(() => {});
}

/** The real middleware runs the storlet, then fails to upload its log, and with that the request. */
async function failLogUpload(plan: RunPlan, record: RunRecord, invocation: Invocation): Promise<SwiftResponse> {
  invocation.output.cancel();
  const response = plan.failsAs === "get" && plan.place === "object" ? answer(503) : refuse(500, refusals.internal);
  record.finish({ placement: invocation.placement, outcome: await invocation.outcome, status: response.status });
  return response;
}

function checkMessage(plan: RunPlan, inputs: readonly InvocationInput[]): string | null {
  const params = { ...plan.prepared.params, storlet_execution_path: `/var/lib/storlets/${plan.prepared.main}` };
  const told = inputs.map(({ metadata }, index) =>
    index === 0 && plan.range !== undefined ? { metadata, range: plan.range } : { metadata },
  );
  return messageProblem(params, told);
}

/** Puts the storlet's metadata over headers, and logs what cannot be sent or changes on its way. */
export function applyMetadata(options: InvokeOptions, begun: Begun, headers: HeaderMap, kind: "request" | "response"): void {
  const { refused, renamed } = applyOutputMetadata(headers, begun.invocation.metadata, kind);
  const say = (text: string): void => options.logs.write({ level: "warn", source: "engine", run: begun.record.id, text });
  const list = (keys: readonly string[]): string => keys.map((key) => JSON.stringify(key)).join(", ");
  if (refused.length > 0) say(`metadata left out, a header name cannot have these characters: ${list(refused)}`);
  if (renamed.length > 0) say(`metadata keys are stored with - for _, as on the real system: ${list(renamed)}`);
}
