/** The regions of the window: what is open, how big, and what a width allows. Pure; sizes are CSS pixels. */
import type { PanelTab, ViewName } from "../commands/arguments.ts";

/** What is in front decides which regions are open: Welcome, and pages with all there is to see, keep the window to themselves until somebody asks for more. */
export type Front = "work" | "welcome" | "objects" | "page";

/** What the inspector shows while objects are in front; otherwise it is always Invoke. */
export type InspectorPane = "object" | "invoke";

/** How the side bar is shown: beside the editor, or over it in a narrow window, where it starts closed. */
export type SideMode = "docked" | "over";

export interface Layout {
  front: Front;
  sideMode: SideMode;
  view: ViewName;
  sideOpen: Readonly<Record<SideMode, boolean>>;
  sideWidth: number;
  inspectorOpen: Readonly<Record<Front, boolean>>;
  inspectorWidth: number;
  /** Its own width and pane while objects are in front. */
  objectsInspectorWidth: number;
  inspectorPane: InspectorPane;
  panelOpen: Readonly<Record<Front, boolean>>;
  panelHeight: number;
  /** Its own height where it also holds Invoke. */
  tallPanelHeight: number;
  /** Its own height and tab while objects are in front. */
  objectsPanelHeight: number;
  objectsPanelTab: PanelTab;
  panelMaximized: boolean;
  panelTab: PanelTab;
  foldedSections: readonly string[];
}

export const defaultLayout: Layout = {
  front: "work",
  sideMode: "docked",
  view: "storlets",
  sideOpen: { docked: true, over: false },
  sideWidth: 244,
  inspectorOpen: { work: true, welcome: false, objects: true, page: false },
  inspectorWidth: 412,
  objectsInspectorWidth: 336,
  inspectorPane: "object",
  panelOpen: { work: true, welcome: false, objects: true, page: false },
  panelHeight: 252,
  tallPanelHeight: 420,
  objectsPanelHeight: 372,
  objectsPanelTab: "preview",
  panelMaximized: false,
  panelTab: "logs",
  foldedSections: [],
};

export const limits = {
  side: { min: 180, max: 480 },
  inspector: { min: 300, max: 640 },
  panel: { min: 120 },
  editor: { minWidth: 240, minHeight: 144 },
} as const;

export interface WindowShape {
  width: number;
  height: number;
  /** Below 1100 px Invoke is a tab of the panel. */
  inspectorInPanel: boolean;
  /** Below 900 px the side bar lies over the editor. */
  sideOverlays: boolean;
}

/** What a window of this size, in CSS pixels, allows. */
export function shapeOf(width: number, height: number): WindowShape {
  return { width, height, inspectorInPanel: width < 1100, sideOverlays: width < 900 };
}

const clamp = (value: number, min: number, max: number) => Math.round(Math.min(Math.max(value, min), Math.max(min, max)));

/** What is drawn: stored sizes cut to the room there is. The store keeps the wish, so a bigger window brings it back. */
export interface DrawnLayout {
  sideVisible: boolean;
  panelVisible: boolean;
  sideWidth: number;
  maxSideWidth: number;
  inspectorVisible: boolean;
  inspectorWidth: number;
  maxInspectorWidth: number;
  panelHeight: number;
  maxPanelHeight: number;
  panelTab: PanelTab;
  /** What the inspector shows where it is a region of its own. */
  inspectorPane: InspectorPane;
}

/** The tab of the panel for what is in front. */
export function panelTabOf(layout: Layout): PanelTab {
  return layout.front === "objects" ? layout.objectsPanelTab : layout.panelTab;
}

/** Tabs that only one kind of front or a narrow window has give way to the first there is. */
function drawnPanelTab(layout: Layout, shape: WindowShape): PanelTab {
  const tab = panelTabOf(layout);
  const isThere =
    tab === "preview"
      ? layout.front === "objects"
      : tab === "object"
        ? layout.front === "objects" && shape.inspectorInPanel
        : tab !== "invoke" || shape.inspectorInPanel;
  if (isThere) return tab;
  return layout.front === "objects" ? "preview" : "logs";
}

