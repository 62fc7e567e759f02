/** The region at the right: Invoke. Where the window is narrow, Invoke is a tab of the panel instead. */
import type { ReactNode } from "react";
import { InvokeInspector } from "../features/invoke/index.ts";

export function Inspector({ width, splitter }: { width: number; splitter: ReactNode }) {
  return (
    <aside id="region-inspector" className="shell-inspector" aria-label="Invoke" data-region="inspector">
      {splitter}
      <div className="inspector" style={{ width }}>
        <InvokeInspector />
      </div>
    </aside>
  );
}
