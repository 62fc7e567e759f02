/** The region below the editor: Preview beside objects, Logs and Problems, and the inspector's parts where the window is narrow. */
import type { ReactNode } from "react";
import { allProblems, ProblemsPanel, useProblemStore } from "../features/editor/index.ts";
import { InvokeInspector } from "../features/invoke/index.ts";
import { ObjectDetails, PreviewPanel } from "../features/objects/index.ts";
import { LogsPanel } from "../features/logs/index.ts";
import { TerminalPanel } from "../features/terminal/index.ts";
import type { PanelTab } from "../commands/arguments.ts";
import { keysOf } from "../commands/table.ts";
import { IconButton } from "../ui/Button.tsx";
import { Tabs, tabPanelProps, type TabItem } from "../ui/Tabs.tsx";
import type { Front } from "./layout.ts";
import { changeLayout } from "./stores.ts";
import { ErrorBoundary } from "../ui/ErrorBoundary.tsx";

export interface PanelProps {
  /** CSS pixels; null fills the room of the editor. */
  height: number | null;
  tab: PanelTab;
  front: Front;
  /** The inspector's parts are tabs here. */
  withInspector: boolean;
  maximized: boolean;
  splitter: ReactNode;
}

export function Panel({ height, tab, front, withInspector, maximized, splitter }: PanelProps) {
  const problems = allProblems(useProblemStore()).length;
  const items: TabItem<PanelTab>[] = [
    ...(front === "objects" ? [{ id: "preview" as const, label: "Preview" }] : []),
    ...(front === "objects" && withInspector ? [{ id: "object" as const, label: "Object" }] : []),
    ...(withInspector ? [{ id: "invoke" as const, label: "Invoke", icon: "play" as const }] : []),
    { id: "logs", label: "Logs" },
    { id: "problems", label: "Problems", count: problems },
    { id: "terminal", label: "Terminal" },
  ];
  return (
    <section
      id="region-panel"
      className="panel"
      aria-label="Panel"
      data-region="panel"
      data-tour="panel"
      data-help={`panel:${tab}`}
      style={height === null ? { flex: 1 } : { height }}
    >
      {!maximized && splitter}
      <Tabs
        label="Panel"
        items={items}
        selected={tab}
        onSelect={(next) => changeLayout({ kind: "show-panel", tab: next })}
        end={
          <>
            <IconButton
              icon={maximized ? "chevron-down" : "chevron-up"}
              label={maximized ? "Restore the panel" : "Enlarge the panel"}
              tooltipSide="top"
              onPress={() => changeLayout({ kind: "toggle-panel-size" })}
            />
            <IconButton
              icon="close"
              label="Hide the panel"
              keys={keysOf("layout.togglePanel")}
              tooltipSide="top"
              onPress={() => changeLayout({ kind: "toggle-panel" })}
            />
          </>
        }
      />
      <div className="panel-body" {...tabPanelProps("Panel", tab)}>
        <ErrorBoundary part="This panel" of={tab}>
          {tab === "preview" && <PreviewPanel />}
          {tab === "object" && <ObjectDetails />}
          {tab === "invoke" && <InvokeInspector />}
          {tab === "logs" && <LogsPanel />}
          {tab === "problems" && <ProblemsPanel />}
          {tab === "terminal" && <TerminalPanel />}
        </ErrorBoundary>
      </div>
    </section>
  );
}
