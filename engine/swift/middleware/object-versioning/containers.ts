/**
 * Containers with versions: switching them on and off, their hidden containers, sizes and listings. Owns what the container answers;
 * its versions are listed in `versions-listing.ts`.
 */
import type { ContainerRecord, Store } from "../../../store/types.ts";
import { discardBody } from "../../../support/streams.ts";
import { answerListing, refuse } from "../../backend/common.ts";
import { answerText, htmlType, isSuccess } from "../../protocol/errors.ts";
import { isTruthy } from "../../protocol/headers.ts";
import { formatListedHash, parseListedHash } from "../../protocol/listed-hash.ts";
import type { SubdirEntry } from "../../protocol/listings.ts";
import { percentDecodeLossy, percentEncode } from "../../protocol/paths.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { readArchive } from "../versioned-writes/archives.ts";
import { readEntries } from "./merged-listing.ts";
import { containerKey, enabledHeader, enabledKey, formatContainerKey, readVersioning, versionsContainer } from "./names.ts";
import { reserved } from "./objects.ts";
import { versionsBytes } from "./sizes.ts";
import { listVersions, versionBehind, type VersionedEntry } from "./versions-listing.ts";

function refuseText(status: 400 | 409, text: string): SwiftResponse {
  return answerText(status, text, [], htmlType);
}

/** Why a container cannot have versions, or null. */
function refuseEnabling(metadata: ContainerRecord["metadata"]): SwiftResponse | null {
  if (readArchive(metadata) !== null) {
    return refuseText(400, "Cannot enable object versioning on a container that is already using the legacy versioned writes feature.");
  }
  if ((metadata["x-container-sync-to"] ?? "") !== "") {
    return refuseText(400, "Cannot enable object versioning on a container configured as source of container syncing.");
  }
  return null;
}

/** PUT or POST with X-Versions-Enabled. The hidden container is made first, and taken back where the request itself fails. */
export async function switchVersions(
  request: SwiftRequest,
  path: SwiftPath,
  next: Handler,
  container: ContainerRecord | null,
): Promise<SwiftResponse> {
  const refused = refuse(request) ?? (container === null ? null : refuseEnabling(container.metadata));
  if (refused !== null) return refused;
  const enables = isTruthy(request.headers.get(enabledHeader));
  const headers: HeaderMap = new Map(request.headers);
  headers.delete(enabledHeader);
  headers.set(enabledKey, enables ? "True" : "False");
  if (!enables || (container === null && request.method === "POST")) return next({ ...request, headers });
  const hidden = { account: path.account, container: versionsContainer(path.container!), object: null };
  const policy = container?.policy ?? request.headers.get("x-storage-policy");
  const hiddenHeaders = reserved();
  if (policy !== undefined) hiddenHeaders.set("x-storage-policy", policy);
  const made = await next(makeSubrequest(request, { method: "PUT", path: hidden, headers: hiddenHeaders, authorize: "none" }));
  // A policy of its own is no obstacle: the versions stay where they are.
  if (!isSuccess(made.status) && made.status !== 409) return made;
  headers.set(containerKey, formatContainerKey(hidden.container));
  const response = await next({ ...request, headers });
  if (!isSuccess(response.status) && made.status === 201) {
    await next(makeSubrequest(request, { method: "DELETE", path: hidden, headers: reserved(), authorize: "none" }));
  }
  return response;
}

/** DELETE: the hidden container goes with its own one. While it holds versions, or that one objects, both stay. */
export async function deleteContainer(
  request: SwiftRequest,
  path: SwiftPath,
  next: Handler,
  store: Pick<Store, "findContainer">,
): Promise<SwiftResponse> {
  const container = store.findContainer(path.account, path.container!);
  const versioning = container === null ? null : readVersioning(container.metadata);
  if (container === null || versioning === null) return next(request);
  const refused = refuse(request);
  if (refused !== null) return refused;
  const hidden = store.findContainer(path.account, versioning.container);
  if (hidden !== null && hidden.objectCount > 0) return refuseText(409, "Delete all versions before deleting container.");
  const response = await next(request);
  if (hidden !== null && isSuccess(response.status)) {
    const at = { account: path.account, container: versioning.container, object: null };
    discardBody((await next(makeSubrequest(request, { method: "DELETE", path: at, headers: reserved(), authorize: "none" }))).body);
  }
  return response;
}

/** An entry that links to a version, with what the version is; any other as it is. */
function describeVersion(entry: VersionedEntry | SubdirEntry, path: SwiftPath, hidden: string): VersionedEntry | SubdirEntry {
  if ("subdir" in entry || entry.symlink_etag === undefined || entry.symlink_path === undefined) return entry;
  const prefix = `/${path.version}/${path.account}/${hidden}/`;
  const target = percentDecodeLossy(entry.symlink_path);
  if (!target.startsWith(prefix)) return entry;
  const { symlink_etag: etag, symlink_bytes: bytes = 0, ...rest } = entry;
  const { parameters } = parseListedHash(entry.hash);
  return { ...rest, bytes, version_symlink: true, hash: formatListedHash({ etag, parameters }) };
}

/** Shows where a version is read instead of where it lies. */
function showVersion(entry: VersionedEntry | SubdirEntry, path: SwiftPath): VersionedEntry | SubdirEntry {
  const version = "subdir" in entry ? null : versionBehind(entry);
  if (version === null) return entry;
  const shown = `/v1/${percentEncode(path.account)}/${percentEncode(path.container!)}/${percentEncode(version.object)}`;
  return { ...entry, symlink_path: `${shown}?version-id=${version.id}` };
}

/** GET, HEAD and all else: the size counts all versions, and entries tell of the version that they stand for. */
export async function readContainer(
  request: SwiftRequest,
  path: SwiftPath,
  next: Handler,
  store: Pick<Store, "findContainer">,
): Promise<SwiftResponse> {
  const response = await next(request);
  const { headers } = response;
  const metadata = Object.fromEntries(headers);
  const versioning = readVersioning(metadata);
  const used = headers.get("x-container-bytes-used");
  if (versioning !== null && used !== undefined) {
    headers.set("x-container-bytes-used", String(Number(used) + versionsBytes(store, path.account, metadata)));
  }
  const listsVersions = request.query.has("versions");
  if (request.method !== "GET" || response.status !== 200 || (versioning === null && !listsVersions)) return response;
  const entries = await readEntries<VersionedEntry | SubdirEntry>(response);
  const hidden = versioning?.container ?? versionsContainer(path.container!);
  const described = entries.map((entry) => describeVersion(entry, path, hidden));
  if (listsVersions) return listVersions({ request, path, next, hidden, response, primary: described });
  return answerListing(
    headers,
    described.map((entry) => showVersion(entry, path)),
  );
}

/** Adds the header that clients read to an answer about a container. */
export function showEnabled(headers: HeaderMap): void {
  const enabled = headers.get(enabledKey);
  if (enabled !== undefined) headers.set(enabledHeader, enabled);
}
