/** Containers and their pseudo-folders as the flat rows of a tree, from what has been listed so far. Pure: listing and drawing are elsewhere. */
import type { ContainerSummary, ObjectEntry } from "../../../engine/contract/index.ts";
import { formatCount, formatCounted, formatExactBytes } from "../../ui/format.ts";
import type { IconName } from "../../ui/Icon.tsx";
import type { TreeRow } from "../../ui/Tree.tsx";

/** A place in the tree. `prefix` ends in "/" or is empty. */
export interface Folder {
  container: string;
  prefix: string;
}

/** What is known of one open folder. */
export interface FolderListing {
  entries: readonly ObjectEntry[];
  hasMore: boolean;
  state: "listing" | "listed" | "failed";
  /** One sentence where it failed. */
  problem: string | null;
}

export type RowTarget = { kind: "folder"; folder: Folder } | { kind: "more"; folder: Folder } | { kind: "retry"; folder: Folder };

// NUL cannot occur in a Swift name, so it keeps the parts of a key apart.
const separator = "\u0000";

/** The key of a folder: its row id, and its place in the set of open folders. */
export function folderKey({ container, prefix }: Folder): string {
  return `f${separator}${container}${separator}${prefix}`;
}

/** What a row id stands for. */
export function targetOf(rowId: string): RowTarget | null {
  const [kind, container, rest] = rowId.split(separator);
  if (container === undefined || rest === undefined) return null;
  if (kind === "f") return { kind: "folder", folder: { container, prefix: rest } };
  if (kind === "m") return { kind: "more", folder: { container, prefix: rest } };
  return kind === "r" ? { kind: "retry", folder: { container, prefix: rest } } : null;
}

/** The part after the last delimiter; a folder keeps the one it ends in. */
export function shortName(name: string): string {
  const cut = name.length < 2 ? -1 : name.lastIndexOf("/", name.length - 2);
  return name.slice(cut + 1);
}

function folderRows(folder: Folder, level: number, listings: ReadonlyMap<string, FolderListing>, rows: TreeRow[]): void {
  const listing = listings.get(folderKey(folder));
  const suffix = `${separator}${folder.container}${separator}${folder.prefix}`;
  for (const entry of listing?.entries ?? []) {
    // Objects are the business of the container's own page.
    if (entry.kind === "object") continue;
    const child = { container: folder.container, prefix: entry.name };
    const id = folderKey(child);
    const expanded = listings.has(id);
    rows.push({
      id,
      level,
      label: shortName(entry.name),
      icon: expanded ? "folder-opened" : "folder",
      expanded,
      tooltip: `${folder.container}/${entry.name}`,
    });
    if (expanded) folderRows(child, level + 1, listings, rows);
  }
  if (listing?.state === "failed") {
    rows.push({
      id: `r${suffix}`,
      level,
      label: "Not listed. Retry",
      icon: "warning",
      iconTone: "warn",
      tooltip: listing.problem ?? undefined,
    });
  } else if (listing?.state === "listing") {
    rows.push({ id: `l${suffix}`, level, label: `Listing ${folder.container}/${folder.prefix}`, icon: "loading" });
  } else if (listing?.hasMore === true) {
    rows.push({ id: `m${suffix}`, level, label: "Look for more folders", icon: "ellipsis" });
  } else if (listing?.entries.length === 0) {
    rows.push({ id: `e${suffix}`, level, label: "No folders here" });
  }
}

/** Containers that storlets need look like what they hold. */
const containerIcons: Partial<Record<string, IconName>> = { storlet: "storlet", dependency: "layers", storletlog: "file-text" };

/** Containers, and below the open ones what has been listed. A folder is open where `listings` has its key. */
export function treeRows(containers: readonly ContainerSummary[], listings: ReadonlyMap<string, FolderListing>): TreeRow[] {
  const rows: TreeRow[] = [];
  for (const container of containers) {
    const folder = { container: container.name, prefix: "" };
    const id = folderKey(folder);
    const expanded = listings.has(id);
    const size = `${formatCounted(container.count, "object")}, ${formatExactBytes(container.bytes)}`;
    rows.push({
      id,
      level: 1,
      label: container.name,
      icon: expanded ? "folder-opened" : (containerIcons[container.name] ?? "folder"),
      expanded,
      fact: formatCount(container.count),
      factText: size,
      tooltip: `${container.name}, ${size}`,
    });
    if (expanded) folderRows(folder, 2, listings, rows);
  }
  return rows;
}
