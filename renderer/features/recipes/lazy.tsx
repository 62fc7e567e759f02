/** The view and the dialogs of recipes, fetched when they are wanted. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import { useRecipeDialog } from "./recipe-store.ts";
import { lazyPart } from "../../ui/lazy.ts";

const View = lazyPart(async () => (await import("./RecipesPane.tsx")).RecipesPane);
const Dialogs = lazyPart(async () => (await import("./RecipeDialogs.tsx")).RecipeDialogView);

export function RecipesView() {
  return (
    <Suspense fallback={<Loading label="Opening the recipes" rows={5} />}>
      <View />
    </Suspense>
  );
}

export function RecipeDialogs() {
  const dialog = useRecipeDialog(({ dialog: open }) => open);
  if (dialog === null) return null;
  return (
    <Suspense fallback={null}>
      <Dialogs dialog={dialog} />
    </Suspense>
  );
}
