/** How each recipe went the last time: kept for the workspace, across visits. */
import { create } from "zustand";
import type { Run } from "../../../engine/contract/index.ts";
import { verdictOf, type Check, type Verdict } from "../../../engine/contract/recipe-checks.ts";
import { getStatus } from "../../api/queries.ts";
import type { Exchange } from "./exchange.ts";

export interface RecipeResult {
  verdict: Verdict;
  /** Unix milliseconds. */
  at: number;
  durationMs: number;
  /** Null where nothing was sent. */
  status: number | null;
  checks: readonly Check[];
  /** Why nothing was sent; null where it was. */
  problem: string | null;
  /** The run it was; null where there was none. */
  run: string | null;
}

/** Of a recipe that was answered with `status`. */
export function resultOfAnswer({ startedAt, totalMs }: Exchange, status: number, checks: readonly Check[], run: Run | null): RecipeResult {
  return { verdict: verdictOf(checks), at: startedAt, durationMs: totalMs, status, checks, problem: null, run: run?.id ?? null };
}

export const useRecipeResults = create<{ results: ReadonlyMap<string, RecipeResult> }>(() => ({ results: new Map() }));

const keyOf = (workspace: string): string => `studio.recipes.${workspace}.results`;
let loadedFor: string | null = null;

/** Brings the results of earlier visits back. */
export async function loadRecipeResults(): Promise<void> {
  const { workspace } = await getStatus();
  if (loadedFor === workspace) return;
  loadedFor = workspace;
  try {
    const stored = JSON.parse(localStorage.getItem(keyOf(workspace)) ?? "[]") as [string, RecipeResult][];
    const results = stored.filter(([name, result]) => typeof name === "string" && Array.isArray(result.checks));
    useRecipeResults.setState(({ results: newer }) => ({ results: new Map([...results, ...newer]) }));
  } catch {
    // What cannot be read is as good as none.
  }
}

export async function keepRecipeResult(name: string, result: RecipeResult): Promise<void> {
  await loadRecipeResults();
  useRecipeResults.setState(({ results }) => ({ results: new Map(results).set(name, result) }));
  const { workspace } = await getStatus();
  try {
    localStorage.setItem(keyOf(workspace), JSON.stringify([...useRecipeResults.getState().results]));
  } catch {
    // Then they are not there at the next visit.
  }
}
