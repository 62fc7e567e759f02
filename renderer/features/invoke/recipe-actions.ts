/** Recipes in the form: opened, saved, followed when their file changes, run without the form. */
import type { EnvironmentFile, Recipe, RecipeFile, StorletSummary } from "../../../engine/contract/index.ts";
import { fillIn, unknownVariableText, valuesOf } from "../../../engine/contract/recipe-variables.ts";
import { api } from "../../api/client.ts";
import { problemOf, ProblemError } from "../../api/problems.ts";
import { getRecipes, getStatus, getStorlets, queryClient, queryKeys } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { findProblems, isSendable } from "./draft.ts";
import { draftOfRecipe, isSameRequest, recipeOfDraft } from "./draft-recipe.ts";
import { execute } from "./execute.ts";
import { deploy } from "./make-live.ts";
import { keepRecipeResult, resultOfAnswer, type RecipeResult } from "./recipe-results.ts";
import { bindRecipe, boundRecipe, changeDraft, chooseStorlet, ensureStorlet, getEnvironment, useSession } from "./session.ts";

type UsableFile = RecipeFile & { recipe: Recipe };

const isUsable = (file: RecipeFile): file is UsableFile => file.recipe !== null;

function storletOf(recipe: Recipe, storlets: readonly StorletSummary[]): StorletSummary | undefined {
  return storlets.find(({ name }) => name === recipe.storlet) ?? storlets.find(({ objectName }) => objectName === recipe.storlet);
}

/** Fills the form from a recipe's file. */
async function fillForm(file: UsableFile): Promise<boolean> {
  const storlet = storletOf(file.recipe, await getStorlets());
  if (storlet === undefined) {
    showToast({
      tone: "warn",
      title: `The workspace has no storlet ${file.recipe.storlet}`,
      detail: `${file.path} asks for it.`,
      action: { label: "Open the file", onPress: () => void runCommand("editor.open", { path: file.path }) },
    });
    return false;
  }
  await chooseStorlet(storlet.name);
  changeDraft(draftOfRecipe(file.recipe));
  useSession.setState({ tried: false, file: null });
  bindRecipe(boundRecipe(file));
  return true;
}

/** Opens a recipe in the form; one that cannot be used, in the editor at its first mistake. True where the form shows it. */
export async function openRecipe(name: string): Promise<boolean> {
  const file = (await getRecipes()).find((candidate) => candidate.name === name);
  if (file === undefined) {
    showToast({ tone: "warn", title: `There is no recipe ${name} any more` });
    return false;
  }
  if (!isUsable(file)) {
    const [first] = file.diagnostics;
    await runCommand("editor.reveal", { path: file.path, line: first?.line ?? 1, column: first?.column ?? 1 });
    showToast({ tone: "warn", title: `${file.path} cannot be used yet`, detail: file.problem?.message });
    return false;
  }
  // The first choice of a visit brings its own draft, which would take the place of this one.
  await ensureStorlet();
  const isShown = await fillForm(file);
  if (isShown) void runCommand("panel.show", { tab: "invoke" });
  return isShown;
}

/** Saves the form: under a new name, or into the file it was filled from. Throws a Problem where that cannot be done. */
export async function saveRecipe(newName: string | null): Promise<void> {
  const { draft, storlet, recipe } = useSession.getState();
  if (storlet === null) throw new ProblemError({ code: "BAD_INPUT", message: "There is no storlet yet." });
  if (draft.door === "PUT" && draft.bodyKind === "file") {
    throw new ProblemError({
      code: "BAD_INPUT",
      message: "A file of this computer cannot be saved in a recipe",
      detail: "A page does not learn where it lies.",
      hint: "Put it into the workspace's folder and choose A workspace file.",
    });
  }
  const name = newName ?? recipe?.name ?? "";
  const isOwn = newName === null && recipe !== null;
  const content = { ...recipeOfDraft(draft, storlet), description: recipe?.description ?? "" };
  const file = await api.recipes.save.mutate({ name, recipe: content, baseVersion: isOwn ? recipe.version : null });
  if (isUsable(file)) bindRecipe({ ...boundRecipe(file), saved: draft });
  await queryClient.invalidateQueries({ queryKey: queryKeys.recipes });
}

