/** The icon of a tab. */
import { fileIcon } from "../features/storlets/index.ts";
import type { IconName } from "../ui/Icon.tsx";
import type { Tab } from "./tabs.ts";

export function iconOfTab(tab: Tab): IconName {
  if (tab.kind === "welcome") return "storlet";
  if (tab.kind === "container") return "database";
  if (tab.kind === "run") return "history";
  if (tab.kind === "compare") return "git-compare";
  if (tab.kind === "sandboxes") return "server";
  if (tab.kind === "doctor") return "pulse";
  if (tab.kind === "learn") return "mortar-board";
  return fileIcon(tab.kind === "file" ? tab.path : tab.object);
}
