/**
 * Versioned writes, the older kind: what is overwritten or deleted goes to an archive container that clients see. Owns what happens
 * before such a write; the write itself goes on as it came.
 */
import type { Store } from "../../../store/types.ts";
import { discardBody, readBody } from "../../../support/streams.ts";
import { refuse } from "../../backend/common.ts";
import { answer, answerText, htmlType } from "../../protocol/errors.ts";
import type { ObjectEntry } from "../../protocol/listings.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, Middleware, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { deleteMarkerHeaders, deleteMarkerType } from "../delete-marker.ts";
import { readExactly, refuseStep, writeExactly } from "../object-copies.ts";
import { isVersioned } from "../object-versioning/names.ts";
import { copyName, copyPrefix, historyHeader, readArchive, setArchive, showArchive, versionsHeader } from "./archives.ts";

type VersionedWritesStore = Pick<Store, "findContainer" | "nextTicks">;

const longestPage = 1024 * 10_000 * 4;

/** One DELETE or PUT of an object whose container has an archive. */
interface Write {
  readonly request: SwiftRequest;
  readonly path: SwiftPath;
  readonly archive: string;
  readonly next: Handler;
}

const archived = ({ path, archive }: Write, object: string): SwiftPath => ({ ...path, container: archive, object });

/** Puts what is there now into the archive. Null where that worked or nothing is there; otherwise what the client is told. */
async function archiveCurrent(write: Write): Promise<SwiftResponse | null> {
  const { request, path, next } = write;
  const source = await readExactly(request, next, path);
  if (source.status === 404) {
    discardBody(source.body);
    return null;
  }
  const refused = refuseStep(source);
  if (refused !== null) return refused;
  const name = copyName(path.object!, source.headers.get("x-timestamp")!);
  return refuseStep(await writeExactly(request, next, source, archived(write, name)));
}

/** Brings a copy back. `missing` where it is gone meanwhile, null where it is back. */
async function restore(write: Write, copy: string): Promise<SwiftResponse | "missing" | null> {
  const { request, path, next } = write;
  const source = await readExactly(request, next, archived(write, copy));
  if (source.status === 404) {
    discardBody(source.body);
    return "missing";
  }
  return refuseStep(source) ?? refuseStep(await writeExactly(request, next, source, path));
}

function deleteCopy(write: Write, copy: string): Promise<SwiftResponse> {
  const path = archived(write, copy);
  return write.next(makeSubrequest(write.request, { method: "DELETE", path, authorize: "none" }));
}

/** The copies of an object, newest first; ends early, with an answer, where the archive cannot be listed. */
async function* listCopies({ request, path, archive, next }: Write): AsyncGenerator<ObjectEntry, SwiftResponse | null> {
  let marker = "";
  for (;;) {
    const query = new URLSearchParams({ prefix: copyPrefix(path.object!), marker, reverse: "on" });
    const container = { account: path.account, container: archive, object: null };
    const response = await next(makeSubrequest(request, { method: "GET", path: container, query, authorize: "none" }));
    if (response.status === 404) {
      discardBody(response.body);
      return null;
    }
    const refused = refuseStep(response);
    if (refused !== null) return answer(refused.status === 503 ? 500 : refused.status);
    const page = JSON.parse((await readBody(response.body, longestPage)).toString("utf8")) as ObjectEntry[];
    if (page.length === 0) return null;
    yield* page;
    marker = page.at(-1)!.name;
  }
}

/** The object's own DELETE, with the answer of `instead` in its place where that was done. */
async function pop(write: Write): Promise<SwiftResponse> {
  const { request, next } = write;
  const copies = listCopies(write);
  for (let step = await copies.next(); ; step = await copies.next()) {
    if (step.done === true) return step.value ?? next(request);
    if (step.value.content_type === deleteMarkerType) return popMarker(write, step.value.name, copies);
    const result = await restore(write, step.value.name);
    if (result === "missing") continue;
    return result ?? deleteCopy(write, step.value.name);
  }
}

/** The newest copy is a delete marker: an object that is there now is deleted; otherwise the marker goes, and what lies below it comes back. */
async function popMarker(write: Write, marker: string, copies: AsyncGenerator<ObjectEntry, SwiftResponse | null>): Promise<SwiftResponse> {
  const { request, path, next } = write;
  const current = await next(makeSubrequest(request, { method: "HEAD", path, authorize: "none" }));
  discardBody(current.body);
  if (current.status !== 404) return refuseStep(current) ?? next(request);
  for (let step = await copies.next(); step.done !== true && step.value.content_type !== deleteMarkerType; step = await copies.next()) {
    const result = await restore(write, step.value.name);
    if (result === "missing") continue;
    if (result !== null) return result;
    const removed = await deleteCopy(write, step.value.name);
    const refused = removed.status === 404 ? null : refuseStep(removed);
    if (refused !== null) return refused;
    break;
  }
  return deleteCopy(write, marker);
}

/** Archives what is there and the fact that it was deleted, then deletes it. */
async function push(write: Write, ticks: number): Promise<SwiftResponse> {
  const { request, path, next } = write;
  const refused = await archiveCurrent(write);
  if (refused !== null) return refused;
  const marker = archived(write, copyName(path.object!, ticks));
  const headers = deleteMarkerHeaders();
  const response = await next(makeSubrequest(request, { method: "PUT", path: marker, headers, authorize: "none" }));
  return refuseStep(response) ?? next(request);
}

export function createVersionedWrites(store: VersionedWritesStore): Middleware {
  async function changeContainer(request: SwiftRequest, path: SwiftPath, next: Handler): Promise<SwiftResponse> {
    const headers = setArchive(request.headers);
    if ("status" in headers) return headers;
    const sets = [versionsHeader, historyHeader].some((name) => (request.headers.get(name) ?? "") !== "");
    if (sets && isVersioned(store.findContainer(path.account, path.container!)?.metadata ?? {})) {
      const text = "Cannot enable versioned writes on a container that is already using object versioning.";
      return refuse(request) ?? answerText(400, text, [], htmlType);
    }
    return next({ ...request, headers });
  }

  async function writeObject(request: SwiftRequest, path: SwiftPath, next: Handler): Promise<SwiftResponse> {
    const container = store.findContainer(path.account, path.container!);
    const archive = container === null ? null : readArchive(container.metadata);
    if (container === null || archive === null) return next(request);
    const refused = refuse(request, container.metadata);
    if (refused !== null) return refused;
    const write: Write = { request, path, archive: archive.container, next };
    if (request.method === "PUT") return (await archiveCurrent(write)) ?? next(request);
    return archive.mode === "history" ? push(write, store.nextTicks()) : pop(write);
  }

  return async (request, next) => {
    const { path, method } = request;
    if (path === null || path.container === null) return next(request);
    if (path.object === null) {
      const response = method === "PUT" || method === "POST" ? await changeContainer(request, path, next) : await next(request);
      showArchive(response.headers);
      return response;
    }
    return method === "PUT" || method === "DELETE" ? writeObject(request, path, next) : next(request);
  };
}
