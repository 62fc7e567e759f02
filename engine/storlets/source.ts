/** The object a storlet reads: opened as the caller, cut by X-Storlet-Range, and the decision where the run counts as happening. */
import { discardBody } from "../support/streams.ts";
import { answer, isSuccess } from "../swift/protocol/errors.ts";
import type { Handler, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import { withStorletRight } from "./acl.ts";
import { isOpenEnded, isSuffix, type InputRange } from "./input-range.ts";
import type { Place, Source } from "./originals.ts";
import type { InvokeOptions, ObjectPath, Prepared } from "./prepare.ts";
import { refuse, refusals } from "./refusals.ts";
import { isAssembled, withoutStorletHeaders } from "./rules.ts";

/** Sends the GET, and once more with a storlet ACL's right where it was forbidden. */
async function get(options: InvokeOptions, request: SwiftRequest, next: Handler, aclStorlet: string | null): Promise<SwiftResponse> {
  const response = await next(request);
  if (response.status !== 403 || aclStorlet === null) return response;
  discardBody(response.body);
  if (options.habits.needsUserName && request.context.identity?.keystone === undefined) return refuse(500, refusals.internal);
  const allowed = withStorletRight(request, aclStorlet, options.habits.lowersAclNames);
  return allowed === null ? refuse(401, refusals.nobody) : next(allowed);
}

/** The range that is really asked for, given where the storlet runs; `fails` where the real object server breaks on it. */
function chooseRange(options: InvokeOptions, range: InputRange | null, place: Place, isCopy: boolean): InputRange | null | "fails" {
  const { habits } = options;
  if (range === null) return null;
  if (place === "proxy") return isCopy && habits.ignoresProxyRanges ? null : range;
  if (!habits.fumblesRanges) return range;
  if (isSuffix(range)) return null;
  return isOpenEnded(range) ? "fails" : range;
}

/** A range beside the object that begins beyond its end is an empty input, not an error. */
async function answerBeyondEnd(request: SwiftRequest, ranged: SwiftResponse, next: Handler): Promise<SwiftResponse> {
  discardBody(ranged.body);
  const whole = await next({ ...request, method: "HEAD" });
  if (whole.status !== 200 || isAssembled(whole.headers)) return ranged;
  return { ...whole, body: Buffer.alloc(0) };
}

/**
 * Opens the source of a GET or a copy. `request` is the GET of it, with the caller's headers. `aclStorlet` names the storlet whose
 * ACL may help after a 403; copies have no such help.
 */
export async function openSource(
  options: InvokeOptions,
  request: SwiftRequest,
  prepared: Prepared,
  next: Handler,
  wanted: { range: InputRange | null; isCopy: boolean },
): Promise<Source> {
  const { notes } = prepared;
  if (notes.repeat?.exact?.source != null) return notes.repeat.exact.source;
  const source = await readSource(options, request, prepared, next, wanted);
  return source.runs ? notes.addSource(request.path as ObjectPath, source, wanted.range?.header ?? null) : source;
}

async function readSource(
  options: InvokeOptions,
  request: SwiftRequest,
  prepared: Prepared,
  next: Handler,
  wanted: { range: InputRange | null; isCopy: boolean },
): Promise<Source> {
  const { habits } = options;
  const asked: Place = prepared.forcesProxy || (wanted.range !== null && wanted.range.ranges.length > 1) ? "proxy" : "object";
  const range = chooseRange(options, wanted.range, asked, wanted.isCopy);
  if (range === "fails") return { response: answer(503), place: asked, runs: false };
  const aclStorlet = wanted.isCopy ? null : prepared.storlet;
  const headers = withoutStorletHeaders(request.headers);
  headers.delete("range");
  const plain = { ...request, headers };
  const ranged = range === null ? plain : { ...plain, headers: new Map(headers).set("range", range.header) };

  let response = await get(options, ranged, next, aclStorlet);
  if (response.status === 416 && asked === "object") response = await answerBeyondEnd(plain, response, next);
  if (!isSuccess(response.status)) return { response, place: asked, runs: false };

  const isSlo = response.headers.has("x-static-large-object");
  if (isSlo && range !== null && asked === "object" && habits.ignoresProxyRanges) {
    discardBody(response.body);
    response = await get(options, plain, next, aclStorlet);
  }
  const isDlo = response.headers.has("x-object-manifest");
  if (isDlo && asked === "object" && habits.skipsDynamicObjects) return { response, place: "object", runs: false };
  const place: Place = isSlo || isDlo || response.headers.has("x-symlink-target") ? "proxy" : asked;
  const told = place === "object" ? rangeOf(range) : null;
  return { response, place, runs: true, ...(told === null ? {} : { range: told }) };
}

/** What the real runtime is told of a range that it cuts itself. */
function rangeOf(range: InputRange | null): { start: number; end: number } | null {
  const only = range?.ranges[0];
  if (only === undefined || only.first === null || only.last === null) return null;
  return { start: only.first, end: only.last + 1 };
}
