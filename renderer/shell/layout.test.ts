import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultLayout, drawnLayout, limits, parseLayout, reduceLayout, shapeOf } from "./layout.ts";

const wide = shapeOf(1440, 900);
const medium = shapeOf(1000, 800);
const narrow = shapeOf(800, 900);

describe("shapeOf", () => {
  it.each([
    [1440, false, false],
    [1100, false, false],
    [1099, true, false],
    [900, true, false],
    [899, true, true],
  ])("%d px wide", (width, inspectorInPanel, sideOverlays) => {
    expect(shapeOf(width, 800)).toMatchObject({ inspectorInPanel, sideOverlays });
  });
});

describe("reduceLayout", () => {
  it("closes the side bar when its own view is pressed again", () => {
    const closed = reduceLayout(defaultLayout, { kind: "press-view", view: "storlets" });
    expect(closed.sideOpen.docked).toBe(false);
    expect(reduceLayout(closed, { kind: "press-view", view: "runs" })).toMatchObject({ view: "runs", sideOpen: { docked: true } });
  });

  it("opens the side bar over the editor only when asked, and leaves the docked one as it was", () => {
    const over = reduceLayout(defaultLayout, { kind: "side-mode", mode: "over" });
    expect(drawnLayout(over, narrow).sideVisible).toBe(false);
    const shown = reduceLayout(over, { kind: "press-view", view: "objects" });
    expect(drawnLayout(shown, narrow).sideVisible).toBe(true);
    expect(drawnLayout(reduceLayout(shown, { kind: "close-overlay" }), narrow).sideVisible).toBe(false);
    expect(drawnLayout(reduceLayout(shown, { kind: "side-mode", mode: "docked" }), wide).sideVisible).toBe(true);
    expect(parseLayout(JSON.stringify(shown))?.sideOpen.over).toBe(false);
  });

  it("toggles Invoke as a region where there is room and as a tab where there is not", () => {
    expect(reduceLayout(defaultLayout, { kind: "toggle-inspector", shape: wide }).inspectorOpen.work).toBe(false);
    const tab = reduceLayout(defaultLayout, { kind: "toggle-inspector", shape: medium });
    expect(tab).toMatchObject({ panelOpen: { work: true }, panelTab: "invoke", inspectorOpen: { work: true } });
    expect(reduceLayout(tab, { kind: "toggle-inspector", shape: medium }).panelOpen.work).toBe(false);
  });

  it("leaves Welcome the window, without closing what is open at work", () => {
    const welcome = reduceLayout(defaultLayout, { kind: "front", front: "welcome" });
    expect(drawnLayout(welcome, wide)).toMatchObject({ panelVisible: false, inspectorVisible: false });
    const shown = reduceLayout(welcome, { kind: "show-panel", tab: "logs" });
    expect(drawnLayout(shown, wide).panelVisible).toBe(true);
    expect(drawnLayout(reduceLayout(shown, { kind: "front", front: "work" }), wide)).toMatchObject({
      panelVisible: true,
      inspectorVisible: true,
    });
  });

  it("gives objects their own inspector, panel tab and sizes, with Invoke one action away", () => {
    const objects = reduceLayout(defaultLayout, { kind: "front", front: "objects" });
    expect(drawnLayout(objects, wide)).toMatchObject({
      panelTab: "preview",
      inspectorPane: "object",
      inspectorWidth: 336,
      panelHeight: 372,
    });
    const invoke = reduceLayout(objects, { kind: "show-inspector", shape: wide });
    expect(drawnLayout(invoke, wide).inspectorPane).toBe("invoke");
    expect(drawnLayout(reduceLayout(objects, { kind: "show-inspector", shape: narrow }), narrow).panelTab).toBe("invoke");
    const logs = reduceLayout(invoke, { kind: "show-panel", tab: "problems" });
    const work = reduceLayout(logs, { kind: "front", front: "work" });
    expect(drawnLayout(work, wide)).toMatchObject({ panelTab: "logs", inspectorPane: "invoke", inspectorWidth: 412 });
    expect(drawnLayout(reduceLayout(work, { kind: "front", front: "objects" }), wide)).toMatchObject({
      panelTab: "problems",
      inspectorPane: "object",
    });
  });

  it("keeps two panel heights: with and without Invoke in it", () => {
    const layout = reduceLayout(defaultLayout, { kind: "resize", region: "panel", size: 500, shape: narrow });
    expect([layout.tallPanelHeight, layout.panelHeight]).toEqual([500, defaultLayout.panelHeight]);
    expect(reduceLayout(layout, { kind: "reset-size", region: "panel", shape: narrow }).tallPanelHeight).toBe(
      defaultLayout.tallPanelHeight,
    );
  });

  it("folds and unfolds a section", () => {
    const folded = reduceLayout(defaultLayout, { kind: "toggle-section", section: "recent-runs" });
    expect(folded.foldedSections).toEqual(["recent-runs"]);
    expect(reduceLayout(folded, { kind: "toggle-section", section: "recent-runs" })).toEqual(defaultLayout);
  });
});

describe("drawnLayout", () => {
  it("leaves room for the editor in every window", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 480, max: 4000 }),
        fc.integer({ min: 400, max: 2400 }),
        fc.integer({ min: 0, max: 5000 }),
        (width, height, size) => {
          const shape = shapeOf(width, height);
          const layout = { ...defaultLayout, sideWidth: size, inspectorWidth: size, panelHeight: size, tallPanelHeight: size };
          const drawn = drawnLayout(layout, shape);
          const taken = 48 + (shape.sideOverlays ? 0 : drawn.sideWidth) + (drawn.inspectorVisible ? drawn.inspectorWidth : 0);
          expect(width - taken).toBeGreaterThanOrEqual(limits.editor.minWidth);
          expect(height - drawn.panelHeight).toBeGreaterThanOrEqual(limits.editor.minHeight);
        },
      ),
    );
  });

  it("gives the wished sizes back when the window grows", () => {
    const layout = { ...defaultLayout, sideWidth: 480, inspectorWidth: 640 };
    expect(drawnLayout(layout, shapeOf(1100, 800)).inspectorWidth).toBeLessThan(640);
    expect(drawnLayout(layout, wide)).toMatchObject({ sideWidth: 480, inspectorWidth: 640 });
  });

  it("shows Logs where Invoke is no tab", () => {
    const layout = { ...defaultLayout, panelTab: "invoke" as const };
    expect(drawnLayout(layout, wide).panelTab).toBe("logs");
    expect(drawnLayout(layout, medium).panelTab).toBe("invoke");
  });
});

describe("parseLayout", () => {
  it("reads what was written", () => {
    const layout = reduceLayout(defaultLayout, { kind: "show-view", view: "runs" });
    expect(parseLayout(JSON.stringify(layout))).toEqual(layout);
  });

  it.each([[null], ["{"], ["3"]])("answers null for %s", (text) => {
    expect(parseLayout(text)).toBeNull();
  });

  it("replaces fields of another kind by their default", () => {
    expect(parseLayout(JSON.stringify({ sideWidth: "wide", view: "nowhere", panelTab: 3, panelOpen: true, panelMaximized: true }))).toEqual(
      {
        ...defaultLayout,
        panelMaximized: true,
      },
    );
  });
});
