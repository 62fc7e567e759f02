import { describe, expect, it } from "vitest";
import { treeMove, type TreeMove } from "./tree-keys.ts";

const rows = [
  { level: 1, label: "csv_filter", expanded: true },
  { level: 2, label: "csv_filter.py" },
  { level: 2, label: "storlet.yaml" },
  { level: 1, label: "word_count", expanded: false },
];

describe("treeMove", () => {
  it.each<[string, number, TreeMove | null]>([
    ["ArrowDown", 0, { kind: "focus", index: 1 }],
    ["ArrowDown", 3, { kind: "focus", index: 3 }],
    ["ArrowUp", 0, { kind: "focus", index: 0 }],
    ["Home", 2, { kind: "focus", index: 0 }],
    ["End", 0, { kind: "focus", index: 3 }],
    ["Enter", 1, { kind: "open" }],
    ["ArrowRight", 0, { kind: "focus", index: 1 }],
    ["ArrowRight", 3, { kind: "toggle" }],
    ["ArrowRight", 1, null],
    ["ArrowLeft", 0, { kind: "toggle" }],
    ["ArrowLeft", 2, { kind: "focus", index: 0 }],
    ["ArrowLeft", 3, null],
    ["w", 0, { kind: "focus", index: 3 }],
    ["c", 0, { kind: "focus", index: 1 }],
    ["c", 1, { kind: "focus", index: 0 }],
    ["F5", 0, null],
  ])("%s on row %d", (key, index, move) => {
    expect(treeMove(key, index, rows)).toEqual(move);
  });

  it("does nothing in an empty tree", () => {
    expect(treeMove("ArrowDown", 0, [])).toBeNull();
  });
});
