import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  activeGroupOf,
  activeTabOf,
  changeGroup,
  closeInGroup,
  evenSizes,
  focusGroup,
  formatEditors,
  groupOrder,
  maxGroups,
  moveTab,
  moveToNeighbour,
  neighbourGroup,
  openInGroups,
  parseEditors,
  resizeSplit,
  shiftTab,
  singleGroup,
  splitGroup,
  tabsByRecency,
  type Editors,
} from "./groups.ts";
import { drawnTree, layOut, least, leastSize } from "./split-layout.ts";
import { fileTab, openTab, runTab, welcomeTab, type TabState } from "./tabs.ts";

const a = fileTab("storlets/a/a.py");
const b = fileTab("storlets/b/b.py");
const run = runTab("4c81");
const none: TabState = { tabs: [], activeId: null, history: [] };
const open = (...tabs: Parameters<typeof openTab>[1][]): Editors => singleGroup(tabs.reduce(openTab, none));
const tabsOf = (editors: Editors) =>
  groupOrder(editors.root).map((id) => editors.groups.find((group) => group.id === id)?.tabs.map((tab) => tab.id));
const split = (editors: Editors, direction: "row" | "column" = "row") =>
  splitGroup(editors, editors.activeGroup, direction, activeTabOf(editors));

describe("splitting", () => {
  it("copies the tab in front to a new group, which is worked in", () => {
    const editors = split(open(a, b));
    expect(tabsOf(editors)).toEqual([[a.id, b.id], [b.id]]);
    expect(editors.activeGroup).toBe(2);
  });

  it("puts groups of one direction into one row, halving the room of the one that was split", () => {
    const editors = split(focusGroup(split(open(a)), 1));
    expect(editors.root).toMatchObject({ direction: "row", shares: [0.25, 0.25, 0.5] });
    expect(groupOrder(editors.root)).toEqual([1, 3, 2]);
  });

  it("nests where the direction changes", () => {
    const editors = split(split(open(a)), "column");
    expect(editors.root).toMatchObject({
      direction: "row",
      children: [{ id: 1 }, { direction: "column", children: [{ id: 2 }, { id: 3 }] }],
    });
  });

  it("stops at as many groups as there are keys", () => {
    let editors = open(a);
    for (let round = 0; round < 12; round += 1) editors = split(editors);
    expect(editors.groups).toHaveLength(maxGroups);
  });
});

describe("tabs of groups", () => {
  it("are brought to the front where they are open already", () => {
    const editors = moveToNeighbour(open(a, run), 1);
    expect(openInGroups(editors, a).activeGroup).toBe(1);
    expect(openInGroups(focusGroup(editors, 1), run).activeGroup).toBe(2);
    expect(tabsOf(openInGroups(editors, b))).toEqual([[a.id], [run.id, b.id]]);
  });

  it("close with their group when they were its last, and the group before is worked in", () => {
    const editors = closeInGroup(split(open(a)), 2, a.id);
    expect(editors).toMatchObject({ root: { kind: "group", id: 1 }, activeGroup: 1 });
    expect(closeInGroup(editors, 1, a.id).groups).toHaveLength(1);
  });

  it("move to the next group, which is made where there is none", () => {
    const moved = moveToNeighbour(open(a, b), 1);
    expect(tabsOf(moved)).toEqual([[a.id], [b.id]]);
    expect(tabsOf(moveToNeighbour(moved, 1))).toEqual([[a.id, b.id]]);
    expect(moveToNeighbour(open(a), 1)).toEqual(open(a));
  });

  it("move to a place in the row, also of their own group", () => {
    expect(tabsOf(moveTab(open(a, b, run), 1, run.id, 1, 0))).toEqual([[run.id, a.id, b.id]]);
    expect(tabsOf(moveTab(open(a, b, run), 1, a.id, 1, 3))).toEqual([[b.id, run.id, a.id]]);
    const two = split(open(a, b));
    expect(tabsOf(moveTab(two, 1, a.id, 2, 0))).toEqual([[b.id], [a.id, b.id]]);
  });

  it("shift along their row and stop at its ends", () => {
    const editors = open(a, b);
    expect(tabsOf(shiftTab(editors, 1, -1))).toEqual([[b.id, a.id]]);
    expect(tabsOf(shiftTab(editors, 1, 1))).toEqual([[a.id, b.id]]);
  });

  it("are listed by last use, each once", () => {
    const editors = split(openInGroups(open(a, b, run), a));
    expect(tabsByRecency(editors).map(({ tab }) => tab.id)).toEqual([a.id, run.id, b.id]);
  });

  it("walk round the ends", () => {
    const editors = split(split(open(a)));
    expect(neighbourGroup(editors, 1)).toBe(1);
    expect(neighbourGroup(editors, -1)).toBe(2);
  });
});

