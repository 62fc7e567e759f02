/**
 * Objects of versioned containers: their bytes lie in a hidden container, one object a version, and their name is a link to the
 * current one. Owns that arrangement for whole requests; a request for one version is in `versions.ts`.
 */
import { discardBody, isByteStream, streamOf, type Body } from "../../../support/streams.ts";
import { listedSizeHeader, refuse } from "../../backend/common.ts";
import { guessContentType } from "../../protocol/content-types.ts";
import { answer, answerText, isSuccess } from "../../protocol/errors.ts";
import { isTruthy } from "../../protocol/headers.ts";
import { percentDecodeLossy, percentEncode } from "../../protocol/paths.ts";
import { reservedNamesHeader } from "../../protocol/reserved-names.ts";
import { formatTimestamp, parseTimestamp, type Ticks } from "../../protocol/timestamps.ts";
import { makeSubrequest } from "../../request.ts";
import type { Handler, HeaderMap, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { deleteMarkerHeaders } from "../delete-marker.ts";
import { lookExactly, readExactly, writeExactly } from "../object-copies.ts";
import { manifestMark, sloEtagHeader, sloSizeHeader } from "../slo/headers.ts";
import {
  extendHeader,
  hideLink,
  listedParameters,
  readLink,
  reservedTargetHeader,
  setLink,
  targetAccountHeader,
  targetEtagHeader,
  targetHeader,
} from "../symlink/links.ts";
import { formatVersionId, parseVersionName, versionIdHeader, versionLinkHeader, versionName, type Versioning } from "./names.ts";

/** A request for an object whose container has, or had, versions. */
export interface Versioned {
  readonly request: SwiftRequest;
  readonly path: SwiftPath;
  readonly versioning: Versioning;
  readonly next: Handler;
  /** A moment unlike every other one. */
  readonly nextTicks: () => Ticks;
  /** The metadata of the object's container, with its ACLs. */
  readonly metadata: Readonly<Record<string, string>>;
}

export const reserved = (): HeaderMap => new Map([[reservedNamesHeader, "true"]]);

/** Where a version lies. */
export function versionPath({ path, versioning }: Versioned, version: Ticks): SwiftPath {
  return { ...path, container: versioning.container, object: versionName(path.object!, version) };
}

/** Null for a step that worked; else what the client is told: its own mistakes as they are, 412 for what is missing, 503 for failures. */
export function refuseVersionStep(response: SwiftResponse): SwiftResponse | null {
  if (isSuccess(response.status)) return null;
  if (response.status >= 400 && response.status < 500 && response.status !== 404) return response;
  discardBody(response.body);
  return answer(response.status === 404 ? 412 : 503);
}

/** 500 for a hidden container that is gone. */
export function answerNoVersions(): SwiftResponse {
  return answerText(500, "The versions container does not exist. You may want to re-enable object versioning.");
}

/** An object that was written before there were versions becomes one. Null where that worked or nothing had to be done. */
async function keepCurrent(versioned: Versioned): Promise<SwiftResponse | null> {
  const { request, path, next } = versioned;
  const source = await readExactly(request, next, path);
  const isThere = source.status !== 404;
  const exists = isThere && request.method === "PUT" && (request.headers.get("if-none-match") ?? "").includes("*");
  const isLink = isTruthy(source.headers.get(versionLinkHeader));
  if (!isThere || exists || isLink) {
    discardBody(source.body);
    return exists ? answer(412) : null;
  }
  const refused = refuseVersionStep(source);
  if (refused !== null) return refused;
  const ticks = parseTimestamp(source.headers.get("x-timestamp")!)!;
  const headers = reserved().set("x-backend-timestamp", formatTimestamp(ticks));
  const written = await writeExactly(request, next, source, versionPath(versioned, ticks), headers);
  return written.status === 404 ? answerNoVersions() : refuseVersionStep(written);
}

/** A body that says how many bytes of it were read. */
function countBytes(body: Body | null): { body: Body | null; sizeBytes: () => number } {
  if (body === null || !isByteStream(body)) return { body, sizeBytes: () => body?.byteLength ?? 0 };
  let sizeBytes = 0;
  async function* counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      sizeBytes += chunk.byteLength;
      yield chunk;
    }
  }
  return { body: streamOf(counted(body), (reason) => body.cancel(reason)), sizeBytes: () => sizeBytes };
}

