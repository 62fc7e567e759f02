/** Which recipe and which environment the form belongs to. Absent where there is neither. */
import { useEnvironments } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { LinkButton } from "../../ui/Button.tsx";
import { ErrorBlock } from "../../ui/ErrorBlock.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Select } from "../../ui/Select.tsx";
import { isSameRequest } from "./draft-recipe.ts";
import { settleNews } from "./recipe-actions.ts";
import { chooseEnvironment, useSession } from "./session.ts";

const none = "";

export function RecipeBar() {
  const { data: environments = [] } = useEnvironments();
  const recipe = useSession((session) => session.recipe);
  const draft = useSession((session) => session.draft);
  const chosen = useSession((session) => session.environment);
  if (recipe === null && environments.length === 0) return null;
  const isChanged = recipe !== null && !isSameRequest(draft, recipe.saved);
  const isGone = chosen !== null && !environments.some(({ name }) => name === chosen);
  return (
    <>
      <div className="recipe-bar">
        {recipe !== null && (
          <span className="recipe-bar-name">
            <Icon name="checklist" size={14} className="tone-3" />
            <span className="cut" title={`recipes/${recipe.name}.yaml${recipe.description === "" ? "" : `\n${recipe.description}`}`}>
              {recipe.name}
            </span>
            {isChanged && (
              <>
                <span className="tone-2">changed</span>
                <LinkButton aria-label={`Save ${recipe.name}`} onPress={() => void runCommand("recipe.save")}>
                  Save
                </LinkButton>
              </>
            )}
          </span>
        )}
        {environments.length > 0 && (
          <Select
            label="Environment"
            quiet
            size="small"
            className="recipe-bar-environment"
            value={chosen ?? none}
            options={[
              { value: none, label: "No environment" },
              ...environments.map(({ name, problem }) => ({
                value: name,
                label: name,
                disabledReason: problem === null ? null : "cannot be read",
              })),
              ...(isGone ? [{ value: chosen, label: chosen, disabledReason: "gone" }] : []),
            ]}
            onChange={(name) => chooseEnvironment(name === none ? null : name)}
          />
        )}
      </div>
      <RecipeNews />
    </>
  );
}

/** The file changed while the form was changed: a person has to choose. */
function RecipeNews() {
  const news = useSession((session) => session.recipeNews);
  if (news === null) return null;
  const open = { label: "Open the file", onPress: () => void runCommand("editor.open", { path: news.path }) };
  return (
    <div className="recipe-news">
      {news.recipe === null ? (
        <ErrorBlock
          tone="warn"
          title={`${news.path} cannot be used as it is now`}
          why={news.problem?.message}
          effect="The form shows what it said before."
          actions={[open]}
        />
      ) : (
        <ErrorBlock
          tone="warn"
          title={`${news.path} changed outside`}
          why="The form was changed, too."
          actions={[
            { label: "Take the file", onPress: () => void settleNews("file") },
            { label: "Keep the form", onPress: () => void settleNews("form") },
            open,
          ]}
        />
      )}
    </div>
  );
}
