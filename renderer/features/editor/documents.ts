/** The open files: what is on disk, what is typed, what the last save did. Owns no editor: text lives in a buffer it is given. */
import { create } from "zustand";
import type { Problem, SaveResult, StorletSummary } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf, ProblemError } from "../../api/problems.ts";
import { getStatus, queryClient, queryKeys } from "../../api/queries.ts";
import { createBackups, type Backups } from "./backup.ts";
import { createTextBuffer, type TextBuffer } from "./text-buffer.ts";
import { storletOfPath } from "./language.ts";
import { setFound } from "./problems.ts";

export type SaveStatus =
  | { kind: "none" }
  | { kind: "saving"; startedAt: number }
  | { kind: "done"; result: SaveResult }
  | { kind: "failed"; problem: Problem };

export interface OpenDocument {
  path: string;
  phase: "loading" | "ready" | "failed";
  /** Why it could not be opened. */
  problem: Problem | null;
  dirty: boolean;
  /** Version on disk that the text began from. */
  baseVersion: string;
  save: SaveStatus;
  /** What lies on disk where somebody else changed the file under unsaved text. */
  conflict: { text: string; version: string } | null;
  /** The text came from the backup of an earlier session. */
  restored: boolean;
}

export const useDocumentStore = create<{ documents: ReadonlyMap<string, OpenDocument> }>(() => ({ documents: new Map() }));

const buffers = new Map<string, TextBuffer>();
const backupTimers = new Map<string, ReturnType<typeof setTimeout>>();
const backupDelayMs = 1000;
let backups: Backups | null = null;

const documentOf = (path: string) => useDocumentStore.getState().documents.get(path);

function change(path: string, fields: Partial<OpenDocument>): void {
  useDocumentStore.setState(({ documents }) => {
    const document = documents.get(path);
    return document === undefined ? { documents } : { documents: new Map(documents).set(path, { ...document, ...fields }) };
  });
}

/** The text of an open file; undefined until it is read. */
export function bufferOf(path: string): TextBuffer | undefined {
  return buffers.get(path);
}

/** Gives the file another home for its text, e.g. an editor model that holds the same text. */
export function attachBuffer(path: string, buffer: TextBuffer): void {
  buffers.set(path, buffer);
}

async function workspaceBackups(): Promise<Backups> {
  if (backups === null) {
    const status = await getStatus();
    backups = createBackups(localStorage, status.workspace);
  }
  return backups;
}

/** Reads a file where it is not open yet. A backup of unsaved text wins over what is on disk. */
export async function openDocument(path: string): Promise<void> {
  const known = documentOf(path);
  if (known !== undefined && known.phase !== "failed") return;
  const fresh: OpenDocument = {
    path,
    phase: "loading",
    problem: null,
    dirty: false,
    baseVersion: "",
    save: { kind: "none" },
    conflict: null,
    restored: false,
  };
  useDocumentStore.setState(({ documents }) => ({ documents: new Map(documents).set(path, fresh) }));
  try {
    const store = await workspaceBackups();
    const file = await api.workspace.read.query({ path });
    const backup = store.read(path);
    const restored = backup !== null && backup.text !== file.text;
    const buffer = createTextBuffer(file.text);
    if (restored) buffer.replaceText(backup.text);
    else store.remove(path);
    buffers.set(path, buffer);
    const changedOutside = restored && backup.baseVersion !== file.version;
    change(path, {
      phase: "ready",
      dirty: restored,
      restored,
      baseVersion: restored ? backup.baseVersion : file.version,
      conflict: changedOutside ? { text: file.text, version: file.version } : null,
    });
  } catch (error) {
    change(path, { phase: "failed", problem: problemOf(error) });
  }
}

/** Resolves when a file that is being opened can be edited, or could not be opened. */
export async function documentReady(path: string): Promise<void> {
  await documentWhen(path, (document) => document?.phase !== "loading");
}

/** Resolves with the file, undefined where it is closed, as soon as `holds` says so of it. */
function documentWhen(path: string, holds: (document: OpenDocument | undefined) => boolean): Promise<OpenDocument | undefined> {
  return new Promise((resolve) => {
    if (holds(documentOf(path))) return resolve(documentOf(path));
    const stop = useDocumentStore.subscribe(() => {
      if (!holds(documentOf(path))) return;
      stop();
      resolve(documentOf(path));
    });
  });
}

