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

const windowShape = () => shapeOf(window.innerWidth, window.innerHeight);

const firstEditors: Editors = parseEditors(read(tabsKey)) ?? startEditors;

export const useLayoutStore = create<Layout>(() => ({
  ...(parseLayout(read(layoutKey)) ?? defaultLayout),
  sideMode: windowShape().sideOverlays ? "over" : "docked",
  front: frontOf(activeTabOf(firstEditors)),
}));

/** Which regions go with a tab. */
export function frontOf(tab: Tab | undefined): Front {
  if (tab?.kind === "welcome") return "welcome";
  if (tab?.kind === "run" || tab?.kind === "compare" || tab?.kind === "sandboxes" || tab?.kind === "doctor") return "page";
  return tab?.kind === "container" || tab?.kind === "object" ? "objects" : "work";
}

export function changeLayout(action: LayoutAction): void {
  useLayoutStore.setState(reduceLayout(useLayoutStore.getState(), action), true);
}

export const useEditors = create<Editors>(() => firstEditors);

export function changeEditors(change: (editors: Editors) => Editors): void {
  useEditors.setState(change(useEditors.getState()), true);
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

/** Writes layout and tabs down when they change and follows the size of the window; returns how to stop. */
export function startStores(): () => void {
  const stops = [
    useLayoutStore.subscribe((layout) => write(layoutKey, JSON.stringify(layout))),
    useEditors.subscribe((editors) => write(tabsKey, formatEditors(editors))),
  ];
  const resize = () => {
    const shape = windowShape();
    useShapeStore.setState(shape, true);
    changeLayout({ kind: "side-mode", mode: shape.sideOverlays ? "over" : "docked" });
  };
  resize();
  window.addEventListener("resize", resize);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener("resize", resize);
  };
}
