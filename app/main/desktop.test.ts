import { describe, expect, it } from "vitest";
import { runDesktop } from "./desktop.ts";
import { createElectronStandIn, createFakeClock, FakeEngine } from "./electron-stand-in.ts";

const commands = [{ id: "file.save", title: "Save", category: "File", keys: ["Ctrl+S"] }];
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function startDesktop({ failingLoads = 0 } = {}) {
  const standIn = createElectronStandIn({ failingLoads });
  const clock = createFakeClock();
  const engines: FakeEngine[] = [];
  const written: [string, string][] = [];
  const running = runDesktop({
    electron: standIn.electron,
    preload: "/app/out/app/preload.cjs",
    commands,
    platform: "linux",
    clock,
    forkEngine() {
      const engine = new FakeEngine(100 + engines.length);
      engines.push(engine);
      return Promise.resolve(engine);
    },
    kill: () => {},
    writeFile(path, data) {
      written.push([path, new TextDecoder().decode(data)]);
      return Promise.resolve();
    },
  });
  return { ...standIn, clock, engines, written, running };
}

/** The shell with a ready engine and its window. */
async function startedDesktop(options = {}) {
  const desktop = await startDesktop(options);
  desktop.becomeReady();
  await desktop.running;
  await turn();
  const engine = desktop.engines[0];
  if (engine === undefined) throw new Error("No engine was started.");
  await engine.sayReady(28080);
  const window = desktop.windows[0];
  if (window === undefined) throw new Error("No window was opened.");
  return { ...desktop, engine, window };
}

