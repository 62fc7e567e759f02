/** How object versions are named and what marks a container and a link as versioned. Owns no request. */
import { isTruthy } from "../../protocol/headers.ts";
import type { Metadata } from "../../protocol/metadata.ts";
import { percentDecodeLossy, percentEncode } from "../../protocol/paths.ts";
import { formatReservedName, splitReservedName } from "../../protocol/reserved-names.ts";
import { formatTimestamp, ticksPerSecond, type Ticks } from "../../protocol/timestamps.ts";

export const enabledHeader = "x-versions-enabled";
export const enabledKey = "x-container-sysmeta-versions-enabled";
export const containerKey = "x-container-sysmeta-versions-container";
/** Marks the link from an object's name to its current version. */
export const versionLinkHeader = "x-object-sysmeta-versions-symlink";

export const versionIdHeader = "x-object-version-id";
export const currentVersionIdHeader = "x-object-current-version-id";

/** A container's versions: where they are, and whether new ones are made. */
export interface Versioning {
  readonly container: string;
  readonly enabled: boolean;
}

/** What a container's metadata says of versions; null where it never had any. */
export function readVersioning(metadata: Metadata): Versioning | null {
  const container = metadata[containerKey];
  if (container === undefined || container === "") return null;
  return { container: percentDecodeLossy(container), enabled: isTruthy(metadata[enabledKey]) };
}

/** True where a container makes versions. */
export function isVersioned(metadata: Metadata): boolean {
  return readVersioning(metadata)?.enabled ?? false;
}

/** The name of the hidden container for another one's versions. */
export const versionsContainer = (container: string): string => formatReservedName("versions", container);

/** The container to which a hidden one belongs; null for any other name. */
export function ownerOf(container: string): string | null {
  const parts = splitReservedName(container);
  return parts?.length === 2 && parts[0] === "versions" ? parts[1]! : null;
}

export const formatContainerKey = (container: string): string => percentEncode(container);

/** The latest moment that ten digits can write: what names count down from, so that newer versions come first. */
const latest = 999_999_999_999_999;

/** The name of a version in the hidden container. */
export function versionName(object: string, version: Ticks): string {
  const digits = String(latest - version).padStart(15, "0");
  return formatReservedName(object, `${digits.slice(0, -5)}.${digits.slice(-5)}`);
}

/** Sorts before all versions of an object, and after those of every object before it. */
export const beforeVersions = (object: string): string => formatReservedName(object, "");

/** Sorts after all versions of an object: behind every digit. */
export const afterVersions = (object: string): string => formatReservedName(object, ":");

/** The object and the moment in the name of a version; null for any other name. */
export function parseVersionName(name: string): { readonly object: string; readonly version: Ticks } | null {
  const parts = splitReservedName(name);
  if (parts === null || parts.length !== 2) return null;
  const version = parseVersionId(parts[1]!);
  return version === null ? null : { object: parts[0]!, version: latest - version };
}

/** A version's moment as clients write it: seconds with up to five decimals. Null for what is none. */
export function parseVersionId(text: string): Ticks | null {
  const match = /^(\d{1,10})(?:\.(\d+))?$/.exec(text);
  if (match === null) return null;
  const decimals = (match[2] ?? "").slice(0, 5).padEnd(5, "0");
  return Number(match[1]) * ticksPerSecond + Number(decimals);
}

/** The id that clients see. */
export function formatVersionId(version: Ticks): string {
  return formatTimestamp(version).padStart(16, "0");
}
