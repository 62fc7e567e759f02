/** What a key does in a tree (APG tree pattern), as a pure function. */

interface TreeKeyRow {
  level: number;
  label: string;
  expanded?: boolean | undefined;
}

export type TreeMove = { kind: "focus"; index: number } | { kind: "toggle" } | { kind: "open" };

/** The move a key makes from row `index`, or null where the key means nothing here. */
export function treeMove(key: string, index: number, rows: readonly TreeKeyRow[]): TreeMove | null {
  const row = rows[index];
  if (row === undefined) return null;
  const focus = (next: number): TreeMove => ({ kind: "focus", index: Math.min(rows.length - 1, Math.max(0, next)) });
  if (key === "ArrowDown") return focus(index + 1);
  if (key === "ArrowUp") return focus(index - 1);
  if (key === "PageDown") return focus(index + 10);
  if (key === "PageUp") return focus(index - 10);
  if (key === "Home") return focus(0);
  if (key === "End") return focus(rows.length - 1);
  if (key === "Enter" || key === " ") return { kind: "open" };
  if (key === "ArrowRight") {
    if (row.expanded === false) return { kind: "toggle" };
    return row.expanded === true && (rows[index + 1]?.level ?? 0) > row.level ? focus(index + 1) : null;
  }
  if (key === "ArrowLeft") {
    if (row.expanded === true) return { kind: "toggle" };
    for (let above = index - 1; above >= 0; above -= 1) if ((rows[above]?.level ?? 0) < row.level) return focus(above);
    return null;
  }
  if (/^[\p{L}\p{N}_.]$/u.test(key)) {
    const letter = key.toLowerCase();
    for (let step = 1; step <= rows.length; step += 1) {
      const next = (index + step) % rows.length;
      if (rows[next]?.label.toLowerCase().startsWith(letter)) return focus(next);
    }
  }
  return null;
}
