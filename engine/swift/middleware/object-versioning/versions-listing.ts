/** `GET ?versions`: all versions of a container's objects, the newest first. Owns the merge of the two listings behind it. */
import { discardBody } from "../../../support/streams.ts";
import { answerListing } from "../../backend/common.ts";
import { accepts } from "../../protocol/accept.ts";
import { answer, answerText, htmlType } from "../../protocol/errors.ts";
import { isTruthy } from "../../protocol/headers.ts";
import { finalListingHeader, listedName, type ObjectEntry, type SubdirEntry } from "../../protocol/listings.ts";
import { percentDecodeLossy } from "../../protocol/paths.ts";
import { formatReservedName, splitReservedName } from "../../protocol/reserved-names.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { deleteMarkerType } from "../delete-marker.ts";
import { lookExactly } from "../object-copies.ts";
import type { LinkEntry } from "../symlink/links.ts";
import { inListingOrder, readEntries } from "./merged-listing.ts";
import { afterVersions, beforeVersions, formatVersionId, parseVersionId, parseVersionName, versionName } from "./names.ts";
import { reserved, versionLinked } from "./objects.ts";

/** An entry whose name is a link to a version. */
export interface VersionedEntry extends LinkEntry {
  version_symlink?: boolean;
}

interface VersionEntry extends ObjectEntry {
  version_id: string;
  is_latest: boolean;
}

interface ListingParts {
  readonly request: SwiftRequest;
  readonly path: SwiftPath;
  readonly next: Handler;
  /** The container with the versions. */
  readonly hidden: string;
  /** The answer of the container itself, whose body has been read. */
  readonly response: SwiftResponse;
  readonly primary: readonly (VersionedEntry | SubdirEntry)[];
}

const refuseText = (text: string): SwiftResponse => answerText(400, text, [], htmlType);

/** Where the listing of versions begins: after all versions of the marker, or after one of them. Null for a bad version marker. */
function versionMarker(query: URLSearchParams, reverse: boolean): string | null {
  const marker = query.get("marker");
  const version = query.get("version_marker");
  if (marker === null) return "";
  if (version === null) return reverse ? beforeVersions(marker) : afterVersions(marker);
  // What was written without a version is the current object, so all versions come after it.
  if (version === "null") return reverse ? afterVersions(marker) : beforeVersions(marker);
  const ticks = parseVersionId(version);
  return ticks === null ? null : versionName(marker, ticks);
}

/** The query for the hidden container, or the refusal of the client's. */
function hiddenQuery(query: URLSearchParams): URLSearchParams | SwiftResponse {
  if (query.has("version_marker") && !query.has("marker")) return refuseText("version_marker param requires marker");
  const marker = versionMarker(query, isTruthy(query.get("reverse")));
  if (marker === null) return refuseText("invalid version_marker param");
  const delimiter = query.get("delimiter") ?? "";
  // Digits, the point and the separator of reserved names are part of how versions are named.
  // eslint-disable-next-line no-control-regex -- the separator is a control character
  if (/[0-9.\0]/.test(delimiter)) return refuseText("invalid delimiter param");
  const hidden = new URLSearchParams({ marker, delimiter });
  const prefix = query.get("prefix");
  if (prefix !== null) hidden.set("prefix", formatReservedName(prefix));
  for (const name of ["limit", "reverse"]) {
    const value = query.get(name);
    if (value !== null) hidden.set(name, value);
  }
  return hidden;
}

/** Which version each listed name stands for; null for objects that were written without versions. */
type CurrentVersions = Map<string, string | null>;

/** The version that an entry of a container links to, by its object and its id; null for other entries. */
export function versionBehind(entry: VersionedEntry): { readonly object: string; readonly id: string } | null {
  if (entry.version_symlink !== true) return null;
  const named = parseVersionName(percentDecodeLossy(entry.symlink_path!).split("/").slice(4).join("/"));
  return named === null ? null : { object: named.object, id: formatVersionId(named.version) };
}

