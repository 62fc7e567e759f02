/** `PUT ?multipart-manifest=put`: checks the segments and stores the manifest. Owns the order of the checks; rules are in manifest.ts. */
import { createHash } from "node:crypto";
import type { Clock } from "../../../support/clock.ts";
import { readBody } from "../../../support/streams.ts";
import { listedEtagHeader, listedSizeHeader } from "../../backend/common.ts";
import { answer, answerText, explanation, htmlType, isSuccess, reasonPhrase } from "../../protocol/errors.ts";
import { normalizeEtag } from "../../protocol/etags.ts";
import { isTruthy, unpackTextLossy } from "../../protocol/headers.ts";
import { formatIsoTime, parseHttpDate, ticksPerSecond } from "../../protocol/timestamps.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import {
  formatReport,
  negotiateReport,
  quoteName,
  statusLine,
  streamReport,
  type Report,
  type ReportType,
  type Work,
} from "../bulk/report.ts";
import { attempt } from "../bulk/attempt.ts";
import { inheritedHeaders } from "../segmented.ts";
import { isManifest, manifestMark, sloEtagHeader, sloSizeHeader } from "./headers.ts";
import {
  describeSegment,
  formatManifest,
  inlineBytes,
  isInline,
  manifestEtag,
  manifestLimits,
  parseManifest,
  type AskedSegment,
  type FoundSegment,
  type InlineSegment,
  type ManifestEntry,
} from "./manifest.ts";
import { readManifest } from "./slo-get.ts";

type AskedEntry = AskedSegment | InlineSegment;

/** The manifest of a request, or why there is none. */
async function readAsked(request: SwiftRequest, path: SwiftPath): Promise<readonly AskedEntry[] | SwiftResponse> {
  const { contentLength, body } = request;
  if (contentLength === null && body === null) return answer(411);
  if (contentLength !== null && contentLength > manifestLimits.maxBytes) {
    return answerText(413, `Manifest File > ${manifestLimits.maxBytes} bytes`, [], htmlType);
  }
  let bytes: Buffer;
  try {
    bytes = await readBody(body, manifestLimits.maxBytes);
  } catch (thrown) {
    // The reference reads no further than the limit, and what it has read then is no JSON.
    if (thrown instanceof RangeError) bytes = Buffer.alloc(0);
    else throw thrown;
  }
  const parsed = parseManifest(bytes, path);
  if ("error" in parsed) return answerText(400, parsed.error, [], parsed.isList ? "text/plain" : htmlType);
  if (parsed.segments.filter((segment) => !isInline(segment)).length > manifestLimits.maxSegments) {
    return answerText(413, `Number of object-backed segments must be <= ${manifestLimits.maxSegments}`, [], htmlType);
  }
  return parsed.segments;
}

/** What a HEAD finds at a segment's place: large objects count as a whole. */
async function findSegment(request: SwiftRequest, next: Handler, segment: AskedSegment): Promise<FoundSegment | { status: number }> {
  const { container, object } = segment;
  if (segment.path.includes("\0")) return { status: 412 };
  const path = { account: request.path!.account, container, object };
  const head = makeSubrequest(request, { method: "HEAD", path, headers: inheritedHeaders(request), authorize: "inherit" });
  const { status, headers } = await attempt((inner) => readManifest(inner, next), head);
  if (!isSuccess(status)) return { status };
  const modifiedSeconds = parseHttpDate(headers.get("last-modified") ?? "") ?? 0;
  return {
    sizeBytes: Number(headers.get("content-length")),
    etag: normalizeEtag(headers.get("etag") ?? ""),
    contentType: unpackTextLossy((headers.get("content-type") ?? "").split(";")[0]!),
    lastModified: formatIsoTime(modifiedSeconds * ticksPerSecond),
    isManifest: isManifest(headers),
  };
}

interface Gathered {
  readonly entries: ManifestEntry[];
  sizeBytes: number;
  readonly problems: [name: string, problem: string][];
}

/** Looks at each segment once, however often it is named. Yields between two looks, for whoever sends signs of life. */
async function* gather(request: SwiftRequest, next: Handler, asked: readonly AskedEntry[]): AsyncGenerator<undefined, Gathered> {
  const gathered: Gathered = { entries: [], sizeBytes: 0, problems: [] };
  const found = new Map<string, FoundSegment | { status: number }>();
  for (const [at, entry] of asked.entries()) {
    if (isInline(entry)) {
      gathered.entries.push(entry);
      gathered.sizeBytes += inlineBytes(entry).length;
      continue;
    }
    const segment = found.get(entry.path) ?? (await findSegment(request, next, entry));
    found.set(entry.path, segment);
    if ("status" in segment) {
      gathered.problems.push([quoteName(entry.path), statusLine(segment.status)]);
    } else {
      const { stored, lengthBytes, problems } = describeSegment(entry, segment, at === asked.length - 1);
      gathered.entries.push(stored);
      gathered.sizeBytes += lengthBytes;
      for (const problem of problems) gathered.problems.push([quoteName(entry.path), problem]);
    }
    yield undefined;
  }
  return gathered;
}

