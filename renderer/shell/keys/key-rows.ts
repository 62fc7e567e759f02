/** The rows of the sheet of keys: which commands a search finds, and what is to be said of their keys. Pure. */
import { fuzzyMatch } from "../../commands/fuzzy.ts";
import { clashingCommands } from "../../commands/key-sequences.ts";
import { normalizeKeys } from "../../commands/keys.ts";
import { commandOf, commands, type Command, type CommandId } from "../../commands/table.ts";

export interface KeyRow {
  command: Command;
  /** As bound now. */
  keys: readonly string[];
  /** Other than in the table. */
  changed: boolean;
  /** Titles of commands with the same keys. */
  clashes: readonly string[];
}

/** Every command that people may run, with its keys. */
export function keyRows(all: ReadonlyMap<CommandId, readonly string[]>, bound: ReadonlyMap<CommandId, unknown>): KeyRow[] {
  return commands.flatMap((command): KeyRow[] => {
    const keys = all.get(command.id);
    if (keys === undefined) return [];
    const clashes = keys.flatMap((each) => clashingCommands(all, each, command.id).map(({ id }) => commandOf(id).title));
    return [{ command, keys, changed: bound.has(command.id), clashes: [...new Set(clashes)] }];
  });
}

/** Rows whose words or keys hold what is typed; `keys:` before it, or a sign of keys in it, looks at keys alone. */
export function findKeyRows(rows: readonly KeyRow[], query: string, only: "all" | "changed" | "clashes"): KeyRow[] {
  const wanted = rows.filter((row) => only === "all" || (only === "changed" ? row.changed : row.clashes.length > 0));
  const text = query.trim();
  if (text === "") return wanted;
  const plain = text.toLowerCase().replaceAll(/\s*\+\s*/g, "+");
  const byKeys = wanted.filter(({ keys }) => keys.some((each) => each.toLowerCase().includes(plain)));
  if (plain.includes("+")) return byKeys;
  const byWords = wanted.filter(
    ({ command }) =>
      [command.title, command.category, command.id].some((words) => words.toLowerCase().includes(plain)) || fuzzyStart(text, command.title),
  );
  return wanted.filter((row) => byKeys.includes(row) || byWords.includes(row));
}

const fuzzyStart = (query: string, title: string): boolean => query.length > 2 && (fuzzyMatch(query, title)?.score ?? 0) > 20;

/** Why keys cannot be a shortcut; null where they can. */
export function refuseKeys(keys: string): string | null {
  const first = normalizeKeys(keys).split(" ")[0] ?? "";
  const plain = first.replace(/^Shift\+/, "");
  // A sign alone would be taken from everyone who types, or speaks, text.
  if ([...plain].length === 1) return "A letter, digit or sign alone is for typing: add Ctrl or Alt.";
  if (
    ["Tab", "Enter", "Escape", "Backspace", "Delete", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", " "].includes(plain)
  )
    return "This key moves and types everywhere: add Ctrl or Alt.";
  return null;
}

/** The presses so far with one more: a third one begins anew. */
export function addPress(keys: string | null, press: string): string {
  return keys === null || keys.includes(" ") ? press : `${keys} ${press}`;
}
