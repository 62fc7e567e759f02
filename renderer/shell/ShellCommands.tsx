/** Connects the commands that move regions, tabs and themes. Draws nothing. */
import { useEffect } from "react";
import { useConnectionStore } from "../api/connection.ts";
import type { ThemeChoice, ViewName } from "../commands/arguments.ts";
import { onCommandRun, registerCommand, runCommand, setCommandContext, useCommandHandler } from "../commands/registry.ts";
import { closeDocument, requestEditorFocus, storletOfPath } from "../features/editor/index.ts";
import { useTourOn } from "../features/learn/index.ts";
import { goToPrefix, showInFront } from "../features/objects/index.ts";
import { chooseTheme } from "../theme/theme.ts";
import { showToast } from "../ui/Toasts.tsx";
import { followDesktopMenu } from "./desktop.ts";
import { panelTabOf } from "./layout.ts";
import { focusRegion, walkRegions } from "./regions.ts";
import { changeLayout, changeTabs, frontOf, useLayoutStore, useShapeStore, useTabStore } from "./stores.ts";
import {
  closeTab,
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
  type Tab,
  tabTitle,
  welcomeTab,
} from "./tabs.ts";

export function ShellCommands() {
  useContexts();
  useTabCommands();
  useLayoutCommands();
  useThemeCommands();
  useEffect(followDesktopMenu, []);
  // Who runs something wants to see what comes of it.
  useEffect(
    () =>
      onCommandRun((id) => {
        if (id === "invoke.run") changeLayout({ kind: "show-inspector", shape: useShapeStore.getState() });
      }),
    [],
  );
  return null;
}

function useContexts(): void {
  const connected = useConnectionStore(({ connection }) => connection.state === "connected");
  const active = useTabStore(({ tabs, activeId }) => tabs.find((tab) => tab.id === activeId));
  useEffect(() => {
    setCommandContext({ "engine-up": connected, "tab-open": active !== undefined, "file-open": active?.kind === "file" });
    changeLayout({ kind: "front", front: frontOf(active) });
    showInFront(active?.kind === "container" || active?.kind === "object" ? active : null);
  }, [connected, active]);
  // What is edited is what is run next.
  const storlet = active?.kind === "file" ? storletOfPath(active.path) : null;
  useEffect(() => {
    if (storlet !== null) void runCommand("invoke.setStorlet", { storlet });
  }, [storlet]);
}

function useTabCommands(): void {
  useCommandHandler("editor.open", ({ path }) => {
    changeTabs((state) => openTab(state, fileTab(path)));
    closeOverlay();
    requestEditorFocus();
  });
  useCommandHandler("object.open", ({ container, object }) => {
    changeTabs((state) => openTab(state, objectTab(container, object)));
    closeOverlay();
  });
  useCommandHandler("object.openContainer", ({ container, prefix }) => {
    goToPrefix(container, prefix);
    changeTabs((state) => openTab(state, containerTab(container)));
    closeOverlay();
  });
  const show = (tab: Tab) => {
    changeTabs((state) => openTab(state, tab));
    closeOverlay();
  };
  useCommandHandler("run.open", ({ run }) => show(runTab(run)));
  useCommandHandler("run.compare", ({ a, b }) => show(compareTab(a, b)));
  useCommandHandler("sandboxes.show", () => show(sandboxesTab));
  useCommandHandler("doctor.show", () => show(doctorTab));
  useCommandHandler("learn.samples", () => show(learnTab));
  useCommandHandler("welcome.show", () => changeTabs((state) => openTab(state, welcomeTab)));
  useCommandHandler("editor.closeTab", ({ id }) => close(id));
  useCommandHandler("editor.close", () => {
    const { activeId } = useTabStore.getState();
    if (activeId !== null) close(activeId);
  });
  const move = (step: number) => {
    const tab = neighbourTab(useTabStore.getState(), step);
    if (tab !== undefined) changeTabs((state) => openTab(state, tab));
  };
  useCommandHandler("editor.nextTab", () => move(1));
  useCommandHandler("editor.previousTab", () => move(-1));
}

/** A side bar that lies over the editor has done its work once something was chosen in it. */
function closeOverlay(): void {
  changeLayout({ kind: "close-overlay" });
}

