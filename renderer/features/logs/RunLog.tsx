/** The log of one run in a narrow place. */
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Loading } from "../../ui/Loading.tsx";
import type { LogStore } from "./log-store.ts";
import { LogList } from "./LogList.tsx";
import type { RunLogState } from "./use-logs.ts";

export function RunLog({ log }: { log: { store: LogStore; state: RunLogState } | null }) {
  if (log === null) return <Loading label="Reading the log of the run" />;
  const empty =
    log.state === "loading" ? (
      <Loading label="Reading the log of the run" />
    ) : (
      <EmptyState
        title="This run has no lines."
        reason={log.state === "failed" ? "The engine did not answer." : "Neither the storlet nor the engine wrote any."}
      />
    );
  return <LogList store={log.store} label="Log of this run" wrap compact empty={empty} />;
}
