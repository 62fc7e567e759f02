/**
 * Names of the system's own containers and objects: they begin with NUL, which no client can send in a path. Owns their form; who may
 * see them is the backend's part.
 */

const separator = "\0";

/** Sent by middleware with requests whose listings may show the system's own names. */
export const reservedNamesHeader = "x-backend-allow-reserved-names";

/** Sorts behind every reserved name and before every other. */
export const lastReservedName = "\0\u{10ffff}";

export function isReservedName(name: string): boolean {
  return name.startsWith(separator);
}

/** One reserved name out of parts, none of which holds the separator. */
export function formatReservedName(...parts: readonly string[]): string {
  return separator + parts.join(separator);
}

/** The parts of a reserved name; null for any other. */
export function splitReservedName(name: string): string[] | null {
  return isReservedName(name) ? name.slice(separator.length).split(separator) : null;
}
