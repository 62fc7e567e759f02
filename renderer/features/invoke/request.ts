/** Turns a draft into the Swift request it stands for, and says what its body is. Pure; sends nothing. */
import { requestOf, type StorletRequest } from "../../../engine/contract/recipe-request.ts";
import type { Draft } from "./draft.ts";
import { recipeOfDraft } from "./draft-recipe.ts";

/** The request's headers, with a Content-Type for a body that has none. `type` is null where there is no body. */
export function headersWithType({ headers }: StorletRequest, type: string | null): StorletRequest["headers"] {
  const hasType = headers.some(([name]) => name.toLowerCase() === "content-type");
  return type === null || hasType ? headers : [...headers, ["Content-Type", type]];
}

/** The request of a draft without problems, its variables filled in. */
export function buildRequest(draft: Draft, storletObject: string): StorletRequest {
  return requestOf(recipeOfDraft(draft, ""), storletObject);
}
