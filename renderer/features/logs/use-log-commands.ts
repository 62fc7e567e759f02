/** What the commands of the log do while its panel is shown. */
import { useCommandHandler } from "../../commands/registry.ts";
import { formatCounted } from "../../ui/format.ts";
import { saveFile } from "../../ui/save-file.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { linesAsText } from "./copy-lines.ts";
import type { ExportForm } from "./log-export.ts";
import type { LogStore } from "./log-store.ts";
import { clearLogFilter, pause, readEngineLog, useLogView, useSlowLogVersion } from "./use-logs.ts";

export interface LogHands {
  showRow(row: number): void;
  focusFilter(): void;
  openFilters(): void;
  startFind(): void;
  /** To the next or previous line that is found; null while nothing is searched for. */
  go: ((direction: 1 | -1) => void) | null;
}

/** Newest lines that go to the clipboard at once. */
const copiedLines = 20_000;

async function copyShown(store: LogStore): Promise<void> {
  const lines = store.shownBefore(Infinity, copiedLines);
  await navigator.clipboard.writeText(linesAsText(lines.map(({ line }) => line)));
  showToast({ tone: "success", title: `Copied ${formatCounted(lines.length, "line")}` });
}

/** Lets the browser save lines as a file. `all`: what the engine remembers, instead of what is shown. */
async function save(store: LogStore, run: string | null, form: ExportForm, all: boolean): Promise<void> {
  const { buildFile, enginePieces, shownPieces } = await import("./log-export.ts");
  try {
    const { blob, lines } = await buildFile(all ? enginePieces(readEngineLog) : shownPieces(store, pause), form, all);
    const url = URL.createObjectURL(blob);
    saveFile(url, `${run === null || all ? "log" : `log-${run.slice(0, 4)}`}.${form === "text" ? "txt" : "jsonl"}`);
    // The browser has the file by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    showToast({ tone: "success", title: `Saved ${formatCounted(lines, "line")}` });
  } catch {
    showToast({ tone: "error", title: "The lines could not be saved", detail: "The engine did not answer." });
  }
}

export function useLogCommands(store: LogStore, run: string | null, hands: LogHands): void {
  useSlowLogVersion(store);
  const empty = store.shownCount === 0 ? "No line is shown." : null;
  // Told by the counts: looking for the line itself may mean going through all that are held.
  const { counts, query } = store;
  const hasError = (["error", "fatal"] as const).some((level) => counts[level] > 0 && query.levels.has(level));
  const noError = hasError ? null : "No error is shown.";
  useCommandHandler("logs.filter", hands.focusFilter);
  useCommandHandler("logs.moreFilters", hands.openFilters);
  useCommandHandler("logs.clearFilter", clearLogFilter);
  useCommandHandler("logs.find", hands.startFind);
  useCommandHandler("logs.findNext", () => hands.go?.(1), hands.go === null ? "Find something first." : null);
  useCommandHandler("logs.findPrevious", () => hands.go?.(-1), hands.go === null ? "Find something first." : null);
  useCommandHandler(
    "logs.newestError",
    () => {
      const row = store.newestErrorRow();
      if (row !== null) hands.showRow(row);
    },
    noError,
  );
  useCommandHandler("logs.pause", () => store.setPaused(!store.paused));
  useCommandHandler("logs.wrap", () => useLogView.setState(({ wrap }) => ({ wrap: !wrap })));
  useCommandHandler("logs.copy", () => copyShown(store), empty);
  useCommandHandler("logs.saveText", () => save(store, run, "text", false), empty);
  useCommandHandler("logs.saveJson", () => save(store, run, "jsonl", false), empty);
  useCommandHandler("logs.saveAllText", () => save(store, run, "text", true));
  useCommandHandler("logs.saveAllJson", () => save(store, run, "jsonl", true));
  useCommandHandler(
    "logs.clear",
    () => store.clear(),
    run !== null ? "The log of a run stays." : store.lineCount === 0 ? "It is empty." : null,
  );
}
