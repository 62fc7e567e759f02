/** The public face of recipes. */
export { RecipeCommands } from "./RecipeCommands.tsx";
export { RecipesView } from "./lazy.tsx";
