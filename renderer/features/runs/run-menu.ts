/** The menu of a run's row. Everything in it is also a command for the run that is in front. */
import type { Run } from "../../../engine/contract/index.ts";
import type { ReplayChoice } from "../../../engine/contract/replays.ts";
import { runCommand } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { menuGroups } from "../../commands/menu-entries.ts";
import type { MenuOffer } from "../../ui/context-menu.ts";
import type { MenuEntry } from "../../ui/Menu.tsx";
import { copyText } from "../../ui/copy-text.ts";
import { markRun } from "./run-data.ts";
import { runTitle } from "./timing.ts";

/** The two ways to replay a run. `reasons` say why one cannot be taken, where that is known. */
export function replayEntries(run: string, reasons: Partial<ReplayChoice> = {}): MenuEntry[] {
  return [
    {
      id: "replay-exact",
      label: "Replay exactly",
      keys: keysOf("run.replayExactly"),
      disabledReason: reasons.exact,
      onAction: () => void runCommand("run.replayRun", { run, mode: "exact" }),
    },
    {
      id: "replay-today",
      label: "Replay against today's code",
      keys: keysOf("run.replay"),
      disabledReason: reasons.today,
      onAction: () => void runCommand("run.replayRun", { run, mode: "today" }),
    },
  ];
}

export function runMenu(run: Run): MenuOffer {
  const pinned = run.mark?.pinned === true;
  return {
    label: `Run of ${runTitle(run)}`,
    groups: () =>
      menuGroups(
        [
          { id: "open", label: "Open its page", onAction: () => void runCommand("run.open", { run: run.id }) },
          { id: "log", label: "Show its log", onAction: () => void runCommand("logs.showRun", { run: run.id }) },
        ],
        [
          ...replayEntries(run.id),
          {
            id: "compare",
            label: "Compare with the run before",
            keys: keysOf("run.compareWithPrevious"),
            onAction: () => void runCommand("run.compareRun", { run: run.id }),
          },
        ],
        [
          {
            id: "pin",
            label: pinned ? "Unpin" : "Pin",
            keys: keysOf("run.pin"),
            onAction: () => void markRun(run.id, { pinned: !pinned }),
          },
          { id: "copy-curl", label: "Copy as curl", onAction: () => void runCommand("run.copyCurlOf", { run: run.id }) },
          { id: "copy-id", label: "Copy its transaction id", onAction: () => void copyText(run.transactionId) },
        ],
      ),
  };
}
