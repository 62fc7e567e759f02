/** Connects the commands that open, close and move tabs, and those of editor groups. Draws nothing. */
import { useEffect } from "react";
import type { PaletteItem } from "../commands/palette/palette-rows.ts";
import { registerPaletteSource } from "../commands/palette/palette-sources.ts";
import { registerCommand, runCommand, setCommandContext, useCommandHandler } from "../commands/registry.ts";
import type { CommandId } from "../commands/table.ts";
import { closeDocument, requestEditorFocus } from "../features/editor/index.ts";
import { goToPrefix } from "../features/objects/index.ts";
import { copyText } from "../ui/copy-text.ts";
import { showToast } from "../ui/Toasts.tsx";
import {
  activeGroupOf,
  activeTabOf,
  closeInGroup,
  evenSizes,
  focusGroup,
  groupOf,
  groupOrder,
  isOpenAnywhere,
  maxGroups,
  moveToNeighbour,
  neighbourGroup,
  shiftTab,
  splitGroup,
  tabsByRecency,
  type Editors,
  type SplitDirection,
} from "./groups.ts";
import { iconOfTab } from "./tab-icons.ts";
import { changeEditors, changeLayout, changeTabs, showTab, useEditors } from "./stores.ts";
import {
  compareTab,
  containerTab,
  doctorTab,
  fileTab,
  learnTab,
  neighbourTab,
  objectTab,
  openTab,
  runTab,
  sandboxesTab,
  tabPath,
  tabTitle,
  welcomeTab,
  type Tab,
} from "./tabs.ts";

export function TabCommands() {
  useOpenCommands();
  useCloseCommands();
  useMoveCommands();
  useGroupCommands();
  useEffect(() => registerPaletteSource("tabs", recentTabItems), []);
  return null;
}

function recentTabItems(): PaletteItem[] {
  const several = useEditors.getState().groups.length > 1;
  const order = groupOrder(useEditors.getState().root);
  return tabsByRecency(useEditors.getState()).map(({ group, tab }) => ({
    id: `tab:${tab.id}`,
    title: tabTitle(tab),
    fact: [tabPath(tab) === tabTitle(tab) ? "" : tabPath(tab), several ? `group ${order.indexOf(group) + 1}` : ""]
      .filter(Boolean)
      .join(", "),
    icon: iconOfTab(tab),
    group: "Tabs",
    run: () => {
      showTab(tab);
      focusGroupContent(useEditors.getState().activeGroup);
    },
  }));
}

/** A side bar that lies over the editor has done its work once something was chosen in it. */
function closeOverlay(): void {
  changeLayout({ kind: "close-overlay" });
}

function show(tab: Tab): void {
  showTab(tab);
  closeOverlay();
}

function useOpenCommands(): void {
  useCommandHandler("editor.open", ({ path }) => {
    show(fileTab(path));
    requestEditorFocus();
  });
  useCommandHandler("object.open", ({ container, object }) => show(objectTab(container, object)));
  useCommandHandler("object.openContainer", ({ container, prefix }) => {
    goToPrefix(container, prefix);
    show(containerTab(container));
  });
  useCommandHandler("run.open", ({ run }) => show(runTab(run)));
  useCommandHandler("run.compare", ({ a, b }) => show(compareTab(a, b)));
  useCommandHandler("sandboxes.show", () => show(sandboxesTab));
  useCommandHandler("doctor.show", () => show(doctorTab));
  useCommandHandler("learn.samples", () => show(learnTab));
  useCommandHandler("welcome.show", () => showTab(welcomeTab));
  useCommandHandler("file.copyPath", async () => {
    const tab = activeTabOf(useEditors.getState());
    if (tab !== undefined) await copyText(tabPath(tab));
  });
}

/** Closes a tab; the file behind it too, where no other group shows it. */
function close(id: string, group = useEditors.getState().activeGroup): void {
  const tab = groupOf(useEditors.getState(), group)?.tabs.find((candidate) => candidate.id === id);
  if (tab === undefined) return;
  changeEditors((editors) => closeInGroup(editors, group, id));
  if (tab.kind !== "file" || isOpenAnywhere(useEditors.getState(), id) || !closeDocument(tab.path).keptUnsaved) return;
  showToast({
    tone: "info",
    title: `${tabTitle(tab)} closed with unsaved text`,
    detail: "The text is kept on this computer.",
    action: { label: "Open again", onPress: () => void runCommand("editor.open", { path: tab.path }) },
  });
}