describe("what was stored", () => {
  it("comes back as it was", () => {
    const editors = focusGroup(
      changeGroup(split(split(open(welcomeTab, a)), "column"), 2, (tabs) => openTab(tabs, run)),
      1,
    );
    const read = parseEditors(formatEditors(editors));
    expect(read).toMatchObject({ root: editors.root, activeGroup: 1, recentGroups: editors.recentGroups });
    expect(read && tabsOf(read)).toEqual(tabsOf(editors));
  });

  it("of a version without groups is one group", () => {
    const read = parseEditors(JSON.stringify({ tabs: [welcomeTab, a], activeId: a.id }));
    expect(read && tabsOf(read)).toEqual([[welcomeTab.id, a.id]]);
    expect(read && activeTabOf(read)).toEqual(a);
  });

  it.each([
    ["no text", null, null],
    ["not JSON", "{", null],
    ["nothing", "null", null],
    ["a tree without its groups", '{"root":{"kind":"group","id":7},"groups":[]}', null],
  ])("%s is not used", (_name, text, read) => {
    expect(parseEditors(text)).toBe(read);
  });

  it("with a broken tree keeps the first group", () => {
    const { groups } = split(open(a));
    const read = parseEditors(JSON.stringify({ root: { kind: "split", direction: "up" }, groups, activeGroup: 2 }));
    expect(read && tabsOf(read)).toEqual([[a.id]]);
  });
});

describe("the room", () => {
  const editors = split(split(open(a)), "column");

  it("is shared as the tree says", () => {
    const { groups, lines } = layOut(editors.root, { width: 1000, height: 600 });
    expect(groups).toEqual([
      { id: 1, box: { left: 0, top: 0, width: 0.5, height: 1 } },
      { id: 2, box: { left: 0.5, top: 0, width: 0.5, height: 0.5 } },
      { id: 3, box: { left: 0.5, top: 0.5, width: 0.5, height: 0.5 } },
    ]);
    expect(lines.map(({ direction, size, min, max, path }) => ({ direction, size, min, max, path }))).toEqual([
      { direction: "row", size: 500, min: least.width, max: 1000 - least.width, path: [] },
      { direction: "column", size: 300, min: least.height, max: 600 - least.height, path: [1] },
    ]);
  });

  it("changes for the two groups beside a line alone", () => {
    const three = split(split(open(a))).root;
    expect(resizeSplit(three, [], 0, 0.625)).toMatchObject({ shares: [0.625, 0.125, 0.25] });
    expect(resizeSplit(three, [], 0, 9)).toMatchObject({ shares: [0.75, 0, 0.25] });
    expect(evenSizes(three)).toMatchObject({ shares: [1 / 3, 1 / 3, 1 / 3] });
  });

  it("goes to the group that is worked in where it is not enough for all", () => {
    expect(leastSize(editors.root)).toEqual({ width: 2 * least.width, height: 2 * least.height });
    expect(drawnTree(editors.root, 3, { width: 399, height: 600 })).toEqual({ kind: "group", id: 3 });
    expect(drawnTree(editors.root, 3, { width: 400, height: 600 })).toBe(editors.root);
  });
});

it("every way of working keeps each group in the tree once, and one of them active", () => {
  const step = fc.constantFrom(
    (e: Editors) => split(e),
    (e: Editors) => split(e, "column"),
    (e: Editors) => moveToNeighbour(e, 1),
    (e: Editors) => openInGroups(e, b),
    (e: Editors) => openInGroups(e, run),
    (e: Editors) => focusGroup(e, neighbourGroup(e, -1)),
    (e: Editors) => closeInGroup(e, e.activeGroup, activeGroupOf(e).activeId ?? ""),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const editors = steps.reduce((state, next) => next(state), open(a, b));
      const order = groupOrder(editors.root);
      expect(order.toSorted()).toEqual(editors.groups.map(({ id }) => id).toSorted());
      expect(order).toContain(editors.activeGroup);
      expect(editors.groups.length === 1 || editors.groups.every(({ tabs }) => tabs.length > 0)).toBe(true);
      const read = parseEditors(formatEditors(editors));
      expect(read?.root).toEqual(editors.root);
    }),
  );
});
