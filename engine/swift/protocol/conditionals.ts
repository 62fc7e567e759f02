/** Decides conditional GET and HEAD requests. Owns the order of the checks; ranges come after it. */
import type { HeaderMap } from "../types.ts";
import { etagListMatches, parseEtagList } from "./etags.ts";
import { parseHttpDate } from "./timestamps.ts";

/** What the conditions are held against. */
export interface ConditionTarget {
  readonly etag: string;
  /** Whole seconds, rounded up as in the Last-Modified header. */
  readonly lastModifiedSeconds: number;
}

/** 304 or 412 where a condition decides the request, null where it goes on. Dates that cannot be read are passed over. */
export function checkConditions(headers: HeaderMap, target: ConditionTarget): 304 | 412 | null {
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined && ifNoneMatch !== "" && etagListMatches(ifNoneMatch, target.etag)) return 304;
  const ifMatch = headers.get("if-match");
  if (ifMatch !== undefined && ifMatch !== "" && !etagListMatches(ifMatch, target.etag)) return 412;
  const modifiedSince = parseOptionalDate(headers.get("if-modified-since"));
  if (modifiedSince !== null && target.lastModifiedSeconds <= modifiedSince) return 304;
  const unmodifiedSince = parseOptionalDate(headers.get("if-unmodified-since"));
  if (unmodifiedSince !== null && target.lastModifiedSeconds > unmodifiedSince) return 412;
  return null;
}

/** The status for an object that is not there: 412 where the client asked for any existing one. */
export function statusWhenMissing(headers: HeaderMap): 404 | 412 {
  const ifMatch = headers.get("if-match");
  return ifMatch !== undefined && parseEtagList(ifMatch).has("*") ? 412 : 404;
}

function parseOptionalDate(value: string | undefined): number | null {
  return value === undefined ? null : parseHttpDate(value);
}
