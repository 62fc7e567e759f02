/** The region below the editor: Logs and Problems, and Invoke where the window is narrow. */
import type { ReactNode } from "react";
import { allProblems, ProblemsPanel, useProblemStore } from "../features/editor/index.ts";
import { InvokeInspector } from "../features/invoke/index.ts";
import { LogsPanel } from "../features/logs/index.ts";
import type { PanelTab } from "../commands/arguments.ts";
import { keysOf } from "../commands/table.ts";
import { IconButton } from "../ui/Button.tsx";
import { Tabs, tabPanelProps, type TabItem } from "../ui/Tabs.tsx";
import { changeLayout } from "./stores.ts";

export interface PanelProps {
  /** CSS pixels; null fills the room of the editor. */
  height: number | null;
  tab: PanelTab;
  withInvoke: boolean;
  maximized: boolean;
  splitter: ReactNode;
}

export function Panel({ height, tab, withInvoke, maximized, splitter }: PanelProps) {
  const problems = allProblems(useProblemStore()).length;
  const items: TabItem<PanelTab>[] = [
    ...(withInvoke ? [{ id: "invoke" as const, label: "Invoke", icon: "play" as const }] : []),
    { id: "logs", label: "Logs" },
    { id: "problems", label: "Problems", count: problems },
  ];
  return (
    <section id="region-panel" className="panel" aria-label="Panel" data-region="panel" style={height === null ? { flex: 1 } : { height }}>
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
        {tab === "invoke" && <InvokeInspector />}
        {tab === "logs" && <LogsPanel />}
        {tab === "problems" && <ProblemsPanel />}
      </div>
    </section>
  );
}
