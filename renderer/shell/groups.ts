/** Editor groups: tabs side by side and one below the other. Pure: which groups there are, what is open in each, and how they share the room. */
import { closeTab, openTab, parseTabs, welcomeTab, type Tab, type TabState } from "./tabs.ts";

export interface EditorGroup extends TabState {
  readonly id: number;
}

/** `row`: beside each other; `column`: one below the other. */
export type SplitDirection = "row" | "column";

export type SplitNode =
  | { readonly kind: "group"; readonly id: number }
  | {
      readonly kind: "split";
      readonly direction: SplitDirection;
      /** One per child; their sum is 1. */
      readonly shares: readonly number[];
      readonly children: readonly SplitNode[];
    };

export interface Editors {
  readonly root: SplitNode;
  readonly groups: readonly EditorGroup[];
  readonly activeGroup: number;
  /** Groups in the order of last use, newest first. */
  readonly recentGroups: readonly number[];
}

/** More than nobody can look at; and each has a key. */
export const maxGroups = 9;

const emptyTabs: TabState = { tabs: [], activeId: null, history: [] };

/** One group that holds these tabs. */
export function singleGroup(tabs: TabState): Editors {
  return { root: { kind: "group", id: 1 }, groups: [{ id: 1, ...tabs }], activeGroup: 1, recentGroups: [1] };
}

/** Ids in the order in which the groups lie on screen. */
export function groupOrder(node: SplitNode): number[] {
  return node.kind === "group" ? [node.id] : node.children.flatMap(groupOrder);
}

export function groupOf(editors: Editors, id: number): EditorGroup | undefined {
  return editors.groups.find((group) => group.id === id);
}

export function activeGroupOf(editors: Editors): EditorGroup {
  return groupOf(editors, editors.activeGroup) ?? editors.groups[0] ?? { id: 1, ...emptyTabs };
}

/** The tab in front of the group that is worked in. */
export function activeTabOf(editors: Editors): Tab | undefined {
  const { tabs, activeId } = activeGroupOf(editors);
  return tabs.find((tab) => tab.id === activeId);
}

/** Whether a tab is open in any group. */
export function isOpenAnywhere(editors: Editors, id: string): boolean {
  return editors.groups.some(({ tabs }) => tabs.some((tab) => tab.id === id));
}

export function focusGroup(editors: Editors, id: number): Editors {
  if (editors.activeGroup === id || groupOf(editors, id) === undefined) return editors;
  return { ...editors, activeGroup: id, recentGroups: [id, ...editors.recentGroups.filter((other) => other !== id)] };
}

/** Changes the tabs of one group. */
export function changeGroup(editors: Editors, id: number, change: (tabs: TabState) => TabState): Editors {
  return { ...editors, groups: editors.groups.map((group) => (group.id === id ? { id, ...change(group) } : group)) };
}

/** Brings a tab to the front: where it is open already, else in the group that is worked in. */
export function openInGroups(editors: Editors, tab: Tab): Editors {
  const holds = (id: number) => groupOf(editors, id)?.tabs.some((other) => other.id === tab.id) === true;
  const target = [editors.activeGroup, ...editors.recentGroups].find(holds) ?? editors.groups.find(({ id }) => holds(id))?.id;
  const id = target ?? editors.activeGroup;
  return changeGroup(focusGroup(editors, id), id, (tabs) => openTab(tabs, tab));
}

/** A new group beside or below another, with a copy of `tab`; the new one is worked in. The same editors where there are too many. */
export function splitGroup(editors: Editors, id: number, direction: SplitDirection, tab: Tab | undefined): Editors {
  if (tab === undefined || editors.groups.length >= maxGroups || groupOf(editors, id) === undefined) return editors;
  const fresh = Math.max(...editors.groups.map((group) => group.id)) + 1;
  const tabs = openTab(emptyTabs, tab);
  return {
    root: insertBeside(editors.root, id, fresh, direction),
    groups: [...editors.groups, { id: fresh, ...tabs }],
    activeGroup: fresh,
    recentGroups: [fresh, ...editors.recentGroups],
  };
}

