/** Layout and tabs as they are now, kept over reloads and crashes. */
import { create } from "zustand";
import {
  defaultLayout,
  parseLayout,
  reduceLayout,
  shapeOf,
  type Front,
  type Layout,
  type LayoutAction,
  type WindowShape,
} from "./layout.ts";
import { parseTabs, welcomeTab, type Tab, type TabState } from "./tabs.ts";

const layoutKey = "studio.layout";
const tabsKey = "studio.tabs";

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage the next start begins with the default.
  }
}

/** The column of a tour; where the window is narrower than this, the tour lies below the regions instead. CSS pixels. */
const tourColumn = { width: 320, minWindowWidth: 1000, shareBelow: 0.42 };

/** What the regions have to leave room for. `zoom`: how many times as large everything is drawn. */
interface Room {
  touring: boolean;
  tourBelow: boolean;
  zoom: number;
}

export const useRoomStore = create<Room>(() => ({ touring: false, tourBelow: false, zoom: 1 }));

function windowShape(): WindowShape {
  const { touring, zoom } = useRoomStore.getState();
  const width = window.innerWidth / zoom;
  const isBeside = width >= tourColumn.minWindowWidth;
  const height = (window.innerHeight / zoom) * (touring && !isBeside ? 1 - tourColumn.shareBelow : 1);
  const shape = shapeOf(width - (touring && isBeside ? tourColumn.width : 0), height);
  // On stage code and result belong side by side; there is nothing else to make room for.
  return zoom > 1 ? { ...shape, inspectorInPanel: shape.width < 880 } : shape;
}

const startTabs: TabState = parseTabs(read(tabsKey)) ?? { tabs: [welcomeTab], activeId: welcomeTab.id, history: [welcomeTab.id] };

export const useLayoutStore = create<Layout>(() => ({
  ...(parseLayout(read(layoutKey)) ?? defaultLayout),
  sideMode: windowShape().sideOverlays ? "over" : "docked",
  front: frontOf(startTabs.tabs.find((tab) => tab.id === startTabs.activeId)),
}));

/** Which regions go with a tab. */
export function frontOf(tab: Tab | undefined): Front {
  if (tab?.kind === "welcome") return "welcome";
  if (tab?.kind === "run" || tab?.kind === "compare" || tab?.kind === "sandboxes" || tab?.kind === "doctor" || tab?.kind === "learn")
    return "page";
  return tab?.kind === "container" || tab?.kind === "object" ? "objects" : "work";
}

export function changeLayout(action: LayoutAction): void {
  useLayoutStore.setState(reduceLayout(useLayoutStore.getState(), action), true);
}

export const useTabStore = create<TabState>(() => startTabs);

export function changeTabs(change: (state: TabState) => TabState): void {
  useTabStore.setState(change(useTabStore.getState()), true);
}

export const useShapeStore = create<WindowShape>(windowShape);

/** Fits the regions to the window as it is now. */
function fitWindow(): void {
  useRoomStore.setState(({ zoom }) => ({ tourBelow: window.innerWidth / zoom < tourColumn.minWindowWidth }));
  const shape = windowShape();
  useShapeStore.setState(shape, true);
  changeLayout({ kind: "side-mode", mode: shape.sideOverlays ? "over" : "docked" });
}

/** Fits the regions to what needs room beside them now. */
export function takeRoom(room: Partial<Pick<Room, "touring" | "zoom">>): void {
  useRoomStore.setState(room);
  fitWindow();
}

/** Writes layout and tabs down when they change and follows the size of the window; returns how to stop. */
export function startStores(): () => void {
  const stops = [
    useLayoutStore.subscribe((layout) => write(layoutKey, layout)),
    useTabStore.subscribe(({ tabs, activeId }) => write(tabsKey, { tabs, activeId })),
  ];
  fitWindow();
  window.addEventListener("resize", fitWindow);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener("resize", fitWindow);
  };
}
