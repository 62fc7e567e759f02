/** Header names and values as Swift sees them: bytes. Owns canonical names and the packing of text into header bytes; no limits. */
import { isUtf8 } from "node:buffer";
import type { HeaderMap } from "../types.ts";

const canonicalNames = new Map<string, string>();
const canonicalNamesKept = 2048;

/** `x-object-meta-mixed-case` as `X-Object-Meta-Mixed-Case`, the form Swift answers with. */
export function canonicalName(name: string): string {
  const known = canonicalNames.get(name);
  if (known !== undefined) return known;
  const canonical = name
    .split("-")
    .map((part) => part.replace(/^[a-z]/, (letter) => letter.toUpperCase()))
    .join("-");
  if (canonicalNames.size < canonicalNamesKept) canonicalNames.set(name, canonical);
  return canonical;
}

/** The key of a header in a HeaderMap: lower case, and `_` is the same as `-`. */
export function headerKey(name: string): string {
  // Only letters of ASCII have cases here: others are bytes of UTF-8.
  const lower = isAscii(name) ? name.toLowerCase() : name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return lower.includes("_") ? lower.replaceAll("_", "-") : lower;
}

/** Adds a header as received: a repeated one is joined with `,`. */
export function addHeader(headers: HeaderMap, name: string, value: string): void {
  const key = headerKey(name);
  const earlier = headers.get(key);
  headers.set(key, earlier === undefined ? value : `${earlier},${value}`);
}

// eslint-disable-next-line no-control-regex -- the whole of ASCII is meant
const asciiPattern = /^[\x00-\x7f]*$/;

/** True where text and its UTF-8 bytes are the same characters. */
export function isAscii(text: string): boolean {
  return asciiPattern.test(text);
}

/** Text as header bytes: its UTF-8, one character per byte. */
export function packText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** Header bytes as text; null where they are not UTF-8. */
export function unpackText(bytes: string): string | null {
  if (isAscii(bytes)) return bytes;
  const raw = Buffer.from(bytes, "latin1");
  return isUtf8(raw) ? raw.toString("utf8") : null;
}

/** Header bytes as text, with a replacement character for what is not UTF-8. */
export function unpackTextLossy(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

/** A whole number with or without a sign and blanks around it; null for anything else. */
export function parseInteger(value: string): number | null {
  const trimmed = value.trim();
  return /^[+-]?\d+$/.test(trimmed) ? Number(trimmed) : null;
}

/** Swift's truth: `true`, `1`, `yes`, `on`, `t`, `y` in any case. */
export function isTruthy(value: string | null | undefined): boolean {
  return value !== null && value !== undefined && /^(true|1|yes|on|t|y)$/i.test(value);
}
