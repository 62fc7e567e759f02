/** `PUT ?extract-archive`: each file of a tar becomes an object. Owns the walk, the containers it makes, and the report. */
import { isUtf8 } from "node:buffer";
import { discardBody } from "../../../support/streams.ts";
import { isSuccess } from "../../protocol/errors.ts";
import { headerKey, packText } from "../../protocol/headers.ts";
import { limits } from "../../protocol/limits.ts";
import { makeSubrequest, type SubrequestParts } from "../../request.ts";
import type { Handler, HeaderMap, SwiftPath, SwiftRequest } from "../../types.ts";
import { attempt } from "./attempt.ts";
import { decompress, type Compression } from "./decompress.ts";
import { BulkFailure, quoteBytes, quoteName, statusLine, type Report, type Work } from "./report.ts";
import { readTar, TarError, type TarEntry } from "./tar.ts";

export const extractLimits = { maxContainers: 10_000, maxFailures: 1000 } as const;

const longestName = limits.maxObjectNameLength + limits.maxContainerNameLength + 2;

export interface ExtractParts {
  readonly compression: Compression;
  /** Of each sub-request. */
  readonly headers: HeaderMap;
}

export function createExtractReport(): Report {
  return { fields: { "Response Status": statusLine(201), "Response Body": "", "Number Files Created": 0 }, errors: [] };
}

/** The header that a PAX record of a file becomes, or null: attributes that tools keep for `user.…`. */
export function headerOfPax(key: string): string | null {
  const attribute = /^(?:SCHILY|LIBARCHIVE)\.xattr\.user\.(mime_type$|meta\.)(.*)$/su.exec(key);
  if (attribute === null) return null;
  return attribute[1] === "mime_type" ? "content-type" : headerKey(packText(`x-object-meta-${attribute[2]!}`));
}

function joinName(base: string, name: Buffer): Buffer {
  const bare = name.toString("latin1").replace(/^\.\//, "").replace(/^\/+/, "");
  const bytes = Buffer.from(bare, "latin1");
  return base === "" ? bytes : Buffer.concat([Buffer.from(`${base}/`, "utf8"), bytes]);
}

/** What a walk over an archive has done so far. */
interface Walk {
  readonly request: SwiftRequest;
  readonly next: Handler;
  readonly headers: HeaderMap;
  readonly report: Report;
  readonly seen: Set<string>;
  containersMade: number;
  created: number;
  worst: 400 | 502;
}

async function ask(walk: Walk, parts: Omit<SubrequestParts, "authorize" | "headers">, headers: HeaderMap = new Map()): Promise<number> {
  const all = new Map([...walk.headers, ...headers]);
  const response = await attempt(walk.next, makeSubrequest(walk.request, { ...parts, headers: all, authorize: "inherit" }));
  discardBody(response.body);
  return response.status;
}

/** Makes a container where it is missing. Returns the failure to report should the object's PUT fail as well: it may be allowed. */
async function makeContainer(walk: Walk, account: string, container: string): Promise<[string, string] | null> {
  const path = { account, container, object: null };
  let status = await ask(walk, { method: "HEAD", path });
  if (isSuccess(status)) return null;
  if (status === 404) {
    status = await ask(walk, { method: "PUT", path });
    if (isSuccess(status)) {
      walk.containersMade += 1;
      if (walk.containersMade <= extractLimits.maxContainers) return null;
      throw new BulkFailure(400, `More than ${extractLimits.maxContainers} containers to create from tar.`);
    }
  }
  if (status === 401) throw new BulkFailure(401, "");
  return [quoteName(`/${walk.request.path!.version}/${account}/${container}`.slice(0, longestName)), statusLine(status)];
}

/** The headers of a file's PUT: the archive's own where the client gave some, then what the archive says of the file. */
function headersOf(request: SwiftRequest, entry: TarEntry): HeaderMap {
  const headers: HeaderMap = new Map();
  for (const [name, value] of request.headers) {
    if (name === "x-delete-at" || name === "x-delete-after" || name.startsWith("x-object-meta-")) headers.set(name, value);
  }
  headers.set("content-length", String(entry.sizeBytes));
  for (const [key, value] of entry.pax) {
    const name = headerOfPax(key);
    if (name !== null) headers.set(name, packText(value));
  }
  return headers;
}

/** One file of the archive. */
async function extractFile(walk: Walk, entry: TarEntry, base: string): Promise<void> {
  const { request, report } = walk;
  const name = joinName(base, entry.name);
  const slash = name.indexOf("/");
  // Files that lie beside the containers-to-be are passed over, as the reference does.
  if (slash < 0 || slash === name.length - 1) return;
  const quoted = quoteBytes(name.subarray(0, longestName));
  const fail = (status: number): void => void report.errors.push([quoted, statusLine(status)]);
  if (!isUtf8(name)) return fail(412);
  if (entry.kind === "sparse") return fail(501);
  if (entry.sizeBytes > limits.maxFileSize) return fail(413);
  const { account } = request.path!;
  const container = name.toString("utf8", 0, slash);
  if (container === "") return fail(400);
  const path = { account, container, object: name.toString("utf8", slash + 1) };
  const containerFailure = walk.seen.has(container) ? null : await makeContainer(walk, account, container);
  const parts = { method: "PUT", path, body: entry.sizeBytes === 0 ? null : entry.body, contentLength: entry.sizeBytes } as const;
  const status = await ask(walk, parts, headersOf(request, entry));
  walk.seen.add(container);
  if (isSuccess(status)) {
    report.fields["Number Files Created"] = walk.created += 1;
    return;
  }
  if (containerFailure !== null) report.errors.push(containerFailure);
  fail(status);
  if (status === 401) throw new BulkFailure(401, "");
  if (status >= 500) walk.worst = 502;
}

const baseOf = ({ container, object }: SwiftPath): string =>
  [container, object]
    .filter((part) => part !== null)
    .join("/")
    .replace(/\/+$/, "");

/** Extracts all files and fills in the report. The whole archive is read before anything is yielded. */
export async function* extract(request: SwiftRequest, next: Handler, parts: ExtractParts, report: Report): Work {
  if (request.contentLength === null && request.body === null) throw new BulkFailure(411, "");
  const walk: Walk = { request, next, headers: parts.headers, report, seen: new Set(), containersMade: 0, created: 0, worst: 400 };
  try {
    for await (const entry of readTar(decompress(request.body, parts.compression))) {
      if (entry.kind !== "other") await extractFile(walk, entry, baseOf(request.path!));
      if (report.errors.length >= extractLimits.maxFailures) break;
    }
  } catch (thrown) {
    if (!(thrown instanceof TarError)) throw thrown;
    throw new BulkFailure(400, `Invalid Tar File: ${thrown.message}`);
  } finally {
    discardBody(request.body);
  }
  yield undefined;
  if (report.errors.length > 0) report.fields["Response Status"] = statusLine(walk.worst);
  else if (walk.created === 0) throw new BulkFailure(400, "Invalid Tar File: No Valid Files");
}
