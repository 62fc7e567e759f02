/** The storlets of the workspace as tree rows: folder, its files, its example. Pure. */
import type { StorletState, StorletSummary } from "../../../engine/contract/index.ts";
import type { IconName, Tone } from "../../ui/Icon.tsx";

export type StorletRow =
  | { kind: "storlet"; id: string; storlet: StorletSummary; expanded: boolean }
  | { kind: "file"; id: string; storlet: StorletSummary; path: string; name: string }
  | { kind: "example"; id: string; storlet: StorletSummary };

export const stateTones: Record<StorletState, Tone> = { live: "success", stale: "warn", draft: "neutral", failed: "error" };

/** Up to so many storlets begin unfolded; with more of them nobody would find one. */
export const mostUnfolded = 12;

/** Rows in the order they are drawn; children of folded storlets are left out. `toggled` are those that somebody folded or unfolded. */
export function storletRows(storlets: readonly StorletSummary[], toggled: ReadonlySet<string>): StorletRow[] {
  const unfolded = storlets.length <= mostUnfolded;
  return storlets.flatMap((storlet): StorletRow[] => {
    const expanded = unfolded !== toggled.has(storlet.name);
    const row: StorletRow = { kind: "storlet", id: `storlet:${storlet.name}`, storlet, expanded };
    if (!expanded) return [row];
    const files = storlet.files
      .map((file): StorletRow & { kind: "file" } => ({
        kind: "file",
        id: `file:${file.path}`,
        storlet,
        path: file.path,
        name: nameInside(file.path, storlet.name),
      }))
      .sort((a, b) => rank(a.path, storlet) - rank(b.path, storlet) || a.name.localeCompare(b.name));
    const example: StorletRow[] = storlet.example === null ? [] : [{ kind: "example", id: `example:${storlet.name}`, storlet }];
    return [row, ...files, ...example];
  });
}

/** The source first, then the settings, then the rest by name. */
function rank(path: string, storlet: StorletSummary): number {
  if (path === storlet.source) return 0;
  return path.endsWith("/storlet.yaml") ? 1 : 2;
}

function nameInside(path: string, storlet: string): string {
  const start = `storlets/${storlet}/`;
  return path.startsWith(start) ? path.slice(start.length) : path;
}

const icons: Record<string, IconName> = {
  py: "python",
  java: "coffee",
  yaml: "settings",
  yml: "settings",
  md: "book",
  json: "json",
  csv: "table",
  jar: "package",
};

export function fileIcon(path: string): IconName {
  return icons[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ""] ?? "file";
}

/** `pattern=ERROR limit=3`, or nothing. */
export function paramsText(params: Record<string, string>): string {
  return Object.entries(params)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}
