/** The window: title bar, activity bar, side bar, editor area, inspector, panel and status bar. Owns where they lie, not what they show. */
import { useEffect } from "react";
import { useConnectionStore } from "../api/connection.ts";
import { markOnce } from "../api/marks.ts";
import type { ViewName } from "../commands/arguments.ts";
import { followKeyBindings, useKeyBindings } from "../commands/key-bindings.ts";
import { CommandPalette, preloadPalette } from "../commands/palette/CommandPalette.tsx";
import { EditorCommands, preloadEditor } from "../features/editor/index.ts";
import { preloadInvoke } from "../features/invoke/index.ts";
import { LearnCommands, TourRegion, useTourOn } from "../features/learn/index.ts";
import { ObjectCommands } from "../features/objects/index.ts";
import { PresentationBar, PresentationCommands } from "../features/presentation/index.ts";
import { RecipeCommands } from "../features/recipes/index.ts";
import { RunCommands } from "../features/runs/index.ts";
import { SandboxCommands } from "../features/sandboxes/index.ts";
import { StorletCommands } from "../features/storlets/index.ts";
import { WelcomeCommands } from "../features/welcome/index.ts";
import { presentationZoom, usePresentation } from "../theme/presentation.ts";
import { ContextMenuHost } from "../ui/ContextMenuHost.tsx";
import { Splitter } from "../ui/Splitter.tsx";
import { Toasts } from "../ui/Toasts.tsx";
import { ActivityBar } from "./ActivityBar.tsx";
import { EditorArea } from "./EditorArea.tsx";
import { EngineBanner } from "./EngineBanner.tsx";
import { Inspector } from "./Inspector.tsx";
import { HelpHost } from "./help/HelpHost.tsx";
import { KeysDialog } from "./keys/KeysDialog.tsx";
import { activeTabOf } from "./groups.ts";
import { drawnLayout, limits } from "./layout.ts";
import { NoSession } from "./NoSession.tsx";
import { Panel } from "./Panel.tsx";
import { rememberFocus } from "./regions.ts";
import { ShellCommands } from "./ShellCommands.tsx";
import { SideBar } from "./SideBar.tsx";
import { StatusBar } from "./StatusBar.tsx";
import { changeLayout, startStores, takeRoom, useEditors, useLayoutStore, useRoomStore, useShapeStore } from "./stores.ts";
import { TabCommands } from "./TabCommands.tsx";
import { TitleBar } from "./TitleBar.tsx";
import "./shell.css";

/** After the frame is on screen: the mark, then the big script of the code editor. */
function afterFirstPaint(): void {
  requestAnimationFrame(() => {
    setTimeout(() => {
      markOnce("didShowShell");
      preloadEditor();
      preloadInvoke();
      preloadPalette();
    }, 0);
  });
}

