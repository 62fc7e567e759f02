/** Listings of accounts: the size of a container counts the versions in its hidden one. Owns that sum only. */
import { answerListing } from "../../backend/common.ts";
import type { ContainerEntry, SubdirEntry } from "../../protocol/listings.ts";
import { isReservedName } from "../../protocol/reserved-names.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { inListingOrder, readEntries } from "./merged-listing.ts";
import { ownerOf, versionsContainer } from "./names.ts";
import { reserved } from "./objects.ts";

/** The client's query for the hidden containers of what it lists. */
function hiddenQuery(query: URLSearchParams): URLSearchParams {
  const hidden = new URLSearchParams({ prefix: versionsContainer(query.get("prefix") ?? "") });
  for (const name of ["marker", "end_marker"]) {
    const value = query.get(name);
    if (value !== null && value !== "") hidden.set(name, isReservedName(value) ? value : versionsContainer(value));
  }
  for (const name of ["limit", "delimiter", "reverse"]) {
    const value = query.get(name);
    if (value !== null) hidden.set(name, value);
  }
  return hidden;
}

type Entry = ContainerEntry | SubdirEntry;

/** GET of an account. A hidden container whose own one is gone is listed under its name, so that it can be found and removed. */
export async function listContainers(request: SwiftRequest, path: SwiftPath, next: Handler): Promise<SwiftResponse> {
  const response = await next(request);
  if (response.status !== 200) return response;
  const query = hiddenQuery(request.query);
  const hidden = await next(makeSubrequest(request, { method: "GET", path, query, headers: reserved(), authorize: "none" }));
  const versions = new Map<string, ContainerEntry>();
  for (const entry of hidden.status === 200 ? await readEntries<Entry>(hidden) : []) {
    const owner = "subdir" in entry ? null : ownerOf(entry.name);
    if (owner !== null) versions.set(owner, entry as ContainerEntry);
  }
  if (versions.size === 0) return response;
  const entries = (await readEntries<Entry>(response)).map((entry) => {
    const own = "subdir" in entry ? undefined : versions.get(entry.name);
    if (own === undefined || "subdir" in entry) return entry;
    versions.delete(entry.name);
    return { ...entry, bytes: entry.bytes + own.bytes };
  });
  for (const [name, entry] of versions) entries.push({ ...entry, name, count: 0 });
  return answerListing(response.headers, inListingOrder(entries, request.query));
}
