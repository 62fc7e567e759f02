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
import { activeTabOf, changeGroup, formatEditors, openInGroups, parseEditors, startEditors, type Editors } from "./groups.ts";
import type { Tab, TabState } from "./tabs.ts";

const layoutKey = "studio.layout";
const tabsKey = "studio.tabs";

// A tab of a browser comes back as it was itself; a new one as the last that was worked in.
function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key) ?? localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, text: string): void {
  for (const storage of ["sessionStorage", "localStorage"] as const) {
    try {
      window[storage].setItem(key, text);
    } catch {
      // Without storage the next start begins with the default.
    }
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

const firstEditors: Editors = parseEditors(read(tabsKey)) ?? startEditors;

export const useLayoutStore = create<Layout>(() => ({
  ...(parseLayout(read(layoutKey)) ?? defaultLayout),
  sideMode: windowShape().sideOverlays ? "over" : "docked",
  front: frontOf(activeTabOf(firstEditors)),
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

export const useEditors = create<Editors>(() => firstEditors);

export function changeEditors(change: (editors: Editors) => Editors): void {
  useEditors.setState(change(useEditors.getState()), true);
}

/** Puts the tabs of one workspace aside and gets out those of another, for the page that is loaded next. */
export function exchangeTabs(from: string, to: string): void {
  const keyOf = (workspace: string) => `${tabsKey}:${workspace}`;
  const kept = read(keyOf(to));
  write(keyOf(from), formatEditors(useEditors.getState()));
  write(tabsKey, kept ?? formatEditors(startEditors));
}

/** Changes the tabs of one group. */
export function changeTabs(group: number, change: (tabs: TabState) => TabState): void {
  changeEditors((editors) => changeGroup(editors, group, change));
}

/** Brings a tab to the front: where it is open already, else in the group that is worked in. */
export function showTab(tab: Tab): void {
  changeEditors((editors) => openInGroups(editors, tab));
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
    useLayoutStore.subscribe((layout) => write(layoutKey, JSON.stringify(layout))),
    useEditors.subscribe((editors) => write(tabsKey, formatEditors(editors))),
  ];
  fitWindow();
  window.addEventListener("resize", fitWindow);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener("resize", fitWindow);
  };
}
