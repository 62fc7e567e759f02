/** The folders that are open in the side bar and the folders below them. Owns no drawing. */
import { create } from "zustand";
import type { ObjectEntry } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import { folderKey, type Folder, type FolderListing } from "./object-tree.ts";

/** Rows of a page, and rows looked at before somebody has to ask for more: folders may lie among many objects. */
const pageLimit = 1000;
const maxLooked = 5000;

interface OpenFolder extends FolderListing {
  folder: Folder;
  nextMarker: string;
  /** Rows looked at so far, objects included. */
  looked: number;
}

/** Open folders by their key. Kept while another view is shown. */
export const useOpenFolders = create<{ folders: ReadonlyMap<string, OpenFolder> }>(() => ({ folders: new Map() }));

const aborts = new Map<string, AbortController>();

function change(folder: Folder, fields: Partial<OpenFolder>): void {
  const key = folderKey(folder);
  useOpenFolders.setState(({ folders }) => {
    const known = folders.get(key);
    return known === undefined ? { folders } : { folders: new Map(folders).set(key, { ...known, ...fields }) };
  });
}

async function list(
  folder: Folder,
  wanted: number,
  from: { entries: readonly ObjectEntry[]; marker: string; looked: number },
): Promise<void> {
  const key = folderKey(folder);
  aborts.get(key)?.abort();
  const abort = new AbortController();
  aborts.set(key, abort);
  let { entries, marker, looked } = from;
  try {
    do {
      const input = { container: folder.container, prefix: folder.prefix, delimiter: "/", marker, limit: pageLimit };
      const page = await api.objects.list.query(input, { signal: abort.signal });
      entries = [...entries, ...page.entries.filter((entry) => entry.kind === "subdir")];
      looked += page.entries.length;
      marker = page.nextMarker ?? "";
      change(folder, {
        entries,
        looked,
        nextMarker: marker,
        hasMore: marker !== "",
        problem: null,
        state: looked < wanted && marker !== "" ? "listing" : "listed",
      });
    } while (looked < wanted && marker !== "" && !abort.signal.aborted);
  } catch (error) {
    if (!abort.signal.aborted) change(folder, { state: "failed", problem: problemOf(error).message });
  }
}

export function openFolder(folder: Folder): void {
  const open: OpenFolder = { folder, entries: [], looked: 0, hasMore: false, nextMarker: "", state: "listing", problem: null };
  useOpenFolders.setState(({ folders }) => ({ folders: new Map(folders).set(folderKey(folder), open) }));
  void list(folder, maxLooked, { entries: [], marker: "", looked: 0 });
}

/** Closes a folder; folders below it stay open for the next time it is opened. */
export function closeFolder(folder: Folder): void {
  const key = folderKey(folder);
  aborts.get(key)?.abort();
  useOpenFolders.setState(({ folders }) => {
    const left = new Map(folders);
    left.delete(key);
    return { folders: left };
  });
}

/** Appends the next page; after a failure, tries that page again. */
export function listMore(folder: Folder): void {
  const known = useOpenFolders.getState().folders.get(folderKey(folder));
  if (known === undefined) return;
  change(folder, { state: "listing", problem: null });
  void list(folder, known.looked + maxLooked, { entries: known.entries, marker: known.nextMarker, looked: known.looked });
}

/** Lists open folders anew, as far as they were listed; what is shown stays until the answer is there. */
export function relist(container: string | null): void {
  for (const { folder, looked } of useOpenFolders.getState().folders.values()) {
    if (container === null || folder.container === container) void list(folder, looked, { entries: [], marker: "", looked: 0 });
  }
}
