/** The views of the log, loaded when one is first shown: lines are gathered before that. */
import { lazy, Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import type { LogStore } from "./log-store.ts";
import type { RunLogState } from "./use-logs.ts";

const Panel = lazy(async () => ({ default: (await import("./LogsPanel.tsx")).LogsPanel }));
const Run = lazy(async () => ({ default: (await import("./RunLog.tsx")).RunLog }));

export function LogsPanel() {
  return (
    <Suspense fallback={<Loading label="Opening the log" />}>
      <Panel />
    </Suspense>
  );
}

export function RunLog({ log }: { log: { store: LogStore; state: RunLogState } | null }) {
  return (
    <Suspense fallback={<Loading label="Opening the log" />}>
      <Run log={log} />
    </Suspense>
  );
}