export function Shell() {
  const noSession = useConnectionStore(({ connection }) => connection.state === "no-session");
  const activePath = useEditors((editors) => {
    const tab = activeTabOf(editors);
    return tab?.kind === "file" ? tab.path : null;
  });
  // Keys are shown all over the screen: it is drawn anew when a person binds others.
  useKeyBindings((state) => state.bound);
  useEffect(() => {
    const stops = [startStores(), rememberFocus(), followKeyBindings()];
    afterFirstPaint();
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  const { tourBelow, shownView } = useTourPlace();
  const touring = useTourOn();
  const presenting = usePresentation((state) => state.on);
  useEffect(() => (presenting ? clearStage() : undefined), [presenting]);
  useEffect(() => takeRoom({ touring, zoom: presenting ? presentationZoom : 1 }), [touring, presenting]);
  if (noSession) return <NoSession />;
  return (
    <div className="shell">
      {presenting ? <PresentationBar /> : <TitleBar />}
      <EngineBanner />
      <Middle activePath={activePath} />
      {tourBelow && <TourRegion below view={shownView} />}
      {!presenting && <StatusBar />}
      <ShellCommands />
      <TabCommands />
      <EditorCommands activePath={activePath} />
      <StorletCommands activePath={activePath} />
      <ObjectCommands />
      <RunCommands />
      <RecipeCommands />
      <SandboxCommands />
      <WelcomeCommands />
      <LearnCommands />
      <PresentationCommands />
      <CommandPalette />
      <KeysDialog />
      <HelpHost />
      <ContextMenuHost />
      <Toasts />
    </div>
  );
}

/** Closes the side bar for an audience; the returned function opens it again where it was open. */
function clearStage(): () => void {
  const { sideOpen, sideMode } = useLayoutStore.getState();
  const wasOpen = sideOpen[sideMode];
  if (wasOpen) changeLayout({ kind: "toggle-side" });
  return () => {
    const now = useLayoutStore.getState();
    if (wasOpen && !now.sideOpen[now.sideMode]) changeLayout({ kind: "toggle-side" });
  };
}

/** Where the tour lies, and the view that is open: tours may ask for one. */
function useTourPlace(): { tourBelow: boolean; shownView: ViewName | null } {
  const tourBelow = useRoomStore((room) => room.tourBelow);
  const shownView = useLayoutStore(({ view, sideOpen, sideMode }) => (sideOpen[sideMode] ? view : null));
  return { tourBelow, shownView };
}

function Middle({ activePath }: { activePath: string | null }) {
  const layout = useLayoutStore();
  const shape = useShapeStore();
  const drawn = drawnLayout(layout, shape);
  const maximized = drawn.panelVisible && layout.panelMaximized;
  const { tourBelow, shownView } = useTourPlace();
  return (
    <div className="shell-middle">
      <ActivityBar />
      {drawn.sideVisible && (
        <SideBar
          width={drawn.sideWidth}
          over={shape.sideOverlays}
          activePath={activePath}
          splitter={<RegionSplitter region="side" size={drawn.sideWidth} max={drawn.maxSideWidth} />}
        />
      )}
      {drawn.sideVisible && shape.sideOverlays && (
        <div className="shell-side-scrim" aria-hidden="true" onClick={() => changeLayout({ kind: "close-overlay" })} />
      )}
      <div className="shell-center">
        <EditorArea squeezed={maximized} />
        {drawn.panelVisible && (
          <Panel
            height={maximized ? null : drawn.panelHeight}
            tab={drawn.panelTab}
            front={layout.front}
            withInspector={shape.inspectorInPanel}
            maximized={maximized}
            splitter={<RegionSplitter region="panel" size={drawn.panelHeight} max={drawn.maxPanelHeight} />}
          />
        )}
      </div>
      {drawn.inspectorVisible && (
        <Inspector
          width={drawn.inspectorWidth}
          pane={drawn.inspectorPane}
          splitter={<RegionSplitter region="inspector" size={drawn.inspectorWidth} max={drawn.maxInspectorWidth} />}
        />
      )}
      {!tourBelow && <TourRegion below={false} view={shownView} />}
    </div>
  );
}

const splitters = {
  side: { label: "Width of the side bar", orientation: "vertical", side: "before" },
  inspector: { label: "Width of the inspector", orientation: "vertical", side: "after" },
  panel: { label: "Height of the panel", orientation: "horizontal", side: "after" },
} as const;

function RegionSplitter({ region, size, max }: { region: keyof typeof splitters; size: number; max: number }) {
  const shape = useShapeStore();
  const { label, orientation, side } = splitters[region];
  return (
    <Splitter
      label={label}
      orientation={orientation}
      region={side}
      size={size}
      min={limits[region].min}
      max={max}
      controls={`region-${region}`}
      onResize={(next) => changeLayout({ kind: "resize", region, size: next, shape })}
      onReset={() => changeLayout({ kind: "reset-size", region, shape })}
    />
  );
}
