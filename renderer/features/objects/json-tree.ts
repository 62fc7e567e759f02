/** A JSON value as the rows of a tree, from what is unfolded. Pure. */
import type { TreeRow } from "../../ui/Tree.tsx";
import { formatCounted } from "../../ui/format.ts";

/** Children shown of one value; more would be no tree but a wall. */
const maxChildren = 1000;
const maxText = 400;

const clip = (text: string): string => (text.length > maxText ? `${text.slice(0, maxText)}…` : text);

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return `[ ${formatCounted(value.length, "item")} ]`;
  if (typeof value === "object" && value !== null) return `{ ${formatCounted(Object.keys(value).length, "key")} }`;
  return clip(JSON.stringify(value) ?? "");
}

function childrenOf(value: unknown): [string, unknown][] | null {
  if (Array.isArray(value)) return value.slice(0, maxChildren).map((child, index) => [String(index), child]);
  if (typeof value === "object" && value !== null) return Object.entries(value).slice(0, maxChildren);
  return null;
}

/** A JSON document, or one document per line. Null where the text is neither. */
export function parseJson(text: string): { value: unknown; lines: boolean } | null {
  try {
    return { value: JSON.parse(text), lines: false };
  } catch {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (lines.length < 2) return null;
    try {
      return { value: lines.map((line): unknown => JSON.parse(line)), lines: true };
    } catch {
      return null;
    }
  }
}

/** Paths are JSON pointers; the root is "". A row is unfolded where its path is in `open`. */
export function jsonRows(value: unknown, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (name: string, child: unknown, path: string, level: number): void => {
    const children = childrenOf(child);
    const expanded = children === null ? undefined : open.has(path);
    const described = describeValue(child);
    rows.push({ id: path, level, label: name, expanded, suffix: described, tooltip: `${path || "/"}  ${described}` });
    if (children === null || expanded !== true) return;
    for (const [key, grandchild] of children) {
      add(key, grandchild, `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, level + 1);
    }
    const size = Array.isArray(child) ? child.length : Object.keys(child as object).length;
    if (size > maxChildren)
      rows.push({ id: `${path}/…`, level: level + 1, label: `${formatCounted(size - maxChildren, "more is", "more are")} not shown` });
  };
  add("root", value, "", 1);
  return rows;
}