/** Headers of a PUT that are for the version and not for the link to it. */
const notForLinks = [
  "etag",
  "x-if-delete-at",
  targetAccountHeader,
  targetEtagHeader,
  targetHeader,
  "x-object-manifest",
  manifestMark,
  sloEtagHeader,
  sloSizeHeader,
  listedSizeHeader,
  "x-detect-content-type",
  "transfer-encoding",
];

/** What the link to a version says of it. */
export interface VersionFacts {
  readonly etag: string;
  readonly bytes: string;
  readonly contentType: string;
  /** What the listing tells of the version besides its hash. */
  readonly listed: ReadonlyMap<string, string>;
}

/** The facts about a version that is there, from a HEAD or GET of it as it is kept. A static link stands for what it demands. */
export function factsOf(headers: HeaderMap): VersionFacts {
  const link = readLink(headers);
  return {
    etag: link?.etag ?? headers.get("etag")!,
    bytes: link?.bytes ?? headers.get(sloSizeHeader) ?? headers.get("content-length") ?? "0",
    contentType: headers.get("content-type") ?? "application/octet-stream",
    listed: listedParameters(headers),
  };
}

/** Makes a version the current one: points the object's name at it. */
export async function pointAt(versioned: Versioned, version: Ticks, facts: VersionFacts): Promise<SwiftResponse> {
  const { request, path, versioning, next } = versioned;
  const headers: HeaderMap = new Map(request.headers);
  for (const name of notForLinks) headers.delete(name);
  const target = versionPath(versioned, version);
  setLink(headers, {
    target: `${percentEncode(versioning.container)}/${percentEncode(target.object!)}`,
    account: null,
    demanded: { etag: facts.etag, bytes: facts.bytes },
    listed: facts.listed,
  });
  headers.set(versionLinkHeader, "true").set(extendHeader, "true").set(reservedTargetHeader, "true");
  // Parameters of a type (charset, and the system's own) are the version's.
  headers.set("content-type", facts.contentType.split(";")[0]!.trim()).set("content-length", "0");
  const response = await next({ ...request, method: "PUT", path, headers, body: null, contentLength: 0 });
  if (isSuccess(response.status)) response.headers.set("etag", facts.etag).set(versionIdHeader, formatVersionId(version));
  return response;
}

/** Writes what the client sends as a new version, then points the name at it. */
export async function putObject(versioned: Versioned): Promise<SwiftResponse> {
  const { request, path, next, nextTicks, metadata } = versioned;
  const refused = refuse(request, metadata) ?? (await keepCurrent(versioned));
  if (refused !== null) return refused;
  const version = nextTicks();
  const headers: HeaderMap = new Map(request.headers);
  for (const name of ["x-delete-at", "x-delete-after"]) headers.delete(name);
  const given = headers.get("content-type") ?? "";
  const guesses = given === "" || isTruthy(headers.get("x-detect-content-type"));
  headers.set(reservedNamesHeader, "true").set("x-backend-timestamp", formatTimestamp(version));
  headers.delete("x-detect-content-type");
  if (!headers.has(targetHeader)) headers.set("content-type", guesses ? guessContentType(path.object!) : given);
  const { body, sizeBytes } = countBytes(request.body);
  const { contentLength } = request;
  const at = versionPath(versioned, version);
  const put = await next(makeSubrequest(request, { method: "PUT", path: at, headers, body, contentLength, authorize: "none" }));
  if (put.status === 404) return answerNoVersions();
  const failed = refuseVersionStep(put);
  if (failed !== null) return failed;
  // A link, and a manifest's size, are known only once they are kept.
  const isSpecial = headers.has(targetHeader) || headers.has(sloSizeHeader);
  if (isSpecial) return pointAtWritten(versioned, version);
  return pointAt(versioned, version, {
    etag: put.headers.get("etag")!,
    bytes: String(contentLength ?? sizeBytes()),
    contentType: headers.get("content-type")!,
    listed: listedParameters(headers),
  });
}

