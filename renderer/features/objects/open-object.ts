/** Opens an object for reading by ranges: its facts and its front in one request, whatever its size. */
import { ProblemError } from "../../api/problems.ts";
import { swiftPath } from "../../api/swift.ts";
import { chunkBytes } from "./byte-source.ts";
import { factsOf, type ObjectFacts } from "./facts.ts";
import { accountName, type ObjectPlace } from "./swift-requests.ts";

export interface OpenedObject {
  url: string;
  facts: ObjectFacts;
  first: Uint8Array;
}

/** Null where there is no such object. Throws a ProblemError where Swift refuses. */
export async function openObject({ container, object }: ObjectPlace, signal: AbortSignal): Promise<OpenedObject | null> {
  const url = swiftPath(await accountName(), container, object);
  const response = await fetch(url, { headers: { Range: `bytes=0-${chunkBytes - 1}` }, signal, cache: "no-store" });
  // An empty object has no first byte to ask for.
  if (response.status === 416) {
    const head = await fetch(url, { method: "HEAD", signal, cache: "no-store" });
    if (head.ok) return { url, facts: factsOf(head.headers), first: new Uint8Array() };
  }
  if (response.status === 404) return null;
  if (!response.ok) {
    await response.body?.cancel();
    throw new ProblemError({ code: "REMOTE_FAILED", message: `Swift answered ${response.status} ${response.statusText}` });
  }
  const first = await readAtMost(response, chunkBytes);
  return { url, facts: factsOf(response.headers), first };
}

/** The front of a body; the rest is let go. An object of no known length may answer with all of itself. */
async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const bytes = new Uint8Array(maxBytes);
  let size = 0;
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    const room = part.value.subarray(0, maxBytes - size);
    bytes.set(room, size);
    size += room.byteLength;
    if (size === maxBytes) {
      await reader?.cancel();
      break;
    }
  }
  return bytes.slice(0, size);
}

/** Bytes `start` to `end` (not included) of an object that still has this etag. */
export async function fetchRange(opened: OpenedObject, start: number, end: number, signal: AbortSignal): Promise<Uint8Array> {
  const headers = { Range: `bytes=${start}-${end - 1}`, "If-Match": opened.facts.etag };
  const response = await fetch(opened.url, { headers, signal, cache: "no-store" });
  if (response.status === 412) {
    await response.body?.cancel();
    throw new ProblemError({ code: "CONFLICT", message: "The object was replaced since it was opened. Read it again." });
  }
  if (response.status !== 206 && !(response.status === 200 && start === 0)) {
    await response.body?.cancel();
    throw new ProblemError({ code: "REMOTE_FAILED", message: `Swift answered ${response.status} ${response.statusText}` });
  }
  return readAtMost(response, end - start);
}