function useCloseCommands(): void {
  const front = () => activeGroupOf(useEditors.getState());
  useCommandHandler("editor.closeTab", ({ id, group }) => {
    const fromTabs = document.activeElement?.role === "tab";
    close(id, group);
    if (fromTabs) setTimeout(() => selectedTabOf(useEditors.getState().activeGroup)?.focus(), 0);
  });
  useCommandHandler("editor.close", () => {
    const { id, activeId } = front();
    const elsewhere = isFocusElsewhere();
    if (activeId !== null) close(activeId, id);
    if (!elsewhere) focusGroupContent(useEditors.getState().activeGroup);
  });
  const closeAllBut = (kept: string | null) => {
    const { id, tabs } = front();
    for (const tab of tabs) if (tab.id !== kept) close(tab.id, id);
  };
  useCommandHandler("editor.closeOthers", () => closeAllBut(front().activeId));
  useCommandHandler("editor.closeAll", () => closeAllBut(null));
}

/** Whether the focus is in a region beside the editor's, where it stays. */
const isFocusElsewhere = (): boolean => document.activeElement?.closest("[data-region]:not([data-region=editor])") != null;

const selectedTabOf = (group: number): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-group="${group}"] [role="tab"][aria-selected="true"]`);

/** Changes the editors, and keeps the focus where the work goes on. */
function changeAndFollow(change: (editors: Editors) => Editors): void {
  const before = useEditors.getState();
  changeEditors(change);
  const after = useEditors.getState();
  if (after !== before && !isFocusElsewhere()) focusGroupContent(after.activeGroup);
}

/** Puts the focus into a group: the code, else the first thing of the page that takes it, else the tab. */
function focusGroupContent(id: number): void {
  // A code editor that is given another file takes the focus again, and its group with it: this comes after that.
  setTimeout(() => {
    changeEditors((editors) => focusGroup(editors, id));
    if (activeTabOf(useEditors.getState())?.kind === "file") return requestEditorFocus();
    const group = document.querySelector(`[data-group="${id}"]`);
    if (group?.contains(document.activeElement)) return;
    (selectedTabOf(id) ?? group?.querySelector<HTMLElement>("button"))?.focus();
  }, 0);
}

function useMoveCommands(): void {
  const move = (step: number) => {
    const group = activeGroupOf(useEditors.getState());
    const tab = neighbourTab(group, step);
    if (tab !== undefined) changeTabs(group.id, (state) => openTab(state, tab));
  };
  useCommandHandler("editor.nextTab", () => move(1));
  useCommandHandler("editor.previousTab", () => move(-1));
  useCommandHandler("editor.moveTabRight", () => changeEditors((editors) => shiftTab(editors, editors.activeGroup, 1)));
  useCommandHandler("editor.moveTabLeft", () => changeEditors((editors) => shiftTab(editors, editors.activeGroup, -1)));
  const alone = useEditors((editors) => editors.groups.length === 1 && activeGroupOf(editors).tabs.length < 2);
  const reason = alone ? "It is the only tab." : null;
  useCommandHandler("editor.moveToNextGroup", () => changeAndFollow((editors) => moveToNeighbour(editors, 1)), reason);
  useCommandHandler("editor.moveToPreviousGroup", () => changeAndFollow((editors) => moveToNeighbour(editors, -1)), reason);
}

const focusIds = Array.from({ length: maxGroups }, (_, index) => `group.focus${index + 1}` as CommandId & `group.focus${1}`);

function useGroupCommands(): void {
  const count = useEditors((editors) => editors.groups.length);
  const reason = count >= maxGroups ? `There are ${maxGroups} groups, the most there can be.` : null;
  const split = (direction: SplitDirection) => () =>
    changeAndFollow((editors) => splitGroup(editors, editors.activeGroup, direction, activeTabOf(editors)));
  useCommandHandler("editor.splitRight", split("row"), reason);
  useCommandHandler("editor.splitDown", split("column"), reason);
  const enter = (id: number | undefined) => {
    if (id === undefined) return;
    changeEditors((editors) => focusGroup(editors, id));
    focusGroupContent(id);
  };
  useCommandHandler("group.next", () => enter(neighbourGroup(useEditors.getState(), 1)));
  useCommandHandler("group.previous", () => enter(neighbourGroup(useEditors.getState(), -1)));
  useCommandHandler("group.evenSizes", () => changeEditors((editors) => ({ ...editors, root: evenSizes(editors.root) })));
  useEffect(() => {
    setCommandContext({ "several-groups": count > 1 });
    const stops = focusIds
      .slice(0, count)
      .map((id, index) => registerCommand(id, () => enter(groupOrder(useEditors.getState().root)[index])));
    return () => {
      for (const stop of stops) stop();
    };
  }, [count]);
}
