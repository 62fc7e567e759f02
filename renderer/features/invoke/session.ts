/** What Invoke is doing: the chosen storlet, its draft, the request under way and the result on show. One per page. */
import { create } from "zustand";
import type { EngineStatus, Problem, Run, StorletSummary } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";
import { useShownRun } from "../runs/index.ts";
import { createKeptDrafts, type KeptDrafts } from "./draft-store.ts";
import { emptyDraft, firstDraft, type Draft } from "./draft.ts";
import type { AnswerHead, Exchange } from "./exchange.ts";
import type { SwiftRequest } from "./request.ts";

/** A request this page sent, and its answer. */
export interface OwnResult {
  kind: "own";
  /** Folder name and object name of the storlet. */
  storlet: string;
  storletObject: string;
  request: SwiftRequest;
  exchange: Exchange;
  run: Run | null;
}

export type Result = OwnResult | { kind: "recorded"; run: Run } | { kind: "not-sent"; problem: Problem };

export type Activity =
  | { phase: "idle" }
  | { phase: "saving"; startedAt: number }
  | { phase: "sending"; startedAt: number; head: AnswerHead | null; sizeBytes: number; run: Run | null };

export interface Session {
  /** Folder name; null until the workspace is known, or where it has no storlet. */
  storlet: string | null;
  draft: Draft;
  /** The local file a PUT sends. */
  file: File | null;
  /** A run was tried, so what is missing is said, too. */
  tried: boolean;
  activity: Activity;
  result: Result | null;
}

export const useSession = create<Session>(() => ({
  storlet: null,
  draft: emptyDraft,
  file: null,
  tried: false,
  activity: { phase: "idle" },
  result: null,
}));

export function getStatus(): Promise<EngineStatus> {
  return queryClient.ensureQueryData({ queryKey: queryKeys.status, queryFn: () => api.engine.status.query() });
}

function getStorlets(): Promise<StorletSummary[]> {
  return queryClient.ensureQueryData({ queryKey: queryKeys.storlets, queryFn: () => api.workspace.storlets.query() });
}

let kept: { workspace: string; drafts: KeptDrafts } | null = null;

async function getKeptDrafts(): Promise<KeptDrafts> {
  const { workspace } = await getStatus();
  if (kept?.workspace !== workspace) kept = { workspace, drafts: createKeptDrafts(localStorage, workspace) };
  return kept.drafts;
}

/** The chosen storlet as the workspace has it now. */
export async function getChosenStorlet(): Promise<StorletSummary | null> {
  await ensureStorlet();
  const { storlet } = useSession.getState();
  return (await getStorlets()).find(({ name }) => name === storlet) ?? null;
}

/** Chooses a storlet; its last draft comes back, or its example. */
export async function chooseStorlet(name: string): Promise<void> {
  if (useSession.getState().storlet === name) return;
  const drafts = await getKeptDrafts();
  const storlet = (await getStorlets()).find((candidate) => candidate.name === name);
  if (storlet === undefined) return;
  drafts.saveStorlet(name);
  useSession.setState({ storlet: name, draft: drafts.load(name) ?? firstDraft(storlet.example), file: null, tried: false });
}

/** Chooses the storlet of last time, or the first there is, where none is chosen or the chosen one is gone. */
export async function ensureStorlet(): Promise<void> {
  const [drafts, storlets] = await Promise.all([getKeptDrafts(), getStorlets()]);
  const names = storlets.map(({ name }) => name);
  const { storlet } = useSession.getState();
  if (storlet !== null && names.includes(storlet)) return;
  const last = drafts.loadStorlet();
  const next = last !== null && names.includes(last) ? last : names[0];
  if (next === undefined) useSession.setState({ storlet: null, draft: emptyDraft });
  else await chooseStorlet(next);
}

/** Changes the draft and keeps it for the next visit. */
export function changeDraft(fields: Partial<Draft>): void {
  const { storlet, draft } = useSession.getState();
  const next = { ...draft, ...fields };
  useSession.setState({ draft: next });
  if (storlet !== null) kept?.drafts.save(storlet, next);
}

export function chooseFile(file: File | null): void {
  useSession.setState({ file });
}

/** Puts a result on show, and marks its run in every list. */
export function showResult(result: Result): void {
  useSession.setState({ result });
  const run = result.kind === "not-sent" ? null : result.run;
  if (run !== null) useShownRun.setState({ run: run.id });
}
