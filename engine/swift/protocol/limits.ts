/** The limits that /info announces and every check uses. Owns the numbers and the checks on names. */
import { byteLength } from "./paths.ts";

export const limits = {
  maxFileSize: 5_368_709_122,
  maxMetaNameLength: 128,
  maxMetaValueLength: 256,
  maxMetaCount: 90,
  maxMetaOverallSize: 4096,
  maxHeaderSize: 8192,
  maxRequestLine: 8192,
  maxObjectNameLength: 1024,
  maxContainerNameLength: 256,
  maxAccountNameLength: 256,
  listingLimit: 10_000,
} as const;

/** The error text for a container's name that is too long, or null. */
export function checkContainerName(name: string): string | null {
  return checkLength("Container", name, limits.maxContainerNameLength);
}

/** The error text for an object's name that is too long, or null. */
export function checkObjectName(name: string): string | null {
  return checkLength("Object", name, limits.maxObjectNameLength);
}

/** The error text for an account's name that is too long, or null. */
export function checkAccountName(name: string): string | null {
  return checkLength("Account", name, limits.maxAccountNameLength);
}

function checkLength(kind: string, name: string, longest: number): string | null {
  const length = byteLength(name);
  return length > longest ? `${kind} name length of ${length} longer than ${longest}` : null;
}
