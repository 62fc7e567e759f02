/** Container sync headers: checked and kept, never acted on. */
import { quoteLikePython } from "./acl.ts";

/** The error text for an `X-Container-Sync-To` that Swift would refuse, or null. Only this machine counts as a known host. */
export function checkSyncTo(value: string): string | null {
  const trimmed = value.replace(/\/+$/, "");
  if (trimmed === "") return null;
  if (trimmed.startsWith("//")) {
    // `//realm/cluster/account/container`, and we share a key with no realm.
    const names = trimmed.slice(2).split("/");
    return names.length === 4
      ? `No realm key for ${quoteLikePython(names[0]!)}`
      : `Invalid X-Container-Sync-To format ${quoteLikePython(value)}`;
  }
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(.*)$/i.exec(trimmed);
  const scheme = match?.[1]?.toLowerCase();
  if (match === null || (scheme !== "http" && scheme !== "https")) {
    return `Invalid scheme '${scheme ?? ""}' in X-Container-Sync-To, must be "//", "http", or "https".`;
  }
  const [, , host = "", path = "", rest = ""] = match;
  if (path === "") return "Path required in X-Container-Sync-To";
  if (rest !== "" || path.includes(";")) return "Params, queries, and fragments not allowed in X-Container-Sync-To";
  const name = host.replace(/:\d+$/, "");
  return name === "127.0.0.1" ? null : `Invalid host '${name}' in X-Container-Sync-To`;
}
