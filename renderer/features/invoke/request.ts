/** Turns a draft into the Swift request it stands for. Pure; sends nothing. */
import { requestOf, type StorletRequest } from "../../../engine/contract/recipe-request.ts";
import type { Draft } from "./draft.ts";
import { recipeOfDraft } from "./draft-recipe.ts";

/** The request of a draft without problems, its variables filled in. */
export function buildRequest(draft: Draft, storletObject: string): StorletRequest {
  return requestOf(recipeOfDraft(draft, ""), storletObject);
}
