/**
 * Copying an object as it is kept, link or manifest included, for middleware that archives what is overwritten. Owns the exact copy;
 * where from and where to is theirs.
 */
import { discardBody } from "../../support/streams.ts";
import { answer, isSuccess } from "../protocol/errors.ts";
import { makeSubrequest, type SubrequestParts } from "../request.ts";
import type { Handler, HeaderMap, SwiftRequest, SwiftResponse } from "../types.ts";
import { hideLink } from "./symlink/links.ts";

type ObjectPath = SubrequestParts["path"];

/** The object at a path as it is kept, read with the system's rights: who may write it need not be able to read it. */
export async function readExactly(request: SwiftRequest, next: Handler, path: ObjectPath): Promise<SwiftResponse> {
  const query = new URLSearchParams({ symlink: "get" });
  return next(makeSubrequest(request, { method: "GET", path, query, authorize: "none" }));
}

/** What a HEAD says of the object at a path as it is kept, likewise. */
export async function lookExactly(
  request: SwiftRequest,
  next: Handler,
  path: ObjectPath,
  headers: HeaderMap = new Map(),
): Promise<SwiftResponse> {
  const query = new URLSearchParams({ symlink: "get" });
  const head = await next(makeSubrequest(request, { method: "HEAD", path, query, headers, authorize: "none" }));
  discardBody(head.body);
  return head;
}

/** Headers of a GET that do not belong to what is kept. */
const notKept = ["x-timestamp", "last-modified", "accept-ranges", "content-location", "content-range"];

/** Writes what `readExactly` has read to another path, with the system's rights. */
export async function writeExactly(
  request: SwiftRequest,
  next: Handler,
  source: SwiftResponse,
  path: ObjectPath,
  more: HeaderMap = new Map(),
): Promise<SwiftResponse> {
  const headers: HeaderMap = new Map(source.headers);
  for (const name of notKept) headers.delete(name);
  hideLink(headers);
  headers.set("x-backend-content-type-overridden", "true");
  for (const [name, value] of more) headers.set(name, value);
  const length = headers.get("content-length");
  const contentLength = length === undefined ? null : Number(length);
  const put = makeSubrequest(request, { method: "PUT", path, headers, body: source.body, contentLength, authorize: "none" });
  try {
    return await next(put);
  } finally {
    discardBody(source.body);
  }
}

/** Null for a step that worked; otherwise what the client is told: 412 where the archive refuses, 503 where it fails. */
export function refuseStep(response: SwiftResponse): SwiftResponse | null {
  if (isSuccess(response.status)) return null;
  discardBody(response.body);
  return answer(response.status >= 400 && response.status < 500 ? 412 : 503);
}
