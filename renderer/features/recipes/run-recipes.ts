/** Runs recipes one after the other, and sums up how they went. */
import type { RecipeFile } from "../../../engine/contract/index.ts";
import { registerCommand, runCommand } from "../../commands/registry.ts";
import { runRecipe } from "../invoke/index.ts";
import { useRecipeRuns } from "./recipe-store.ts";

/** Runs all of them; one that fails keeps none of the others back. A second call while some run does nothing. */
export async function runRecipes(files: readonly RecipeFile[]): Promise<void> {
  if (useRecipeRuns.getState().running !== null || files.length === 0) return;
  const controller = new AbortController();
  const unregister = registerCommand("recipe.stop", () => controller.abort());
  const failed: string[] = [];
  let passed = 0;
  useRecipeRuns.setState({ summary: null });
  try {
    await runCommand("editor.saveIfDirty").catch(() => false);
    for (const [done, file] of files.entries()) {
      useRecipeRuns.setState({ running: { name: file.name, startedAt: Date.now(), done, total: files.length } });
      const { verdict } = await runRecipe(file, controller.signal);
      if (verdict === "fail") failed.push(file.name);
      else passed += 1;
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    unregister();
    useRecipeRuns.setState({ running: null, summary: { total: files.length, passed, failed, stopped: controller.signal.aborted } });
  }
}
