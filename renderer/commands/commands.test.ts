import { describe, expect, it } from "vitest";
import { keysOfEvent, normalizeKeys, parseKeys, formatKeys } from "./keys.ts";
import { commands, keysOf } from "./table.ts";

describe("command table", () => {
  it("has every id once", () => {
    const ids = commands.map((command) => command.id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it("has every key once", () => {
    const keys = commands.flatMap((command) => (command.keys ?? []).map(normalizeKeys));
    expect(keys).toEqual([...new Set(keys)]);
  });

  it("gives no key to a command that only callers run", () => {
    expect(commands.filter((command) => command.internal && command.keys !== undefined)).toEqual([]);
  });

  it("has no shortcut that is a lone letter or digit", () => {
    const lone = commands.flatMap((command) => command.keys ?? []).filter((keys) => /^(Shift\+)?.( |$)/.test(keys));
    expect(lone).toEqual([]);
  });

  it.each(commands.map((command) => [command.id, command.title] as const))("%s has a title in sentence case", (_id, title) => {
    expect(title).toMatch(/^[A-Z][^A-Z]/);
    expect(title).not.toMatch(/[.!]$/);
  });

  it("keeps the keys people know", () => {
    expect(keysOf("editor.save")).toBe("Ctrl+S");
    expect(keysOf("invoke.run")).toBe("Ctrl+Enter");
    expect(keysOf("region.next")).toBe("F6");
  });
});

describe("keys", () => {
  it.each(["Ctrl+Shift+P", "F6", "Ctrl+Alt+B", "Alt+PageDown", "Ctrl+Enter"])("reads and writes %s", (text) => {
    const press = parseKeys(text);
    expect(parseKeys(formatKeys(press))).toEqual(press);
  });

  it("does not mind the order of modifiers", () => {
    expect(normalizeKeys("Shift+Ctrl+P")).toBe(normalizeKeys("Ctrl+Shift+P"));
  });

  it("refuses a modifier it does not know", () => {
    expect(() => parseKeys("Hyper+P")).toThrow("Hyper");
  });

  const event = (fields: Partial<Parameters<typeof keysOfEvent>[0]>) => ({
    key: "",
    code: "",
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    ...fields,
  });

  it.each([
    ["a letter", event({ key: "s", code: "KeyS", ctrlKey: true }), false, "Ctrl+S"],
    ["a shifted letter", event({ key: "P", code: "KeyP", ctrlKey: true, shiftKey: true }), false, "Ctrl+Shift+P"],
    ["a letter on another layout", event({ key: "я", code: "KeyZ", ctrlKey: true }), false, "Ctrl+Z"],
    ["a letter that Alt turns into a sign", event({ key: "∑", code: "KeyW", altKey: true }), true, "Alt+W"],
    ["the command key of a Mac", event({ key: "s", code: "KeyS", metaKey: true }), true, "Ctrl+S"],
    ["Control on a Mac, which is another key", event({ key: "s", code: "KeyS", ctrlKey: true }), true, "S"],
    ["a function key", event({ key: "F6", code: "F6", shiftKey: true }), false, "Shift+F6"],
    ["Enter", event({ key: "Enter", code: "Enter", ctrlKey: true }), false, "Ctrl+Enter"],
    ["a lone modifier", event({ key: "Control", code: "ControlLeft", ctrlKey: true }), false, null],
  ] as const)("reads %s", (_name, pressed, mac, keys) => {
    expect(keysOfEvent(pressed, mac)).toBe(keys);
  });
});
