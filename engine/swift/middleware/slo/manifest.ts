/** Static large object manifests: what a client may send, what is stored, and the ETag over it. Pure rules; fetches nothing. */
import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { answerRange, formatRange, parseRange, type RequestedRange } from "../../protocol/ranges.ts";
import type { SwiftPath } from "../../types.ts";

export const manifestLimits = { maxSegments: 1000, maxBytes: 8_388_608, maxDepth: 10 } as const;

/** A segment as a client names it. */
export interface AskedSegment {
  /** As sent, for messages. */
  readonly path: string;
  readonly container: string;
  readonly object: string;
  readonly etag: string | null;
  readonly sizeBytes: number | null;
  readonly range: RequestedRange | null;
}

export interface InlineSegment {
  /** Base64, well padded. */
  readonly data: string;
}

/** A segment as it is stored: the keys are those that `?multipart-manifest=get` shows. */
export interface StoredSegment {
  readonly name: string;
  readonly bytes: number;
  readonly hash: string;
  readonly content_type: string;
  readonly last_modified: string;
  /** `first-last`, both inclusive; absent for the whole object. */
  readonly range?: string;
  readonly sub_slo?: true;
}

export type ManifestEntry = StoredSegment | InlineSegment;

export function isInline(entry: object): entry is InlineSegment {
  return "data" in entry;
}

/** `container` and `object` of a segment's path; a leading slash does not matter. Null where it names no object. */
export function splitSegmentPath(path: string): { container: string; object: string } | null {
  const bare = path.replace(/^\/+/, "");
  const slash = bare.indexOf("/");
  return slash < 0 || !bare.replace(/\/+$/, "").includes("/") ? null : { container: bare.slice(0, slash), object: bare.slice(slash + 1) };
}

/** `int()` of the reference for what JSON can hold; null where that fails. */
function toInteger(value: unknown): number | null {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) : null;
  if (typeof value !== "string" || !/^\s*[+-]?\d+(_\d+)*\s*$/.test(value)) return null;
  return Number(value.trim().replaceAll("_", ""));
}

/** Base64 without foreign characters or missing padding. */
function decodeStrictly(value: unknown): Buffer | null {
  if (typeof value !== "string") return null;
  const bare = value.replace(/=+$/, "");
  const wanting = (4 - (bare.length % 4)) % 4;
  const isGood = /^[A-Za-z0-9+/]*$/.test(bare) && wanting !== 3 && value.length - bare.length >= wanting;
  return isGood ? Buffer.from(bare, "base64") : null;
}

const tooSmall = "too small; each segment must be at least 1 byte.";

/** A string, number or boolean as the reference's JSON writer puts it: ASCII only. */
const quote = (value: string | number | boolean): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

type Checked<T> = { readonly value: T } | { readonly problem: string };

/** One entry that names an object. */
function checkObject(entry: Record<string, unknown>, isLast: boolean, own: SwiftPath): Checked<AskedSegment> {
  const { path, etag = null, size_bytes: size = null, range: rangeText } = entry;
  if (typeof path !== "string") return { problem: '"path" must be a string' };
  if (etag !== null && typeof etag !== "string") return { problem: '"etag" must be a string or null (if provided)' };
  const names = path.isWellFormed() ? splitSegmentPath(path) : null;
  if (names === null) return { problem: "path does not refer to an object. Path must be of the form /container/object." };
  const sizeBytes = size === null ? null : toInteger(size);
  if (size !== null && sizeBytes === null) return { problem: "invalid size_bytes" };
  if (sizeBytes !== null && sizeBytes < 1 && !isLast) return { problem: tooSmall };
  if (names.container === own.container && names.object === own.object) return { problem: "manifest must not include itself as a segment" };
  let range: RequestedRange | null = null;
  if (rangeText) {
    const ranges = parseRange(`bytes=${String(rangeText)}`);
    if (ranges === null) return { problem: "invalid range" };
    if (ranges.length > 1) return { problem: "multiple ranges (only one allowed)" };
    range = ranges[0]!;
    // A client that lies about the size is found out later.
    if (sizeBytes !== null && resolveRange(range, sizeBytes) === "unsatisfiable") return { problem: "unsatisfiable range" };
  }
  return { value: { path, ...names, etag, sizeBytes, range } };
}

function checkInline(entry: Record<string, unknown>): Checked<InlineSegment> {
  const bytes = decodeStrictly(entry["data"]);
  if (bytes === null) return { problem: "data must be valid base64" };
  return bytes.length === 0 ? { problem: tooSmall } : { value: { data: bytes.toString("base64") } };
}

function checkEntry(entry: unknown, isLast: boolean, own: SwiftPath): Checked<AskedSegment | InlineSegment> {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return { problem: "not a JSON object" };
  const kind = ["data", "path"].find((key) => Object.hasOwn(entry, key));
  if (kind === undefined) return { problem: "expected keys to include one of 'data' or 'path'" };
  const known = kind === "data" ? ["data"] : ["path", "range", "etag", "size_bytes"];
  const extraneous = Object.keys(entry).filter((key) => !known.includes(key));
  if (extraneous.length > 0) return { problem: `extraneous keys ${extraneous.sort().map(quote).join(", ")}` };
  return kind === "data" ? checkInline(entry as Record<string, unknown>) : checkObject(entry as Record<string, unknown>, isLast, own);
}

