/** The one window: how it is made, and the locks on what its page may do. Owns no state of the engine. */
import type { BrowserWindow, ElectronModule, WebContents } from "./electron-module.ts";
import { decideNavigation, decideNewWindow, isPermissionGranted } from "./navigation.ts";

interface NavigationEvent {
  preventDefault(): void;
  readonly url: string;
}

/** A window that shows nothing until its page has painted. */
export function openWindow(electron: ElectronModule, preload: string): BrowserWindow {
  const window = new electron.BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: electron.app.name,
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
  });
  window.on("ready-to-show", () => window.show());
  return window;
}

/** Locks every page of the program, also ones that are made later, to the engine's origin. Call before the first window. */
export function lockPages(electron: ElectronModule, engineOrigin: () => string | null): void {
  const openInBrowser = (url: string): void => {
    // The user's system may have no browser; a link that does nothing is not worth an error.
    electron.shell.openExternal(url).catch(() => {});
  };
  electron.app.on("web-contents-created", (_event: unknown, contents: WebContents) => {
    const guard = (event: NavigationEvent): void => {
      const way = decideNavigation(event.url, engineOrigin());
      if (way === "stay") return;
      event.preventDefault();
      if (way === "browser") openInBrowser(event.url);
    };
    contents.on("will-navigate", guard);
    contents.on("will-redirect", guard);
    contents.on("will-frame-navigate", guard);
    contents.on("will-attach-webview", (event: NavigationEvent) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (decideNewWindow(url) === "browser") openInBrowser(url);
      return { action: "deny" };
    });
    contents.on("will-prevent-unload", (event: NavigationEvent) => {
      if (mayLeave(electron)) event.preventDefault();
    });
  });
  const { defaultSession } = electron.session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(isPermissionGranted(permission)));
  defaultSession.setPermissionCheckHandler((_contents, permission) => isPermissionGranted(permission));
}

// Without an answer Electron keeps the page silently, and a window could not be closed.
function mayLeave(electron: ElectronModule): boolean {
  const leave = 1;
  return (
    electron.dialog.showMessageBoxSync({
      type: "question",
      buttons: ["Stay", "Leave"],
      defaultId: 0,
      cancelId: 0,
      message: "A file has changes that are not saved.",
      detail: "If you leave now, these changes are lost.",
    }) === leave
  );
}
