/** What the headers of a storlet copy say: where from, where to, and what is not supported. Pure. Source: the real proxy middleware. */
import { percentDecode, percentEncode } from "../swift/protocol/paths.ts";
import type { HeaderMap, SwiftResponse } from "../swift/types.ts";
import type { ObjectName } from "./rules.ts";

const unsupported = ["X-Copy-From-Account", "Destination-Account", "X-Fresh-Metadata"] as const;

/**
 * The refusal of headers that a storlet copy does not take (a 400), or null. Their presence is enough, but for `X-Fresh-Metadata` with a false
 * value where `byValue`: it says what a copy does anyway, and the swift client always sends it.
 */
export function unsupportedCopyHeader(headers: HeaderMap, byValue: boolean): string | null {
  const isAsked = (name: string): boolean => {
    const value = headers.get(name.toLowerCase());
    return (
      value !== undefined &&
      !(byValue && name === "X-Fresh-Metadata" && ["false", "0", "no", "off", "f", "n"].includes(value.trim().toLowerCase()))
    );
  };
  const found = unsupported.find(isAsked);
  return found === undefined ? null : `Storlet on copy with ${found} is not supported`;
}

/** `container/object` of a header: percent-encoded, a leading slash does not matter. The refusal (a 412) where it is not. */
export function readCopyPath(headers: HeaderMap, name: "Destination" | "X-Copy-From"): ObjectName | { refusal: string } {
  const decoded = percentDecode(headers.get(name.toLowerCase()) ?? "")?.replace(/^\//, "") ?? "";
  const slash = decoded.indexOf("/");
  if (slash <= 0 || slash === decoded.length - 1) {
    return { refusal: `${name} header must be of the form <container name>/<object name>` };
  }
  return { container: decoded.slice(0, slash), object: decoded.slice(slash + 1) };
}

/** Headers of a copy that say where from and to, and what the GET of the source has used up. */
const consumed = new Set([
  "destination",
  "x-copy-from",
  "content-length",
  "transfer-encoding",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
]);

/** What Swift notes about the bytes of the source: it is not true of what a storlet makes of them. */
const aboutBytes = ["x-object-sysmeta-slo-", "x-object-sysmeta-symlink-", "x-object-sysmeta-container-update-override-"];

const isCopied = (name: string): boolean =>
  name.startsWith("x-object-meta-") ||
  (name.startsWith("x-object-sysmeta-") && !aboutBytes.some((prefix) => name.startsWith(prefix))) ||
  name.startsWith("x-object-transient-sysmeta-") ||
  name === "x-delete-at";

/** Headers of the PUT: the request's own, and over them the source's metadata. The content type is the request's. */
export function copyTargetHeaders(requestHeaders: HeaderMap, sourceHeaders: HeaderMap): HeaderMap {
  const headers: HeaderMap = new Map();
  for (const [name, value] of requestHeaders) if (!consumed.has(name)) headers.set(name, value);
  // Metadata of the source travels as request headers: `_` becomes `-` there.
  for (const [name, value] of sourceHeaders) if (isCopied(name)) headers.set(name.replaceAll("_", "-"), value);
  return headers;
}

/** Tells the client what the new object was made of. */
export function describeOrigin(response: SwiftResponse, account: string, from: ObjectName, lastModified: string | undefined): void {
  response.headers.set("x-storlet-generated-from-account", percentEncode(account));
  response.headers.set("x-storlet-generated-from", percentEncode(`${from.container}/${from.object}`));
  if (lastModified !== undefined) response.headers.set("x-storlet-generated-from-last-modified", lastModified);
}