export type ParsedManifest =
  | { readonly segments: readonly (AskedSegment | InlineSegment)[] }
  /** `isList` tells errors of single entries from bodies that are no manifest at all. */
  | { readonly error: string; readonly isList: boolean };

/** Reads what a client sends. `own` is the path of the manifest itself. */
export function parseManifest(body: Uint8Array, own: SwiftPath): ParsedManifest {
  let entries: unknown;
  try {
    if (!isUtf8(body)) throw new SyntaxError("not UTF-8");
    entries = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return { error: "Manifest must be valid JSON.\n", isList: false };
  }
  if (!Array.isArray(entries)) return { error: "Manifest must be a list.\n", isList: false };
  const problems: string[] = [];
  const segments: (AskedSegment | InlineSegment)[] = [];
  for (const [at, entry] of entries.entries()) {
    const checked = checkEntry(entry, at === entries.length - 1, own);
    if ("problem" in checked) problems.push(`Index ${at}: ${checked.problem}`);
    else segments.push(checked.value);
  }
  if (entries.length > 0 && entries.every((entry) => typeof entry === "object" && entry !== null && isInline(entry))) {
    problems.push("Inline data segments require at least one object-backed segment.");
  }
  return problems.length > 0 ? { error: problems.map((problem) => `${problem}\n`).join(""), isList: true } : { segments };
}

/** What one range means for an object of `sizeBytes`: `first-last` as it is stored, the whole, or nothing. */
export function resolveRange(range: RequestedRange, sizeBytes: number): { first: number; last: number } | "whole" | "unsatisfiable" {
  const answered = answerRange(formatRange([range]), sizeBytes);
  if (answered.kind !== "parts") return answered.kind;
  const { start, end } = answered.parts[0]!;
  return start === 0 && end === sizeBytes ? "whole" : { first: start, last: end - 1 };
}

/** What a HEAD of a segment says. */
export interface FoundSegment {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly contentType: string;
  /** As listings write it. */
  readonly lastModified: string;
  readonly isManifest: boolean;
}

/** A found segment as it is to be stored, the bytes it adds, and what is wrong with it. */
export function describeSegment(
  asked: AskedSegment,
  found: FoundSegment,
  mayBeEmpty: boolean,
): { stored: StoredSegment; lengthBytes: number; problems: string[] } {
  const problems: string[] = [];
  const resolved = asked.range === null ? "whole" : resolveRange(asked.range, found.sizeBytes);
  if (resolved === "unsatisfiable") problems.push("Unsatisfiable Range");
  const range = typeof resolved === "string" ? null : resolved;
  const lengthBytes = range === null ? found.sizeBytes : range.last - range.first + 1;
  if (lengthBytes < 1 && !mayBeEmpty) problems.push("Too small; each segment must be at least 1 byte.");
  if (asked.sizeBytes !== null && asked.sizeBytes !== found.sizeBytes) problems.push("Size Mismatch");
  if (asked.etag !== null && asked.etag !== found.etag) problems.push("Etag Mismatch");
  const stored: StoredSegment = {
    name: `/${asked.path.replace(/^\/+/, "")}`,
    bytes: found.sizeBytes,
    hash: found.etag,
    content_type: found.contentType,
    last_modified: found.lastModified,
    ...(range === null ? {} : { range: `${range.first}-${range.last}` }),
    ...(found.isManifest ? { sub_slo: true } : {}),
  };
  return { stored, lengthBytes, problems };
}

const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

export function inlineBytes(entry: InlineSegment): Buffer {
  return Buffer.from(entry.data, "base64");
}

/** A manifest as it is stored, byte for byte what the reference writes: clients compare `X-Manifest-Etag`. */
export function formatManifest(entries: readonly object[]): string {
  const formatEntry = (entry: object): string =>
    Object.entries(entry)
      .map(([key, value]) => `${quote(key)}: ${quote(value)}`)
      .join(", ");
  return `[${entries.map((entry) => `{${formatEntry(entry)}}`).join(", ")}]`;
}

/** The ETag of a large object, without quotes: the MD5 of what names its segments' bytes. */
export function manifestEtag(entries: readonly ManifestEntry[]): string {
  const hash = createHash("md5");
  for (const entry of entries) {
    if (isInline(entry)) hash.update(md5(inlineBytes(entry)));
    else hash.update(entry.range === undefined ? entry.hash : `${entry.hash}:${entry.range};`);
  }
  return hash.digest("hex");
}

/** The part of a stored segment that belongs to the large object; `end` is exclusive. */
export function stretchOf(segment: StoredSegment): { start: number; end: number } {
  if (segment.range === undefined) return { start: 0, end: segment.bytes };
  const [first, last] = segment.range.split("-").map(Number) as [number, number];
  return { start: first, end: last + 1 };
}

/** A stored manifest as it could be sent again. */
export function toRaw(entries: readonly ManifestEntry[]): object[] {
  return entries.map((entry) => {
    if (isInline(entry)) return entry;
    const { hash, name, range, bytes } = entry;
    return { etag: hash, path: name, ...(range === undefined ? {} : { range }), size_bytes: bytes };
  });
}
