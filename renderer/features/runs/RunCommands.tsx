/** Connects the commands of runs: replay, compare, copy. Draws nothing; mounted once. */
import type { ReplayMode, Run } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { copyText } from "../../ui/copy-text.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { useFrontRun, useReplay } from "./run-front.ts";
import { isOpen, storletTitle } from "./timing.ts";

/** Runs that are looked through for an earlier one. */
const searched = 1000;

/** The run that a command is about: the one it names, else the one in front, else the newest. */
async function subject(named: string | null = null): Promise<Run | null> {
  const id = named ?? useFrontRun.getState().run;
  if (id !== null) return api.runs.get.query({ id });
  return (await api.runs.list.query({ limit: 1 }))[0] ?? null;
}

/** The run before `run`: of the same storlet on the same object where there is one, else of the same storlet. */
export function previousOf(run: Run, runs: readonly Run[]): Run | null {
  const earlier = runs
    .filter((other) => other.id !== run.id && other.storlet === run.storlet && other.startedAt <= run.startedAt && !isOpen(other))
    .sort((a, b) => b.startedAt - a.startedAt);
  return earlier.find((other) => other.object === run.object && other.door === run.door) ?? earlier[0] ?? null;
}

function sayNoRun(): void {
  showToast({ tone: "info", title: "No storlet has run yet", detail: "Ctrl+Enter runs the storlet." });
}

async function compareWithPrevious(id: string | null): Promise<void> {
  const run = await subject(id);
  if (run === null) return sayNoRun();
  const { runs } = await api.runs.search.query({ storlet: run.storlet, limit: searched });
  const previous = previousOf(run, runs);
  if (previous === null) {
    showToast({
      tone: "info",
      title: `${storletTitle(run.storlet)} has no run before ${run.id.slice(0, 4)}`,
      detail: "Run it once more to compare.",
    });
    return;
  }
  await runCommand("run.compare", { a: previous.id, b: run.id });
}

async function replay(id: string | null, mode: ReplayMode): Promise<void> {
  const run = id ?? (await subject())?.id ?? null;
  if (run === null) return sayNoRun();
  const { replayRun } = await import("./replay.ts");
  await replayRun(run, mode);
}

async function copyCurl(id: string | null): Promise<void> {
  const run = await subject(id);
  if (run === null) return sayNoRun();
  const { copyRunAsCurl } = await import("./copy-curl.ts");
  await copyRunAsCurl(run);
}

export function RunCommands() {
  const busy = useReplay(({ active }) => active !== null);
  const busyReason = busy ? "A replay is under way." : null;
  useCommandHandler("run.replay", () => replay(null, "today"), busyReason);
  useCommandHandler("run.replayExactly", () => replay(null, "exact"), busyReason);
  useCommandHandler("run.replayRun", ({ run, mode }) => replay(run, mode), busyReason);
  useCommandHandler("run.copyCurl", () => copyCurl(null));
  useCommandHandler("run.copyCurlOf", ({ run }) => copyCurl(run));
  useCommandHandler("run.compareWithPrevious", () => compareWithPrevious(null));
  useCommandHandler("run.showLog", async () => {
    const run = await subject();
    if (run === null) sayNoRun();
    else await runCommand("logs.showRun", { run: run.id });
  });
  useCommandHandler("run.copyId", async () => {
    const run = await subject();
    if (run === null) sayNoRun();
    else await copyText(run.transactionId);
  });
  useCommandHandler("run.compareRun", ({ run }) => compareWithPrevious(run));
  return null;
}
