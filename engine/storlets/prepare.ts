/** What every door does before it touches an object: reads the request, and makes sure that the caller may use the storlet. */
import type { LogBus } from "../compute/log-bus.ts";
import type { Compute, Deadlines } from "../compute/types.ts";
import type { Run } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import { toStudioError } from "../support/errors.ts";
import { discardBody } from "../support/streams.ts";
import { isSuccess } from "../swift/protocol/errors.ts";
import { unpackTextLossy } from "../swift/protocol/headers.ts";
import { percentDecode } from "../swift/protocol/paths.ts";
import { makeSubrequest } from "../swift/request.ts";
import type { Handler, HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import type { BundleSource } from "./bundles.ts";
import type { ClashWatch } from "./clashes.ts";
import type { Habits } from "./habits.ts";
import { parseByteRanges, type InputRange } from "./input-range.ts";
import type { Originals, RunNotes } from "./originals.ts";
import { dieInPipeline, refuse, refuseDraft, refusals } from "./refusals.ts";
import { isTrue, readExtraResources, readParameters, storletContainer, withInjectedHeaders, type ObjectName } from "./rules.ts";

export interface InvokeOptions {
  compute: Compute;
  logs: LogBus;
  clock: Clock;
  deadlines: Deadlines;
  habits: Habits;
  bundleOf: BundleSource;
  /** Runs everything as on a proxy, never as beside the object (`storlet_execute_on_proxy`). */
  executeOnProxy: boolean;
  /** How many extra resources a request may name: negative for any number, 0 for none (`max_extra_resources`). */
  maxExtraResources: number;
  clashes: ClashWatch;
  originals: Originals;
  recordRun(run: Run): void;
  /** Deploys a storlet that is known but was never built; null where there is no such. Throws what is wrong with it. */
  deployDraft(account: string, storlet: string): Promise<"deployed" | null>;
}

/** A path that names an object. */
export type ObjectPath = SwiftPath & { container: string; object: string };

/** What the request alone says. */
export interface Asked {
  storlet: string;
  params: Record<string, string>;
  extraPaths: ObjectName[];
  /** Asked to run on the proxy, by header, extra inputs or configuration. */
  forcesProxy: boolean;
  wantsLog: boolean;
}

export interface Prepared extends Asked {
  storletHeaders: HeaderMap;
  main: string;
  notes: RunNotes;
}

export function isResponse<T extends object>(value: T | SwiftResponse): value is SwiftResponse {
  return "status" in value && "headers" in value && "body" in value;
}

/** Reads what can be refused without asking anybody. */
export function readRequest(options: InvokeOptions, request: SwiftRequest): Asked | SwiftResponse {
  const { headers } = request;
  const parameters = readParameters(request.query, headers);
  if ("refusal" in parameters) return options.habits.diesOfParameters ? dieInPipeline() : refuse(400, parameters.refusal);
  const extra = readExtraResources(headers, options.maxExtraResources);
  if ("refusal" in extra) return refuse(extra.status, extra.refusal);
  const named = headers.get("x-run-storlet") as string;
  return {
    storlet: percentDecode(named) ?? unpackTextLossy(named),
    params: parameters.params,
    extraPaths: extra.paths,
    forcesProxy: headers.has("x-storlet-run-on-proxy") || headers.has("x-storlet-extra-resources") || options.executeOnProxy,
    wantsLog: isTrue(headers.get("x-storlet-generate-log")),
  };
}

/** X-Storlet-Run-On-Proxy takes no value; PUT does not look at it. */
export function refuseRunOnProxy(request: SwiftRequest): SwiftResponse | null {
  return (request.headers.get("x-storlet-run-on-proxy") ?? "").trim() === "" ? null : refuse(400, refusals.runOnProxy);
}

/** The input range of a request, or the refusal of a malformed one. */
export function readInputRange(options: InvokeOptions, request: SwiftRequest): { range: InputRange | null } | SwiftResponse {
  const header = request.headers.get("x-storlet-range");
  if (header === undefined) return { range: null };
  const ranges = parseByteRanges(header);
  if (ranges !== null) return { range: { header, ranges } };
  if (options.habits.fumblesRanges) return refuse(500, refusals.internal);
  return refuse(400, `X-Storlet-Range does not name a range of bytes: ${header}`);
}

/** HEAD of the storlet as the caller: whoever can see it may run it. */
export async function verifyStorlet(
  options: InvokeOptions,
  request: SwiftRequest,
  account: string,
  next: Handler,
  asked: Asked,
): Promise<Prepared | SwiftResponse> {
  const notes = options.originals.notesOf(request);
  const { repeat } = notes;
  // The code of then runs again, whatever is deployed now.
  if (repeat?.exact != null) return { ...asked, notes, storletHeaders: new Map(), main: repeat.exact.bundle.entry };
  const referer = request.headers.get("referer");
  const look = async (): Promise<SwiftResponse> => {
    const found = await next(
      makeSubrequest(request, {
        method: "HEAD",
        path: { account, container: storletContainer, object: asked.storlet },
        headers: new Map(referer === undefined ? [] : [["referer", referer]]),
        authorize: "inherit",
      }),
    );
    discardBody(found.body);
    return found;
  };
  let head = await look();
  if (head.status === 404) {
    try {
      if ((await options.deployDraft(account, asked.storlet)) !== null) head = await look();
    } catch (error) {
      const { message, detail, hint } = toStudioError(error);
      return refuseDraft([message, detail, hint].filter((each) => each !== undefined).join("\n"));
    }
  }
  if (!isSuccess(head.status)) return refuse(401, refusals.noStorlet);
  const storletHeaders = options.habits.trustsEngineHeaders ? withInjectedHeaders(head.headers, request.headers) : head.headers;
  return { ...asked, notes, storletHeaders, main: storletHeaders.get("x-object-meta-storlet-main") ?? "" };
}
