/** The demo point from the screen: taking one, going back to it, and going forth again. */
import type { DemoResult, DemoState } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { formatClock, formatCounted, formatDuration } from "../../ui/format.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { reloadDocuments, replaceText } from "../editor/index.ts";

/** How long Undo is offered where the reset is told, in milliseconds; the command stays. */
const offerMs = 20_000;

/** What was typed and not saved at the last reset, by path: a file on disk cannot bring it back. */
let unsaved: ReadonlyMap<string, string> = new Map();

const show = (state: DemoState): void => void queryClient.setQueryData(queryKeys.demo, state);

/** Saves nothing and asks nothing: this moment is the one to go back to. `quietly`: where the point is shown anyway. */
export async function setDemoPoint(quietly = false): Promise<void> {
  const state = await api.demo.set.mutate();
  show(state);
  if (state.point === null || quietly) return;
  const { objects, files, takenAtMs } = state.point;
  showToast({
    tone: "success",
    title: `Demo point set at ${formatClock(takenAtMs)}`,
    detail: `${formatCounted(objects, "object")} and ${formatCounted(files, "file")}. Reset demo brings them back.`,
  });
}

async function takeOver({ state }: DemoResult): Promise<ReadonlyMap<string, string>> {
  show(state);
  const typed = await reloadDocuments();
  void runCommand("editor.showException", null);
  void queryClient.invalidateQueries();
  return typed;
}

/** Objects and files as they were at the demo point. Runs stay. What was typed goes, too, and comes back with undo. */
export async function resetDemo(): Promise<void> {
  const result = await api.demo.reset.mutate();
  unsaved = await takeOver(result);
  const { point } = result.state;
  showToast({
    tone: "success",
    title: "Demo reset",
    detail: `Everything is as it was at ${point === null ? "the demo point" : formatClock(point.takenAtMs)}, in ${formatDuration(result.tookMs)}. Runs are kept.`,
    until: Date.now() + offerMs,
    action: {
      label: "Undo",
      onPress: () =>
        void undoReset().catch((error: unknown) =>
          showToast({ tone: "error", title: problemOf(error).message, detail: problemOf(error).hint }),
        ),
    },
  });
}

/** Objects, files and what was typed as they were before the last reset. */
export async function undoReset(): Promise<void> {
  await takeOver(await api.demo.undo.mutate());
  for (const [path, text] of unsaved) replaceText(path, text);
  unsaved = new Map();
  showToast({ tone: "info", title: "The reset is undone" });
}
