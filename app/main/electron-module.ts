/**
 * The part of the `electron` module the shell uses, as narrow interfaces. The real module satisfies them (`main.ts` compiles only
 * if it does) and so does the stand-in of the tests: outside Electron the real module cannot be loaded.
 */
import type { MenuItemConstructorOptions } from "electron";
import type { Readable } from "node:stream";

/* eslint-disable no-explicit-any -- event signatures differ per event; each listener states its own. */
export interface EventSource {
  on(event: string, listener: (...parameters: any[]) => void): unknown;
}

export interface UtilityProcess extends EventSource {
  readonly pid: number | undefined;
  readonly stdout: NodeJS.ReadableStream | Readable | null;
  readonly stderr: NodeJS.ReadableStream | Readable | null;
  kill(): boolean;
}

export interface WebContents extends EventSource {
  send(channel: string, ...values: any[]): void;
  getURL(): string;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: "deny" }): void;
}

export interface BrowserWindow extends EventSource {
  readonly webContents: WebContents;
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  isMinimized(): boolean;
  isDestroyed(): boolean;
}

export interface WindowOptions {
  width: number;
  height: number;
  minWidth: number;
  minHeight: number;
  show: boolean;
  title: string;
  icon?: string;
  webPreferences: {
    preload: string;
    contextIsolation: true;
    sandbox: true;
    nodeIntegration: false;
    webviewTag: false;
    spellcheck: false;
  };
}

export interface ElectronModule {
  app: EventSource & {
    requestSingleInstanceLock(): boolean;
    whenReady(): Promise<void>;
    quit(): void;
    getAppPath(): string;
    getPath(name: "documents" | "userData"): string;
    readonly isPackaged: boolean;
    readonly name: string;
  };
  BrowserWindow: new (options: WindowOptions) => BrowserWindow;
  Menu: {
    buildFromTemplate(template: MenuItemConstructorOptions[]): any;
    setApplicationMenu(menu: any): void;
  };
  dialog: {
    showErrorBox(title: string, content: string): void;
    showMessageBoxSync(options: {
      type: "question";
      buttons: string[];
      defaultId: number;
      cancelId: number;
      message: string;
      detail: string;
    }): number;
    showOpenDialog(options: { title: string; properties: ("openDirectory" | "createDirectory")[] }): Promise<{
      canceled: boolean;
      filePaths: string[];
    }>;
    showSaveDialog(options: { defaultPath: string }): Promise<{ canceled: boolean; filePath: string }>;
  };
  ipcMain: { handle(channel: string, listener: (event: any, ...values: any[]) => unknown): void };
  session: {
    readonly defaultSession: {
      setPermissionRequestHandler(handler: (contents: any, permission: string, answer: (allowed: boolean) => void) => void): void;
      setPermissionCheckHandler(handler: (contents: any, permission: string) => boolean): void;
    };
  };
  shell: { openExternal(url: string): Promise<void> };
  utilityProcess: {
    fork(entry: string, parameters: string[], options: { stdio: "pipe"; serviceName: string; env: NodeJS.ProcessEnv }): UtilityProcess;
  };
}
/* eslint-enable no-explicit-any */
