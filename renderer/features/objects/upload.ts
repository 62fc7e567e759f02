/** Uploads of local files into a container, several at once, with progress. Owns the queue; draws nothing. */
import { create } from "zustand";
import { swiftPath } from "../../api/swift.ts";
import { keepWritten } from "./deletes.ts";
import { accountName, headObject } from "./swift-requests.ts";

export interface Upload {
  id: number;
  container: string;
  name: string;
  sizeBytes: number;
  sentBytes: number;
  /** Unix milliseconds of the first byte. */
  startedAt: number;
  /** `exists`: something of that name is there; the user decides. */
  state: "waiting" | "sending" | "exists" | "done" | "failed" | "cancelled";
  /** One sentence where it failed. */
  problem: string | null;
}

export const useUploads = create<{ uploads: readonly Upload[] }>(() => ({ uploads: [] }));

/** A file and its path below the folder it was chosen with, e.g. `photos/a.jpg`. */
export interface ChosenFile {
  file: File;
  path: string;
}

/** Swift takes no larger object in one piece. */
const maxObjectBytes = 5 * 1024 ** 3 + 2;
const atOnce = 3;
const reportEveryMs = 100;

const files = new Map<number, File>();
const requests = new Map<number, AbortController>();
const replacing = new Set<number>();
let lastId = 0;

function change(id: number, fields: Partial<Upload>): void {
  useUploads.setState(({ uploads }) => ({ uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)) }));
}

/** Queues files; their paths become object names below `prefix`. */
export function uploadFiles(container: string, prefix: string, chosen: readonly ChosenFile[]): void {
  const added = chosen.map(({ file, path }): Upload => {
    lastId += 1;
    const tooLarge = file.size > maxObjectBytes;
    if (!tooLarge) files.set(lastId, file);
    return {
      id: lastId,
      container,
      name: `${prefix}${path}`,
      sizeBytes: file.size,
      sentBytes: 0,
      startedAt: 0,
      state: tooLarge ? "failed" : "waiting",
      problem: tooLarge ? "Larger than 5 GB. Upload it in segments: swift upload --use-slo --segment-size 1G" : null,
    };
  });
  useUploads.setState(({ uploads }) => ({ uploads: [...uploads, ...added] }));
  sendNext();
}

/** Files of a dialog; of a folder dialog with their paths below that folder. */
export function chosenFiles(list: FileList | null): ChosenFile[] {
  return [...(list ?? [])].map((file) => ({ file, path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath }));
}

/** Everything that was dropped, folders with all that is in them. Must be called before the drop event ends. */
export async function droppedFiles(transfer: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const found: ChosenFile[] = [];
  for (const entry of entries) await gather(entry, found);
  return found;
}

async function gather(entry: FileSystemEntry, found: ChosenFile[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    found.push({ file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)), path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader hands out its folder in parts and ends with an empty one.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const child of part) await gather(child, found);
  }
}

/** Stops an upload. Swift stores nothing of an object whose body did not end. */
export function cancelUpload(id: number): void {
  requests.get(id)?.abort();
  files.delete(id);
  const upload = useUploads.getState().uploads.find((candidate) => candidate.id === id);
  if (upload?.state === "waiting" || upload?.state === "exists") change(id, { state: "cancelled" });
}

export function cancelAllUploads(): void {
  for (const { id, state } of useUploads.getState().uploads) if (isOpen(state)) cancelUpload(id);
}

/** Sends an upload although something of that name is there; `all` decides for every one that asks. */
export function replaceExisting(id: number, all = false): void {
  for (const upload of useUploads.getState().uploads) {
    if (upload.state !== "exists" || (upload.id !== id && !all)) continue;
    replacing.add(upload.id);
    change(upload.id, { state: "waiting" });
  }
  sendNext();
}

/** Sends a failed upload again. */
export function retryUpload(id: number): void {
  if (!files.has(id)) return;
  change(id, { state: "waiting", sentBytes: 0, problem: null });
  sendNext();
}

export function canRetry(id: number): boolean {
  return files.has(id);
}

/** Takes ended uploads out of the list. */
export function clearFinished(): void {
  const { uploads } = useUploads.getState();
  for (const { id, state } of uploads) if (!isOpen(state)) files.delete(id);
  useUploads.setState({ uploads: uploads.filter(({ state }) => isOpen(state)) });
}

export function isOpen(state: Upload["state"]): boolean {
  return state === "waiting" || state === "sending" || state === "exists";
}

function sendNext(): void {
  while (requests.size < atOnce) {
    const next = useUploads.getState().uploads.find(({ id, state }) => state === "waiting" && files.has(id) && !requests.has(id));
    const file = next === undefined ? undefined : files.get(next.id);
    if (next === undefined || file === undefined) return;
    const abort = new AbortController();
    requests.set(next.id, abort);
    change(next.id, { state: "sending", startedAt: Date.now() });
    void sendOne(next, file, abort.signal).then((fields) => {
      requests.delete(next.id);
      if (fields.state === "done" || fields.state === "cancelled") files.delete(next.id);
      change(next.id, fields);
      sendNext();
    });
  }
}

async function sendOne(upload: Upload, file: File, signal: AbortSignal): Promise<Partial<Upload>> {
  try {
    const replace = replacing.delete(upload.id);
    // Asked first: a refusal in the middle of a large body would reach the page as a broken connection.
    if (!replace && (await headObject({ container: upload.container, object: upload.name }, signal)) !== null) return { state: "exists" };
    const status = await put(upload, file, replace, signal);
    if (status === 201) {
      keepWritten(upload.container, upload.name);
      return { state: "done", sentBytes: upload.sizeBytes };
    }
    if (status === 412) return { state: "exists", sentBytes: 0 };
    return { state: "failed", problem: status === 404 ? `There is no container ${upload.container}.` : `Swift answered ${status}.` };
  } catch (error) {
    if (signal.aborted) return { state: "cancelled" };
    return { state: "failed", problem: error instanceof Error ? error.message : String(error) };
  }
}

/** PUTs a file; answers the status. `fetch` tells no progress of what it sends, so this is the older way. */
async function put(upload: Upload, file: File, replace: boolean, signal: AbortSignal): Promise<number> {
  const url = swiftPath(await accountName(), upload.container, upload.name);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error("Cancelled."));
    const request = new XMLHttpRequest();
    signal.addEventListener("abort", () => request.abort());
    let toldAt = 0;
    request.upload.onprogress = (event) => {
      if (Date.now() - toldAt < reportEveryMs) return;
      toldAt = Date.now();
      change(upload.id, { sentBytes: event.loaded });
    };
    request.onload = () => resolve(request.status);
    request.onerror = () => reject(new Error("The connection to the engine broke."));
    request.onabort = () => reject(new Error("Cancelled."));
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", file.type === "" ? "application/octet-stream" : file.type);
    if (!replace) request.setRequestHeader("If-None-Match", "*");
    request.send(file);
  });
}
