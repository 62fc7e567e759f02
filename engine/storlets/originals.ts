/**
 * What a run was made of, noted as it begins, and given back to the request that repeats it exactly. Owns the notes of requests under way; the
 * bytes are kept elsewhere.
 */
import type { Bundle } from "../compute/types.ts";
import type { Run } from "../contract/index.ts";
import type { KeptAs } from "../runs/kept-inputs.ts";
import type { Original, OriginalInput } from "../runs/originals.ts";
import { isByteStream, type Body } from "../support/streams.ts";
import { isSuccess } from "../swift/protocol/errors.ts";
import type { RequestContext, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import type { ObjectName } from "./rules.ts";

/** Beside the object, or on the proxy: what an author sees differs in ranges and statuses. */
export type Place = "object" | "proxy";

export interface Source {
  readonly response: SwiftResponse;
  readonly place: Place;
  /** False where the response is the answer: a refusal, or an object that the real system leaves alone. */
  readonly runs: boolean;
  /** Set where the range counts as cut while the object is read, beside it. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** Code and inputs of an earlier run. */
export interface ExactParts {
  readonly bundle: Bundle;
  /** Null where the storlet reads what is sent. */
  readonly source: Source | null;
  readonly extras: readonly SwiftResponse[];
  /** What the run was made of: so is its repetition. */
  readonly original: Original;
}

/** A request that repeats a run; without `exact`, with what is there today. */
export interface Repeat {
  readonly replay: NonNullable<Run["replay"]>;
  readonly exact: ExactParts | null;
}

/** The notes of one request, and what it repeats. */
export interface RunNotes {
  readonly repeat: Repeat | null;
  addSource(path: ObjectName, source: Source, range: string | null): Source;
  addExtra(path: ObjectName, response: SwiftResponse): SwiftResponse;
  /** What the client sends, to be read in place of it. */
  addSent(body: Body, announcedBytes: number | null): Body;
  addCode(bundle: Bundle): void;
}

export interface Originals {
  /** The notes of a client's request. */
  notesOf(request: SwiftRequest): RunNotes;
  /** What was noted for a request whose answer is over; null where no storlet ran. */
  finished(context: RequestContext): Promise<Original | null>;
  /** Makes the request of this context a repetition. */
  repeat(context: RequestContext, repeat: Repeat): void;
}

interface OriginalsOptions {
  keepCode(bundle: Bundle): void;
  keepInput(body: Body, name: string | null, sizeBytes: number | null): KeptAs;
  /** What is sent up to this many bytes is in the record of the exchange. */
  readonly exchangeBytes: number;
}

interface Noted {
  readonly original: Original;
  readonly later: Promise<void>[];
}

export function createOriginals({ keepCode, keepInput, exchangeBytes }: OriginalsOptions): Originals {
  // Notes go with their request: nobody has to clear them away.
  const noted = new WeakMap<RequestContext, Noted>();
  const repeats = new WeakMap<RequestContext, Repeat>();

  function noteOf(context: RequestContext): Noted {
    const known = noted.get(context);
    if (known !== undefined) return known;
    const made: Noted = { original: { source: null, extras: [], sent: null }, later: [] };
    noted.set(context, made);
    return made;
  }

  function keepResponse(
    { later }: Noted,
    path: ObjectName,
    response: SwiftResponse,
    range: string | null,
  ): { input: OriginalInput; response: SwiftResponse } {
    const { headers, status } = response;
    const sizeBytes = sizeOf(response);
    const kept = keepInput(response.body ?? Buffer.alloc(0), nameOf(response), sizeBytes);
    const input: OriginalInput = {
      object: `${path.container}/${path.object}`,
      status,
      headers: [...headers],
      sizeBytes,
      range,
      ref: kept.ref,
      slice: kept.slice,
    };
    if (kept.later !== null) later.push(kept.later.then((ref) => void (input.ref = ref)));
    return { input, response: kept.body === response.body ? response : { ...response, body: kept.body } };
  }

  function notesOf({ context }: SwiftRequest): RunNotes {
    return {
      repeat: repeats.get(context) ?? null,
      addSource(path, source, range) {
        const note = noteOf(context);
        const { input, response } = keepResponse(note, path, source.response, range);
        // The input may be named only once it has passed: the same object is kept in the notes.
        note.original.source = Object.assign(input, { place: source.place, told: source.range ?? null });
        return { ...source, response };
      },
      addExtra(path, given) {
        const note = noteOf(context);
        const { input, response } = keepResponse(note, path, given, null);
        note.original.extras.push(input);
        return response;
      },
      addSent(body, announcedBytes) {
        const note = noteOf(context);
        if (!isByteStream(body) || note.original.sent !== null || (announcedBytes !== null && announcedBytes <= exchangeBytes)) return body;
        const kept = keepInput(body, null, announcedBytes);
        const set = (ref: string | null): void => {
          if (ref !== null) note.original.sent = { ref };
        };
        set(kept.ref);
        if (kept.later !== null) note.later.push(kept.later.then(set));
        return kept.body;
      },
      addCode(bundle) {
        noteOf(context);
        keepCode(bundle);
      },
    };
  }

  return {
    notesOf,
    async finished(context) {
      const note = noted.get(context);
      if (note === undefined) return null;
      await Promise.all(note.later);
      return note.original;
    },
    repeat(context, repeat) {
      repeats.set(context, repeat);
      if (repeat.exact !== null) noted.set(context, { original: repeat.exact.original, later: [] });
    },
  };
}

function sizeOf({ headers, body }: SwiftResponse): number | null {
  if (body === null) return 0;
  if (!isByteStream(body)) return body.byteLength;
  const length = headers.get("content-length");
  return length === undefined ? null : Number(length);
}

/** What the bytes of a response are known by: its ETag, and which part of the object they are. */
function nameOf({ status, headers }: SwiftResponse): string | null {
  const etag = headers.get("etag");
  if (etag === undefined || !isSuccess(status)) return null;
  return [etag, headers.get("content-range") ?? "", headers.get("content-length") ?? ""].join("\n");
}
