/** The workspace's recipes and environments for the screen and the command line: read, checked, written. Sends no request. */
import type { EnvironmentFile, Problem, Recipe, RecipeFile } from "../contract/index.ts";
import { recipeNameSchema, type Diagnostic } from "../contract/index.ts";
import { secretIn } from "../contract/recipe-variables.ts";
import { StudioError } from "../support/errors.ts";
import { parseEnvironment, parseRecipe, writeRecipe } from "../workspace/recipe-file.ts";
import { versionOf, type Workspace } from "../workspace/workspace.ts";
import type { ControlServices } from "./services.ts";

/** Largest file that a recipe sends from the workspace: it passes through the control API. */
const maxBodyBytes = 64 * 1024 * 1024;

function problemOf(path: string, diagnostics: readonly Diagnostic[]): Problem | null {
  const [first] = diagnostics;
  if (first === undefined) return null;
  const more = diagnostics.length > 1 ? ` And ${diagnostics.length - 1} more.` : "";
  return {
    code: "BAD_INPUT",
    message: `${path}, line ${first.line}, column ${first.column}: ${first.message}${more}`,
  };
}

/** What is wrong with the text of a recipe or an environment; nothing for any other file. */
export function checkRecipeText(path: string, text: string): Diagnostic[] {
  if (/^recipes\/[^/]+\.yaml$/.test(path)) return parseRecipe(text, path).diagnostics;
  return /^environments\/[^/]+\.yaml$/.test(path) ? parseEnvironment(text, path).diagnostics : [];
}

function pathOf(folder: "recipes" | "environments", name: string): string {
  const checked = recipeNameSchema.safeParse(name);
  if (!checked.success) {
    throw new StudioError("BAD_INPUT", `${JSON.stringify(name)} cannot name a recipe.`, {
      detail: `It takes ${checked.error.issues[0]?.message ?? "letters"}.`,
      hint: "Choose another name.",
    });
  }
  return `${folder}/${name}.yaml`;
}

export function createRecipes({ workspace }: { workspace: Workspace }): ControlServices["recipes"] {
  /** The files of a folder with their texts; one that cannot be read has an error instead. */
  async function readAll(folder: "recipes" | "environments"): Promise<{ name: string; path: string; text: string; version: string }[]> {
    const files = (await workspace.files(folder)).filter(({ path }) => /^[^/]+\/[^/]+\.yaml$/.test(path));
    return Promise.all(
      files.map(async ({ path, name }) => {
        const { text, version } = await workspace.read(path).catch(() => ({ text: "", version: versionOf("") }));
        return { name: name.replace(/\.yaml$/, ""), path, text, version };
      }),
    );
  }

  function describe({ name, path, text, version }: { name: string; path: string; text: string; version: string }): RecipeFile {
    const { recipe, diagnostics } = parseRecipe(text, path);
    return { name, path, version, recipe, diagnostics, problem: problemOf(path, diagnostics) };
  }

  async function environments(): Promise<EnvironmentFile[]> {
    const none = { description: "", variables: {}, secrets: {} };
    return (await readAll("environments")).map(({ name, path, text }) => {
      const { environment, diagnostics } = parseEnvironment(text, path);
      return { name, path, ...(environment ?? none), diagnostics, problem: problemOf(path, diagnostics) };
    });
  }

  async function refuseSecrets(recipe: Recipe): Promise<void> {
    const secret = secretIn(recipe, await environments());
    if (secret === null) return;
    throw new StudioError("BAD_INPUT", `The recipe holds the secret ${secret.name} of the environment ${secret.environment}.`, {
      detail: "Secrets are not written into recipes, which may end up in a repository.",
      hint: `Write \${${secret.name}} in its place.`,
    });
  }

  return {
    list: async () => (await readAll("recipes")).map(describe),
    environments,

    async save(name, recipe, baseVersion) {
      const path = pathOf("recipes", name);
      await refuseSecrets(recipe);
      const previous = await workspace.read(path).catch(() => null);
      if (baseVersion === null && previous !== null) {
        throw new StudioError("CONFLICT", `There is a recipe ${name} already.`, {
          hint: "Choose another name, or open it and save it there.",
        });
      }
      const text = writeRecipe(recipe, previous?.text ?? null);
      const file = describe({ name, path, text, version: versionOf(text) });
      if (file.recipe === null) {
        throw new StudioError("BAD_INPUT", "This cannot be saved as a recipe.", { detail: file.diagnostics[0]?.message ?? "" });
      }
      await workspace.write(path, text, baseVersion);
      return file;
    },

    async remove(name) {
      const path = pathOf("recipes", name);
      const { text } = await workspace.read(path);
      await workspace.remove(path);
      return { path, text };
    },

    async readBody(path) {
      return workspace.readBytes(path, maxBodyBytes);
    },
  };
}
