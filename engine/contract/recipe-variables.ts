/** Fills the variables of a recipe in from an environment. Pure. */
import type { EnvironmentFile, Expectation, Recipe } from "./recipes.ts";

/** A variable without a value, and the field that names it, such as `object` or `parameters.2`. */
export interface UnknownVariable {
  field: string;
  name: string;
}

const variable = /\$(\$?)\{([^{}]*)\}/g;

/** Everything a recipe may name, secrets included. */
export function valuesOf(environment: EnvironmentFile | null): Record<string, string> {
  return environment === null ? {} : { ...environment.variables, ...environment.secrets };
}

/** The recipe with its variables filled in, and those that have no value: they stay as they are. `$${name}` means the text `${name}`. */
export function fillIn(recipe: Recipe, values: Readonly<Record<string, string>>): { recipe: Recipe; unknown: UnknownVariable[] } {
  const unknown: UnknownVariable[] = [];
  const fill = (field: string, text: string): string =>
    text.replaceAll(variable, (whole, escaped: string, name: string) => {
      if (escaped !== "") return whole.slice(1);
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) unknown.push({ field, name });
      return value ?? whole;
    });
  const fillAll = <T extends { name: string; value: string }>(field: string, items: readonly T[]): T[] =>
    items.map((item, index) => ({
      ...item,
      name: fill(`${field}.${index}`, item.name),
      value: fill(`${field}.${index}`, item.value),
    }));
  const { body } = recipe;
  return {
    recipe: {
      ...recipe,
      storlet: fill("storlet", recipe.storlet),
      object: fill("object", recipe.object),
      destination: fill("destination", recipe.destination),
      parameters: fillAll("parameters", recipe.parameters),
      range: fill("range", recipe.range),
      extraInputs: recipe.extraInputs.map((path, index) => fill(`extraInputs.${index}`, path)),
      headers: fillAll("headers", recipe.headers),
      body:
        body === null
          ? null
          : body.kind === "text"
            ? { ...body, text: fill("body", body.text) }
            : body.kind === "file"
              ? { ...body, path: fill("body", body.path) }
              : { ...body, object: fill("body", body.object) },
      expect: fillAll<Expectation>("expect", recipe.expect),
    },
    unknown,
  };
}

/** What to say of a variable without a value. `environment` is null where none is chosen. */
export function unknownVariableText(name: string, environment: string | null): string {
  if (name.trim() === "") return "A variable has no name. Write ${name}, or $${} for the text itself.";
  return environment === null
    ? `\${${name}} has no value: no environment is chosen. Choose one, or write $\${${name}} for the text itself.`
    : `The environment ${environment} has no ${name}. Add it there, or write $\${${name}} for the text itself.`;
}

/** Values this short would be found by chance. */
const shortestSecret = 4;

/** The secret whose value stands in a recipe, or null. */
export function secretIn(recipe: Recipe, environments: readonly EnvironmentFile[]): { name: string; environment: string } | null {
  const text = JSON.stringify(recipe);
  for (const { name: environment, secrets } of environments) {
    for (const [name, value] of Object.entries(secrets)) {
      if (value.length >= shortestSecret && text.includes(JSON.stringify(value).slice(1, -1))) return { name, environment };
    }
  }
  return null;
}