/** Points an object's name at a version that is there; 404 where it is not. */
export async function pointAtWritten(versioned: Versioned, version: Ticks): Promise<SwiftResponse> {
  const { request, next } = versioned;
  const path = versionPath(versioned, version);
  const head = await lookExactly(request, next, path, reserved());
  hideLink(head.headers);
  return head.status === 404 ? head : (refuseVersionStep(head) ?? pointAt(versioned, version, factsOf(head.headers)));
}

/** Writes a delete marker, then deletes the link: the versions stay. */
export async function deleteObject(versioned: Versioned): Promise<SwiftResponse> {
  const { request, next, nextTicks, metadata } = versioned;
  const refused = refuse(request, metadata) ?? (await keepCurrent(versioned));
  if (refused !== null) return refused;
  const version = nextTicks();
  const headers = new Map([...deleteMarkerHeaders(), ...reserved(), ["x-backend-timestamp", formatTimestamp(version)] as const]);
  const path = versionPath(versioned, version);
  const marked = await next(makeSubrequest(request, { method: "PUT", path, headers, authorize: "none" }));
  const failed = refuseVersionStep(marked);
  if (failed !== null) return failed;
  const response = await next(request);
  if (isSuccess(response.status) || response.status === 404) response.headers.set(versionIdHeader, formatVersionId(version));
  return response;
}

/** A POST to a name changes the metadata of the version it stands for. */
export async function postObject(versioned: Versioned): Promise<SwiftResponse> {
  const { request, path, versioning, next } = versioned;
  const response = await next(request);
  const link = response.status === 307 && isTruthy(response.headers.get(versionLinkHeader)) ? readLink(response.headers) : null;
  const target = link === null ? "" : percentDecodeLossy(link.target);
  if (!target.startsWith(`${versioning.container}/`)) return response;
  discardBody(response.body);
  const headers: HeaderMap = new Map(request.headers);
  for (const name of ["x-delete-at", "x-delete-after"]) headers.delete(name);
  headers.set(reservedNamesHeader, "true");
  const at = { ...path, container: versioning.container, object: target.slice(versioning.container.length + 1) };
  return next(makeSubrequest(request, { method: "POST", path: at, headers, authorize: "none" }));
}

/** The id of the version whose name follows `prefix` in a location or link target (percent-encoded); null where none does. */
function versionAfter(prefix: string, reference: string | undefined): string | null {
  const decoded = reference === undefined ? "" : percentDecodeLossy(reference);
  const named = decoded.startsWith(prefix) ? parseVersionName(decoded.slice(prefix.length)) : null;
  return named === null ? null : formatVersionId(named.version);
}

/** The id of the version at the end of the links that a response has followed; null where it is none of this container. */
export function versionReached(headers: HeaderMap, path: SwiftPath, container: string): string | null {
  return versionAfter(`/${path.version}/${path.account}/${container}/`, headers.get("content-location"));
}

/** The id of the version that a link, read as one, leads to; null where it leads elsewhere. */
export function versionLinked(headers: HeaderMap, container: string): string | null {
  return versionAfter(`${container}/`, headers.get(targetHeader));
}

/** GET, HEAD and all else: as without versions, with the id of the version that answered and no trace of where it lies. */
export async function readObject(versioned: Versioned): Promise<SwiftResponse> {
  const { request, path, versioning, next } = versioned;
  const response = await next(request);
  const { headers } = response;
  headers.set(versionIdHeader, "null");
  const own = `${percentEncode(path.container!)}/${percentEncode(path.object!)}`;
  const version = versionReached(headers, path, versioning.container);
  if (version !== null) {
    const shown = `/${path.version}/${percentEncode(path.account)}/${own}?version-id=${version}`;
    headers.set(versionIdHeader, version).set("content-location", shown);
  }
  const linked = versionLinked(headers, versioning.container);
  if (linked !== null) headers.set(versionIdHeader, linked).set(targetHeader, `${own}?version-id=${linked}`);
  return response;
}
