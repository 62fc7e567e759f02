/** Where editor groups and the lines between them lie: pure. Places are parts of the editor area from 0 to 1, sizes of lines CSS pixels. */
import { groupOrder, type SplitDirection, type SplitNode } from "./groups.ts";

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface SplitLine {
  /** Way to the split that the line is in, and which of its lines it is. */
  path: readonly number[];
  index: number;
  direction: SplitDirection;
  box: Box;
  /** Extent of the split along its direction, in CSS pixels. */
  room: number;
  /** Of the part before the line, in CSS pixels. */
  size: number;
  min: number;
  max: number;
}

export const least = { width: 200, height: 110 } as const;

interface SplitLayout {
  groups: readonly { id: number; box: Box }[];
  lines: readonly SplitLine[];
}

/** Every group and line of a tree in an area of this size. */
export function layOut(root: SplitNode, area: { width: number; height: number }): SplitLayout {
  const groups: { id: number; box: Box }[] = [];
  const lines: SplitLine[] = [];
  const place = (node: SplitNode, box: Box, path: readonly number[]): void => {
    if (node.kind === "group") {
      groups.push({ id: node.id, box });
      return;
    }
    const isRow = node.direction === "row";
    const room = isRow ? box.width * area.width : box.height * area.height;
    const smallest = isRow ? least.width : least.height;
    let at = 0;
    node.children.forEach((child, index) => {
      const share = node.shares[index] ?? 0;
      const part = isRow
        ? { ...box, left: box.left + at * box.width, width: share * box.width }
        : { ...box, top: box.top + at * box.height, height: share * box.height };
      place(child, part, [...path, index]);
      at += share;
      if (index === node.children.length - 1) return;
      const size = share * room;
      const next = (node.shares[index + 1] ?? 0) * room;
      const line = isRow ? { ...box, left: box.left + at * box.width, width: 0 } : { ...box, top: box.top + at * box.height, height: 0 };
      lines.push({
        path,
        index,
        direction: node.direction,
        box: line,
        room,
        size,
        min: smallest,
        max: Math.max(smallest, size + next - smallest),
      });
    });
  };
  place(root, { left: 0, top: 0, width: 1, height: 1 }, []);
  return { groups, lines };
}

/** The room that a tree needs so that every group can be used, in CSS pixels. */
export function leastSize(node: SplitNode): { width: number; height: number } {
  if (node.kind === "group") return { ...least };
  const sizes = node.children.map(leastSize);
  const sum = (of: "width" | "height") => sizes.reduce((total, size) => total + size[of], 0);
  const most = (of: "width" | "height") => Math.max(...sizes.map((size) => size[of]));
  return node.direction === "row" ? { width: sum("width"), height: most("height") } : { width: most("width"), height: sum("height") };
}

/** What is drawn of a tree: all of it, or only the group that is worked in where there is no room for all. */
export function drawnTree(root: SplitNode, activeGroup: number, area: { width: number; height: number } | null): SplitNode {
  if (root.kind === "group" || area === null) return root;
  const need = leastSize(root);
  if (area.width >= need.width && area.height >= need.height) return root;
  return { kind: "group", id: groupOrder(root).includes(activeGroup) ? activeGroup : (groupOrder(root)[0] ?? activeGroup) };
}
