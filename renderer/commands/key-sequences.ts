/** Which keys belong to which command once a person's own are laid over the table: pure. */
import type { KeyBinding } from "../../engine/contract/index.ts";
import { normalizeKeys } from "./keys.ts";
import type { Command, CommandId } from "./table.ts";

/** Keys of the commands that a person has bound, in the order of the file. An empty list: the command has none. */
export function boundKeys(commands: readonly Command[], bindings: readonly KeyBinding[]): Map<CommandId, readonly string[]> {
  const bound = new Map<CommandId, string[]>();
  for (const { command: name, keys } of bindings) {
    const command = commands.find(({ id, internal }) => id === name && internal !== true);
    if (command === undefined) continue;
    const list = bound.get(command.id) ?? [];
    if (keys !== null) list.push(normalizeKeys(keys));
    bound.set(command.id, list);
  }
  return bound;
}

/** Names in the file that no command has. */
export function unknownCommands(commands: readonly Command[], bindings: readonly KeyBinding[]): string[] {
  const known = new Set<string>(commands.filter(({ internal }) => internal !== true).map(({ id }) => id));
  return [...new Set(bindings.map(({ command }) => command).filter((name) => !known.has(name)))];
}

/** Whether two keys get in each other's way: they are the same, or one is how the other begins. */
export function keysClash(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);
}

/** The commands whose keys get in the way of `keys`, without `own`. */
export function clashingCommands(
  all: ReadonlyMap<CommandId, readonly string[]>,
  keys: string,
  own: CommandId | null,
): { id: CommandId; keys: string }[] {
  return [...all].flatMap(([id, list]) =>
    id === own ? [] : list.filter((other) => keysClash(other, keys)).map((other) => ({ id, keys: other })),
  );
}

export interface KeyMap {
  /** Command of a whole sequence. */
  commands: ReadonlyMap<string, CommandId>;
  /** First presses of sequences of two. */
  prefixes: ReadonlySet<string>;
}

/** What each sequence does. Where two commands have the same keys, the one that a person has bound wins, then the later one of the table. */
export function keyMapOf(all: ReadonlyMap<CommandId, readonly string[]>, bound: ReadonlyMap<CommandId, unknown>): KeyMap {
  const map = new Map<string, CommandId>();
  const ordered = [...all].sort(([a], [b]) => Number(bound.has(a)) - Number(bound.has(b)));
  for (const [id, list] of ordered) for (const keys of list) map.set(keys, id);
  const prefixes = new Set([...map.keys()].filter((keys) => keys.includes(" ")).map((keys) => keys.split(" ")[0] ?? ""));
  return { commands: map, prefixes };
}