/** Forgets an open file. Unsaved text stays in its backup and comes back when the file is opened again. */
export function closeDocument(path: string): { keptUnsaved: boolean } {
  const document = documentOf(path);
  if (document?.dirty) writeBackup(path);
  clearTimeout(backupTimers.get(path));
  backupTimers.delete(path);
  buffers.get(path)?.dispose();
  buffers.delete(path);
  useDocumentStore.setState(({ documents }) => {
    const left = new Map(documents);
    left.delete(path);
    return { documents: left };
  });
  return { keptUnsaved: document?.dirty ?? false };
}

/** To be called after every change of a buffer's text. */
export function documentEdited(path: string): void {
  const buffer = buffers.get(path);
  const document = documentOf(path);
  if (buffer === undefined || document === undefined) return;
  const dirty = buffer.isDirty();
  if (dirty !== document.dirty || document.save.kind === "failed") {
    change(path, { dirty, ...(document.save.kind === "failed" ? { save: { kind: "none" } } : {}) });
  }
  if (!backupTimers.has(path))
    backupTimers.set(
      path,
      setTimeout(() => writeBackup(path), backupDelayMs),
    );
}

function writeBackup(path: string): void {
  clearTimeout(backupTimers.get(path));
  backupTimers.delete(path);
  const buffer = buffers.get(path);
  const document = documentOf(path);
  if (buffer === undefined || document === undefined || backups === null) return;
  if (buffer.isDirty()) backups.write(path, { text: buffer.getText(), baseVersion: document.baseVersion });
  else backups.remove(path);
}

/** Writes every outstanding backup at once, e.g. because the page goes away. */
export function flushBackups(): void {
  for (const path of backupTimers.keys()) writeBackup(path);
}

/** Saves, checks, deploys and loads. `overwrite` writes even where the file changed outside. Resolves with what is shown of it. */
export async function saveDocument(path: string, overwrite = false): Promise<SaveStatus> {
  const buffer = buffers.get(path);
  const document = documentOf(path);
  if (buffer === undefined || document === undefined) return { kind: "none" };
  if (document.save.kind === "saving") return saveEnds(path);
  if (document.conflict !== null && !overwrite) return { kind: "failed", problem: conflictProblem(path) };
  const savePoint = buffer.savePoint();
  change(path, { save: { kind: "saving", startedAt: Date.now() } });
  try {
    const baseVersion = overwrite ? null : document.baseVersion;
    const result = await api.workspace.save.mutate({ path, text: savePoint.text, baseVersion });
    savePoint.markSaved();
    change(path, { save: { kind: "done", result }, baseVersion: result.version, dirty: buffer.isDirty(), conflict: null, restored: false });
    writeBackup(path);
    setFound(path, filesOfStorlet(path), result.diagnostics, result.problem);
    void queryClient.invalidateQueries({ queryKey: queryKeys.storlets });
    return { kind: "done", result };
  } catch (error) {
    const problem = problemOf(error);
    change(path, { save: { kind: "failed", problem } });
    if (problem.code === "CONFLICT") await compareWithDisk(path);
    return { kind: "failed", problem };
  }
}

function conflictProblem(path: string): Problem {
  return { code: "CONFLICT", message: `${path} changed outside while it was edited.`, hint: "Choose which text to keep, above the code." };
}

/** Resolves when the save that is going on has ended. */
async function saveEnds(path: string): Promise<SaveStatus> {
  const document = await documentWhen(path, (now) => now?.save.kind !== "saving");
  return document?.save ?? { kind: "none" };
}

/** Saves every file with unsaved text. Throws a ProblemError at the first that did not go live. */
export async function saveUnsaved(): Promise<void> {
  for (const { path, dirty, save } of useDocumentStore.getState().documents.values()) {
    if (!dirty && save.kind !== "saving") continue;
    const ended = await saveDocument(path);
    if (ended.kind === "failed") throw new ProblemError(ended.problem);
    if (ended.kind === "done" && ended.result.state !== "live" && ended.result.state !== "saved")
      throw new ProblemError(problemOfSave(ended.result));
  }
}

