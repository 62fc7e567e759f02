/** What Invoke is doing: the chosen storlet, its draft, the request under way and the result on show. One per page. */
import { create } from "zustand";
import type { EnvironmentFile, Problem, Recipe, RecipeFile, Run, StorletSummary } from "../../../engine/contract/index.ts";
import type { Check } from "../../../engine/contract/recipe-checks.ts";
import type { StorletRequest } from "../../../engine/contract/recipe-request.ts";
import { api } from "../../api/client.ts";
import { getRecipes, getStatus, getStorlets, queryClient, queryKeys } from "../../api/queries.ts";
import { useShownRun } from "../runs/index.ts";
import { createKeptDrafts, type KeptDrafts } from "./draft-store.ts";
import { emptyDraft, firstDraft, type Draft } from "./draft.ts";
import { draftOfRecipe } from "./draft-recipe.ts";
import type { AnswerHead, Exchange } from "./exchange.ts";

/** A request this page sent, and its answer. */
export interface OwnResult {
  kind: "own";
  /** Folder name and object name of the storlet. */
  storlet: string;
  storletObject: string;
  request: StorletRequest;
  exchange: Exchange;
  run: Run | null;
  /** Whether what was expected holds; none where no answer came. */
  checks: readonly Check[];
  /** False where nobody said what to expect: a success is expected then, and the status says that already. */
  expects: boolean;
}

export type Result = OwnResult | { kind: "recorded"; run: Run } | { kind: "not-sent"; problem: Problem };

export type Activity =
  | { phase: "idle" }
  | { phase: "saving"; startedAt: number }
  | { phase: "sending"; startedAt: number; head: AnswerHead | null; sizeBytes: number; run: Run | null };

/** The recipe that the form was filled from, as its file was then. */
export interface BoundRecipe {
  name: string;
  version: string;
  description: string;
  saved: Draft;
}

export interface Session {
  /** Folder name; null until the workspace is known, or where it has no storlet. */
  storlet: string | null;
  draft: Draft;
  /** The local file a PUT sends. */
  file: File | null;
  recipe: BoundRecipe | null;
  /** The recipe's file as it is now, where it changed outside and the form was changed, too. */
  recipeNews: RecipeFile | null;
  /** Name of the environment that variables come from. */
  environment: string | null;
  /** A run was tried, so what is missing is said, too. */
  tried: boolean;
  activity: Activity;
  result: Result | null;
}

export const useSession = create<Session>(() => ({
  storlet: null,
  draft: emptyDraft,
  file: null,
  recipe: null,
  recipeNews: null,
  environment: null,
  tried: false,
  activity: { phase: "idle" },
  result: null,
}));

/** The chosen environment as its file is now; null where none is chosen or it is gone. */
export async function getEnvironment(): Promise<EnvironmentFile | null> {
  const { environment } = useSession.getState();
  if (environment === null) return null;
  const all = await queryClient.ensureQueryData({ queryKey: queryKeys.environments, queryFn: () => api.recipes.environments.query() });
  return all.find(({ name }) => name === environment) ?? null;
}

let kept: { workspace: string; drafts: KeptDrafts } | null = null;

async function getKeptDrafts(): Promise<KeptDrafts> {
  const { workspace } = await getStatus();
  if (kept?.workspace !== workspace) {
    kept = { workspace, drafts: createKeptDrafts(localStorage, workspace) };
    useSession.setState({ environment: kept.drafts.loadEnvironment() });
  }
  return kept.drafts;
}

/** The chosen storlet as the workspace has it now. */
export async function getChosenStorlet(): Promise<StorletSummary | null> {
  await ensureStorlet();
  const { storlet } = useSession.getState();
  return (await getStorlets()).find(({ name }) => name === storlet) ?? null;
}

/** Counts the choices: one that had to wait gives way to any that came after it. */
let choices = 0;
let choosing: Promise<void> = Promise.resolve();

/** Chooses a storlet; its last draft comes back, or its example. */
export function chooseStorlet(name: string): Promise<void> {
  choices += 1;
  choosing = choose(name, choices);
  return choosing;
}

async function choose(name: string, choice: number): Promise<void> {
  if (useSession.getState().storlet === name) return;
  const drafts = await getKeptDrafts();
  const storlet = (await getStorlets()).find((candidate) => candidate.name === name);
  if (storlet === undefined || choice !== choices) return;
  drafts.saveStorlet(name);
  const draft = drafts.load(name) ?? firstDraft(storlet.example);
  const { storlet: before } = useSession.getState();
  useSession.setState({ storlet: name, draft, file: null, tried: false });
  // The first choice of a visit brings back what was there; any later one is of another storlet than the recipe's.
  if (before === null) await rebindRecipe(drafts, name);
  else bindRecipe(null);
}

/** Says which recipe the form belongs to, also at the next visit. */
export function bindRecipe(recipe: BoundRecipe | null): void {
  useSession.setState({ recipe, recipeNews: null });
  kept?.drafts.saveRecipe(recipe?.name ?? null);
}

export function boundRecipe({ name, version, recipe }: RecipeFile & { recipe: Recipe }): BoundRecipe {
  return { name, version, description: recipe.description, saved: draftOfRecipe(recipe) };
}

async function rebindRecipe(drafts: KeptDrafts, storlet: string): Promise<void> {
  const name = drafts.loadRecipe();
  if (name === null) return;
  const file = (await getRecipes().catch(() => [])).find((candidate) => candidate.name === name);
  if (file?.recipe !== null && file?.recipe.storlet === storlet) bindRecipe(boundRecipe({ ...file, recipe: file.recipe }));
}

export function chooseEnvironment(environment: string | null): void {
  useSession.setState({ environment });
  kept?.drafts.saveEnvironment(environment);
}

/** Chooses the storlet of last time, or the first there is, where none is chosen or the chosen one is gone. */
export function ensureStorlet(): Promise<void> {
  // One at a time: a second caller would take the first storlet after somebody chose another.
  ensuring ??= ensure().finally(() => (ensuring = null));
  return ensuring;
}

let ensuring: Promise<void> | null = null;

async function ensure(): Promise<void> {
  const before = choices;
  const [drafts, storlets] = await Promise.all([getKeptDrafts(), getStorlets()]);
  const names = storlets.map(({ name }) => name);
  const { storlet } = useSession.getState();
  if (storlet !== null && names.includes(storlet)) return;
  const last = drafts.loadStorlet();
  const next = last !== null && names.includes(last) ? last : names[0];
  // Somebody is choosing: that is better than any guess.
  if (choices !== before) return choosing;
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
