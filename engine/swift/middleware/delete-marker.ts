/** Delete markers: objects without bytes that say that a name was deleted. Owns their form, which both kinds of versioning share. */
import type { HeaderMap } from "../types.ts";

/** Clients cannot set a type with `swift_…` parameters, so this one tells for certain. */
export const deleteMarkerType = "application/x-deleted;swift_versions_deleted=1";

/** The headers of a PUT that writes a delete marker. */
export function deleteMarkerHeaders(): HeaderMap {
  return new Map([
    ["content-type", deleteMarkerType],
    ["content-length", "0"],
    ["x-backend-content-type-overridden", "true"],
  ]);
}
