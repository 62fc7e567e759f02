/** Container sync headers: checked and kept, never acted on. */

/** The error text for an `X-Container-Sync-To` that Swift would refuse, or null. Only this machine counts as a known host. */
export function checkSyncTo(value: string): string | null {
  if (value === "") return null;
  // `//realm/cluster/account/container`
  if (value.startsWith("//")) return null;
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(.*)$/i.exec(value);
  const scheme = match?.[1]?.toLowerCase();
  if (match === null || (scheme !== "http" && scheme !== "https")) {
    return `Invalid scheme '${scheme ?? ""}' in X-Container-Sync-To, must be "//", "http", or "https".`;
  }
  const [, , host = "", path = "", rest = ""] = match;
  if (path === "" || path === "/") return "Path required in X-Container-Sync-To";
  if (rest !== "" || path.includes(";")) return "Params, queries, and fragments not allowed in X-Container-Sync-To";
  const name = host.replace(/:\d+$/, "");
  return name === "127.0.0.1" ? null : `Invalid host '${name}' in X-Container-Sync-To`;
}
