import { describe, expect, it } from "vitest";
import type { KeyBinding } from "../../engine/contract/index.ts";
import { boundKeys, clashingCommands, keyMapOf, keysClash, unknownCommands } from "./key-sequences.ts";
import { normalizeKeys } from "./keys.ts";
import { allKeysOf, bindKeys, commands, keysOf, type CommandId } from "./table.ts";

const allKeys = () =>
  new Map(commands.filter(({ internal }) => !internal).map(({ id }) => [id, allKeysOf(id).map(normalizeKeys)] as const));

describe("a person's keys", () => {
  const bindings: KeyBinding[] = [
    { command: "editor.save", keys: "Shift+Ctrl+Alt+S" },
    { command: "editor.save", keys: "F12" },
    { command: "view.runs", keys: null },
    { command: "editor.open", keys: "F11" },
    { command: "no.such", keys: "F10" },
  ];
  const bound = boundKeys(commands, bindings);

  it("take the place of the table's, for the commands that are named", () => {
    expect(bound.get("editor.save")).toEqual(["Ctrl+Alt+Shift+S", "F12"]);
    expect(bound.get("view.runs")).toEqual([]);
    expect([...bound.keys()]).toEqual(["editor.save", "view.runs"]);
    expect(unknownCommands(commands, bindings)).toEqual(["editor.open", "no.such"]);
  });

  it("are shown wherever keys are shown", () => {
    bindKeys(bound);
    expect(keysOf("editor.save")).toBe("Ctrl+Alt+Shift+S");
    expect(keysOf("view.runs")).toBeUndefined();
    expect(keysOf("view.objects")).toBe("Ctrl+Shift+O");
    bindKeys(new Map());
    expect(keysOf("editor.save")).toBe("Ctrl+S");
  });

  it("win over the table's where both are the same", () => {
    const taken = boundKeys(commands, [{ command: "view.runs", keys: "Ctrl+S" }]);
    const all = new Map<CommandId, readonly string[]>([...allKeys(), ...taken]);
    expect(keyMapOf(all, taken).commands.get("Ctrl+S")).toBe("view.runs");
    expect(clashingCommands(all, "Ctrl+S", "view.runs").map(({ id }) => id)).toEqual(["editor.save"]);
  });
});

describe("sequences of two presses", () => {
  it.each([
    ["Ctrl+K", "Ctrl+K Ctrl+S", true],
    ["Ctrl+K Ctrl+S", "Ctrl+K", true],
    ["Ctrl+K Ctrl+S", "Ctrl+K Ctrl+E", false],
    ["Ctrl+K", "Ctrl+Shift+K", false],
    ["F6", "F6", true],
  ])("%s and %s get in each other's way: %s", (a, b, clash) => {
    expect(keysClash(a, b)).toBe(clash);
  });

  it("of the table begin with keys that do nothing by themselves, so that no command waits for a second press", () => {
    const all = allKeys();
    const clashes = [...all].flatMap(([id, list]) => list.flatMap((keys) => clashingCommands(all, keys, id)));
    expect(clashes).toEqual([]);
    expect([...keyMapOf(all, new Map()).prefixes]).toEqual(["Ctrl+K"]);
  });
});