describe("runDesktop: start order", () => {
  it("starts no engine before Electron is ready, and no window before the engine is", async () => {
    const desktop = await startDesktop();
    await turn();
    expect(desktop.engines).toHaveLength(0);
    desktop.becomeReady();
    await desktop.running;
    await turn();
    expect(desktop.engines).toHaveLength(1);
    expect(desktop.menu().length).toBeGreaterThan(0);
    expect(desktop.windows).toHaveLength(0);
    await desktop.engines[0]?.sayReady(28080);
    expect(desktop.windows[0]?.calls).toEqual(["load http://127.0.0.1:28080/?token=t"]);
    desktop.windows[0]?.emit("ready-to-show");
    expect(desktop.windows[0]?.calls.at(-1)).toBe("show");
  });

  it("quits at once where another instance runs", async () => {
    const standIn = createElectronStandIn({ isFirstInstance: false });
    await runDesktop({
      electron: standIn.electron,
      preload: "",
      commands,
      platform: "linux",
      clock: createFakeClock(),
      forkEngine: () => Promise.reject(new Error("must not be called")),
      kill: () => {},
      writeFile: () => Promise.resolve(),
    });
    expect(standIn.log).toEqual(["quit"]);
  });

  it("shows its window when it is started a second time", async () => {
    const { events, window } = await startedDesktop();
    events.emit("second-instance");
    expect(window.calls.slice(-2)).toEqual(["restore", "focus"]);
  });

  it("gives the page no way to Node", async () => {
    const { window } = await startedDesktop();
    expect(window.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });
});

describe("runDesktop: locks", () => {
  it("keeps the page on the engine's origin", async () => {
    const { window, log } = await startedDesktop();
    const navigate = (url: string): boolean => {
      let prevented = false;
      window.webContents.emit("will-navigate", { url, preventDefault: () => (prevented = true) });
      return !prevented;
    };
    expect(navigate("http://127.0.0.1:28080/runs")).toBe(true);
    expect(navigate("http://127.0.0.1:9/")).toBe(false);
    expect(navigate("https://example.com/")).toBe(false);
    expect(log).toEqual(["browser: https://example.com/"]);
  });

  it("opens no second window, and https in the browser", async () => {
    const { window, log } = await startedDesktop();
    expect(window.webContents.openWindow({ url: "file:///etc/passwd" })).toEqual({ action: "deny" });
    expect(window.webContents.openWindow({ url: "https://example.com/" })).toEqual({ action: "deny" });
    expect(log).toEqual(["browser: https://example.com/"]);
  });

  it("grants writing to the clipboard and nothing else", async () => {
    const { isPermitted } = await startedDesktop();
    expect(["clipboard-sanitized-write", "clipboard-read", "media", "geolocation"].map(isPermitted)).toEqual([true, false, false, false]);
  });

  it("asks before a page with unsaved changes goes", async () => {
    const { window, answers } = await startedDesktop();
    const leaves = (): boolean => {
      let left = false;
      window.webContents.emit("will-prevent-unload", { url: "", preventDefault: () => (left = true) });
      return left;
    };
    expect(leaves()).toBe(false);
    answers.messageBox = 1;
    expect(leaves()).toBe(true);
  });
});

describe("runDesktop: menu and dialogs", () => {
  it("sends the chosen command to the page", async () => {
    const { window, menu } = await startedDesktop();
    const file = menu().find((entry) => entry.label === "File");
    const save = Array.isArray(file?.submenu) ? file.submenu.find((item) => item.id === "file.save") : undefined;
    const click = save?.click as (() => void) | undefined;
    click?.();
    expect(window.webContents.sent).toContainEqual(["desktop:command", "file.save"]);
  });

  it("answers the engine's page, and refuses any other", async () => {
    const { invoke, answers } = await startedDesktop();
    answers.folder = ["/home/user/work"];
    await expect(invoke("desktop:choose-folder", "http://127.0.0.1:28080/")).resolves.toBe("/home/user/work");
    await expect(invoke("desktop:choose-folder", "https://example.com/")).rejects.toThrow("may not");
  });

  it("saves bytes where the user says", async () => {
    const { invoke, answers, written, log } = await startedDesktop();
    const save = () => invoke("desktop:save-file", "http://127.0.0.1:28080/", "logs/2024:a.txt", new TextEncoder().encode("hello"));
    await expect(save()).resolves.toBeNull();
    answers.file = "/tmp/chosen.txt";
    await expect(save()).resolves.toBe("/tmp/chosen.txt");
    expect(written).toEqual([["/tmp/chosen.txt", "hello"]]);
    expect(log[0]).toBe("save dialog: /home/user/documents/2024_a.txt");
  });
});

describe("runDesktop: crash and quit", () => {
  it("tells the page about a crash and loads the new address", async () => {
    const { engine, engines, window, clock, windows } = await startedDesktop();
    engine.end(1);
    expect(window.webContents.sent).toEqual([["desktop:engine-state", { state: "restarting", attempt: 1, delayMs: 250 }]]);
    clock.advance(250);
    await turn();
    await engines[1]?.sayReady(28099, "second");
    expect(window.calls.at(-1)).toBe("load http://127.0.0.1:28099/?token=second");
    expect(windows).toHaveLength(1);
  });

  it("leaves the page alone where the engine comes back at the same address", async () => {
    const { engine, engines, window, clock } = await startedDesktop();
    engine.end(1);
    clock.advance(250);
    await turn();
    await engines[1]?.sayReady(28080);
    await turn();
    expect(window.calls.filter((call) => call.startsWith("load"))).toHaveLength(1);
  });

  it("loads again where the page could not be loaded", async () => {
    const { engine, engines, window, clock } = await startedDesktop({ failingLoads: 1 });
    await turn();
    engine.end(1);
    clock.advance(250);
    await turn();
    await engines[1]?.sayReady(28080);
    await turn();
    expect(window.calls.filter((call) => call.startsWith("load"))).toHaveLength(2);
  });

  it("says why where the engine never starts, and quits", async () => {
    const desktop = await startDesktop();
    desktop.becomeReady();
    await desktop.running;
    for (let index = 0; index < 6; index += 1) {
      await turn();
      await desktop.engines[index]?.sayError("PORT_IN_USE");
      desktop.engines[index]?.end(1);
      desktop.clock.advance(10_000);
    }
    await turn();
    expect(desktop.log[0]).toMatch(/^error box: The engine does not start: [^]*PORT_IN_USE/);
    expect(desktop.log).toContain("quit");
  });

  it("ends the engine before it quits", async () => {
    const { engine, events, log } = await startedDesktop();
    events.emit("window-all-closed");
    await turn();
    expect(engine.killed).toBe(1);
    expect(log).toEqual(["quit put off", "quit"]);
  });
});