function close(id: string): void {
  const tab = useTabStore.getState().tabs.find((candidate) => candidate.id === id);
  if (tab === undefined) return;
  changeTabs((state) => closeTab(state, id));
  if (tab.kind !== "file" || !closeDocument(tab.path).keptUnsaved) return;
  showToast({
    tone: "info",
    title: `${tabTitle(tab)} closed with unsaved text`,
    detail: "The text is kept on this computer.",
    action: { label: "Open again", onPress: () => void runCommand("editor.open", { path: tab.path }) },
  });
}

function useLayoutCommands(): void {
  const shape = () => useShapeStore.getState();
  useCommandHandler("view.show", ({ view }) => changeLayout({ kind: "show-view", view }));
  useCommandHandler("view.storlets", () => showAndFocus("storlets"));
  useCommandHandler("view.objects", () => showAndFocus("objects"));
  useCommandHandler("view.runs", () => showAndFocus("runs"));
  useCommandHandler("view.recipes", () => showAndFocus("recipes"));
  useCommandHandler("view.sandboxes", () => showAndFocus("sandboxes"));
  useCommandHandler("view.learn", () => showAndFocus("learn"));
  useCommandHandler("layout.toggleSideBar", () => changeLayout({ kind: "toggle-side" }));
  useCommandHandler("layout.togglePanel", () => changeLayout({ kind: "toggle-panel" }));
  useCommandHandler("layout.toggleInspector", () => changeLayout({ kind: "toggle-inspector", shape: shape() }));
  useCommandHandler("layout.reset", () => changeLayout({ kind: "reset" }));
  useCommandHandler("panel.show", ({ tab }) =>
    changeLayout(
      tab === "invoke" || tab === "object" ? { kind: "show-inspector", shape: shape(), pane: tab } : { kind: "show-panel", tab },
    ),
  );
  useCommandHandler("logs.show", () => toggleAndFocusPanel("logs"));
  useCommandHandler("problems.show", () => toggleAndFocusPanel("problems"));
  useCommandHandler("terminal.show", () => toggleAndFocusPanel("terminal"));
  useCommandHandler("invoke.focus", () => {
    changeLayout({ kind: "show-inspector", shape: shape() });
    requestAnimationFrame(() => focusRegion(shape().inspectorInPanel ? "panel" : "inspector"));
  });
  useObjectRegions();
  useCommandHandler("tour.focus", () => void focusRegion("tour"), useTourOn() ? null : "No tour is under way.");
  useCommandHandler("region.next", () => walkRegions(1));
  useCommandHandler("region.previous", () => walkRegions(-1));
}

/** The regions that go with objects: offered only while objects are in front. */
function useObjectRegions(): void {
  const inFront = useLayoutStore(({ front }) => front === "objects");
  useEffect(() => {
    if (!inFront) return;
    const stops = [
      registerCommand("objects.preview", () => {
        changeLayout({ kind: "show-panel", tab: "preview" });
        requestAnimationFrame(() => focusRegion("panel"));
      }),
      registerCommand("objects.details", () => {
        const shape = useShapeStore.getState();
        changeLayout({ kind: "show-inspector", shape, pane: "object" });
        requestAnimationFrame(() => focusRegion(shape.inspectorInPanel ? "panel" : "inspector"));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [inFront]);
}

function showAndFocus(view: ViewName): void {
  changeLayout({ kind: "show-view", view });
  requestAnimationFrame(() => focusRegion("side"));
}

/** Shows the tab; pressed again while it has the focus, goes back to the editor. */
function toggleAndFocusPanel(tab: "logs" | "problems" | "terminal"): void {
  const layout = useLayoutStore.getState();
  const { panelOpen, front } = layout;
  const hasFocus = document.activeElement?.closest('[data-region="panel"]') !== null;
  if (panelOpen[front] && panelTabOf(layout) === tab && hasFocus) {
    focusRegion("editor");
    return;
  }
  changeLayout({ kind: "show-panel", tab });
  requestAnimationFrame(() => focusRegion("panel"));
}

function useThemeCommands(): void {
  const choose = (choice: ThemeChoice) => () => chooseTheme(choice);
  useCommandHandler("theme.choose", ({ choice }) => chooseTheme(choice));
  useCommandHandler("theme.system", choose("system"));
  useCommandHandler("theme.dark", choose("dark"));
  useCommandHandler("theme.light", choose("light"));
  useCommandHandler("theme.hcDark", choose("hc-dark"));
  useCommandHandler("theme.hcLight", choose("hc-light"));
}