/** Takes over what changed in the file of the recipe in the form; where the form was changed, too, a person has to choose. */
export async function followRecipes(files: readonly RecipeFile[]): Promise<void> {
  const { recipe, draft } = useSession.getState();
  if (recipe === null) return;
  const file = files.find(({ name }) => name === recipe.name);
  if (file === undefined) return bindRecipe(null);
  if (file.version === recipe.version) return useSession.setState({ recipeNews: null });
  if (!isUsable(file)) return useSession.setState({ recipeNews: file });
  const isSameStorlet = storletOf(file.recipe, await getStorlets())?.name === useSession.getState().storlet;
  const theirs = draftOfRecipe(file.recipe);
  if (isSameStorlet && isSameRequest(draft, theirs)) return bindRecipe(boundRecipe(file));
  // Words about the recipe changed, or comments: nothing that the form shows.
  if (isSameStorlet && isSameRequest(recipe.saved, theirs)) return bindRecipe({ ...boundRecipe(file), saved: recipe.saved });
  if (isSameRequest(draft, recipe.saved)) await fillForm(file);
  else useSession.setState({ recipeNews: file });
}

/** Ends the choice: the file wins, or the form does with the next save. */
export async function settleNews(choice: "file" | "form"): Promise<void> {
  const { recipeNews: file, recipe } = useSession.getState();
  if (file === null || recipe === null) return;
  if (choice === "file" && isUsable(file)) await fillForm(file);
  else bindRecipe({ ...recipe, version: file.version, description: file.recipe?.description ?? recipe.description });
}

const notRun = (problem: string): RecipeResult => ({
  verdict: "fail",
  at: Date.now(),
  durationMs: 0,
  status: null,
  checks: [],
  problem,
  run: null,
});

async function runAlone(file: UsableFile, environment: EnvironmentFile | null, signal: AbortSignal): Promise<RecipeResult> {
  const { recipe, unknown } = fillIn(file.recipe, valuesOf(environment));
  const [missing] = unknown;
  if (missing !== undefined) return notRun(unknownVariableText(missing.name, environment?.name ?? null));
  const problems = findProblems(draftOfRecipe(recipe), true);
  if (!isSendable(problems)) {
    const lists = [problems.params, problems.extraInputs, problems.headers, problems.expect].flatMap((list) => [...list.values()]);
    return notRun(
      [problems.object, problems.destination, problems.range, problems.body, ...lists].find((text) => text !== undefined) ?? "",
    );
  }
  const storlet = storletOf(recipe, await api.workspace.storlets.query(undefined, { signal }));
  if (storlet !== undefined && storlet.state !== "live") {
    const problem = await deploy(storlet.name);
    if (problem !== null) return notRun([problem.message, problem.detail].filter(Boolean).join(": "));
  }
  const { account } = await getStatus();
  const { exchange, checks } = await execute({ recipe, storletObject: storlet?.objectName ?? recipe.storlet, account, file: null, signal });
  signal.throwIfAborted();
  if (exchange.head === null) return notRun("The engine did not answer.");
  const { transactionId, status } = exchange.head;
  const run = transactionId === null ? null : await api.runs.findByTransaction.query({ transactionId });
  return resultOfAnswer(exchange, status, checks, run);
}

/** Runs a recipe without the form and keeps how it went. Rejects only where it was cancelled. */
export async function runRecipe(file: RecipeFile, signal: AbortSignal): Promise<RecipeResult> {
  const environment = await getEnvironment();
  const result = isUsable(file)
    ? await runAlone(file, environment, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        const { message, detail } = problemOf(error);
        return notRun([message, detail].filter(Boolean).join(": "));
      })
    : notRun(file.problem?.message ?? "The file cannot be used.");
  await keepRecipeResult(file.name, result);
  return result;
}
