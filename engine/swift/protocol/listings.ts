/** Listings: their parameters, their entries, and the three forms they are written in. Owns no query of the store. */
import { isTruthy } from "./headers.ts";
import { limits } from "./limits.ts";
import { queryParameter } from "./paths.ts";

/** What a listing asks for. Markers are exclusive; with `reverse` the marker is the upper bound. */
export interface ListingQuery {
  readonly limit: number;
  readonly marker: string;
  readonly endMarker: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly reverse: boolean;
  /** Containers only: the pseudo-directory to list. Null where not asked for. */
  readonly path: string | null;
}

export type ParsedListing = { readonly query: ListingQuery } | { readonly status: 400 | 412; readonly text: string };

const textParameters = ["marker", "end_marker", "prefix", "delimiter", "path", "format", "reverse"] as const;

/** How many entries a listing request asks for; a `limit` that is no number is ignored. */
export function listingLimit(parameters: URLSearchParams): number {
  const asked = parameters.get("limit");
  return asked !== null && /^\d+$/.test(asked) ? Number(asked) : limits.listingLimit;
}

/** Reads the parameters of a listing request. */
export function parseListingQuery(parameters: URLSearchParams, target: string): ParsedListing {
  const values = new Map<string, string>();
  if (parameters.size > 0) {
    for (const name of textParameters) {
      const { value, invalid } = queryParameter(parameters, target, name);
      if (invalid) return { status: 400, text: `"${name}" parameter not valid UTF-8` };
      if (value !== null) values.set(name, value);
    }
  }
  const limit = listingLimit(parameters);
  if (limit > limits.listingLimit) return { status: 412, text: `Maximum limit is ${limits.listingLimit}` };
  return {
    query: {
      limit,
      marker: values.get("marker") ?? "",
      endMarker: values.get("end_marker") ?? "",
      prefix: values.get("prefix") ?? "",
      delimiter: values.get("delimiter") ?? "",
      reverse: isTruthy(values.get("reverse")),
      path: values.get("path") ?? null,
    },
  };
}

/** Set by middleware on a listing that has but one form, whatever the client asked for. */
export const finalListingHeader = "x-backend-final-listing";

/** An object as a JSON listing shows it. Middleware may add keys of its own. */
export interface ObjectEntry {
  bytes: number;
  hash: string;
  name: string;
  content_type: string;
  last_modified: string;
}

export interface ContainerEntry {
  name: string;
  count: number;
  bytes: number;
  last_modified: string;
}

export interface SubdirEntry {
  subdir: string;
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#09;",
};

/** Text between the tags of an element. */
export const escapeXml = (text: string): string => text.replace(/[&<>]/g, (character) => escapes[character]!);
const escapeAttribute = (text: string): string => text.replace(/[&<>"\n\r\t]/g, (character) => escapes[character]!);

function element(name: string, value: string | number): string {
  const text = escapeXml(String(value));
  return text === "" ? `<${name} />` : `<${name}>${text}</${name}>`;
}

const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>\n';

function elements<T extends object>(entry: T, names: readonly (keyof T & string)[]): string {
  return names.map((name) => element(name, entry[name] as string | number)).join("");
}

/** A container's listing as xml: one line, an empty one closes itself. */
export function formatContainerXml(container: string, entries: readonly (ObjectEntry | SubdirEntry)[]): string {
  const name = escapeAttribute(container);
  if (entries.length === 0) return `${xmlHead}<container name="${name}" />`;
  const items = entries.map((entry) =>
    "subdir" in entry
      ? `<subdir name="${escapeAttribute(entry.subdir)}">${element("name", entry.subdir)}</subdir>`
      : `<object>${elements(entry, ["name", "hash", "bytes", "content_type", "last_modified"])}</object>`,
  );
  return `${xmlHead}<container name="${name}">${items.join("")}</container>`;
}

/** An account's listing as xml: each item on a line of its own. */
export function formatAccountXml(account: string, entries: readonly (ContainerEntry | SubdirEntry)[]): string {
  const items = entries.map((entry) =>
    "subdir" in entry
      ? `<subdir name="${escapeAttribute(entry.subdir)}" />\n`
      : `<container>${elements(entry, ["name", "count", "bytes", "last_modified"])}</container>\n`,
  );
  return `${xmlHead}<account name="${escapeAttribute(account)}">\n${items.join("")}</account>`;
}

/** What an entry is listed and sorted under. */
export function listedName(entry: { readonly name: string } | SubdirEntry): string {
  return "subdir" in entry ? entry.subdir : entry.name;
}

/** A listing as plain text: one name a line. */
export function formatPlain(entries: readonly ({ name: string } | SubdirEntry)[]): string {
  return entries.map((entry) => `${listedName(entry)}\n`).join("");
}
