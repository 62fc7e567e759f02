import { describe, expect, it } from "vitest";
import { boundKeys } from "../../commands/key-sequences.ts";
import { normalizeKeys } from "../../commands/keys.ts";
import { commands, type CommandId } from "../../commands/table.ts";
import { addPress, findKeyRows, keyRows, refuseKeys } from "./key-rows.ts";

const bound = boundKeys(commands, [{ command: "view.runs", keys: "Ctrl+S" }]);
const all = new Map<CommandId, readonly string[]>([
  ...commands.filter(({ internal }) => !internal).map(({ id, keys = [] }) => [id, keys.map(normalizeKeys)] as const),
  ...bound,
]);
const rows = keyRows(all, bound);
const found = (query: string, only: "all" | "changed" | "clashes" = "all") =>
  findKeyRows(rows, query, only).map(({ command }) => command.id);

describe("the sheet of keys", () => {
  it("has every command that people may run, and no other", () => {
    expect(found("")).toEqual(commands.filter(({ internal }) => !internal).map(({ id }) => id));
  });

  it("finds by words, by id and by keys", () => {
    expect(found("deploy the storlet")).toEqual(["storlet.deployCurrent"]);
    expect(found("theme.hcDark")).toEqual(["theme.hcDark"]);
    expect(found("ctrl + shift + u")).toEqual(["logs.show"]);
    expect(found("f6")).toEqual(["region.next", "region.previous"]);
    expect(found("zzz")).toEqual([]);
  });

  it("shows what is changed and what clashes", () => {
    expect(found("", "changed")).toEqual(["view.runs"]);
    expect(found("", "clashes")).toEqual(["editor.save", "view.runs"]);
    expect(rows.find(({ command }) => command.id === "view.runs")?.clashes).toEqual(["Save, check and deploy"]);
  });

  it.each([
    ["A", false],
    ["Shift+A", false],
    ["Shift+Tab", false],
    ["Enter", false],
    ["F2", true],
    ["Ctrl+A", true],
    ["Ctrl+K A", true],
    ["Alt+ArrowUp", true],
  ])("takes %s: %s", (keys, taken) => {
    expect(refuseKeys(keys) === null).toBe(taken);
  });

  it("takes two presses in a row and begins anew with the third", () => {
    expect(["Ctrl+K", "Ctrl+S", "F6"].reduce<string | null>(addPress, null)).toBe("F6");
    expect(addPress("Ctrl+K", "Ctrl+S")).toBe("Ctrl+K Ctrl+S");
  });
});
