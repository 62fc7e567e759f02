/** Container and account ACLs: cleaning, parsing, matching. Owns the grammar; who a caller is comes from auth. */
import { unpackTextLossy } from "./headers.ts";
import { percentDecodeBytes } from "./paths.ts";

export type Cleaned = { readonly value: string } | { readonly error: string };

const referrerNames = new Set([".r", ".ref", ".referer", ".referrer"]);

/** A string as Python's `repr` shows it: Swift's error texts do. */
export function quoteLikePython(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

/** One item that names a referrer, in its short form. */
function cleanReferrer(header: string, item: string, host: string): Cleaned {
  if (header.includes("write")) return { error: `Referrers not allowed in write ACL: ${quoteLikePython(item)}` };
  let second = host;
  const negated = second.startsWith("-");
  if (negated) second = second.slice(1).trim();
  if (second !== "*" && second.startsWith("*")) second = second.slice(1).trim();
  if (second === "" || second === ".") {
    return { error: `No host/domain value after referrer designation in ACL: ${quoteLikePython(item)}` };
  }
  return { value: `.r:${negated ? "-" : ""}${second}` };
}

/** A container ACL header as it is stored: items without the spaces around them, referrers in their short form. */
export function cleanAcl(header: string, value: string): Cleaned {
  const items: string[] = [];
  for (const raw of value.split(",")) {
    const item = raw.trim();
    if (item === "") continue;
    const colon = item.indexOf(":");
    const first = colon < 0 ? "" : item.slice(0, colon).trim();
    if (colon < 0 || !first.startsWith(".")) {
      items.push(item);
    } else if (referrerNames.has(first)) {
      const cleaned = cleanReferrer(header, item, item.slice(colon + 1).trim());
      if ("error" in cleaned) return cleaned;
      items.push(cleaned.value);
    } else {
      return { error: `Unknown designator ${quoteLikePython(first)} in ACL: ${quoteLikePython(item)}` };
    }
  }
  return { value: items.join(",") };
}

export interface ContainerAcl {
  readonly referrers: readonly string[];
  readonly groups: readonly string[];
}

/** A stored container ACL (header bytes) as referrers and groups (text). */
export function parseAcl(value: string): ContainerAcl {
  const referrers: string[] = [];
  const groups: string[] = [];
  if (value !== "") {
    for (const item of value.split(",")) {
      if (item.startsWith(".r:")) referrers.push(item.slice(3));
      else groups.push(unpackTextLossy(percentDecodeBytes(item).toString("latin1")));
    }
  }
  return { referrers, groups };
}

/** The host of a Referer header, lower-case; `unknown` where it names none. */
function refererHost(referer: string | undefined): string {
  const match = /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(referer ?? "");
  return match?.[1]?.toLowerCase().replace(/^\[(.*)\]$/, "$1") || "unknown";
}

/** True where the Referer passes: the last item that matches decides, `-` refuses. */
export function referrerAllowed(referer: string | undefined, referrers: readonly string[]): boolean {
  if (referrers.length === 0) return false;
  const host = refererHost(referer);
  let allowed = false;
  for (const item of referrers) {
    const negated = item.startsWith("-");
    const pattern = negated ? item.slice(1) : item;
    const matches = pattern === host || (pattern.startsWith(".") && host.endsWith(pattern)) || (pattern === "*" && !negated);
    if (matches) allowed = !negated;
  }
  return allowed;
}

// ---------------------------------------------------------------- account ACLs

export type AccountAccess = "admin" | "read-write" | "read-only";

const accountAclKeys: readonly AccountAccess[] = ["admin", "read-write", "read-only"];

export type AccountAcl = Partial<Record<AccountAccess, readonly string[]>>;

/** A JSON string with everything beyond ASCII escaped, as header values need it. */
function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function parseJsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Reads an `X-Account-Access-Control` header (text). The error is the `<why>` of Swift's 400. */
export function parseAccountAcl(text: string): { readonly acl: AccountAcl } | { readonly error: string } {
  const parsed = parseJsonObject(text);
  if (parsed === null) return { error: `Syntax error in input (${quoteLikePython(text)})` };
  for (const key of Object.keys(parsed)) {
    if (!(accountAclKeys as readonly string[]).includes(key)) return { error: `Key ${toAsciiJson(key)} not recognized` };
  }
  for (const key of accountAclKeys) {
    const value = parsed[key];
    if (value === undefined) continue;
    if (!Array.isArray(value)) return { error: `Value for key ${toAsciiJson(key)} must be a list` };
    if (!value.every((item) => typeof item === "string")) return { error: `Elements of ${toAsciiJson(key)} list must be strings` };
  }
  return { acl: parsed as AccountAcl };
}

/** An account ACL as it is stored and shown: compact, keys in order; empty where it gives nothing. */
export function formatAccountAcl(acl: AccountAcl): string {
  const entries = accountAclKeys.toSorted().flatMap((key) => (acl[key] === undefined ? [] : [[key, acl[key]] as const]));
  if (entries.every(([, members]) => members.length === 0)) return "";
  return toAsciiJson(Object.fromEntries(entries));
}

/** The highest right an account ACL gives to any of the groups, or null. */
export function accountAccess(acl: AccountAcl, groups: readonly string[]): AccountAccess | null {
  return accountAclKeys.find((key) => acl[key]?.some((member) => groups.includes(member)) ?? false) ?? null;
}
