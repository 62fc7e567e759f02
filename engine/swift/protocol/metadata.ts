/** User metadata: its limits, and what a request sets or removes. Owns no storage. */
import type { HeaderMap } from "../types.ts";
import { unpackText } from "./headers.ts";
import { limits } from "./limits.ts";

/** Stored headers by lower-case name; values are byte strings. */
export type Metadata = Readonly<Record<string, string>>;

export type MetadataTarget = "account" | "container" | "object";

/** The error text for the metadata of a request, or null where it is within the limits. */
export function checkMetadata(headers: HeaderMap, target: MetadataTarget): string | null {
  const prefix = `x-${target}-meta-`;
  let count = 0;
  let size = 0;
  for (const [header, value] of headers) {
    if (value.length > limits.maxHeaderSize) return `Header value too long: ${header.slice(0, limits.maxMetaNameLength)}`;
    if (!header.startsWith(prefix)) continue;
    const name = header.slice(prefix.length);
    if (name === "") return "Metadata name cannot be empty";
    if (target !== "object" && (unpackText(name) === null || unpackText(value) === null)) return "Metadata must be valid UTF-8";
    count += 1;
    size += name.length + value.length;
    if (name.length > limits.maxMetaNameLength) return `Metadata name too long: ${prefix}${name}`;
    if (value.length > limits.maxMetaValueLength) {
      return `Metadata value longer than ${limits.maxMetaValueLength}: ${prefix}${name}`;
    }
    if (count > limits.maxMetaCount) return tooMany;
    if (size > limits.maxMetaOverallSize) return tooLarge;
  }
  return null;
}

const tooMany = `Too many metadata items; max ${limits.maxMetaCount}`;
const tooLarge = `Total metadata too large; max ${limits.maxMetaOverallSize}`;

/** The error text for a stored set that has grown over the limits of one account or container, or null. */
export function checkStoredMetadata(metadata: Metadata, target: "account" | "container"): string | null {
  const prefix = `x-${target}-meta-`;
  let count = 0;
  let size = 0;
  for (const [header, value] of Object.entries(metadata)) {
    if (!header.startsWith(prefix)) continue;
    count += 1;
    size += header.length - prefix.length + value.length;
  }
  if (count > limits.maxMetaCount) return tooMany;
  return size > limits.maxMetaOverallSize ? tooLarge : null;
}

/**
 * What an account or container keeps after a PUT or POST: unset headers stay, an empty value or `X-Remove-…` takes one away.
 * `accepts` tells which headers are stored besides `X-<target>-Meta-*` and system metadata.
 */
export function mergeMetadata(
  stored: Metadata,
  headers: HeaderMap,
  target: "account" | "container",
  accepts: (header: string) => boolean,
): Metadata {
  const merged: Record<string, string> = { ...stored };
  const isStored = (header: string): boolean =>
    header.startsWith(`x-${target}-meta-`) || header.startsWith(`x-${target}-sysmeta-`) || accepts(header);
  for (const [header, value] of headers) {
    if (header.startsWith("x-remove-")) {
      const removed = `x-${header.slice("x-remove-".length)}`;
      // Where a request both sets and removes a header, Swift takes the value that is set.
      if (isStored(removed) && !headers.get(removed)) delete merged[removed];
    } else if (isStored(header)) {
      if (value === "") delete merged[header];
      else merged[header] = value;
    }
  }
  return merged;
}
