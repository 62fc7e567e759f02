/** What the palette lists for a typed text: which mode the prefix chooses, and the rows in their groups. Pure. */
import type { IconName } from "../../ui/Icon.tsx";
import { rankFuzzy, type Ranked } from "../fuzzy.ts";

export type PaletteMode = "go" | "commands" | "symbols" | "line" | "objects" | "runs" | "tabs";

export interface PaletteItem {
  id: string;
  /** What is matched and shown. */
  title: string;
  /** A quiet word after it: category, path, object. */
  fact?: string | undefined;
  icon?: IconName | undefined;
  keys?: string | undefined;
  disabledReason?: string | null;
  group: "Commands" | "Files" | "Recipes" | "Symbols" | "Lines" | "Objects" | "Runs" | "Tabs";
  /** The command it stands for: its keys can be changed. */
  command?: string;
  /** Lower is more recent; undefined for never used. */
  recency?: number | undefined;
  run: () => void;
}

export interface PaletteRow {
  item: PaletteItem;
  positions: readonly number[];
}
export interface PaletteGroup {
  title: string;
  /** Index of its first row over all groups. */
  firstIndex: number;
  rows: readonly PaletteRow[];
}

const prefixes: Record<string, PaletteMode> = { ">": "commands", "@": "symbols", ":": "line", "#": "objects", "!": "runs" };
export const prefixOf: Record<PaletteMode, string> = { go: "", commands: ">", symbols: "@", line: ":", objects: "#", runs: "!", tabs: "" };

/** `>re` is the mode "commands" with the query `re`. Tabs have no sign of their own: the palette was opened for them. */
export function readPaletteText(text: string, opened: PaletteMode = "go"): { mode: PaletteMode; query: string } {
  const mode = prefixes[text.charAt(0)] ?? (opened === "tabs" ? "tabs" : undefined);
  if (mode === "tabs") return { mode, query: text.trim() };
  return mode === undefined ? { mode: "go", query: text.trim() } : { mode, query: text.slice(1).trim() };
}

const groupsOfMode: Record<PaletteMode, readonly PaletteItem["group"][]> = {
  go: ["Files", "Recipes", "Objects", "Runs"],
  commands: ["Commands"],
  symbols: ["Symbols"],
  line: ["Lines"],
  objects: ["Objects"],
  runs: ["Runs"],
  tabs: ["Tabs"],
};

/** Lists that stay in their own order while nothing is typed, and are not matched by their words. */
const listed: ReadonlySet<PaletteMode> = new Set(["line"]);

const maxRowsPerGroup = 40;
const recencyBonus = 60;

/** The rows for a query: used lately first, then every group, best match first. */
export function paletteGroups(
  items: readonly PaletteItem[],
  mode: PaletteMode,
  query: string,
): { groups: PaletteGroup[]; shown: number; total: number } {
  const wanted = groupsOfMode[mode];
  const inMode = items.filter((item) => wanted.includes(item.group));
  const bonus = (item: PaletteItem) => (item.recency === undefined ? 0 : recencyBonus / (1 + item.recency));
  const ranked = listed.has(mode)
    ? inMode.map((item): Ranked<PaletteItem> => ({ item, positions: [] }))
    : rankFuzzy(query, inMode, (item) => item.title, bonus);
  const recent = ranked.filter(({ item }) => item.recency !== undefined).sort((a, b) => (a.item.recency ?? 0) - (b.item.recency ?? 0));
  const rest = ranked.filter(({ item }) => item.recency === undefined);
  const groups: PaletteGroup[] = [];
  let firstIndex = 0;
  const add = (title: string, all: readonly Ranked<PaletteItem>[]) => {
    const rows = all.slice(0, maxRowsPerGroup);
    if (rows.length > 0) groups.push({ title, firstIndex, rows });
    firstIndex += rows.length;
  };
  add("Used recently", recent);
  for (const group of wanted)
    add(
      group,
      rest.filter(({ item }) => item.group === group),
    );
  return { groups, shown: ranked.length, total: inMode.length };
}

const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

/** The row a key moves to: arrows go round the ends, pages stop there. Null where the key does not move. */
export function movedRow(key: string, current: number, count: number): number | null {
  const step = moves[key];
  if (step === undefined || count === 0) return null;
  const next = current + step;
  return Math.abs(step) === 1 ? (next + count) % count : Math.min(count - 1, Math.max(0, next));
}

/** The text in pieces, matched and unmatched by turns. */
export function matchedParts(text: string, positions: readonly number[]): { text: string; on: boolean; at: number }[] {
  const matched = new Set(positions);
  const parts: { text: string; on: boolean; at: number }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const on = matched.has(at);
    const last = parts.at(-1);
    if (last !== undefined && last.on === on) last.text += text.charAt(at);
    else parts.push({ text: text.charAt(at), on, at });
  }
  return parts;
}
