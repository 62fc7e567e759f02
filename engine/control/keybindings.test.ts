import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keySequenceSchema } from "../contract/index.ts";
import { createKeyBindings } from "./keybindings.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "studio-keys-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = () => join(directory, "keybindings.json");
const bound = [
  { command: "editor.save", keys: "Ctrl+Alt+S" },
  { command: "view.runs", keys: null },
];

describe("keybindings.json", () => {
  it("is empty until somebody binds a key, and reads what was written", async () => {
    using keys = createKeyBindings({ directory, onChange: () => {} });
    expect(await keys.read()).toEqual({ path: file(), bindings: [], problem: null });
    await keys.write(bound, false);
    expect(await keys.read()).toEqual({ path: file(), bindings: bound, problem: null });
    expect(readFileSync(file(), "utf8").split("\n")[1]).toBe('  {"command":"editor.save","keys":"Ctrl+Alt+S"},');
  });

  it.each([
    ["not JSON", "{ nothing"],
    ["another form", '{"editor.save": "Ctrl+S"}'],
    ["keys that are none", '[{"command": "editor.save", "keys": "Hyper+S"}]'],
    ["a field too many", '[{"command": "editor.save", "keys": "Ctrl+S", "when": "always"}]'],
  ])("%s is a problem, and is not written over until somebody says so", async (_name, text) => {
    writeFileSync(file(), text);
    using keys = createKeyBindings({ directory, onChange: () => {} });
    const read = await keys.read();
    expect(read.bindings).toEqual([]);
    expect(read.problem).toMatchObject({ code: "BAD_INPUT" });
    expect(read.problem?.message).toContain(file());
    await expect(keys.write(bound, false)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(readFileSync(file(), "utf8")).toBe(text);
    await keys.write([], true);
    expect(await keys.read()).toMatchObject({ bindings: [], problem: null });
    expect(readFileSync(`${file()}.bad`, "utf8")).toBe(text);
  });

  it("tells when another program writes it", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    using keys = createKeyBindings({ directory, onChange: resolve });
    writeFileSync(file(), JSON.stringify(bound));
    await promise;
    expect((await keys.read()).bindings).toEqual(bound);
  });
});

describe("keySequenceSchema", () => {
  it.each(["Ctrl+S", "F6", "Ctrl+K Ctrl+S", "Ctrl+\\", "Ctrl++", "Alt+PageDown", "Ctrl+=", "Ctrl+1"])("takes %s", (keys) => {
    expect(keySequenceSchema.safeParse(keys).success).toBe(true);
  });
  it.each(["", "ctrl+s", "Ctrl+", "Ctrl+K Ctrl+S Ctrl+T", "Hyper+S", "Ctrl+K  S", "s"])("refuses %j", (keys) => {
    expect(keySequenceSchema.safeParse(keys).success).toBe(false);
  });
});
