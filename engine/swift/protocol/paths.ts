/** Request targets and the names in them. Owns splitting, decoding and encoding; knows no store and no HTTP. */
import { isUtf8 } from "node:buffer";
import type { SwiftPath } from "../types.ts";
import { isAscii } from "./headers.ts";

/** Why a path names nothing that Swift serves. */
export type PathProblem = "invalid-utf8" | "not-found" | "bad-version" | "bad-url";

export type ParsedPath = { readonly path: SwiftPath } | { readonly problem: PathProblem };

/** The path and the query (without `?`) of a request target; an absolute-form target loses its scheme and host. */
export function splitTarget(target: string): { rawPath: string; rawQuery: string } {
  let rest = target;
  if (!rest.startsWith("/")) {
    const absolute = /^https?:\/\/[^/?]*/i.exec(rest);
    if (absolute !== null) rest = rest.slice(absolute[0].length) || "/";
  }
  const mark = rest.indexOf("?");
  return mark < 0 ? { rawPath: rest, rawQuery: "" } : { rawPath: rest.slice(0, mark), rawQuery: rest.slice(mark + 1) };
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The bytes behind percent escapes; a `%` that begins no escape stands for itself. */
export function percentDecodeBytes(text: string): Buffer {
  const source = Buffer.from(text, "latin1");
  const out = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let at = 0; at < source.length; at += 1) {
    const byte = source[at]!;
    if (byte === 0x25 && at + 2 < source.length) {
      const high = hexValue(source[at + 1]!);
      const low = hexValue(source[at + 2]!);
      if (high >= 0 && low >= 0) {
        out[length++] = high * 16 + low;
        at += 2;
        continue;
      }
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/** A percent-encoded byte string as text; null where the bytes are not UTF-8 or hold a NUL. */
export function percentDecode(text: string): string | null {
  if (!text.includes("%") && isAscii(text)) return text.includes("\0") ? null : text;
  const bytes = percentDecodeBytes(text);
  if (!isUtf8(bytes) || bytes.includes(0)) return null;
  return bytes.toString("utf8");
}

/** A percent-encoded byte string as text, with a replacement character for what is not UTF-8. */
export function percentDecodeLossy(text: string): string {
  return percentDecodeBytes(text).toString("utf8");
}

/** Text percent-encoded for a URL path; `/` stays. The inverse of `percentDecode`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%2F", "/")
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

const versions = new Set(["v1", "v1.0"]);

/**
 * Splits `/v1/account/container/object`. The whole path is decoded first, so an escaped slash separates like a plain one, and only
 * the first slashes count: `//`, `.` and `..` inside an object's name are part of it.
 */
export function parsePath(rawPath: string): ParsedPath {
  const decoded = percentDecode(rawPath);
  if (decoded === null) return { problem: "invalid-utf8" };
  if (!decoded.startsWith("/")) return { problem: "not-found" };
  const [version = "", account = "", container = "", object = ""] = splitAtMost(decoded.slice(1), 4);
  if (version === "") return { problem: "not-found" };
  if (account === "") return { problem: "bad-url" };
  if (!versions.has(version)) return { problem: "bad-version" };
  if (container === "" && object !== "") return { problem: "bad-url" };
  return { path: { version, account, container: container === "" ? null : container, object: object === "" ? null : object } };
}

/** At most `count` parts at the first slashes; the last one keeps the others. */
function splitAtMost(text: string, count: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (parts.length < count - 1) {
    const slash = rest.indexOf("/");
    if (slash < 0) break;
    parts.push(rest.slice(0, slash));
    rest = rest.slice(slash + 1);
  }
  parts.push(rest);
  return parts;
}

/** `/v1/account/container/object`, percent-encoded. The inverse of `parsePath`. */
export function formatPath(path: SwiftPath): string {
  const parts = [path.version, path.account];
  if (path.container !== null) parts.push(path.container);
  if (path.object !== null) parts.push(path.object);
  return parts.map((part) => `/${percentEncode(part)}`).join("");
}

/** The value of a query parameter, null where absent; `invalid` where its bytes in the request target are not UTF-8. */
export function queryParameter(query: URLSearchParams, target: string, name: string): { value: string | null; invalid: boolean } {
  const value = query.get(name);
  // URLSearchParams puts U+FFFD where bytes are not UTF-8, so that character is suspect unless the client itself sent it.
  return { value, invalid: value !== null && value.includes("\ufffd") && !/%EF%BF%BD/i.test(target) };
}

/** Length of a name as Swift's limits count it: bytes of UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
