/** A stand-in for the `electron` module and for time, for tests: records what the shell asks for, and lets the test play the outside. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { MenuItemConstructorOptions } from "electron";
import type { BrowserWindow, ElectronModule, UtilityProcess, WebContents, WindowOptions } from "./electron-module.ts";
import type { ShellClock } from "./engine-host.ts";

/** An engine process that does what the test says. `endsWhenAsked` false plays one that ignores SIGTERM. */
export class FakeEngine extends EventEmitter implements UtilityProcess {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly pid: number;
  killed = 0;
  endsWhenAsked = true;

  constructor(pid: number) {
    super();
    this.pid = pid;
  }

  kill(): boolean {
    this.killed += 1;
    if (this.endsWhenAsked) this.end(0);
    return true;
  }

  end(code: number): void {
    this.emit("exit", code);
  }

  /** Plays the ready line; resolves once the shell has read it. */
  async sayReady(controlPort: number, token = "t"): Promise<void> {
    const line = {
      swift: "http://127.0.0.1:8080",
      auth: "http://127.0.0.1:8080/auth/v1.0",
      control: `http://127.0.0.1:${controlPort}/?token=${token}`,
      sandbox: "process",
      pid: this.pid,
    };
    await this.say(this.stdout, `${JSON.stringify(line)}\n`);
  }

  async sayError(text: string): Promise<void> {
    await this.say(this.stderr, `${text}\n`);
  }

  private async say(stream: PassThrough, text: string): Promise<void> {
    const read = new Promise((resolve) => stream.once("data", resolve));
    stream.write(text);
    await read;
  }
}

/** A clock that stands still until the test moves it. */
export function createFakeClock(): ShellClock & { advance(ms: number): void; readonly waiting: number } {
  let now = 1_000_000;
  const timers = new Set<{ at: number; work: () => void }>();
  return {
    nowMs: () => now,
    later(delayMs, work) {
      const timer = { at: now + delayMs, work };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)) {
        if (timers.delete(timer)) timer.work();
      }
    },
    get waiting() {
      return timers.size;
    },
  };
}

class FakeContents extends EventEmitter implements WebContents {
  readonly sent: unknown[][] = [];
  url = "";
  openWindow: (details: { url: string }) => { action: "deny" } = () => ({ action: "deny" });

  send(channel: string, ...values: unknown[]): void {
    this.sent.push([channel, ...values]);
  }

  getURL(): string {
    return this.url;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: "deny" }): void {
    this.openWindow = handler;
  }
}

class FakeWindow extends EventEmitter implements BrowserWindow {
  readonly webContents = new FakeContents();
  readonly calls: string[] = [];
  readonly options: WindowOptions;
  failingLoads = 0;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
  }

  loadURL(url: string): Promise<void> {
    this.calls.push(`load ${url}`);
    if (this.failingLoads === 0) return Promise.resolve();
    this.failingLoads -= 1;
    return Promise.reject(new Error("ERR_CONNECTION_REFUSED"));
  }
  show(): void {
    this.calls.push("show");
  }
  focus(): void {
    this.calls.push("focus");
  }
  restore(): void {
    this.calls.push("restore");
  }
  isMinimized(): boolean {
    return true;
  }
  isDestroyed(): boolean {
    return false;
  }
}

/** The stand-in, with what it recorded and the levers a test pulls. */
export function createElectronStandIn({ isFirstInstance = true, failingLoads = 0 } = {}) {
  const events = new EventEmitter();
  const log: string[] = [];
  const windows: FakeWindow[] = [];
  const handlers = new Map<string, (event: unknown, ...values: unknown[]) => unknown>();
  let menu: MenuItemConstructorOptions[] = [];
  let becomeReady = (): void => {};
  const ready = new Promise<void>((resolve) => (becomeReady = resolve));
  let askPermission: (contents: unknown, permission: string, answer: (allowed: boolean) => void) => void = () => {};
  const answers = { messageBox: 0, folder: [] as string[], file: "" };

  const electron: ElectronModule = {
    app: Object.assign(events, {
      requestSingleInstanceLock: () => isFirstInstance,
      whenReady: () => ready,
      quit() {
        let prevented = false;
        events.emit("before-quit", { preventDefault: () => (prevented = true) });
        log.push(prevented ? "quit put off" : "quit");
      },
      getAppPath: () => "/app",
      getPath: (name: string) => `/home/user/${name}`,
      isPackaged: true,
      name: "Storlet Studio",
    }),
    BrowserWindow: class extends FakeWindow {
      constructor(options: WindowOptions) {
        super(options);
        windows.push(this);
        this.failingLoads = failingLoads;
        events.emit("web-contents-created", {}, this.webContents);
      }
    },
    Menu: {
      buildFromTemplate: (template) => template,
      setApplicationMenu: (template: MenuItemConstructorOptions[]) => (menu = template),
    },
    dialog: {
      showErrorBox: (title, content) => log.push(`error box: ${title}: ${content}`),
      showMessageBoxSync: () => answers.messageBox,
      showOpenDialog: () => Promise.resolve({ canceled: answers.folder.length === 0, filePaths: answers.folder }),
      showSaveDialog: ({ defaultPath }) => {
        log.push(`save dialog: ${defaultPath}`);
        return Promise.resolve({ canceled: answers.file === "", filePath: answers.file });
      },
    },
    ipcMain: { handle: (channel, listener) => handlers.set(channel, listener) },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler) => (askPermission = handler),
        setPermissionCheckHandler: () => {},
      },
    },
    shell: {
      openExternal: (url) => {
        log.push(`browser: ${url}`);
        return Promise.resolve();
      },
    },
    utilityProcess: {
      fork() {
        throw new Error("The shell is given its fork; it never asks Electron in these tests.");
      },
    },
  };

  return {
    electron,
    events,
    log,
    windows,
    answers,
    becomeReady,
    menu: () => menu,
    /** Calls what the page would call over IPC. */
    invoke: (channel: string, senderUrl: string, ...values: unknown[]) =>
      handlers.get(channel)?.({ senderFrame: { url: senderUrl } }, ...values),
    isPermitted(permission: string): boolean {
      let allowed = false;
      askPermission(null, permission, (answer) => (allowed = answer));
      return allowed;
    },
  };
}
