/** Range headers and multipart/byteranges framing. Owns Swift's reading of RFC 7233 and its guard; reads no bytes. */

/** One range as asked: `start` null for a suffix of `end` bytes, `end` null for all that follows. `end` is inclusive. */
export interface RequestedRange {
  readonly start: number | null;
  readonly end: number | null;
}

/** Bytes to send; `end` is exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const maxRanges = 50;
const maxOverlaps = 2;
const maxUnorderedRanges = 8;

/** The ranges of a Range header, or null where its syntax is not ours: such a header is ignored. */
export function parseRange(header: string): RequestedRange[] | null {
  const compact = header.replaceAll(" ", "");
  if (!compact.toLowerCase().startsWith("bytes=")) return null;
  const ranges: RequestedRange[] = [];
  for (const item of compact.slice(6).split(",")) {
    const match = /^(\d*)-(\d*)$/.exec(item);
    if (match === null) return null;
    const start = match[1] === "" ? null : Number(match[1]);
    const end = match[2] === "" ? null : Number(match[2]);
    if (start === null && end === null) return null;
    if (start !== null && end !== null && end < start) return null;
    ranges.push({ start, end });
  }
  return ranges;
}

/** A Range header from ranges. The inverse of `parseRange`. */
export function formatRange(ranges: readonly RequestedRange[]): string {
  return `bytes=${ranges.map((range) => `${range.start ?? ""}-${range.end ?? ""}`).join(",")}`;
}

/** The part of a body of `sizeBytes` that one range means; null where there is none. */
function resolveRange(range: RequestedRange, sizeBytes: number): ByteRange | null {
  if (range.start === null) {
    const suffix = range.end!;
    return suffix === 0 ? null : { start: Math.max(0, sizeBytes - suffix), end: sizeBytes };
  }
  if (range.start >= sizeBytes) return null;
  return { start: range.start, end: range.end === null ? sizeBytes : Math.min(range.end + 1, sizeBytes) };
}

function overlap(first: ByteRange, second: ByteRange): boolean {
  return (
    (first.start < second.start && second.start < first.end) ||
    (first.start < second.end && second.end < first.end) ||
    (second.start < first.start && first.start < second.end) ||
    (second.start < first.end && first.end < second.end)
  );
}

/** Swift's guard against costly sets: more than 50 ranges, more than two overlaps, or eight and more out of order. */
function isExcessive(ranges: readonly ByteRange[]): boolean {
  if (ranges.length > maxRanges) return true;
  let overlaps = 0;
  for (let one = 0; one < ranges.length; one += 1) {
    for (let other = one + 1; other < ranges.length; other += 1) {
      if (overlap(ranges[one]!, ranges[other]!)) overlaps += 1;
    }
  }
  if (overlaps > maxOverlaps) return true;
  const ascending = ranges.every((range, at) => at === 0 || ranges[at - 1]!.start <= range.start);
  return !ascending && ranges.length >= maxUnorderedRanges;
}

/** How a body of `sizeBytes` answers a Range header: all of it, parts of it, or 416. */
export type RangeAnswer = { kind: "whole" } | { kind: "parts"; parts: readonly ByteRange[] } | { kind: "unsatisfiable" };

export function answerRange(header: string | undefined, sizeBytes: number): RangeAnswer {
  const requested = header === undefined ? null : parseRange(header);
  if (requested === null) return { kind: "whole" };
  const parts = requested.map((range) => resolveRange(range, sizeBytes)).filter((range) => range !== null);
  if (parts.length === 0 || isExcessive(parts)) return { kind: "unsatisfiable" };
  // A suffix of an empty body is satisfiable, yet no Content-Range can say so: the answer is the whole, empty body.
  if (sizeBytes === 0) return { kind: "whole" };
  return { kind: "parts", parts };
}

export function formatContentRange(range: ByteRange, sizeBytes: number): string {
  return `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
}

/** The text before each part of a multipart body, the text after all of them, and the length of the whole. */
export interface MultipartFrame {
  readonly heads: readonly string[];
  readonly tail: string;
  readonly contentLength: number;
}

/** Frames ranges as multipart/byteranges; each part's data is followed by CRLF, the end mark by nothing. */
export function frameMultipart(ranges: readonly ByteRange[], sizeBytes: number, contentType: string, boundary: string): MultipartFrame {
  const heads = ranges.map(
    (range) => `--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Range: ${formatContentRange(range, sizeBytes)}\r\n\r\n`,
  );
  const tail = `--${boundary}--`;
  const dataBytes = ranges.reduce((sum, range) => sum + range.end - range.start + 2, 0);
  const contentLength = heads.reduce((sum, head) => sum + head.length, 0) + dataBytes + tail.length;
  return { heads, tail, contentLength };
}
