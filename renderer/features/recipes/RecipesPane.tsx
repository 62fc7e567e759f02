/** The side bar's view of recipes: what there is, how each went the last time, and what was expected then. */
import { useEffect, useRef, useState } from "react";
import type { EnvironmentFile, RecipeFile } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { useEngineAwayReason, useEnvironments, useRecipes } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { Button, IconButton, LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatClock, formatCounted, formatDuration } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Section } from "../../ui/Section.tsx";
import { Tree, type TreeRow } from "../../ui/Tree.tsx";
import { CheckList, useRecipeResults, useSession, verdictMarks, type RecipeResult } from "../invoke/index.ts";
import { useRecipeRuns, type RunSummary } from "./recipe-store.ts";
import "./recipes.css";

export function RecipesPane() {
  const { data: files, error, refetch, isFetching } = useRecipes();
  const away = useEngineAwayReason();
  const running = useRecipeRuns((state) => state.running);
  return (
    <>
      <div className="recipes-head">
        <h2 className="region-head grow">Recipes</h2>
        <IconButton
          icon="add"
          label="Save the request in Invoke as a recipe"
          disabledReason={away}
          onPress={() => void runCommand("recipe.saveAs")}
        />
        <IconButton
          icon="terminal"
          label="Paste a curl command"
          disabledReason={away}
          onPress={() => void runCommand("recipe.importCurl")}
        />
      </div>
      {files === undefined ? (
        error !== null && !isFetching ? (
          <div className="side-notice">
            <ProblemBlock problem={problemOf(error)} actions={[{ label: "Try again", onPress: () => void refetch() }]} />
          </div>
        ) : (
          <Loading label="Reading the recipes" rows={5} />
        )
      ) : files.length === 0 ? (
        <EmptyState
          title="Requests that are kept as files, with what is expected of them, appear here."
          reason="The workspace has no recipe yet. Fill in a request in Invoke, then save it."
          action={{ label: "Save the request as a recipe", onPress: () => void runCommand("recipe.saveAs"), disabledReason: away }}
        />
      ) : (
        <>
          <div className="recipes-actions">
            <Button
              size="small"
              icon="run-all"
              disabledReason={away}
              busy={
                running === null
                  ? null
                  : {
                      label: `${running.done + 1} of ${running.total}`,
                      startedAt: running.startedAt,
                      onCancel: () => void runCommand("recipe.stop"),
                    }
              }
              onPress={() => void runCommand("recipe.runAll")}
            >
              Run all
            </Button>
            <Summary />
          </div>
          <RecipeTree files={files} away={away} />
        </>
      )}
      <Environments />
    </>
  );
}

function summaryText({ total, passed, failed, stopped }: RunSummary): string {
  if (stopped) return `Stopped. ${passed} passed, ${failed.length} failed of ${total}.`;
  return failed.length === 0 ? `All ${total} passed.` : `${passed} passed, ${failed.length} failed.`;
}

function Summary() {
  const summary = useRecipeRuns((state) => state.summary);
  return (
    <p role="status" className={summary !== null && summary.failed.length > 0 ? "recipes-summary tone-error" : "recipes-summary tone-2"}>
      {summary !== null && summary.total > 1 && summaryText(summary)}
    </p>
  );
}

function RecipeTree({ files, away }: { files: readonly RecipeFile[]; away: string | null }) {
  const results = useRecipeResults((state) => state.results);
  const running = useRecipeRuns((state) => state.running);
  const bound = useSession((session) => session.recipe?.name ?? null);
  const [shown, setShown] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Who came by key waits in the region while this view is fetched.
    if (document.activeElement?.matches('[data-region="side"]')) list.current?.querySelector<HTMLElement>('[role="tree"]')?.focus();
  }, []);
  const open = (name: string) => {
    setShown(name);
    void runCommand("recipe.open", { recipe: name });
  };
  const selected = files.find(({ name }) => name === (shown ?? bound)) ?? null;
  return (
    <>
      <div ref={list} className="recipes-list">
        <Tree
          label="Recipes"
          rows={files.map((file) => rowOf(file, results.get(file.name), running?.name === file.name, away, setShown))}
          selectedId={selected?.name ?? null}
          onOpen={open}
          onDelete={(name) => void runCommand("recipe.delete", { recipe: name })}
        />
      </div>
      {selected !== null && <Detail file={selected} result={results.get(selected.name)} away={away} />}
    </>
  );
}

