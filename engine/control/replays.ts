/**
 * Replays: a recorded request sent again by the same door, to the code and inputs of then or to those of today. Owns what is needed for
 * that; what can be replayed is decided in the contract, and what comes of it is a run like any other.
 */
import {
  chooseReplay,
  repeatableHeaders,
  unsignedTarget,
  type InputFact,
  type Profile,
  type ReplayChoice,
  type ReplayFacts,
  type ReplayMode,
  type Run,
  type RunExchange,
  type SandboxInfo,
} from "../contract/index.ts";
import type { Original, OriginalInput } from "../runs/originals.ts";
import type { Runs } from "../runs/runs.ts";
import type { ExactParts, Originals } from "../storlets/originals.ts";
import { StudioError } from "../support/errors.ts";
import { discardBody, isByteStream, type Body } from "../support/streams.ts";
import type { AccountClient } from "../swift/account-client.ts";
import type { HeaderMap, RequestContext, SwiftResponse } from "../swift/types.ts";

export interface Replays {
  /** Whether a run can be replayed, and why not. Throws NOT_FOUND. */
  choice(id: string): Promise<ReplayChoice>;
  /**
   * Replays a run; resolves with the id of the new one when its answer is over. Throws NOT_FOUND, CONFLICT where it cannot be replayed, and
   * REMOTE_FAILED where Swift answered before a storlet ran.
   */
  replay(id: string, mode: ReplayMode, signal: AbortSignal): Promise<{ run: string }>;
}

interface ReplaysOptions {
  readonly runs: Runs;
  readonly originals: Originals;
  readonly sandboxes: { list(): SandboxInfo[] };
  readonly profile: Profile;
  readonly client: AccountClient;
  newContext(): RequestContext;
  /** Sends a request through the whole pipeline. */
  send(request: ReplayedRequest): Promise<SwiftResponse>;
}

interface ReplayedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderMap;
  readonly body: Body | null;
  readonly contentLength: number;
  readonly context: RequestContext;
  readonly signal: AbortSignal;
}

type Bundle = ExactParts["bundle"];

const gone = (): StudioError => new StudioError("NOT_FOUND", "This run is not on record any more.");

