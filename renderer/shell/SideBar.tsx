/** The side bar: the view that is chosen, under its name. */
import type { KeyboardEvent, ReactNode } from "react";
import { LearnView } from "../features/learn/index.ts";
import { ObjectsView } from "../features/objects/index.ts";
import { RecipesView } from "../features/recipes/index.ts";
import { RecentRuns, RunsView } from "../features/runs/index.ts";
import { SandboxesView } from "../features/sandboxes/index.ts";
import { StorletsView } from "../features/storlets/index.ts";
import { runCommand } from "../commands/registry.ts";
import { keysOf } from "../commands/table.ts";
import { IconButton } from "../ui/Button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Section } from "../ui/Section.tsx";
import { views } from "./ActivityBar.tsx";
import { changeLayout, useLayoutStore } from "./stores.ts";
import { ErrorBoundary } from "../ui/ErrorBoundary.tsx";

export interface SideBarProps {
  /** CSS pixels. */
  width: number;
  /** Lies over the editor instead of beside it. */
  over: boolean;
  activePath: string | null;
  splitter: ReactNode;
}

export function SideBar({ width, over, activePath, splitter }: SideBarProps) {
  const view = useLayoutStore((state) => state.view);
  const label = views.find((candidate) => candidate.view === view)?.label ?? "";
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape" && over) changeLayout({ kind: "close-overlay" });
  };
  return (
    <aside
      id="region-side"
      className={classNames("shell-side", over && "shell-side-over")}
      aria-label={label}
      data-region="side"
      data-tour="side"
      data-help={`view:${view}`}
      onKeyDown={press}
    >
      <div className="side-bar" style={{ width }}>
        <ErrorBoundary part="This view" of={view}>
          {view === "storlets" && <StorletsSide activePath={activePath} />}
          {view === "objects" && <ObjectsView />}
          {view === "runs" && (
            <>
              <h2 className="region-head">{label}</h2>
              <RunsView />
            </>
          )}
          {view === "recipes" && <RecipesView />}
          {view === "sandboxes" && (
            <>
              <h2 className="region-head">{label}</h2>
              <SandboxesView />
            </>
          )}
          {view === "learn" && (
            <>
              <h2 className="region-head">{label}</h2>
              <LearnView />
            </>
          )}
        </ErrorBoundary>
      </div>
      {splitter}
    </aside>
  );
}

function StorletsSide({ activePath }: { activePath: string | null }) {
  const folded = useLayoutStore((state) => state.foldedSections.includes("recent-runs"));
  return (
    <>
      <div className="region-head">
        <h2 className="grow">Storlets</h2>
        <IconButton icon="add" label="New storlet" keys={keysOf("storlet.new")} onPress={() => void runCommand("storlet.new")} />
      </div>
      <div className="side-bar-main">
        <StorletsView activePath={activePath} />
      </div>
      <div className="side-bar-foot">
        <Section title="Recent runs" open={!folded} onToggle={() => changeLayout({ kind: "toggle-section", section: "recent-runs" })}>
          <RecentRuns />
        </Section>
      </div>
    </>
  );
}