/** What the hidden container lists; nothing where it cannot be listed. */
async function fetchHidden({ request, path, next, hidden }: ListingParts, query: URLSearchParams): Promise<(LinkEntry | SubdirEntry)[]> {
  const at = { account: path.account, container: hidden, object: null };
  const response = await next(makeSubrequest(request, { method: "GET", path: at, query, headers: reserved(), authorize: "none" }));
  if (response.status === 200) return readEntries(response);
  discardBody(response.body);
  return [];
}

/** True where an object has a version that is newer than `id`. */
async function isSucceeded(parts: ListingParts, object: string, id: string): Promise<boolean> {
  const query = new URLSearchParams({ prefix: beforeVersions(object), limit: "1" });
  const [newest] = await fetchHidden(parts, query);
  const named = newest === undefined ? null : parseVersionName(listedName(newest));
  return named !== null && formatVersionId(named.version) !== id;
}

/**
 * Marks the versions that are current: those that their names link to, and delete markers that nothing came after. On a page that
 * begins within an object's versions, or ends there, the newest of them may lie outside.
 */
async function markLatest(parts: ListingParts, versions: readonly VersionEntry[], current: CurrentVersions): Promise<void> {
  const { query } = parts.request;
  const reverse = isTruthy(query.get("reverse"));
  const begunWithin = query.has("version_marker") ? query.get("marker") : null;
  const newest = new Map<string, VersionEntry>();
  for (const version of versions) if (reverse || !newest.has(version.name)) newest.set(version.name, version);
  for (const version of versions) {
    const { name, version_id: id } = version;
    if (current.has(name)) version.is_latest = current.get(name) === id;
    else if (version.content_type !== deleteMarkerType || newest.get(name) !== version) version.is_latest = false;
    else if (reverse && version === versions.at(-1)) version.is_latest = !(await isSucceeded(parts, name, id));
    else version.is_latest = reverse || name !== begunWithin;
  }
}

/** Adds the object at which the page begins: its own listing has passed over it. */
async function addMarkerObject(parts: ListingParts, current: CurrentVersions): Promise<void> {
  const { request, path, next } = parts;
  const name = request.query.get("marker");
  if (!request.query.has("version_marker") || name === null || name === "") return;
  const head = await lookExactly(request, next, { ...path, object: name });
  if (head.status === 200) current.set(name, versionLinked(head.headers, parts.hidden));
}

/** Takes the entries of the hidden container apart: versions with their own names, and subdirectories. */
function readHidden(entries: readonly (LinkEntry | SubdirEntry)[]): { versions: VersionEntry[]; subdirs: string[] } {
  const versions: VersionEntry[] = [];
  const subdirs: string[] = [];
  for (const entry of entries) {
    const named = "subdir" in entry ? null : parseVersionName(entry.name);
    if ("subdir" in entry) subdirs.push(splitReservedName(entry.subdir)?.[0] ?? entry.subdir);
    else if (named !== null) versions.push({ ...entry, name: named.object, version_id: formatVersionId(named.version), is_latest: false });
  }
  return { versions, subdirs };
}

/** Answers in JSON alone: other forms have no place for what tells versions apart. */
export async function listVersions(parts: ListingParts): Promise<SwiftResponse> {
  const { request, primary, response } = parts;
  const format = request.query.get("format") ?? "";
  const acceptsJson = format === "" ? accepts(request.headers.get("accept"), "application/json") : format.toLowerCase() === "json";
  if (!acceptsJson) return answer(406);
  const query = hiddenQuery(request.query);
  if ("status" in query) return query;
  const { versions, subdirs } = readHidden(await fetchHidden(parts, query));
  const names = new Set(subdirs);
  const current: CurrentVersions = new Map();
  const unversioned: VersionEntry[] = [];
  for (const entry of primary) {
    if ("subdir" in entry) names.add(entry.subdir);
    else {
      const id = versionBehind(entry)?.id ?? null;
      current.set(entry.name, id);
      if (id === null) unversioned.push({ ...entry, version_id: "null", is_latest: true });
    }
  }
  await addMarkerObject(parts, current);
  await markLatest(parts, versions, current);
  const merged = [...unversioned, ...versions, ...[...names].map((subdir): SubdirEntry => ({ subdir }))];
  return answerListing(response.headers.set(finalListingHeader, "true"), inListingOrder(merged, request.query));
}