export function createReplays(options: ReplaysOptions): Replays {
  const { runs, originals, sandboxes, profile, client, newContext } = options;

  /** The object of an input as it is today, where it is still the same; the caller releases the body. */
  async function findUnchanged(method: "HEAD" | "GET", input: OriginalInput): Promise<SwiftResponse | "changed" | "gone"> {
    const slash = input.object.indexOf("/");
    const response = await client.send({
      method,
      container: input.object.slice(0, slash),
      object: input.object.slice(slash + 1),
      ...(method === "HEAD" || input.range === null ? {} : { headers: { range: input.range } }),
    });
    const isThere = response.status >= 200 && response.status <= 299;
    const etag = new Map(input.headers).get("etag");
    if (isThere && etag !== undefined && response.headers.get("etag") === etag) return response;
    discardBody(response.body);
    return isThere ? "changed" : "gone";
  }

  const isKept = ({ ref }: OriginalInput): boolean => ref !== null && runs.inputs.has(ref);

  async function lookAt(input: OriginalInput): Promise<InputFact> {
    const { object: name, sizeBytes } = input;
    if (isKept(input)) return { name, state: "kept", sizeBytes };
    const found = await findUnchanged("HEAD", input);
    if (typeof found === "string") return { name, state: found, sizeBytes };
    discardBody(found.body);
    return { name, state: "unchanged", sizeBytes };
  }

  const inputsOf = ({ source, extras }: Original): OriginalInput[] => [...(source === null ? [] : [source]), ...extras];

  function isRequestKept(exchange: RunExchange | null, original: Original | null): boolean {
    const body = exchange?.request.body ?? null;
    if (body === null || body.sizeBytes === 0) return exchange !== null;
    if (body.cut) return false;
    return body.keptBytes === body.sizeBytes || (original?.sent != null && runs.inputs.has(original.sent.ref));
  }

  async function factsOf(run: Run, mode: ReplayMode | null): Promise<ReplayFacts> {
    const exchange = runs.exchange(run.id);
    const original = runs.original(run.id);
    const inputs = original === null || mode === "today" ? null : await Promise.all(inputsOf(original).map(lookAt));
    return {
      run,
      exchange,
      account: client.account,
      profile,
      isRequestKept: isRequestKept(exchange, original),
      isCodeKept: runs.code.has(run.digest),
      inputs,
    };
  }

  /** An input with the headers that it had. */
  async function openInput(input: OriginalInput): Promise<SwiftResponse> {
    const kept = input.ref === null ? null : await runs.inputs.open(input.ref, input.slice);
    let body: Body | null = kept;
    if (body === null) {
      const found = await findUnchanged("GET", input);
      if (typeof found === "string") throw new StudioError("CONFLICT", `${input.object} is not kept, and it changed since.`);
      body = found.body;
    }
    return { status: input.status, headers: new Map(input.headers), body };
  }

  /** Digests that run beside the code of today, by scope and storlet. */
  const aside = new Map<string, string>();

  /** Old code runs beside the code of today, not in its place. */
  function besideToday(bundle: Bundle, run: Run): Bundle {
    const named = { ...bundle, name: run.storlet };
    const place = `${run.scope}\n${run.storlet}`;
    const isUp = sandboxes
      .list()
      .some(
        ({ scope, daemons }) => scope === run.scope && daemons.some(({ digest, state }) => digest === bundle.digest && state === "running"),
      );
    if (isUp && aside.get(place) !== bundle.digest) return named;
    aside.set(place, bundle.digest);
    return { ...named, daemon: `${bundle.daemon ?? run.storlet} (replay)` };
  }

  async function openParts(run: Run): Promise<ExactParts> {
    const original = runs.original(run.id);
    const bundle = await runs.code.find(run.digest);
    if (original === null || bundle === null) throw new StudioError("CONFLICT", "The code of this run is not kept.");
    const opened: SwiftResponse[] = [];
    try {
      for (const input of inputsOf(original)) opened.push(await openInput(input));
    } catch (error) {
      for (const { body } of opened) discardBody(body);
      throw error;
    }
    const { source } = original;
    const [first] = opened;
    const told = source?.told ?? null;
    return {
      bundle: besideToday(bundle, run),
      source:
        source === null || first === undefined
          ? null
          : { response: first, place: source.place, runs: true, ...(told === null ? {} : { range: told }) },
      extras: source === null ? opened : opened.slice(1),
      original,
    };
  }

  async function openRequestBody(run: Run, exchange: RunExchange): Promise<{ body: Body | null; sizeBytes: number }> {
    const { body } = exchange.request;
    if (body === null || body.sizeBytes === 0) return { body: null, sizeBytes: 0 };
    const ref = runs.original(run.id)?.sent?.ref ?? null;
    const bytes =
      body.keptBytes === body.sizeBytes ? await runs.readBody(run.id, "request") : ref === null ? null : await runs.inputs.open(ref, null);
    if (bytes === null) throw new StudioError("CONFLICT", "What was sent is not kept any more.");
    return { body: bytes, sizeBytes: body.sizeBytes };
  }

  async function sendAgain(run: Run, exchange: RunExchange, context: RequestContext, signal: AbortSignal): Promise<SwiftResponse> {
    const { method, target, headers } = exchange.request;
    const { body, sizeBytes } = await openRequestBody(run, exchange);
    const fields = new Map(repeatableHeaders(headers).map(({ name, value }) => [name, value]));
    if (method === "PUT") fields.set("content-length", String(sizeBytes));
    return options.send({ method, target: unsignedTarget(target), context, headers: fields, body, contentLength: sizeBytes, signal });
  }

  return {
    async choice(id) {
      const run = runs.get(id);
      if (run === null) throw gone();
      return chooseReplay(await factsOf(run, null));
    },
    async replay(id, mode, signal) {
      const run = runs.get(id);
      if (run === null) throw gone();
      const facts = await factsOf(run, mode);
      const reason = chooseReplay(facts)[mode];
      const { exchange } = facts;
      if (reason !== null || exchange === null) throw new StudioError("CONFLICT", reason ?? "What was sent is not kept with this run.");
      const context = newContext();
      const exact = mode === "exact" ? await openParts(run) : null;
      originals.repeat(context, { replay: { of: id, mode }, exact });
      try {
        const response = await sendAgain(run, exchange, context, signal);
        await drain(response.body);
        const begun = runs.findByTransaction(context.transactionId);
        if (begun === null) {
          throw new StudioError("REMOTE_FAILED", `Swift answered ${response.status} before ${run.storlet} ran.`);
        }
        return { run: begun.id };
      } finally {
        for (const { body } of [...(exact?.source == null ? [] : [exact.source.response]), ...(exact?.extras ?? [])]) discardBody(body);
      }
    },
  };
}

/** Reads an answer to its end without keeping it. One that breaks off is how Swift says that a storlet failed: its run tells of it. */
async function drain(body: Body | null): Promise<void> {
  if (body === null || !isByteStream(body)) return;
  try {
    const chunks = body[Symbol.asyncIterator]();
    while ((await chunks.next()).done !== true);
  } catch {
    body.cancel();
  }
}