function insertBeside(node: SplitNode, id: number, fresh: number, direction: SplitDirection): SplitNode {
  const added: SplitNode = { kind: "group", id: fresh };
  if (node.kind === "group") return node.id === id ? { kind: "split", direction, shares: [0.5, 0.5], children: [node, added] } : node;
  const at = node.children.findIndex((child) => child.kind === "group" && child.id === id);
  if (at < 0 || node.direction !== direction)
    return { ...node, children: node.children.map((child) => insertBeside(child, id, fresh, direction)) };
  const half = (node.shares[at] ?? 0) / 2;
  return {
    ...node,
    shares: [...node.shares.slice(0, at), half, half, ...node.shares.slice(at + 1)],
    children: [...node.children.slice(0, at + 1), added, ...node.children.slice(at + 1)],
  };
}

/** Takes a group out of the tree; null where nothing is left. Its room goes to those beside it. */
function without(node: SplitNode, id: number): SplitNode | null {
  if (node.kind === "group") return node.id === id ? null : node;
  const left = node.children
    .map((child, index) => ({ child: without(child, id), share: node.shares[index] ?? 0 }))
    .filter((entry): entry is { child: SplitNode; share: number } => entry.child !== null);
  const [only] = left;
  if (only === undefined) return null;
  if (left.length === 1) return only.child;
  const sum = left.reduce((total, { share }) => total + share, 0);
  return { ...node, shares: left.map(({ share }) => share / sum), children: left.map(({ child }) => child) };
}

/** A group that lost its last tab goes, unless it is the only one; the one used before it is worked in. */
function dropEmpty(editors: Editors, id: number): Editors {
  if (editors.groups.length === 1 || (groupOf(editors, id)?.tabs.length ?? 1) > 0) return editors;
  const root = without(editors.root, id);
  if (root === null) return editors;
  const recentGroups = editors.recentGroups.filter((other) => other !== id);
  const activeGroup = editors.activeGroup === id ? (recentGroups[0] ?? groupOrder(root)[0] ?? id) : editors.activeGroup;
  return { root, groups: editors.groups.filter((group) => group.id !== id), activeGroup, recentGroups };
}

export function closeInGroup(editors: Editors, id: number, tabId: string): Editors {
  return dropEmpty(
    changeGroup(editors, id, (tabs) => closeTab(tabs, tabId)),
    id,
  );
}

/** Moves a tab to a group, before the tab at `index` (at the end where that is not given); the group is worked in then. */
export function moveTab(editors: Editors, from: number, tabId: string, to: number, index?: number): Editors {
  const tab = groupOf(editors, from)?.tabs.find((candidate) => candidate.id === tabId);
  if (tab === undefined || groupOf(editors, to) === undefined) return editors;
  const placed = changeGroup(focusGroup(editors, to), to, (state) => placeTab(state, tab, index));
  return from === to ? placed : closeInGroup(placed, from, tabId);
}

function placeTab(state: TabState, tab: Tab, index = state.tabs.length): TabState {
  const before = state.tabs.slice(0, index).filter((other) => other.id !== tab.id);
  const after = state.tabs.slice(index).filter((other) => other.id !== tab.id);
  return { tabs: [...before, tab, ...after], activeId: tab.id, history: [tab.id, ...state.history.filter((id) => id !== tab.id)] };
}

/** Moves the tab in front of a group one place along its row; stops at the ends. */
export function shiftTab(editors: Editors, id: number, step: 1 | -1): Editors {
  return changeGroup(editors, id, (state) => {
    const at = state.tabs.findIndex((tab) => tab.id === state.activeId);
    const tab = state.tabs[at];
    const other = state.tabs[at + step];
    if (tab === undefined || other === undefined) return state;
    const tabs = [...state.tabs];
    tabs[at] = other;
    tabs[at + step] = tab;
    return { ...state, tabs };
  });
}

/** The group `step` places from the active one, round the ends. */
export function neighbourGroup(editors: Editors, step: 1 | -1): number {
  const order = groupOrder(editors.root);
  const at = order.indexOf(editors.activeGroup);
  return order[(at + step + order.length) % order.length] ?? editors.activeGroup;
}

/** Moves the tab in front to the next or previous group. With one group, a new one is made for it; not where the tab is the only one. */
export function moveToNeighbour(editors: Editors, step: 1 | -1): Editors {
  const from = activeGroupOf(editors);
  const tab = activeTabOf(editors);
  if (tab === undefined) return editors;
  if (editors.groups.length > 1) return moveTab(editors, from.id, tab.id, neighbourGroup(editors, step));
  if (from.tabs.length < 2) return editors;
  return closeInGroup(splitGroup(editors, from.id, "row", tab), from.id, tab.id);
}

