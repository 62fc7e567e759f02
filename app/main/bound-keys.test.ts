import { describe, expect, it } from "vitest";
import { followBoundKeys, withBoundKeys } from "./bound-keys.ts";
import type { ElectronModule } from "./electron-module.ts";

const origin = "http://127.0.0.1:28080";

/** What the page's call would run, and the keys that came of it. */
function listen() {
  const heard: [string, readonly string[]][][] = [];
  let answer: (event: unknown, keys: unknown) => unknown = () => {};
  const electron = { ipcMain: { handle: (_channel: string, listener: typeof answer) => (answer = listener) } } as unknown as ElectronModule;
  followBoundKeys({ electron, engineOrigin: () => origin, onKeys: (keys) => heard.push([...keys]) });
  return { heard, call: (url: string, keys: unknown) => answer({ senderFrame: { url } }, keys) };
}

describe("keys that a person has bound", () => {
  it("come from the engine's page", () => {
    const { heard, call } = listen();
    call(`${origin}/`, { "view.runs": ["F9"], "editor.save": [] });
    expect(heard).toEqual([
      [
        ["view.runs", ["F9"]],
        ["editor.save", []],
      ],
    ]);
  });

  it.each([
    ["another page", "http://127.0.0.1:9/", {}],
    ["no address", "", {}],
    ["no object", `${origin}/`, 7],
    ["keys that are no list", `${origin}/`, { "view.runs": "F9" }],
    ["a list of other things", `${origin}/`, { "view.runs": [9] }],
  ])("are refused from %s", (_name, url, keys) => {
    const { heard, call } = listen();
    expect(() => call(url, keys)).toThrow(/page|Keys|list/);
    expect(heard).toEqual([]);
  });

  it("take the place of the table's", () => {
    const commands = [
      { id: "view.runs", title: "Show runs", category: "View", keys: ["Ctrl+Shift+H"] },
      { id: "view.logs", title: "Show logs", category: "View", keys: ["Ctrl+Shift+U"] },
    ];
    expect(withBoundKeys(commands, new Map([["view.runs", []]])).map(({ keys }) => keys)).toEqual([[], ["Ctrl+Shift+U"]]);
  });
});
