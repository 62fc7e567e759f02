/** Connects the commands that move regions and choose themes, and says what holds for others. Draws nothing. */
import { useEffect } from "react";
import { useConnectionStore } from "../api/connection.ts";
import type { ThemeChoice, ViewName } from "../commands/arguments.ts";
import { onCommandRun, registerCommand, runCommand, setCommandContext, useCommandHandler } from "../commands/registry.ts";
import { storletOfPath } from "../features/editor/index.ts";
import { useTourOn } from "../features/learn/index.ts";
import { showInFront } from "../features/objects/index.ts";
import { chooseTheme } from "../theme/theme.ts";
import { followDesktopMenu } from "./desktop.ts";
import { panelTabOf, type InspectorPane } from "./layout.ts";
import { focusRegion, walkRegions } from "./regions.ts";
import { activeTabOf } from "./groups.ts";
import { useZoomCommands } from "./zoom.ts";
import { changeLayout, frontOf, useEditors, useLayoutStore, useShapeStore } from "./stores.ts";

export function ShellCommands() {
  useContexts();
  useLayoutCommands();
  useThemeCommands();
  useZoomCommands();
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
  const active = useEditors(activeTabOf);
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
  useCommandHandler("invoke.focus", () => showAndFocusInspector("invoke"));
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
      registerCommand("objects.details", () => showAndFocusInspector("object")),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [inFront]);
}

function showAndFocusInspector(pane: InspectorPane): void {
  const shape = useShapeStore.getState();
  changeLayout({ kind: "show-inspector", shape, pane });
  requestAnimationFrame(() => focusRegion(shape.inspectorInPanel ? "panel" : "inspector"));
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
