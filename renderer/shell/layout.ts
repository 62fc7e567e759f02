/** The regions of the window: what is open, how big, and what a width allows. Pure; sizes are CSS pixels. */
import type { PanelTab, ViewName } from "../commands/arguments.ts";

/** What is in front decides which regions are open: Welcome keeps the window to itself until somebody asks for more. */
export type Front = "work" | "welcome";

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
  panelOpen: Readonly<Record<Front, boolean>>;
  panelHeight: number;
  /** Its own height where it also holds Invoke. */
  tallPanelHeight: number;
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
  inspectorOpen: { work: true, welcome: false },
  inspectorWidth: 412,
  panelOpen: { work: true, welcome: false },
  panelHeight: 252,
  tallPanelHeight: 420,
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
}

const frame = { activity: 48, bars: 64 };

export function drawnLayout(layout: Layout, shape: WindowShape): DrawnLayout {
  const room = shape.width - frame.activity - limits.editor.minWidth;
  const maxSideWidth = Math.min(limits.side.max, shape.sideOverlays ? shape.width - frame.activity - 40 : room - limits.inspector.min / 2);
  const sideWidth = clamp(layout.sideWidth, limits.side.min, maxSideWidth);
  const inspectorVisible = layout.inspectorOpen[layout.front] && !shape.inspectorInPanel;
  const maxInspectorWidth = Math.min(limits.inspector.max, room - (layout.sideOpen.docked ? sideWidth : 0));
  const maxPanelHeight = shape.height - frame.bars - limits.editor.minHeight;
  const wanted = shape.inspectorInPanel ? layout.tallPanelHeight : layout.panelHeight;
  return {
    sideVisible: layout.sideOpen[layout.sideMode],
    panelVisible: layout.panelOpen[layout.front],
    sideWidth,
    maxSideWidth: Math.max(maxSideWidth, limits.side.min),
    inspectorVisible,
    inspectorWidth: clamp(layout.inspectorWidth, limits.inspector.min, maxInspectorWidth),
    maxInspectorWidth: Math.max(maxInspectorWidth, limits.inspector.min),
    panelHeight: clamp(wanted, limits.panel.min, maxPanelHeight),
    maxPanelHeight: Math.max(maxPanelHeight, limits.panel.min),
    panelTab: layout.panelTab === "invoke" && !shape.inspectorInPanel ? "logs" : layout.panelTab,
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
  | { kind: "show-inspector"; shape: WindowShape }
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
      return layout.front === action.front ? layout : { ...layout, front: action.front };
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
      return layout.panelOpen[layout.front] && layout.panelTab === "invoke"
        ? withPanel(layout, false)
        : { ...withPanel(layout, true), panelTab: "invoke" };
    case "show-inspector":
      return action.shape.inspectorInPanel ? { ...withPanel(layout, true), panelTab: "invoke" } : withInspector(layout, true);
    case "toggle-panel":
      return { ...withPanel(layout, !layout.panelOpen[layout.front]), panelMaximized: false };
    case "toggle-panel-size":
      return { ...layout, panelMaximized: !layout.panelMaximized };
    case "show-panel":
      return { ...withPanel(layout, true), panelTab: action.tab };
    case "resize":
      return {
        ...layout,
        [sizeField(action.region, action.shape)]: Math.round(action.size),
        ...(action.region === "panel" ? { panelMaximized: false } : {}),
      };
    case "reset-size": {
      const field = sizeField(action.region, action.shape);
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

function withInspector(layout: Layout, open: boolean): Layout {
  return { ...layout, inspectorOpen: { ...layout.inspectorOpen, [layout.front]: open } };
}

type SizeField = "sideWidth" | "inspectorWidth" | "panelHeight" | "tallPanelHeight";

function sizeField(region: "side" | "inspector" | "panel", shape: WindowShape): SizeField {
  if (region === "side") return "sideWidth";
  if (region === "inspector") return "inspectorWidth";
  return shape.inspectorInPanel ? "tallPanelHeight" : "panelHeight";
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
  const views: readonly ViewName[] = ["storlets", "objects", "runs"];
  const tabs: readonly PanelTab[] = ["logs", "problems", "invoke"];
  return {
    ...parsed,
    sideOpen: { ...parsed.sideOpen, over: false },
    view: views.includes(parsed.view) ? parsed.view : defaultLayout.view,
    panelTab: tabs.includes(parsed.panelTab) ? parsed.panelTab : defaultLayout.panelTab,
  };
}

function hasFormOf(value: unknown, fallback: unknown): boolean {
  if (Array.isArray(fallback)) return Array.isArray(value);
  if (typeof fallback !== "object" || fallback === null) return typeof value === typeof fallback;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(fallback).every(([name, inner]) => typeof (value as Record<string, unknown>)[name] === typeof inner);
}
