/** The open tabs of the editor area. Pure: what is open and which one is in front. */

export type Tab =
  | { id: "welcome"; kind: "welcome" }
  | { id: `file:${string}`; kind: "file"; path: string }
  | { id: `container:${string}`; kind: "container"; container: string }
  | { id: `object:${string}`; kind: "object"; container: string; object: string }
  | { id: `run:${string}`; kind: "run"; run: string }
  | { id: `compare:${string}`; kind: "compare"; a: string; b: string }
  | { id: "sandboxes"; kind: "sandboxes" }
  | { id: "doctor"; kind: "doctor" }
  | { id: "learn"; kind: "learn" };

export interface TabState {
  tabs: readonly Tab[];
  activeId: string | null;
  /** Ids in the order of last use, newest first. */
  history: readonly string[];
}

export const welcomeTab: Tab = { id: "welcome", kind: "welcome" };

export function fileTab(path: string): Tab {
  return { id: `file:${path}`, kind: "file", path };
}

export function objectTab(container: string, object: string): Tab {
  return { id: `object:${container}/${object}`, kind: "object", container, object };
}

export function containerTab(container: string): Tab {
  return { id: `container:${container}`, kind: "container", container };
}

export function runTab(run: string): Tab {
  return { id: `run:${run}`, kind: "run", run };
}

export function compareTab(a: string, b: string): Tab {
  return { id: `compare:${a}:${b}`, kind: "compare", a, b };
}

export const sandboxesTab: Tab = { id: "sandboxes", kind: "sandboxes" };
export const doctorTab: Tab = { id: "doctor", kind: "doctor" };
export const learnTab: Tab = { id: "learn", kind: "learn" };

/** Brings a tab to the front, opening it after the active one where it is not open. */
export function openTab(state: TabState, tab: Tab): TabState {
  const history = [tab.id, ...state.history.filter((id) => id !== tab.id)];
  if (state.tabs.some((other) => other.id === tab.id)) return { ...state, activeId: tab.id, history };
  const at = state.tabs.findIndex((other) => other.id === state.activeId) + 1 || state.tabs.length;
  return { tabs: [...state.tabs.slice(0, at), tab, ...state.tabs.slice(at)], activeId: tab.id, history };
}

/** Closes a tab; the one used before it comes to the front. */
export function closeTab(state: TabState, id: string): TabState {
  const tabs = state.tabs.filter((tab) => tab.id !== id);
  const history = state.history.filter((other) => other !== id);
  const activeId =
    state.activeId === id ? (history.find((other) => tabs.some((tab) => tab.id === other)) ?? tabs.at(-1)?.id ?? null) : state.activeId;
  return { tabs, activeId, history };
}

/** The tab `step` places from the active one, round the ends. */
export function neighbourTab(state: TabState, step: number): Tab | undefined {
  const { length } = state.tabs;
  if (length === 0) return undefined;
  const index = state.tabs.findIndex((tab) => tab.id === state.activeId);
  return state.tabs[(((index + step) % length) + length) % length];
}

/** The words on a tab. */
export function tabTitle(tab: Tab): string {
  if (tab.kind === "welcome") return "Welcome";
  if (tab.kind === "container") return tab.container;
  if (tab.kind === "run") return `Run ${tab.run.slice(0, 4)}`;
  if (tab.kind === "compare") return `${tab.a.slice(0, 4)} and ${tab.b.slice(0, 4)}`;
  if (tab.kind === "sandboxes") return "Sandboxes";
  if (tab.kind === "doctor") return "Doctor";
  if (tab.kind === "learn") return "Samples";
  const path = tab.kind === "file" ? tab.path : tab.object;
  return path.split("/").findLast((part) => part !== "") ?? path;
}

/** Where what a tab shows is: a path in the workspace, `container/object`, or what the tab is called. */
export function tabPath(tab: Tab): string {
  if (tab.kind === "file") return tab.path;
  if (tab.kind === "object") return `${tab.container}/${tab.object}`;
  return tab.kind === "run" ? tab.run : tabTitle(tab);
}

/** Tabs as stored; null where the text is not that. */
export function parseTabs(text: string | null): TabState | null {
  if (text === null) return null;
  try {
    const stored = JSON.parse(text) as { tabs?: unknown; activeId?: unknown };
    if (!Array.isArray(stored.tabs)) return null;
    const tabs = stored.tabs.flatMap(readTab);
    const activeId = tabs.some((tab) => tab.id === stored.activeId) ? String(stored.activeId) : (tabs[0]?.id ?? null);
    return { tabs, activeId, history: activeId === null ? [] : [activeId] };
  } catch {
    return null;
  }
}

function readTab(stored: unknown): Tab[] {
  if (typeof stored !== "object" || stored === null) return [];
  const { kind, path, container, object, run, a, b } = stored as Record<string, unknown>;
  if (kind === "welcome") return [welcomeTab];
  if (kind === "file" && typeof path === "string") return [fileTab(path)];
  if (kind === "run" && typeof run === "string") return [runTab(run)];
  if (kind === "compare" && typeof a === "string" && typeof b === "string") return [compareTab(a, b)];
  if (kind === "sandboxes") return [sandboxesTab];
  if (kind === "doctor") return [doctorTab];
  if (kind === "learn") return [learnTab];
  if (kind === "container" && typeof container === "string") return [containerTab(container)];
  if (kind === "object" && typeof container === "string" && typeof object === "string") return [objectTab(container, object)];
  return [];
}