/** Tabs of all groups, the one used last first; without doubles. */
export function tabsByRecency(editors: Editors): { group: number; tab: Tab }[] {
  const seen = new Set<string>();
  return editors.recentGroups.flatMap((id) => {
    const group = groupOf(editors, id);
    if (group === undefined) return [];
    const rank = (tab: Tab) => group.history.indexOf(tab.id) + 1 || group.history.length + 1;
    return group.tabs
      .toSorted((a, b) => rank(a) - rank(b))
      .filter((tab) => !seen.has(tab.id) && seen.add(tab.id))
      .map((tab) => ({ group: id, tab }));
  });
}

/** Changes the share of the child before the line `index` of the split at `path`; the one after it gives or takes. */
export function resizeSplit(node: SplitNode, path: readonly number[], index: number, share: number): SplitNode {
  if (node.kind === "group") return node;
  const [first, ...rest] = path;
  if (first !== undefined)
    return { ...node, children: node.children.map((child, at) => (at === first ? resizeSplit(child, rest, index, share) : child)) };
  const both = (node.shares[index] ?? 0) + (node.shares[index + 1] ?? 0);
  const kept = Math.min(both, Math.max(0, share));
  return { ...node, shares: node.shares.map((own, at) => (at === index ? kept : at === index + 1 ? both - kept : own)) };
}

/** Every split in equal parts. */
export function evenSizes(node: SplitNode): SplitNode {
  if (node.kind === "group") return node;
  return { ...node, shares: node.children.map(() => 1 / node.children.length), children: node.children.map(evenSizes) };
}

/** The text that `parseEditors` reads. */
export function formatEditors({ root, groups, activeGroup, recentGroups }: Editors): string {
  return JSON.stringify({ root, groups, activeGroup, recentGroups });
}

/** Groups as stored; null where the text is not that. Tabs of a version without groups become one group. */
export function parseEditors(text: string | null): Editors | null {
  if (text === null) return null;
  let stored: { root?: unknown; groups?: unknown; activeGroup?: unknown; recentGroups?: unknown };
  try {
    stored = JSON.parse(text) as typeof stored;
  } catch {
    return null;
  }
  if (typeof stored !== "object" || stored === null) return null;
  if (!Array.isArray(stored.groups)) {
    const tabs = parseTabs(text);
    return tabs === null ? null : singleGroup(tabs);
  }
  const groups = stored.groups.flatMap((group: unknown): EditorGroup[] => {
    const { id } = (group ?? {}) as { id?: unknown };
    const tabs = parseTabs(JSON.stringify(group));
    return typeof id === "number" && Number.isInteger(id) && id > 0 && tabs !== null ? [{ id, ...tabs }] : [];
  });
  const root = readNode(stored.root);
  const order = root === null ? [] : groupOrder(root);
  const isSound =
    root !== null && new Set(order).size === order.length && order.length === groups.length && groups.every(({ id }) => order.includes(id));
  if (!isSound) return groups[0] === undefined ? null : singleGroup({ ...groups[0] });
  const activeGroup = order.find((id) => id === stored.activeGroup) ?? order[0] ?? 1;
  const recent = Array.isArray(stored.recentGroups) ? order.filter((id) => (stored.recentGroups as unknown[]).includes(id)) : [];
  recent.sort((a, b) => (stored.recentGroups as number[]).indexOf(a) - (stored.recentGroups as number[]).indexOf(b));
  return { root, groups, activeGroup, recentGroups: [...new Set([activeGroup, ...recent, ...order])] };
}

function readNode(stored: unknown): SplitNode | null {
  if (typeof stored !== "object" || stored === null) return null;
  const { kind, id, direction, shares, children } = stored as Record<string, unknown>;
  if (kind === "group") return typeof id === "number" ? { kind, id } : null;
  if (kind !== "split" || (direction !== "row" && direction !== "column") || !Array.isArray(children) || children.length < 2) return null;
  const nodes = children.map(readNode);
  if (nodes.includes(null)) return null;
  const read = Array.isArray(shares) && shares.length === nodes.length && shares.every((share) => typeof share === "number" && share >= 0);
  const sum = read ? (shares as number[]).reduce((total, share) => total + share, 0) : 0;
  const even = nodes.map(() => 1 / nodes.length);
  const isWhole = Math.abs(sum - 1) < 1e-6;
  return { kind, direction, shares: isWhole ? (shares as number[]) : even, children: nodes as SplitNode[] };
}

export const startEditors: Editors = singleGroup(openTab(emptyTabs, welcomeTab));
