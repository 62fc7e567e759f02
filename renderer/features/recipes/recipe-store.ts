/** Which dialog of recipes is open, and which recipes run now. */
import { create } from "zustand";

export type RecipeDialog = "save" | "import-curl" | "environment";

export const useRecipeDialog = create<{ dialog: RecipeDialog | null }>(() => ({ dialog: null }));

export function openDialog(dialog: RecipeDialog): void {
  useRecipeDialog.setState({ dialog });
}

export function closeDialog(): void {
  useRecipeDialog.setState({ dialog: null });
}

export interface RunSummary {
  total: number;
  passed: number;
  /** Names of those that failed. */
  failed: readonly string[];
  /** Stopped before the last one. */
  stopped: boolean;
}

interface RecipeRuns {
  /** What runs now, and since when; null where nothing does. */
  running: { name: string; startedAt: number; done: number; total: number } | null;
  /** Of the last time that more than one ran. */
  summary: RunSummary | null;
}

export const useRecipeRuns = create<RecipeRuns>(() => ({ running: null, summary: null }));
