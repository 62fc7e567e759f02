/** The folders that are open in the object browser and what was listed of them, page by page. Owns no drawing. */
import { create } from "zustand";
import type { ObjectEntry } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import { folderKey, type Folder, type FolderListing } from "./object-tree.ts";

const pageLimit = 500;

interface OpenFolder extends FolderListing {
  folder: Folder;
  nextMarker: string;
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

async function list(folder: Folder, wanted: number, from: { entries: readonly ObjectEntry[]; marker: string }): Promise<void> {
  const key = folderKey(folder);
  aborts.get(key)?.abort();
  const abort = new AbortController();
  aborts.set(key, abort);
  let { entries, marker } = from;
  try {
    do {
      const input = { container: folder.container, prefix: folder.prefix, delimiter: "/", marker, limit: pageLimit };
      const page = await api.objects.list.query(input, { signal: abort.signal });
      // A pseudo-folder's marker object would be a row that opens itself.
      entries = [...entries, ...page.entries.filter((entry) => entry.kind === "subdir" || entry.name !== folder.prefix)];
      marker = page.nextMarker ?? "";
      change(folder, {
        entries,
        nextMarker: marker,
        hasMore: marker !== "",
        problem: null,
        state: entries.length < wanted && marker !== "" ? "listing" : "listed",
      });
    } while (entries.length < wanted && marker !== "" && !abort.signal.aborted);
  } catch (error) {
    if (!abort.signal.aborted) change(folder, { state: "failed", problem: problemOf(error).message });
  }
}

export function openFolder(folder: Folder): void {
  const open: OpenFolder = { folder, entries: [], hasMore: false, nextMarker: "", state: "listing", problem: null };
  useOpenFolders.setState(({ folders }) => ({ folders: new Map(folders).set(folderKey(folder), open) }));
  void list(folder, pageLimit, { entries: [], marker: "" });
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
  void list(folder, known.entries.length + pageLimit, { entries: known.entries, marker: known.nextMarker });
}

/** Lists open folders anew, as far as they were listed; what is shown stays until the answer is there. */
export function relist(container: string | null): void {
  for (const { folder, entries } of useOpenFolders.getState().folders.values()) {
    if (container === null || folder.container === container) void list(folder, entries.length, { entries: [], marker: "" });
  }
}