const frame = { activity: 48, bars: 64 };

export function drawnLayout(layout: Layout, shape: WindowShape): DrawnLayout {
  const room = shape.width - frame.activity - limits.editor.minWidth;
  const maxSideWidth = Math.min(limits.side.max, shape.sideOverlays ? shape.width - frame.activity - 40 : room - limits.inspector.min / 2);
  const sideWidth = clamp(layout.sideWidth, limits.side.min, maxSideWidth);
  const inspectorVisible = layout.inspectorOpen[layout.front] && !shape.inspectorInPanel;
  const maxInspectorWidth = Math.min(limits.inspector.max, room - (layout.sideOpen.docked ? sideWidth : 0));
  const maxPanelHeight = shape.height - frame.bars - limits.editor.minHeight;
  const inspectorWidth = layout.front === "objects" ? layout.objectsInspectorWidth : layout.inspectorWidth;
  return {
    sideVisible: layout.sideOpen[layout.sideMode],
    panelVisible: layout.panelOpen[layout.front],
    sideWidth,
    maxSideWidth: Math.max(maxSideWidth, limits.side.min),
    inspectorVisible,
    inspectorWidth: clamp(inspectorWidth, limits.inspector.min, maxInspectorWidth),
    maxInspectorWidth: Math.max(maxInspectorWidth, limits.inspector.min),
    panelHeight: clamp(layout[sizeField("panel", shape, layout.front)], limits.panel.min, maxPanelHeight),
    maxPanelHeight: Math.max(maxPanelHeight, limits.panel.min),
    panelTab: drawnPanelTab(layout, shape),
    inspectorPane: layout.front === "objects" ? layout.inspectorPane : "invoke",
  };
}

export type LayoutAction =
  | { kind: "front"; front: Front }
  | { kind: "side-mode"; mode: SideMode }
  | { kind: "show-view"; view: ViewName }
  | { kind: "press-view"; view: ViewName }
  | { kind: "toggle-side" }
  | { kind: "close-overlay" }
  | { kind: "toggle-inspector"; shape: WindowShape }
  | { kind: "show-inspector"; shape: WindowShape; pane?: InspectorPane }
  | { kind: "toggle-panel" }
  | { kind: "toggle-panel-size" }
  | { kind: "show-panel"; tab: PanelTab }
  | { kind: "resize"; region: "side" | "inspector" | "panel"; size: number; shape: WindowShape }
  | { kind: "reset-size"; region: "side" | "inspector" | "panel"; shape: WindowShape }
  | { kind: "toggle-section"; section: string }
  | { kind: "reset" };

/** The layout after an action. */
export function reduceLayout(layout: Layout, action: LayoutAction): Layout {
  switch (action.kind) {
    case "front":
      // Coming to objects shows what is selected; Invoke is one key away.
      return layout.front === action.front ? layout : { ...layout, front: action.front, inspectorPane: "object" };
    case "side-mode":
      return layout.sideMode === action.mode ? layout : { ...layout, sideMode: action.mode, sideOpen: { ...layout.sideOpen, over: false } };
    case "show-view":
      return { ...withSide(layout, true), view: action.view };
    case "press-view":
      // Pressing the view that is shown closes the side bar, as people know it.
      return { ...withSide(layout, layout.view !== action.view || !layout.sideOpen[layout.sideMode]), view: action.view };
    case "toggle-side":
      return withSide(layout, !layout.sideOpen[layout.sideMode]);
    case "close-overlay":
      return { ...layout, sideOpen: { ...layout.sideOpen, over: false } };
    case "toggle-inspector":
      if (!action.shape.inspectorInPanel) return withInspector(layout, !layout.inspectorOpen[layout.front]);
      return layout.panelOpen[layout.front] && panelTabOf(layout) === "invoke"
        ? withPanel(layout, false)
        : withPanelTab(withPanel(layout, true), "invoke");
    case "show-inspector": {
      const pane = action.pane ?? "invoke";
      return action.shape.inspectorInPanel
        ? withPanelTab(withPanel(layout, true), pane)
        : { ...withInspector(layout, true), inspectorPane: pane };
    }
    case "toggle-panel":
      return { ...withPanel(layout, !layout.panelOpen[layout.front]), panelMaximized: false };
    case "toggle-panel-size":
      return { ...layout, panelMaximized: !layout.panelMaximized };
    case "show-panel":
      return withPanelTab(withPanel(layout, true), action.tab);
    case "resize":
      return {
        ...layout,
        [sizeField(action.region, action.shape, layout.front)]: Math.round(action.size),
        ...(action.region === "panel" ? { panelMaximized: false } : {}),
      };
    case "reset-size": {
      const field = sizeField(action.region, action.shape, layout.front);
      return { ...layout, [field]: defaultLayout[field] };
    }
    case "toggle-section":
      return {
        ...layout,
        foldedSections: layout.foldedSections.includes(action.section)
          ? layout.foldedSections.filter((section) => section !== action.section)
          : [...layout.foldedSections, action.section],
      };
    case "reset":
      return { ...defaultLayout, front: layout.front, sideMode: layout.sideMode };
  }
}

