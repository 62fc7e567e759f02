/** The public face of invoke. */
import { registerInvokeCommands } from "./actions.ts";

export { CheckList, verdictMarks } from "./CheckList.tsx";
export { draftOfRecipe } from "./draft-recipe.ts";
export { InvokeInspector, preloadInvoke } from "./lazy.tsx";
export { followRecipes, openRecipe, runRecipe, saveRecipe } from "./recipe-actions.ts";
export { loadRecipeResults, useRecipeResults, type RecipeResult } from "./recipe-results.ts";
export { bindRecipe, changeDraft, chooseStorlet, useSession } from "./session.ts";

registerInvokeCommands();
