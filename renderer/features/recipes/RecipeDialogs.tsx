/** Save as, create an environment, paste a curl command: one question each, with what is wrong said at the field. */
import { useMemo, useState } from "react";
import { recipeOfRequest } from "../../../engine/contract/recipe-request.ts";
import { api } from "../../api/client.ts";
import { problemOf, problemText } from "../../api/problems.ts";
import { queryClient, queryKeys, useEngineStatus, useStorlets } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { Icon } from "../../ui/Icon.tsx";
import { QuestionDialog, type QuestionDialogProps } from "../../ui/QuestionDialog.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import { bindRecipe, changeDraft, chooseStorlet, draftOfRecipe, saveRecipe, useSession } from "../invoke/index.ts";
import { closeDialog, type RecipeDialog } from "./recipe-store.ts";
import { parseCurl } from "./parse-curl.ts";
import "./recipes.css";

export function RecipeDialogView({ dialog }: { dialog: RecipeDialog }) {
  if (dialog === "save") return <SaveRecipe />;
  return dialog === "environment" ? <CreateEnvironment /> : <ImportCurl />;
}

const explain = (error: unknown): string => problemText(problemOf(error));

function Question({ onSubmit, ...rest }: Omit<QuestionDialogProps, "onClose" | "onSubmit"> & { onSubmit: () => Promise<void> }) {
  return <QuestionDialog {...rest} onClose={closeDialog} onSubmit={() => onSubmit().then(() => null, explain)} />;
}

function SaveRecipe() {
  const storlet = useSession((session) => session.storlet);
  const { door, object, destination } = useSession((session) => session.draft);
  const target =
    (door === "PUT" ? destination : object)
      .split("/")
      .at(-1)
      ?.replace(/\.[^.]*$/, "") ?? "";
  const [name, setName] = useState(() =>
    [storlet, target]
      .filter(Boolean)
      .join(" ")
      .replaceAll(/[^\p{L}\p{N} ._-]+/gu, "-"),
  );
  return (
    <Question
      title="Save as a recipe"
      verb="Save"
      disabledReason={name.trim() === "" ? "Give it a name." : null}
      onSubmit={async () => {
        await saveRecipe(name.trim());
        showToast({ tone: "success", title: `recipes/${name.trim()}.yaml is saved`, action: openAction(`recipes/${name.trim()}.yaml`) });
      }}
    >
      {(problem) => (
        <>
          <TextInput label="Name" value={name} error={problem} onChange={setName} autoFocus />
          <p className="tone-2">
            It becomes <span className="mono">recipes/{name.trim()}.yaml</span> in the workspace: the request, and what is expected of it.
            Secrets are not written: use a variable like <span className="mono">{"${token}"}</span> for them.
          </p>
        </>
      )}
    </Question>
  );
}

const openAction = (path: string) => ({ label: "Open the file", onPress: () => void runCommand("editor.open", { path }) });

const environmentText = `# Values for the variables of recipes: \${site} in a recipe takes the value of site.
variables:
  site: lab
# Never written into a recipe. Keep this file out of a repository if it holds any.
secrets: {}
`;

function CreateEnvironment() {
  const [name, setName] = useState("local");
  return (
    <Question
      title="Create an environment"
      verb="Create"
      disabledReason={name.trim() === "" ? "Give it a name." : null}
      onSubmit={async () => {
        const path = `environments/${name.trim()}.yaml`;
        if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u.test(name.trim()))
          throw new Error("A name has letters, digits, spaces, dots, dashes and underscores.");
        const existing = await api.recipes.environments.query();
        if (existing.some((environment) => environment.path === path)) throw new Error(`There is an environment ${name.trim()} already.`);
        await api.workspace.save.mutate({ path, text: environmentText, baseVersion: null });
        await queryClient.invalidateQueries({ queryKey: queryKeys.environments });
        await runCommand("editor.open", { path });
      }}
    >
      {(problem) => (
        <>
          <TextInput label="Name" value={name} error={problem} onChange={setName} autoFocus />
          <p className="tone-2">
            A recipe names variables like <span className="mono">{"${site}"}</span>; an environment says what they are. Choose it in Invoke.
          </p>
        </>
      )}
    </Question>
  );
}

function ImportCurl() {
  const [text, setText] = useState("");
  const { data: storlets = [] } = useStorlets();
  const { data: status } = useEngineStatus();
  const read = useMemo(() => {
    if (text.trim() === "") return null;
    const parsed = parseCurl(text);
    if ("problem" in parsed) return parsed;
    const { recipe, notes } = recipeOfRequest(parsed.request);
    const all = [...parsed.notes, ...notes];
    if (status !== undefined && parsed.account !== status.account)
      all.push(`The address names ${parsed.account}; the request goes to ${status.account}.`);
    const storlet = storlets.find(({ objectName, name }) => objectName === recipe.storlet || name === recipe.storlet);
    if (recipe.storlet === "") all.push("It runs no storlet: X-Run-Storlet is missing. The one chosen in Invoke stays.");
    else if (storlet === undefined) all.push(`The workspace has no storlet ${recipe.storlet}. The one chosen in Invoke stays.`);
    return { recipe, storlet, notes: all };
  }, [text, storlets, status]);
  const problem = read !== null && "problem" in read ? read.problem : null;
  return (
    <Question
      title="Paste a curl command"
      verb="Fill in the request"
      wide
      disabledReason={read === null ? "Paste a command first." : problem}
      onSubmit={async () => {
        if (read === null || "problem" in read) return;
        if (read.storlet !== undefined) await chooseStorlet(read.storlet.name);
        changeDraft(draftOfRecipe(read.recipe));
        bindRecipe(null);
        await runCommand("panel.show", { tab: "invoke" });
      }}
    >
      {(failed) => (
        <>
          <label className="field-label" htmlFor="curl-text">
            Command line
          </label>
          <textarea
            id="curl-text"
            className="text-area recipe-curl mono"
            rows={8}
            spellCheck={false}
            autoFocus
            placeholder={"curl -H 'X-Run-Storlet: line_filter.py' \\\n  http://127.0.0.1:8080/v1/AUTH_test/samples/access.log"}
            value={text}
            aria-describedby="curl-read"
            onChange={(event) => setText(event.target.value)}
          />
          <div id="curl-read" role="status" className="recipe-read">
            {problem !== null && <p className="tone-error">{problem}</p>}
            {failed !== null && <p className="tone-error">{failed}</p>}
            {read !== null && !("problem" in read) && (
              <>
                <p>
                  <span className="mono">
                    {read.recipe.door} {read.recipe.door === "PUT" ? read.recipe.destination : read.recipe.object}
                  </span>
                  {read.storlet !== undefined && ` with ${read.storlet.name}`}
                </p>
                {read.notes.map((note) => (
                  <p key={note} className="recipe-note">
                    <Icon name="info" tone="info" size={14} />
                    <span>{note}</span>
                  </p>
                ))}
              </>
            )}
          </div>
        </>
      )}
    </Question>
  );
}
