/** Bulk operations: `?extract-archive` and `?bulk-delete`. Owns the dispatch and the reading of names to delete. */
import type { Clock } from "../../../support/clock.ts";
import { chunksOf } from "../../../support/streams.ts";
import { answerText, htmlType } from "../../protocol/errors.ts";
import { limits } from "../../protocol/limits.ts";
import { percentDecodeBytes } from "../../protocol/paths.ts";
import type { Handler, HeaderMap, Middleware, SwiftRequest, SwiftResponse } from "../../types.ts";
import { createDeleteReport, deleteAll, deleteLimits, toDeletable, type Deletable } from "./delete-all.ts";
import { createExtractReport, extract, extractLimits } from "./extract.ts";
import { answerReport, BulkFailure, forReaders, negotiateReport, type Report, type ReportOptions, type Work } from "./report.ts";
import type { Compression } from "./decompress.ts";

export interface BulkOptions {
  readonly clock: Clock;
  onBug(error: unknown, request: SwiftRequest): void;
}

export const bulkUploadInfo = {
  max_containers_per_extraction: extractLimits.maxContainers,
  max_failed_extractions: extractLimits.maxFailures,
};

export const bulkDeleteInfo = {
  max_deletes_per_request: deleteLimits.maxDeletes,
  max_failed_deletes: deleteLimits.maxFailures,
};

const compressions: Readonly<Record<string, Compression>> = { tar: "none", "tar.gz": "gzip", "tar.bz2": "bzip2" };

/** Sub-requests pass auth once more: they show the client's own tokens. */
const tokenHeaders = ["x-auth-token", "x-storage-token", "x-service-token", "referer"];

function tokensOf(request: SwiftRequest): HeaderMap {
  return new Map(tokenHeaders.flatMap((name) => (request.headers.has(name) ? [[name, request.headers.get(name)!] as const] : [])));
}

/** Longest line: twice what two names and their slashes take. */
const longestLine = (limits.maxObjectNameLength + limits.maxContainerNameLength + 2) * 2;
const newline = 0x0a;

/** The names of a body, one percent-encoded path a line. Throws a BulkFailure where there are too many or one is too long. */
export async function readNames(request: SwiftRequest): Promise<Deletable[]> {
  const { body, contentLength } = request;
  if (contentLength === null && body === null) throw new BulkFailure(411, "");
  const names: Buffer[] = [];
  let rest: Buffer = Buffer.alloc(0);
  const take = (line: Buffer): void => {
    if (line.length > longestLine) throw new BulkFailure(400, "Invalid File Name");
    names.push(percentDecodeBytes(line.toString("latin1").trim()));
    if (names.length > deleteLimits.maxDeletes) {
      throw new BulkFailure(413, `Maximum Bulk Deletes: ${deleteLimits.maxDeletes} per request`);
    }
  };
  for await (const chunk of chunksOf(body)) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      take(Buffer.concat([rest, chunk.subarray(from, at)]));
      rest = Buffer.alloc(0);
      from = at + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.length > longestLine) throw new BulkFailure(400, "Invalid File Name");
  }
  if (rest.toString("latin1").trim() !== "") take(rest);
  return names.filter((name) => name.length > 0).map(toDeletable);
}

/** Reads the names, then deletes objects first and containers last: those may be empty by then. */
async function* deleteNamed(request: SwiftRequest, next: Handler, report: Report): Work {
  const contentType = request.headers.get("content-type") ?? "";
  if (contentType !== "" && !contentType.startsWith("text/plain")) throw new BulkFailure(406, "");
  const names = await readNames(request);
  const isContainer = ({ target }: Deletable): boolean => target !== null && target.object === null;
  const targets = [...names.filter((name) => !isContainer(name)), ...names.filter(isContainer)];
  yield* deleteAll(request, next, { targets, headers: tokensOf(request) }, report);
}

/** Does the first step of `work` now: the request's body is read in it, which the server takes in only until it has an answer. */
async function begin(work: Work): Promise<Work> {
  const first = work.next();
  await first.catch(() => {});
  return (async function* begun(): Work {
    const { done } = await first;
    if (done === true) return;
    yield undefined;
    yield* work;
  })();
}

export function createBulk({ clock, onBug }: BulkOptions): Middleware {
  function options(request: SwiftRequest, root: ReportOptions["root"]): ReportOptions {
    const type = negotiateReport(request.headers.get("accept"));
    return { clock, type, root, onBug: (error) => onBug(error, request) };
  }

  async function bulkDelete(request: SwiftRequest, next: Handler): Promise<SwiftResponse> {
    const report = createDeleteReport();
    const chosen = options(request, "delete");
    const work = forReaders(chosen.type, deleteNamed(request, next, report));
    return answerReport(report, await begin(work), chosen);
  }

  async function bulkUpload(request: SwiftRequest, next: Handler, compression: Compression): Promise<SwiftResponse> {
    const report = createExtractReport();
    const chosen = options(request, "extract");
    const work = forReaders(chosen.type, extract(request, next, { compression, headers: tokensOf(request) }, report));
    return answerReport(report, await begin(work), chosen);
  }

  return async (request, next) => {
    const { method, query, path } = request;
    if (path === null) return next(request);
    const archive = method === "PUT" ? query.get("extract-archive") : null;
    if (archive !== null) {
      const compression = compressions[archive.toLowerCase().replace(/^\.+|\.+$/g, "")];
      return compression === undefined
        ? answerText(400, "Unsupported archive format", [], htmlType)
        : bulkUpload(request, next, compression);
    }
    return query.has("bulk-delete") && (method === "POST" || method === "DELETE") ? bulkDelete(request, next) : next(request);
  };
}
