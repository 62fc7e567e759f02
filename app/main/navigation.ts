/** What a page in the window may reach: its own engine, and the user's browser for https. Pure rules. */

/** Where a navigation goes: `stay` loads it in the window, `browser` hands it to the user's browser, `deny` drops it. */
export type Way = "stay" | "browser" | "deny";

/** Decides about a navigation or a new window. `engineOrigin` is null while no engine is ready. */
export function decideNavigation(url: string, engineOrigin: string | null): Way {
  if (!URL.canParse(url)) return "deny";
  const target = new URL(url);
  if (engineOrigin !== null && target.origin === engineOrigin && target.username === "") return "stay";
  return isSafeOutside(target) ? "browser" : "deny";
}

/** A new window is never opened inside the shell, not even for the engine's own pages. */
export function decideNewWindow(url: string): Exclude<Way, "stay"> {
  return URL.canParse(url) && isSafeOutside(new URL(url)) ? "browser" : "deny";
}

/** The page may write to the clipboard (copy buttons) and nothing else: no camera, no notifications, no reading. */
export function isPermissionGranted(permission: string): boolean {
  return permission === "clipboard-sanitized-write";
}

// User names in an address are a phishing device, and other schemes start other programs.
function isSafeOutside(url: URL): boolean {
  return url.protocol === "https:" && url.username === "" && url.password === "";
}
