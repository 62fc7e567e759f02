import { describe, expect, it } from "vitest";
import { nextRegion } from "./regions.ts";
import { closeTab, fileTab, neighbourTab, objectTab, openTab, parseTabs, tabTitle, welcomeTab, type TabState } from "./tabs.ts";

const empty: TabState = { tabs: [], activeId: null, history: [] };
const a = fileTab("storlets/a/a.py");
const b = fileTab("storlets/b/b.py");
const c = objectTab("logs", "2026/app.log");
const open = (...tabs: Parameters<typeof openTab>[1][]) => tabs.reduce(openTab, empty);

describe("tabs", () => {
  it("opens after the one in front and never twice", () => {
    const state = openTab(openTab(open(welcomeTab, a), welcomeTab), b);
    expect(state.tabs).toEqual([welcomeTab, b, a]);
    expect(openTab(state, a)).toMatchObject({ tabs: [welcomeTab, b, a], activeId: a.id });
  });

  it("brings the one used before to the front when the one in front closes", () => {
    const state = openTab(open(a, b, c), a);
    expect(closeTab(state, a.id).activeId).toBe(c.id);
    expect(closeTab(state, b.id).activeId).toBe(a.id);
    expect(closeTab(open(a), a.id)).toEqual(empty);
  });

  it("walks round the ends", () => {
    const state = open(a, b, c);
    expect(neighbourTab(state, 1)).toEqual(a);
    expect(neighbourTab(state, -1)).toEqual(b);
    expect(neighbourTab(empty, 1)).toBeUndefined();
  });

  it("reads what was written and drops what it does not know", () => {
    const state = open(welcomeTab, a, c);
    expect(parseTabs(JSON.stringify(state))).toMatchObject({ tabs: state.tabs, activeId: c.id });
    expect(parseTabs(JSON.stringify({ tabs: [{ kind: "run" }, { kind: "file" }, a], activeId: "gone" }))).toMatchObject({
      tabs: [a],
      activeId: a.id,
    });
    expect(parseTabs("[]")).toBeNull();
  });

  it("is named after the last part of the path", () => {
    expect([welcomeTab, a, c].map(tabTitle)).toEqual(["Welcome", "a.py", "app.log"]);
  });
});

describe("nextRegion", () => {
  const present = ["activity", "side", "editor", "status"] as const;
  it.each([
    ["side", 1, "editor"],
    ["editor", 1, "status"],
    ["status", 1, "activity"],
    ["activity", -1, "status"],
    [null, 1, "activity"],
    [null, -1, "status"],
    ["panel", 1, "activity"],
  ] as const)("from %s by %d", (current, step, next) => {
    expect(nextRegion(present, current, step)).toBe(next);
  });
});
