/** Has the engine send a recorded request again, and opens the page of what comes of it as soon as there is one. */
import type { ReplayMode } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { onEngineEvents } from "../../api/connection.ts";
import { problemOf } from "../../api/problems.ts";
import { runCommand } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { useReplay } from "./run-front.ts";

const titles: Record<ReplayMode, string> = { exact: "cannot be replayed exactly", today: "cannot be replayed" };

/** Replays a run and opens the page of what came of it. Says why where that does not work; throws nothing. */
export async function replayRun(id: string, mode: ReplayMode): Promise<void> {
  if (useReplay.getState().active !== null) return;
  const controller = new AbortController();
  const startedAt = Date.now();
  useReplay.setState({ active: { run: id, startedAt, cancel: () => controller.abort() } });
  let opened: string | null = null;
  const open = (run: string) => {
    if (opened !== null) return;
    opened = run;
    void runCommand("run.open", { run });
  };
  const stop = onEngineEvents((events) => {
    for (const event of events)
      if (event.kind === "run" && event.run.replay?.of === id && event.run.startedAt >= startedAt) open(event.run.id);
  });
  try {
    open((await api.runs.replay.mutate({ id, mode }, { signal: controller.signal })).run);
  } catch (error) {
    if (controller.signal.aborted) return;
    const problem = problemOf(error);
    showToast({ tone: "warn", title: `Run ${id.slice(0, 4)} ${titles[mode]}`, detail: problem.message });
  } finally {
    stop();
    useReplay.setState({ active: null });
  }
}
