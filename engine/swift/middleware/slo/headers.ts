/** The headers by which a stored object is a manifest. Owns their names. */
import { listedEtagHeader, listedSizeHeader } from "../../backend/common.ts";
import { isTruthy } from "../../protocol/headers.ts";
import type { HeaderMap } from "../../types.ts";

/** On manifests alone; clients see it and cannot set it. */
export const manifestMark = "x-static-large-object";
/** ETag and size of the whole large object. */
export const sloEtagHeader = "x-object-sysmeta-slo-etag";
export const sloSizeHeader = "x-object-sysmeta-slo-size";

export function isManifest(headers: HeaderMap): boolean {
  return isTruthy(headers.get(manifestMark));
}

/** Takes out what is true of the manifest alone, so that a copy of the bytes is a plain object. */
export function withoutManifest(headers: HeaderMap): HeaderMap {
  const kept: HeaderMap = new Map(headers);
  for (const name of [sloEtagHeader, sloSizeHeader, listedEtagHeader, listedSizeHeader]) kept.delete(name);
  return kept;
}
