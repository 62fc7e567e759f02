/** The start order of the shell: one instance, locks, menu, engine, window; and back. Owns which address the window shows. */
import type { ReadyLine } from "../../engine/contract/index.ts";
import { answerDialogs } from "./dialogs.ts";
import type { BrowserWindow, ElectronModule, UtilityProcess } from "./electron-module.ts";
import { createEngineHost, type EngineHost, type EngineState, type ShellClock } from "./engine-host.ts";
import { followBoundKeys, withBoundKeys } from "./bound-keys.ts";
import { planMenu, type MenuCommand } from "./menu.ts";
import { lockPages, openWindow } from "./window.ts";

export interface DesktopOptions {
  electron: ElectronModule;
  /** The script that runs in the window before the page. Absolute. */
  preload: string;
  commands: readonly MenuCommand[];
  platform: NodeJS.Platform;
  clock: ShellClock;
  forkEngine(previous: ReadyLine | null): Promise<UtilityProcess>;
  kill(pid: number): void;
  writeFile(path: string, data: Uint8Array): Promise<void>;
}

/**
 * Runs the shell. Resolves when the engine has been started, or at once where another instance already runs (this one then quits).
 * Everything after that happens on events: ready shows the window, a crash tells it, closing it ends the engine and the program.
 */
export async function runDesktop(options: DesktopOptions): Promise<void> {
  const { electron } = options;
  const { app } = electron;
  if (!app.requestSingleInstanceLock()) return app.quit();

  let window: BrowserWindow | null = null;
  /** The address whose page stands in the window; null while none does. */
  let shown: string | null = null;
  const host = createEngineHost({
    fork: options.forkEngine,
    clock: options.clock,
    kill: options.kill,
    onState: (state) => onEngineState(state),
  });
  const engineOrigin = (): string | null => (host.state.kind === "ready" ? new URL(host.state.ready.control).origin : lastOrigin);
  let lastOrigin: string | null = null;

  function onEngineState(state: EngineState): void {
    if (state.kind === "ready") {
      lastOrigin = new URL(state.ready.control).origin;
      const { control } = state.ready;
      window ??= createWindow();
      // A page at the same address reconnects by itself and keeps what was typed into it.
      if (shown === control) return;
      // A load that is cut short (the engine went away again) leaves the error page; the next ready line loads anew.
      window.loadURL(control).then(
        () => (shown = control),
        () => (shown = null),
      );
      return;
    }
    // The ready line holds the session token; the page that is told here gets its own in its address.
    if (window !== null && !window.isDestroyed()) window.webContents.send("desktop:engine-state", describeState(state));
    if (state.kind === "failed") {
      electron.dialog.showErrorBox(
        "The engine does not start",
        `It ended ${state.crashes} times in five minutes. Close Storlet Studio, then start it again; "studio doctor" checks this machine.\n\n${state.lastWords}`,
      );
      if (window === null) app.quit();
    }
  }

  function createWindow(): BrowserWindow {
    const created = openWindow(electron, options.preload);
    created.on("closed", () => {
      window = null;
      shown = null;
    });
    return created;
  }

  app.on("second-instance", () => {
    if (window === null) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on("window-all-closed", () => app.quit());
  quitAfterEngine(electron, host);

  await app.whenReady();
  lockPages(electron, engineOrigin);
  answerDialogs({ electron, engineOrigin, suggestedFolder: app.getPath("documents"), writeFile: options.writeFile });
  const showMenu = (commands: readonly MenuCommand[]): void => {
    const template = planMenu({
      commands,
      platform: options.platform,
      appName: app.name,
      developer: !app.isPackaged,
      onCommand: (id) => window?.webContents.send("desktop:command", id),
    });
    electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template));
  };
  showMenu(options.commands);
  followBoundKeys({ electron, engineOrigin, onKeys: (keys) => showMenu(withBoundKeys(options.commands, keys)) });
  host.start();
}

/** What the page is told of the engine: enough for a banner. */
function describeState(state: Exclude<EngineState, { kind: "ready" }>): { state: string; attempt?: number; delayMs?: number } {
  return state.kind === "restarting" ? { state: state.kind, attempt: state.attempt, delayMs: state.delayMs } : { state: state.kind };
}

// Quitting is put off until the engine has removed its sandboxes and closed its database.
function quitAfterEngine({ app }: ElectronModule, host: EngineHost): void {
  let engineEnded = false;
  app.on("before-quit", (event: { preventDefault(): void }) => {
    if (engineEnded) return;
    event.preventDefault();
    void host.stop().then(() => {
      engineEnded = true;
      app.quit();
    });
  });
}
