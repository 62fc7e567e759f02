/** Walks names in UTF-8 order with prefix, delimiter and markers. Owns the walk; the scan of one stretch of names is given to it. */
import type { ListingItem, ListingRequest } from "./types.ts";

/** A stretch of names. `null` bounds are open. */
export interface NameRange {
  readonly lower: string | null;
  readonly lowerInclusive: boolean;
  readonly upper: string | null;
  readonly upperInclusive: boolean;
  readonly reverse: boolean;
}

/** Compares as UTF-8 bytes do: by code point, which code units alone get wrong above U+FFFF. */
export function compareNames(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const left = one.charCodeAt(at);
    const right = other.charCodeAt(at);
    if (left === right) continue;
    const leftHigh = left >= 0xd800 && left <= 0xdfff;
    const rightHigh = right >= 0xd800 && right <= 0xdfff;
    if (leftHigh !== rightHigh) return leftHigh ? 1 : -1;
    return left - right;
  }
  return one.length - other.length;
}

/** The first name after all that begin with `prefix`; null where there is none. */
export function nameAfterPrefix(prefix: string): string | null {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = last.codePointAt(0)! + 1;
    if (next <= 0x10ffff) return points.join("") + String.fromCodePoint(next >= 0xd800 && next <= 0xdfff ? 0xe000 : next);
  }
  return null;
}

interface Rules {
  readonly prefix: string;
  readonly delimiter: string;
  /** The pseudo-directory whose own marker object is left out; null for plain listings. */
  readonly path: string | null;
}

/** `path=` is a prefix and a delimiter that report no subdirectories. */
function rulesOf(request: ListingRequest): Rules {
  if (request.path === null) return { prefix: request.prefix, delimiter: request.delimiter, path: null };
  const path = request.path === "" ? "" : `${request.path.replace(/\/+$/, "")}/`;
  return { prefix: path, delimiter: "/", path };
}

function firstRange(request: ListingRequest, prefix: string): NameRange {
  const after = request.reverse ? request.endMarker : request.marker;
  const before = request.reverse ? request.marker : request.endMarker;
  const fromMarker = after !== "" && (prefix === "" || compareNames(after, prefix) >= 0);
  const prefixEnd = prefix === "" ? null : nameAfterPrefix(prefix);
  const toMarker = before !== "" && (prefixEnd === null || compareNames(before, prefixEnd) < 0);
  return {
    lower: fromMarker ? after : prefix === "" ? null : prefix,
    lowerInclusive: !fromMarker,
    upper: toMarker ? before : prefixEnd,
    upperInclusive: false,
    reverse: request.reverse,
  };
}

/** The range that is left when everything under `subdir` has been passed. Null where nothing is. */
function rangeAfterSubdir(range: NameRange, subdir: string, keepsMarkerObject: boolean): NameRange | null {
  if (range.reverse) return { ...range, upper: subdir, upperInclusive: keepsMarkerObject };
  const lower = nameAfterPrefix(subdir);
  return lower === null ? null : { ...range, lower, lowerInclusive: true };
}

/**
 * Lists names. Names below a delimiter are passed over with one seek each, never one by one. `scan` must yield records of a range
 * in order and stop when its iterator is closed.
 */
export function walkNames<T extends { readonly name: string }>(
  request: ListingRequest,
  scan: (range: NameRange, limit: number) => Iterable<T>,
): ListingItem<T>[] {
  const { prefix, delimiter, path } = rulesOf(request);
  const passedOver = request.reverse ? request.endMarker : request.marker;
  const items: ListingItem<T>[] = [];
  let range: NameRange | null = firstRange(request, prefix);
  while (range !== null && items.length < request.limit) {
    let next: NameRange | null = null;
    for (const record of scan(range, request.limit - items.length + 1)) {
      const at = delimiter === "" ? -1 : record.name.indexOf(delimiter, prefix.length);
      const isOwnPath = path !== null && record.name === path;
      const end = at + delimiter.length;
      // In a path listing a name that ends with the delimiter is a directory marker, and is shown as the object it is.
      const isBelow = at >= 0 && (path === null || record.name.length > end);
      if (isBelow) {
        const subdir = record.name.slice(0, end);
        if (path === null && subdir !== passedOver) items.push({ subdir });
        next = rangeAfterSubdir(range, subdir, path !== null);
        // A forward walk met the marker object before what lies below it.
        break;
      }
      if (!isOwnPath) items.push({ record });
      if (items.length >= request.limit) break;
    }
    range = next;
  }
  return items;
}
