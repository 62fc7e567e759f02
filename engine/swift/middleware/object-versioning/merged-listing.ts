/** Listings made of two: a container's own or an account's, and what is hidden beside it. Owns their order and their length. */
import { compareNames } from "../../../store/listing.ts";
import { readBody } from "../../../support/streams.ts";
import { isTruthy } from "../../protocol/headers.ts";
import { listedName, listingLimit, type SubdirEntry } from "../../protocol/listings.ts";
import type { SwiftResponse } from "../../types.ts";

const longestListing = 1024 * 10_000 * 8;

/** The entries of a listing. */
export async function readEntries<Entry>(response: SwiftResponse): Promise<Entry[]> {
  return JSON.parse((await readBody(response.body, longestListing)).toString("utf8")) as Entry[];
}

/** The entries as a listing with this query has them: in its order, and no more than it asks for. */
export function inListingOrder<Entry extends { readonly name: string }>(
  entries: readonly (Entry | SubdirEntry)[],
  query: URLSearchParams,
): (Entry | SubdirEntry)[] {
  const direction = isTruthy(query.get("reverse")) ? -1 : 1;
  return entries.toSorted((one, other) => direction * compareNames(listedName(one), listedName(other))).slice(0, listingLimit(query));
}