function rowOf(
  { name, path, recipe, problem }: RecipeFile,
  result: RecipeResult | undefined,
  isRunning: boolean,
  away: string | null,
  show: (name: string) => void,
): TreeRow {
  const mark = result === undefined ? null : verdictMarks[result.verdict];
  const state = isRunning ? "runs now" : recipe === null ? "cannot be used" : (mark?.word ?? "not run yet");
  const run = () => {
    show(name);
    void runCommand("recipe.run", { recipe: name });
  };
  return {
    id: name,
    level: 1,
    label: name,
    icon: isRunning ? "loading" : recipe === null ? "warning" : (mark?.icon ?? "circle-large"),
    iconTone: isRunning ? "info" : recipe === null ? "warn" : mark?.tone,
    fact: recipe?.door,
    factText: [recipe?.door, state].filter(Boolean).join(", "),
    tooltip: problem?.message ?? ([recipe?.description, recipe?.storlet].filter(Boolean).join("\n") || undefined),
    actions: [
      { icon: "play", label: "Run", disabledReason: away ?? (recipe === null ? "The file cannot be used yet." : null), onPress: run },
      { icon: "go-to-file", label: "Open the file", onPress: () => void runCommand("editor.open", { path }) },
    ],
  };
}

/** What the chosen recipe is, and how it went the last time. */
function Detail({ file, result, away }: { file: RecipeFile; result: RecipeResult | undefined; away: string | null }) {
  const { recipe, name } = file;
  return (
    <section className="recipe-detail" aria-label={`Recipe ${name}`} tabIndex={0}>
      <div className="recipe-detail-head">
        <h3 className="grow cut" title={name}>
          {name}
        </h3>
        <Button
          size="small"
          icon="play"
          disabledReason={away ?? (recipe === null ? "The file cannot be used yet." : null)}
          onPress={() => void runCommand("recipe.run", { recipe: name })}
        >
          {result === undefined ? "Run" : "Run again"}
        </Button>
      </div>
      {recipe !== null && (
        <p className="tone-2">{recipe.description === "" ? `${recipe.door} with ${recipe.storlet}.` : recipe.description}</p>
      )}
      {recipe === null ? (
        <p className="tone-error">{file.problem?.message}</p>
      ) : result === undefined ? (
        <p className="tone-2">Not run yet.</p>
      ) : (
        <LastResult result={result} />
      )}
    </section>
  );
}

function LastResult({ result }: { result: RecipeResult }) {
  const { status, durationMs, at, run, problem, checks } = result;
  const mark = verdictMarks[result.verdict];
  return (
    <>
      <p className="recipe-detail-facts">
        {status === null ? "Not run" : `${status}, ${formatDuration(durationMs)}`}, {formatClock(at)}
        {run !== null && <LinkButton onPress={() => void runCommand("run.open", { run })}>Open the run</LinkButton>}
      </p>
      {problem !== null && (
        <p className="recipe-detail-problem">
          <Icon name={mark.icon} tone={mark.tone} size={14} />
          <span>{problem}</span>
        </p>
      )}
      {checks.length > 0 && <CheckList checks={checks} label="Expectations of the last run" />}
    </>
  );
}

function environmentRow({ name, path, variables, secrets, problem }: EnvironmentFile): TreeRow {
  const count = Object.keys(variables).length + Object.keys(secrets).length;
  return {
    id: path,
    level: 1,
    label: name,
    icon: problem === null ? "symbol-property" : "warning",
    iconTone: problem === null ? undefined : "warn",
    fact: problem === null ? count : undefined,
    factText: problem === null ? formatCounted(count, "variable") : "cannot be read",
    tooltip: problem?.message ?? path,
  };
}

function Environments() {
  const { data: environments = [] } = useEnvironments();
  const [open, setOpen] = useState(true);
  const away = useEngineAwayReason();
  return (
    <div className="side-bar-foot">
      <Section
        title="Environments"
        open={open}
        onToggle={() => setOpen(!open)}
        end={
          <IconButton
            icon="add"
            label="Create an environment"
            disabledReason={away}
            onPress={() => void runCommand("environment.create")}
          />
        }
      >
        {environments.length === 0 ? (
          <p className="side-hint">Values for the variables of recipes, like ${"{site}"}, are kept in environments. There is none yet.</p>
        ) : (
          <Tree
            label="Environments"
            rows={environments.map(environmentRow)}
            selectedId={null}
            scrolls={false}
            onOpen={(path) => void runCommand("editor.open", { path })}
          />
        )}
      </Section>
    </div>
  );
}