function problemOfSave(result: SaveResult): Problem {
  const first = result.diagnostics.find((diagnostic) => diagnostic.severity === "error");
  const where = first === undefined ? undefined : `${first.path}, line ${first.line}: ${first.message}`;
  return result.problem ?? { code: "CHECK_FAILED", message: where ?? "The check found an error." };
}

function filesOfStorlet(path: string): string[] {
  const name = storletOfPath(path);
  const storlets = queryClient.getQueryData<StorletSummary[]>(queryKeys.storlets) ?? [];
  return storlets.find((storlet) => storlet.name === name)?.files.map((file) => file.path) ?? [];
}

/** Looks at the disk: takes over what changed there, or shows a conflict where text is unsaved. */
export async function compareWithDisk(path: string): Promise<void> {
  const document = documentOf(path);
  const buffer = buffers.get(path);
  if (document === undefined || buffer === undefined || document.save.kind === "saving") return;
  let file: { text: string; version: string };
  try {
    file = await api.workspace.read.query({ path });
  } catch (error) {
    const problem = problemOf(error);
    // The file is gone: the text here is the only copy left, so it counts as unsaved.
    if (problem.code === "NOT_FOUND") change(path, { save: { kind: "failed", problem } });
    return;
  }
  const now = documentOf(path);
  // A save that went on meanwhile makes what was read old.
  if (now === undefined || now.save.kind === "saving" || now.baseVersion !== document.baseVersion || now.baseVersion === file.version)
    return;
  if (buffer.isDirty() && buffer.getText() !== file.text) {
    change(path, { conflict: { text: file.text, version: file.version } });
    return;
  }
  takeOver(path, buffer, file);
}

function takeOver(path: string, buffer: TextBuffer, file: { text: string; version: string }): void {
  buffer.replaceText(file.text);
  buffer.savePoint().markSaved();
  change(path, { baseVersion: file.version, conflict: null, dirty: false, restored: false, save: { kind: "none" } });
  writeBackup(path);
}

/** Replaces the first `find` by `replace`, as typing would, where the file is open and the text is in it. */
export function replaceInDocument(path: string, find: string, replace: string): void {
  const text = buffers.get(path)?.getText() ?? "";
  if (text.includes(find))
    replaceText(
      path,
      text.replace(find, () => replace),
    );
}

/** Puts a text into an open file, unsaved and as one step of undo. */
export function replaceText(path: string, text: string): void {
  buffers.get(path)?.replaceText(text);
  documentEdited(path);
}

/** Makes every open file what it is on disk, unsaved text or not; undo brings that back. Returns what was unsaved, by path. */
export async function reloadDocuments(): Promise<ReadonlyMap<string, string>> {
  const unsaved = new Map<string, string>();
  for (const { path, phase } of useDocumentStore.getState().documents.values()) {
    const buffer = buffers.get(path);
    if (buffer === undefined || phase !== "ready") continue;
    if (buffer.isDirty()) unsaved.set(path, buffer.getText());
    const file = await api.workspace.read.query({ path }).catch(() => null);
    if (file !== null) takeOver(path, buffer, file);
  }
  return unsaved;
}

/** Ends a conflict with what is on disk. What was typed stays in the editor's undo history. */
export function takeTheirs(path: string): void {
  const document = documentOf(path);
  const buffer = buffers.get(path);
  if (document?.conflict && buffer !== undefined) takeOver(path, buffer, document.conflict);
}

/** The engine says that a file changed: what we wrote ourselves is no news. */
export function fileChanged(path: string, version: string): void {
  const document = documentOf(path);
  if (document === undefined || document.phase !== "ready" || document.baseVersion === version) return;
  if (document.save.kind === "saving") {
    void saveEnds(path).then(() => compareWithDisk(path));
    return;
  }
  void compareWithDisk(path);
}

/** After a change of the workspace, or after the engine was away: opens what failed to open and compares the rest with the disk. */
export function refreshDocuments(): void {
  for (const document of useDocumentStore.getState().documents.values()) {
    if (document.phase === "failed") void openDocument(document.path);
    else if (document.phase === "ready") void compareWithDisk(document.path);
  }
}
