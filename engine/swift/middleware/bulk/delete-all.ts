/** Deletes many objects and containers, one sub-request each, and counts. Owns no reading of names: those are given. */
import { isUtf8 } from "node:buffer";
import { discardBody } from "../../../support/streams.ts";
import { isSuccess } from "../../protocol/errors.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, HeaderMap, SwiftRequest } from "../../types.ts";
import { attempt } from "./attempt.ts";
import { BulkFailure, quoteBytes, statusLine, type Report, type Work } from "./report.ts";

export const deleteLimits = { maxDeletes: 10_000, maxFailures: 1000 } as const;

/** Deletes under way at once: commits of several share a trip to the disk. */
const concurrency = 16;

export interface Deletable {
  /** The name in the report. */
  readonly quoted: string;
  /** Null for a name that cannot be one. */
  readonly target: { readonly container: string; readonly object: string | null } | null;
  readonly version: string | null;
  /** Why it cannot be deleted, where that is known beforehand. */
  readonly failure: BulkFailure | null;
}

/** Reads one name: its bytes, without percent escapes. A leading slash does not matter. */
export function toDeletable(name: Uint8Array): Deletable {
  const quoted = quoteBytes(name);
  if (!isUtf8(name) || name.includes(0)) return { quoted, target: null, version: null, failure: null };
  const bare = Buffer.from(name).toString("utf8").replace(/^\/+/, "");
  const slash = bare.indexOf("/");
  const object = slash < 0 ? "" : bare.slice(slash + 1);
  const target = { container: slash < 0 ? bare : bare.slice(0, slash), object: object === "" ? null : object };
  return { quoted, target, version: null, failure: null };
}

export function createDeleteReport(): Report {
  return {
    fields: { "Response Status": statusLine(200), "Response Body": "", "Number Deleted": 0, "Number Not Found": 0 },
    errors: [],
  };
}

export interface DeleteParts {
  /** Read one by one: what is deleted may tell what comes next. */
  readonly targets: AsyncIterable<Deletable> | Iterable<Deletable>;
  /** Of each sub-request. */
  readonly headers: HeaderMap;
}

/** The status of one delete. */
async function deleteOne(request: SwiftRequest, next: Handler, headers: HeaderMap, item: Deletable): Promise<number> {
  if (item.target === null) return 412;
  const path = { account: request.path!.account, ...item.target };
  const query = new URLSearchParams(item.version === null ? [] : [["version-id", item.version]]);
  const parts = { method: "DELETE", path, headers: new Map(headers), query, authorize: "inherit" } as const;
  const response = await attempt(next, makeSubrequest(request, parts));
  discardBody(response.body);
  return response.status;
}

interface Done {
  readonly item: Deletable;
  readonly status: number;
}

/** Deletes several at once and tells of each in the order of their names. */
async function* deleteInOrder(request: SwiftRequest, next: Handler, { targets, headers }: DeleteParts): AsyncGenerator<Done> {
  const underWay: Promise<Done>[] = [];
  for await (const item of targets) {
    const status = item.failure === null ? deleteOne(request, next, headers, item) : Promise.resolve(item.failure.status);
    const done = status.then((value) => ({ item, status: value }));
    // It is awaited later, or not at all.
    done.catch(() => {});
    underWay.push(done);
    if (underWay.length >= concurrency) yield await underWay.shift()!;
  }
  for (const done of underWay) yield await done;
}

/** Deletes the targets and fills in the report. Throws a BulkFailure where too much fails. */
export async function* deleteAll(request: SwiftRequest, next: Handler, parts: DeleteParts, { fields, errors }: Report): Work {
  let deleted = 0;
  let missing = 0;
  let worst = 400;
  for await (const { item, status } of deleteInOrder(request, next, parts)) {
    if (isSuccess(status)) fields["Number Deleted"] = deleted += 1;
    else if (status === 404) fields["Number Not Found"] = missing += 1;
    else {
      if (status >= 500 && item.failure === null) worst = 502;
      errors.push([item.quoted, item.failure?.text ?? statusLine(status)]);
      if (errors.length >= deleteLimits.maxFailures) throw new BulkFailure(400, "Max delete failures exceeded");
    }
    yield undefined;
  }
  if (errors.length > 0) fields["Response Status"] = statusLine(worst);
  else if (deleted + missing === 0) throw new BulkFailure(400, "Invalid bulk delete.");
}
