/** Connects the commands of recipes, and lets the form follow the files. Draws nothing but open dialogs. */
import { useEffect } from "react";
import { api } from "../../api/client.ts";
import { problemOf, problemText } from "../../api/problems.ts";
import { getRecipes, queryClient, queryKeys, useEngineAwayReason, useRecipes } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { bindRecipe, followRecipes, loadRecipeResults, openRecipe, saveRecipe, useSession } from "../invoke/index.ts";
import { RecipeDialogs } from "./lazy.tsx";
import { openDialog } from "./recipe-store.ts";

export function RecipeCommands() {
  const { data: files } = useRecipes();
  const away = useEngineAwayReason();
  const bound = useSession((session) => session.recipe);
  useEffect(() => {
    if (files === undefined) return;
    void loadRecipeResults();
    void followRecipes(files);
  }, [files]);
  const none = bound === null ? "The request belongs to no recipe." : null;
  useCommandHandler("recipe.save", () => (bound === null ? openDialog("save") : saveBound(bound.name)), away);
  useCommandHandler("recipe.saveAs", () => openDialog("save"), away);
  useCommandHandler("recipe.importCurl", () => openDialog("import-curl"), away);
  useCommandHandler("environment.create", () => openDialog("environment"), away);
  useCommandHandler("recipe.open", async ({ recipe }) => void (await openRecipe(recipe)));
  useCommandHandler("recipe.run", ({ recipe }) => runSome((name) => name === recipe), away);
  useCommandHandler("recipe.runAll", () => runSome(() => true), away ?? (files?.length === 0 ? "There is no recipe yet." : null));
  useCommandHandler("recipe.delete", ({ recipe }) => deleteRecipe(recipe), away);
  useCommandHandler("recipe.openFile", () => openFile(bound?.name), none);
  useCommandHandler("recipe.leave", () => bindRecipe(null), none);
  return <RecipeDialogs />;
}

async function openFile(name: string | undefined): Promise<void> {
  if (name !== undefined) await runCommand("editor.open", { path: `recipes/${name}.yaml` });
}

async function runSome(isWanted: (name: string) => boolean): Promise<void> {
  const wanted = (await getRecipes()).filter(({ name }) => isWanted(name));
  if (wanted.length > 1) await runCommand("view.show", { view: "recipes" });
  const { runRecipes } = await import("./run-recipes.ts");
  await runRecipes(wanted);
}

async function saveBound(name: string): Promise<void> {
  try {
    await saveRecipe(null);
    showToast({ tone: "success", title: `${name} is saved` });
  } catch (error) {
    const problem = problemOf(error);
    showToast({ tone: "error", title: `${name} is not saved`, detail: problemText(problem) });
    // What lies on disk is newer: it is shown beside the form.
    if (problem.code === "CONFLICT") await queryClient.invalidateQueries({ queryKey: queryKeys.recipes });
  }
}

async function deleteRecipe(name: string): Promise<void> {
  const { path, text } = await api.recipes.remove.mutate({ name });
  await queryClient.invalidateQueries({ queryKey: queryKeys.recipes });
  showToast({
    tone: "info",
    title: `${path} is deleted`,
    action: {
      label: "Undo",
      onPress: () =>
        void api.workspace.save
          .mutate({ path, text, baseVersion: null })
          .then(() => queryClient.invalidateQueries({ queryKey: queryKeys.recipes })),
    },
  });
}