/** Stores the manifest in place of what the client sent. */
async function store(request: SwiftRequest, next: Handler, { entries, sizeBytes }: Gathered, sloEtag: string): Promise<SwiftResponse> {
  const body = Buffer.from(formatManifest(entries));
  const etag = createHash("md5").update(body).digest("hex");
  const headers = new Map(request.headers);
  headers.delete("transfer-encoding");
  // Middleware to the left may have said what the listing is to show as the ETag.
  const [listed, ...parameters] = (headers.get(listedEtagHeader) ?? "").split(";");
  headers
    .set("content-length", String(body.byteLength))
    .set("etag", etag)
    .set(manifestMark, "True")
    .set(sloEtagHeader, sloEtag)
    .set(sloSizeHeader, String(sizeBytes))
    .set(listedEtagHeader, `${[listed || etag, ...parameters].join(";")}; slo_etag=${sloEtag}`)
    .set(listedSizeHeader, String(sizeBytes));
  const response = await attempt(next, { ...request, headers, body, contentLength: body.byteLength });
  if (isSuccess(response.status)) response.headers.set("etag", `"${sloEtag}"`);
  return response;
}

type Outcome = { readonly response: SwiftResponse } | { readonly refused: 400 | 422; readonly problems: Gathered["problems"] };

async function* process(request: SwiftRequest, next: Handler, asked: readonly AskedEntry[]): AsyncGenerator<undefined, Outcome> {
  const gathered = yield* gather(request, next, asked);
  if (gathered.problems.length > 0) return { refused: 400, problems: gathered.problems };
  const sloEtag = manifestEtag(gathered.entries);
  const claimed = normalizeEtag(request.headers.get("etag") ?? "");
  if (claimed !== "" && claimed !== sloEtag) return { refused: 422, problems: [] };
  return { response: await store(request, next, gathered, sloEtag) };
}

/** Does the work and fills in the report for clients that asked for signs of life. */
async function* report(outcomes: AsyncGenerator<undefined, Outcome>, { fields, errors }: Report): Work {
  const outcome = yield* outcomes;
  if ("refused" in outcome) {
    fields["Response Status"] = statusLine(outcome.refused);
    fields["Response Body"] = `${reasonPhrase(outcome.refused)}\n${explanation(outcome.refused)}`;
    errors.push(...outcome.problems);
    return;
  }
  const { status, headers, body } = outcome.response;
  fields["Response Status"] = statusLine(status);
  if (isSuccess(status)) {
    fields["Etag"] = headers.get("etag") ?? "";
    fields["Last Modified"] = headers.get("last-modified") ?? "";
  }
  fields["Response Body"] = (await readBody(body, 64 * 1024)).toString("utf8");
}

async function answerPlainly(outcomes: AsyncGenerator<undefined, Outcome>, type: ReportType): Promise<SwiftResponse> {
  let step = await outcomes.next();
  while (step.done !== true) step = await outcomes.next();
  const outcome = step.value;
  if ("response" in outcome) return outcome.response;
  if (outcome.refused === 422) return answer(422);
  return answerText(400, formatReport({ fields: {}, errors: [...outcome.problems] }, type, "upload"), [], type);
}

/** Answers 202 at once where the client asked for signs of life: what became of it is in the body then. */
export async function putManifest(
  request: SwiftRequest,
  path: SwiftPath,
  next: Handler,
  { clock }: { clock: Clock },
): Promise<SwiftResponse> {
  const asked = await readAsked(request, path);
  if ("status" in asked) return asked;
  const type = negotiateReport(request.headers.get("accept")) ?? "text/plain";
  const outcomes = process(request, next, asked);
  if (!isTruthy(request.query.get("heartbeat"))) return answerPlainly(outcomes, type);
  const filled: Report = { fields: {}, errors: [] };
  const body = streamReport(report(outcomes, filled), filled, { clock, type, root: "upload", beat: " ", beatsAtOnce: true });
  return { status: 202, headers: new Map([["content-type", type]]), body };
}
