/** Object expiry: reading X-Delete-At and X-Delete-After. Owns the rules; who deletes what has expired is elsewhere. */
import type { HeaderMap } from "../types.ts";
import { parseInteger } from "./headers.ts";

/** Swift keeps ten digits: later moments are stored as the last of them. */
const latest = 9_999_999_999;

export type Expiry = { readonly deleteAt: number | null } | { readonly error: string };

const clamp = (seconds: number): number => Math.min(latest, Math.max(0, seconds));

/** The moment (Unix seconds) at which a request's object expires. `X-Delete-After` wins over `X-Delete-At`. */
export function parseExpiry(headers: HeaderMap, nowSeconds: number): Expiry {
  const after = headers.get("x-delete-after");
  if (after !== undefined) {
    const seconds = parseInteger(after);
    if (seconds === null) return { error: "Non-integer X-Delete-After" };
    const deleteAt = clamp(Math.floor(nowSeconds + seconds));
    return deleteAt <= nowSeconds ? { error: "X-Delete-After in past" } : { deleteAt };
  }
  const at = headers.get("x-delete-at");
  if (at === undefined) return { deleteAt: null };
  const seconds = parseInteger(at);
  if (seconds === null) return { error: "Non-integer X-Delete-At" };
  const deleteAt = clamp(seconds);
  return deleteAt <= nowSeconds ? { error: "X-Delete-At in past" } : { deleteAt };
}

/** True from the second on at which an object is gone. */
export function isExpired(deleteAt: number | null, nowSeconds: number): boolean {
  return deleteAt !== null && deleteAt <= nowSeconds;
}

/** How a DELETE with `X-If-Delete-At` compares with the object's own expiry. */
export function checkIfDeleteAt(header: string | undefined, deleteAt: number | null): "ok" | "bad" | "mismatch" {
  if (header === undefined) return "ok";
  const seconds = parseInteger(header);
  if (seconds === null) return "bad";
  return seconds === deleteAt ? "ok" : "mismatch";
}
