/** The views of the log, loaded when one is first shown: lines are gathered before that. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import type { LogStore } from "./log-store.ts";
import type { RunLogState } from "./use-logs.ts";
import { lazyPart } from "../../ui/lazy.ts";

const Panel = lazyPart(async () => (await import("./LogsPanel.tsx")).LogsPanel);
const Run = lazyPart(async () => (await import("./RunLog.tsx")).RunLog);

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