function withSide(layout: Layout, open: boolean): Layout {
  return { ...layout, sideOpen: { ...layout.sideOpen, [layout.sideMode]: open } };
}

function withPanel(layout: Layout, open: boolean): Layout {
  return { ...layout, panelOpen: { ...layout.panelOpen, [layout.front]: open } };
}

function withPanelTab(layout: Layout, tab: PanelTab): Layout {
  return { ...layout, [layout.front === "objects" ? "objectsPanelTab" : "panelTab"]: tab };
}

function withInspector(layout: Layout, open: boolean): Layout {
  return { ...layout, inspectorOpen: { ...layout.inspectorOpen, [layout.front]: open } };
}

type SizeField = "sideWidth" | "inspectorWidth" | "objectsInspectorWidth" | "panelHeight" | "tallPanelHeight" | "objectsPanelHeight";

function sizeField(region: "side" | "inspector" | "panel", shape: WindowShape, front: Front): SizeField {
  if (region === "side") return "sideWidth";
  if (region === "inspector") return front === "objects" ? "objectsInspectorWidth" : "inspectorWidth";
  if (shape.inspectorInPanel) return "tallPanelHeight";
  return front === "objects" ? "objectsPanelHeight" : "panelHeight";
}

/** A layout as stored, or null where the text is not one. Fields that are missing or of another kind take their default. */
export function parseLayout(text: string | null): Layout | null {
  if (text === null) return null;
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof stored !== "object" || stored === null) return null;
  const layout: Record<string, unknown> = { ...defaultLayout };
  for (const [name, fallback] of Object.entries(defaultLayout)) {
    const value = (stored as Record<string, unknown>)[name];
    if (hasFormOf(value, fallback)) layout[name] = value;
  }
  const parsed = layout as unknown as Layout;
  const views: readonly ViewName[] = ["storlets", "objects", "runs", "recipes", "sandboxes", "learn"];
  const tabs: readonly PanelTab[] = ["logs", "problems", "terminal", "invoke", "preview", "object"];
  const panes: readonly InspectorPane[] = ["object", "invoke"];
  return {
    ...parsed,
    sideOpen: { ...parsed.sideOpen, over: false },
    view: views.includes(parsed.view) ? parsed.view : defaultLayout.view,
    panelTab: tabs.includes(parsed.panelTab) ? parsed.panelTab : defaultLayout.panelTab,
    objectsPanelTab: tabs.includes(parsed.objectsPanelTab) ? parsed.objectsPanelTab : defaultLayout.objectsPanelTab,
    inspectorPane: panes.includes(parsed.inspectorPane) ? parsed.inspectorPane : defaultLayout.inspectorPane,
  };
}

function hasFormOf(value: unknown, fallback: unknown): boolean {
  if (Array.isArray(fallback)) return Array.isArray(value);
  if (typeof fallback !== "object" || fallback === null) return typeof value === typeof fallback;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(fallback).every(([name, inner]) => typeof (value as Record<string, unknown>)[name] === typeof inner);
}
