/** Drafts as recipes and recipes as drafts, and the problems of a draft once its variables are filled in. Pure. */
import type { EnvironmentFile, NamedValue, Recipe, RecipeBody } from "../../../engine/contract/index.ts";
import { fillIn, unknownVariableText, valuesOf } from "../../../engine/contract/recipe-variables.ts";
import { emptyDraft, findProblems, isBlank, noProblems, type Draft, type DraftProblems, type Parameter } from "./draft.ts";

const toNamed = ({ key, value }: Parameter): NamedValue => ({ name: key, value });
const toParameter = ({ name, value }: NamedValue): Parameter => ({ key: name, value });

function bodyOf(draft: Draft): RecipeBody | null {
  if (draft.door !== "PUT") return null;
  switch (draft.bodyKind) {
    case "text":
      return draft.bodyText === "" ? null : { kind: "text", text: draft.bodyText };
    case "object":
      return { kind: "object", object: draft.bodyObject };
    case "workspace":
      return { kind: "file", path: draft.bodyPath };
    case "file":
      // Where it lies on this computer is not known to a page.
      return null;
  }
}

/** Every row, filled in or not: positions stay what they are. */
function fullRecipe(draft: Draft, storlet: string): Recipe {
  const { door } = draft;
  return {
    description: "",
    storlet,
    door,
    object: door === "PUT" ? "" : draft.object,
    destination: door === "GET" ? "" : draft.destination,
    parameters: draft.params.map(toNamed),
    range: door === "PUT" ? "" : draft.range,
    extraInputs: [...draft.extraInputs],
    headers: draft.headers.map(toNamed),
    body: bodyOf(draft),
    expect: [...draft.expect],
  };
}

/** The recipe of a draft, without rows that nobody filled in. `storlet` is what the recipe names it by. */
export function recipeOfDraft(draft: Draft, storlet: string): Recipe {
  return fullRecipe(
    {
      ...draft,
      params: draft.params.filter((param) => !isBlank(param)),
      headers: draft.headers.filter((header) => !isBlank(header)),
      extraInputs: draft.extraInputs.filter((path) => path.trim() !== ""),
    },
    storlet,
  );
}

/** The form as a recipe fills it in. */
export function draftOfRecipe(recipe: Recipe): Draft {
  const { body } = recipe;
  return {
    ...emptyDraft,
    door: recipe.door,
    object: recipe.object,
    destination: recipe.destination,
    params: recipe.parameters.map(toParameter),
    range: recipe.range,
    extraInputs: recipe.extraInputs,
    headers: recipe.headers.map(toParameter),
    expect: recipe.expect,
    bodyKind: body === null ? "text" : body.kind === "file" ? "workspace" : body.kind,
    bodyText: body?.kind === "text" ? body.text : "",
    bodyPath: body?.kind === "file" ? body.path : "",
    bodyObject: body?.kind === "object" ? body.object : "",
  };
}

/** True where both send and expect the same. */
export function isSameRequest(a: Draft, b: Draft): boolean {
  return JSON.stringify(recipeOfDraft(a, "")) === JSON.stringify(recipeOfDraft(b, ""));
}

const listFields: Readonly<Record<string, "params" | "extraInputs" | "headers" | "expect">> = {
  parameters: "params",
  extraInputs: "extraInputs",
  headers: "headers",
  expect: "expect",
};

/** A draft as it would be sent: with the environment's values for its variables, and what is wrong with it then, field by field. */
export function fillDraft(draft: Draft, environment: EnvironmentFile | null, hasFile: boolean): { draft: Draft; problems: DraftProblems } {
  const { recipe, unknown } = fillIn(fullRecipe(draft, ""), valuesOf(environment));
  const { body } = recipe;
  const filled: Draft = {
    ...draft,
    ...(draft.door === "PUT" ? {} : { object: recipe.object, range: recipe.range }),
    ...(draft.door === "GET" ? {} : { destination: recipe.destination }),
    params: recipe.parameters.map(toParameter),
    extraInputs: recipe.extraInputs,
    headers: recipe.headers.map(toParameter),
    expect: recipe.expect,
    ...(body?.kind === "text" ? { bodyText: body.text } : {}),
    ...(body?.kind === "file" ? { bodyPath: body.path } : {}),
    ...(body?.kind === "object" ? { bodyObject: body.object } : {}),
  };
  const problems = findProblems(filled, hasFile);
  for (const { field, name } of unknown) addProblem(problems, field, unknownVariableText(name, environment?.name ?? null));
  return { draft: filled, problems };
}

function addProblem(problems: DraftProblems, field: string, text: string): void {
  const [name = "", index] = field.split(".");
  const list = listFields[name];
  if (list !== undefined && index !== undefined) problems[list] = new Map(problems[list]).set(Number(index), text);
  else problems[name as "object" | "destination" | "range" | "body"] = text;
}

/** Before the first try, what was not filled in yet is no mistake: only what cannot be right is said. */
export function problemsToShow(draft: Draft, problems: DraftProblems, environment: EnvironmentFile | null, tried: boolean): DraftProblems {
  if (tried) return problems;
  const { unknown } = fillIn(fullRecipe(draft, ""), valuesOf(environment));
  const shown: DraftProblems = { ...noProblems, ...(problems.range === undefined ? {} : { range: problems.range }) };
  for (const { field, name } of unknown) addProblem(shown, field, unknownVariableText(name, environment?.name ?? null));
  return shown;
}
