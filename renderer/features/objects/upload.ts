/** Uploads of local files into a container, one after the other, with progress. Owns the queue; draws nothing. */
import { create } from "zustand";
import { swiftPath } from "../../api/swift.ts";

export interface Upload {
  id: number;
  container: string;
  name: string;
  sizeBytes: number;
  sentBytes: number;
  state: "waiting" | "sending" | "done" | "failed" | "cancelled";
  /** One sentence where it failed. */
  problem: string | null;
}

export const useUploads = create<{ uploads: readonly Upload[] }>(() => ({ uploads: [] }));

const files = new Map<number, File>();
let lastId = 0;
let sending: { id: number; request: XMLHttpRequest } | null = null;

function change(id: number, fields: Partial<Upload>): void {
  useUploads.setState(({ uploads }) => ({ uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)) }));
}

/** Queues files; their names become object names below `prefix`. */
export function uploadFiles(account: string, container: string, prefix: string, chosen: readonly File[]): void {
  const added = chosen.map((file): Upload => {
    lastId += 1;
    files.set(lastId, file);
    return { id: lastId, container, name: `${prefix}${file.name}`, sizeBytes: file.size, sentBytes: 0, state: "waiting", problem: null };
  });
  useUploads.setState(({ uploads }) => ({ uploads: [...uploads, ...added] }));
  sendNext(account);
}

/** Stops an upload. Swift stores nothing of an object whose body did not end. */
export function cancelUpload(id: number): void {
  if (sending?.id === id) sending.request.abort();
  else change(id, { state: "cancelled" });
  files.delete(id);
}

/** Takes finished uploads out of the list. */
export function clearFinished(): void {
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter(({ state }) => state === "waiting" || state === "sending") }));
}

function sendNext(account: string): void {
  if (sending !== null) return;
  const next = useUploads.getState().uploads.find(({ state }) => state === "waiting");
  const file = next === undefined ? undefined : files.get(next.id);
  if (next === undefined || file === undefined) return;
  // fetch tells no progress of what it sends.
  const request = new XMLHttpRequest();
  sending = { id: next.id, request };
  change(next.id, { state: "sending" });
  const end = (fields: Partial<Upload>) => {
    change(next.id, fields);
    files.delete(next.id);
    sending = null;
    sendNext(account);
  };
  request.upload.onprogress = (event) => change(next.id, { sentBytes: event.loaded });
  request.onload = () => {
    if (request.status === 201) end({ state: "done", sentBytes: next.sizeBytes });
    else end({ state: "failed", problem: `Swift answered ${request.status} ${request.statusText}.` });
  };
  request.onerror = () => end({ state: "failed", problem: "The connection to the engine broke." });
  request.onabort = () => end({ state: "cancelled" });
  request.open("PUT", swiftPath(account, next.container, next.name));
  request.setRequestHeader("Content-Type", file.type === "" ? "application/octet-stream" : file.type);
  request.send(file);
}
