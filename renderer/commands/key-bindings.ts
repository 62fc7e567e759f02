/** The keys of every command as they are now: the table's, with those of `keybindings.json` over them. Follows the file, writes it, knows no dialog. */
import { create } from "zustand";
import type { KeyBinding, Problem } from "../../engine/contract/index.ts";
import { api } from "../api/client.ts";
import { onEngineEvents } from "../api/connection.ts";
import { boundKeys, keyMapOf, unknownCommands, type KeyMap } from "./key-sequences.ts";
import { normalizeKeys } from "./keys.ts";
import { allKeysOf, bindKeys, commands, type CommandId } from "./table.ts";

interface KeyBindingStore {
  bindings: readonly KeyBinding[];
  /** Commands that do not have the keys of the table. */
  bound: ReadonlyMap<CommandId, readonly string[]>;
  /** Every command that people may run, with its keys in one form. */
  all: ReadonlyMap<CommandId, readonly string[]>;
  map: KeyMap;
  /** Path of the file; null before the engine has said it. */
  path: string | null;
  problem: Problem | null;
  /** Names in the file that no command has. */
  unknown: readonly string[];
}

function storeOf(bindings: readonly KeyBinding[], path: string | null, problem: Problem | null): KeyBindingStore {
  const bound = boundKeys(commands, bindings);
  bindKeys(bound);
  const all = new Map(
    commands.filter(({ internal }) => internal !== true).map(({ id }) => [id, allKeysOf(id).map(normalizeKeys)] as const),
  );
  return { bindings, bound, all, map: keyMapOf(all, bound), path, problem, unknown: unknownCommands(commands, bindings) };
}

export const useKeyBindings = create<KeyBindingStore>(() => storeOf([], null, null));

function show({ bindings, path, problem }: { bindings: KeyBinding[]; path: string; problem: Problem | null }): void {
  const next = storeOf(bindings, path, problem);
  useKeyBindings.setState(next, true);
  window.desktop?.setKeys(Object.fromEntries(next.bound));
}

/** Reads the file again. Without an engine the keys stay as they are. */
export async function readKeyBindings(): Promise<void> {
  try {
    show(await api.keybindings.read.query());
  } catch {
    // The engine is away, which the screen says elsewhere.
  }
}

/** Follows the file from now on; returns how to stop. */
export function followKeyBindings(): () => void {
  return onEngineEvents((events) => {
    if (events.some(({ kind }) => kind === "keybindings")) void readKeyBindings();
  });
}

/** Gives a command these keys and no others; null: those of the table again. Throws where the file cannot be written. */
export async function rebind(id: CommandId, keys: readonly string[] | null): Promise<void> {
  const others = useKeyBindings.getState().bindings.filter(({ command }) => command !== id);
  const own: KeyBinding[] =
    keys === null ? [] : keys.length === 0 ? [{ command: id, keys: null }] : keys.map((each) => ({ command: id, keys: each }));
  show(await api.keybindings.write.mutate({ bindings: [...others, ...own] }));
}

/** Gives every command the keys of the table. A file that cannot be used is kept beside the new one. */
export async function resetAllKeys(): Promise<void> {
  show(await api.keybindings.write.mutate({ bindings: [], replace: true }));
}
