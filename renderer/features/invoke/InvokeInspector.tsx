/** Invoke: which storlet on which object, Run, and what came of it. */
import { useEffect } from "react";
import { useConnection, useEngineAwayReason, useEngineStatus, useStorlets } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { IconButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { MenuButton } from "../../ui/Menu.tsx";
import { Ribbon } from "../../ui/Ribbon.tsx";
import { RunStateIcon, runStateWord } from "../../ui/run-state.tsx";
import { Select } from "../../ui/Select.tsx";
import { formatBytes } from "../../ui/format.ts";
import { useElapsed } from "../../ui/use-elapsed.ts";
import { InvokeForm } from "./InvokeForm.tsx";
import { RecipeBar } from "./RecipeBar.tsx";
import { ResultView } from "./ResultView.tsx";
import { chooseStorlet, ensureStorlet, useSession, type Activity } from "./session.ts";
import "./invoke.css";

export function InvokeInspector() {
  const { data: storlets } = useStorlets();
  const { data: status } = useEngineStatus();
  const storlet = useSession((session) => session.storlet);
  useEffect(() => {
    if (storlets !== undefined && status !== undefined) void ensureStorlet();
  }, [storlets, status]);

  return (
    <div className="invoke" data-tour="invoke">
      <header className="invoke-head">
        <h2>Invoke</h2>
        <Select
          label="Storlet"
          className="invoke-storlet"
          quiet
          value={storlet}
          placeholder="No storlet"
          options={(storlets ?? []).map(({ name, state }) => ({ value: name, label: name, fact: state }))}
          onChange={(name) => void chooseStorlet(name)}
        />
        <RequestMenus />
      </header>
      <RecipeBar />
      <InvokeForm />
      <Outcome />
    </div>
  );
}

/** What can be done with the request besides sending it. */
function RequestMenus() {
  const bound = useSession((session) => session.recipe);
  const away = useEngineAwayReason();
  return (
    <>
      <IconButton
        icon="save"
        label={bound === null ? "Save as a recipe" : `Save the recipe ${bound.name}`}
        keys={keysOf("recipe.save")}
        disabledReason={away}
        onPress={() => void runCommand("recipe.save")}
      />
      <MenuButton
        label="Copy the request"
        groups={[
          {
            id: "Copy",
            entries: [
              { id: "curl", label: "Copy as curl", disabledReason: away, onAction: () => void runCommand("invoke.copyCurl") },
              { id: "swift", label: "Copy as a swift command", disabledReason: away, onAction: () => void runCommand("invoke.copySwift") },
              { id: "python", label: "Copy as Python", disabledReason: away, onAction: () => void runCommand("invoke.copyPython") },
            ],
          },
        ]}
      >
        <Icon name="copy" />
      </MenuButton>
      <MenuButton
        label="More for this request"
        groups={[
          {
            id: "More",
            entries: [
              {
                id: "import",
                label: "Paste a curl command",
                keys: keysOf("recipe.importCurl"),
                disabledReason: away,
                onAction: () => void runCommand("recipe.importCurl"),
              },
              {
                id: "environment",
                label: "Create an environment",
                disabledReason: away,
                onAction: () => void runCommand("environment.create"),
              },
              ...(bound === null
                ? []
                : [
                    { id: "saveAs", label: "Save as a new recipe", disabledReason: away, onAction: () => void runCommand("recipe.saveAs") },
                    { id: "file", label: "Open the recipe's file", onAction: () => void runCommand("recipe.openFile") },
                    { id: "leave", label: "Part from the recipe", onAction: () => void runCommand("recipe.leave") },
                  ]),
            ],
          },
        ]}
      >
        <Icon name="ellipsis" />
      </MenuButton>
    </>
  );
}

function Outcome() {
  const activity = useSession((session) => session.activity);
  const result = useSession((session) => session.result);
  if (activity.phase === "sending") return <Underway activity={activity} />;
  if (result !== null) return <ResultView result={result} />;
  return <NothingYet />;
}

/** The run while it goes on: its state, the seconds, the deadline and what has arrived. */
function Underway({ activity }: { activity: Extract<Activity, { phase: "sending" }> }) {
  const { data: status } = useEngineStatus();
  const elapsedMs = useElapsed(activity.startedAt, 200);
  const state = activity.run?.state ?? "queued";
  const deadline = status === undefined ? "" : ` of ${Math.round(status.storletTimeoutMs / 1000)} s`;
  return (
    <div className="result">
      <div className="result-top" role="status">
        <div className="result-verdict">
          <RunStateIcon state={state} />
          <h3 className="result-headline">{activity.run === null ? "Sent" : runStateWord(state)}</h3>
          <span className="result-measures">
            {elapsedMs >= 1000 && (
              <span>
                {Math.floor(elapsedMs / 1000)} s{activity.head === null ? deadline : ""}
              </span>
            )}
            {activity.sizeBytes > 0 && <span className="result-sizes">{formatBytes(activity.sizeBytes)} out</span>}
          </span>
        </div>
        {activity.run !== null && activity.run.phases.length > 0 && <Ribbon phases={activity.run.phases} state={activity.run.state} />}
      </div>
    </div>
  );
}

function NothingYet() {
  const { data: storlets, isPending } = useStorlets();
  const connection = useConnection();
  if (connection.state !== "connected" && connection.state !== "connecting") {
    return <EmptyState title="The result of a run appears here." reason="The engine is not running, so nothing can run now." />;
  }
  if (isPending) return <Loading label="Reading the workspace" />;
  if (storlets?.length === 0) return <EmptyState title="The result of a run appears here." reason="The workspace has no storlet yet." />;
  return <EmptyState title="The result of a run appears here." reason="Nothing has run yet. Run sends the request above." />;
}
