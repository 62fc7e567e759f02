import { describe, expect, it } from "vitest";
import { commands as commandTable } from "../../renderer/commands/table.ts";
import { planMenu, toAccelerator, type MenuCommand } from "./menu.ts";

const commands: MenuCommand[] = [
  { id: "file.save", title: "Save and deploy", category: "File", keys: ["Ctrl+S"] },
  { id: "run.invoke", title: "Run", category: "Run", keys: ["Ctrl+Enter", "F5"] },
  { id: "run.cancel", title: "Cancel the run", category: "Run" },
  { id: "view.logs", title: "Show logs", category: "View", keys: ["Ctrl+K L"] },
  { id: "help.keys", title: "Keyboard shortcuts", category: "Help" },
  { id: "run.show", title: "Show a run", category: "Run", internal: true },
];

function plan(platform: NodeJS.Platform, developer = false, clicked: string[] = []) {
  return planMenu({ commands, platform, appName: "Storlet Studio", developer, onCommand: (id) => clicked.push(id) });
}

function labels(platform: NodeJS.Platform): string[] {
  return plan(platform).map((menu) => menu.label ?? menu.role ?? "");
}

describe("planMenu", () => {
  it.each([
    { platform: "linux", expected: ["File", "Edit", "View", "Run", "windowMenu", "Help"] },
    { platform: "win32", expected: ["File", "Edit", "View", "Run", "windowMenu", "Help"] },
    { platform: "darwin", expected: ["Storlet Studio", "File", "Edit", "View", "Run", "windowMenu", "Help"] },
  ] as const)("has its menus in order on $platform", ({ platform, expected }) => {
    expect(labels(platform)).toEqual(expected);
  });

  it("holds every command of the table that people may choose, once", () => {
    const ids = plan("linux")
      .flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : []))
      .flatMap((item) => (item.id === undefined ? [] : [item.id]));
    expect(ids.toSorted()).toEqual(["file.save", "help.keys", "run.cancel", "run.invoke", "view.logs"]);
  });

  it("sends the id of the command that was chosen", () => {
    const clicked: string[] = [];
    const run = plan("linux", false, clicked).find((menu) => menu.label === "Run");
    const items = Array.isArray(run?.submenu) ? run.submenu : [];
    for (const item of items) (item.click as () => void)();
    expect(clicked).toEqual(["run.invoke", "run.cancel"]);
  });

  it("shows keys without claiming them", () => {
    const file = plan("linux").find((menu) => menu.label === "File");
    const save = Array.isArray(file?.submenu) ? file.submenu[0] : undefined;
    expect(save).toMatchObject({ label: "Save and deploy", accelerator: "Control+S", registerAccelerator: false });
  });

  it("says in words the keys that an accelerator cannot", () => {
    const view = plan("linux").find((menu) => menu.label === "View");
    const logs = Array.isArray(view?.submenu) ? view.submenu[0] : undefined;
    expect(logs).toMatchObject({ label: "Show logs (Ctrl+K L)" });
    expect(logs).not.toHaveProperty("accelerator");
  });

  it("offers developer tools to developers alone", () => {
    const text = (developer: boolean): string => JSON.stringify(plan("linux", developer));
    expect(text(true)).toContain("toggleDevTools");
    expect(text(false)).not.toContain("toggleDevTools");
  });
});

describe("toAccelerator", () => {
  it.each([
    ["Ctrl+S", "linux", "Control+S"],
    ["Ctrl+S", "darwin", "Command+S"],
    ["Ctrl+Shift+P", "win32", "Control+Shift+P"],
    ["Ctrl+Enter", "linux", "Control+Enter"],
    ["F5", "linux", "F5"],
    ["Shift+F8", "linux", "Shift+F8"],
    ["Alt+ArrowUp", "linux", "Alt+Up"],
    ["Ctrl+`", "linux", "Control+`"],
    ["Ctrl++", "linux", "Control+Plus"],
    ["Ctrl+K Z", "linux", null],
    ["Ctrl+Nonsense", "linux", null],
  ] as const)("%s on %s -> %s", (keys, platform, expected) => {
    expect(toAccelerator(keys, platform)).toBe(expected);
  });

  it("can say the keys of every command there is", () => {
    const keys = commandTable.flatMap((command) => command.keys ?? []).filter((text) => !text.includes(" "));
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((text) => toAccelerator(text, "linux") === null)).toEqual([]);
  });
});
