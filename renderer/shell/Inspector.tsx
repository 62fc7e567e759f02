/** The region at the right: Invoke, and the details of the object while objects are in front. In a narrow window both are tabs of the panel. */
import type { ReactNode } from "react";
import { InvokeInspector } from "../features/invoke/index.ts";
import { ObjectDetails } from "../features/objects/index.ts";
import { keysOf } from "../commands/table.ts";
import { keyText } from "../ui/KeyHint.tsx";
import { Tabs, tabPanelProps } from "../ui/Tabs.tsx";
import type { InspectorPane } from "./layout.ts";
import { changeLayout, useLayoutStore, useShapeStore } from "./stores.ts";
import { ErrorBoundary } from "../ui/ErrorBoundary.tsx";

const panes: readonly { id: InspectorPane; label: string }[] = [
  { id: "object", label: "Object" },
  { id: "invoke", label: "Invoke" },
];

export function Inspector({ width, pane, splitter }: { width: number; pane: InspectorPane; splitter: ReactNode }) {
  const withObjects = useLayoutStore(({ front }) => front === "objects");
  const otherKeys = keysOf(pane === "object" ? "invoke.focus" : "objects.details");
  return (
    <aside
      id="region-inspector"
      className="shell-inspector"
      aria-label={pane === "object" ? "Object" : "Invoke"}
      data-region="inspector"
      data-help={`panel:${pane}`}
    >
      {splitter}
      <div className="inspector" style={{ width }}>
        {withObjects && (
          <Tabs
            label="Inspector"
            items={panes}
            selected={pane}
            onSelect={(next) => changeLayout({ kind: "show-inspector", shape: useShapeStore.getState(), pane: next })}
            end={
              otherKeys !== undefined && (
                <span className="inspector-hint">
                  {keyText(otherKeys)} {pane === "object" ? "Invoke" : "Object"}
                </span>
              )
            }
          />
        )}
        <div className="inspector-body" {...(withObjects ? tabPanelProps("Inspector", pane) : {})}>
          <ErrorBoundary part="This pane" of={pane}>
            {pane === "object" ? <ObjectDetails /> : <InvokeInspector />}
          </ErrorBoundary>
        </div>
      </div>
    </aside>
  );
}
