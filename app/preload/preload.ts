/** What a page gets from the shell, under `window.desktop`: commands of the native menu, the engine's state, two dialogs. */
import { contextBridge, ipcRenderer, webFrame } from "electron";
import type { DesktopApi, DesktopEngineState } from "../../engine/contract/index.ts";

/** Passes on one channel's single value; returns the function that ends it. The page never sees Electron's event. */
function subscribe<T>(channel: string, listener: (value: T) => void): () => void {
  const onMessage = (_event: unknown, value: T): void => listener(value);
  ipcRenderer.on(channel, onMessage);
  return () => void ipcRenderer.off(channel, onMessage);
}

const api: DesktopApi = {
  platform: process.platform,
  onCommand: (listener) => subscribe<string>("desktop:command", listener),
  onEngineState: (listener) => subscribe<DesktopEngineState>("desktop:engine-state", listener),
  setKeys: (keys) => void ipcRenderer.invoke("desktop:set-keys", keys),
  setScale: (factor) => webFrame.setZoomFactor(factor),
  chooseFolder: () => ipcRenderer.invoke("desktop:choose-folder") as Promise<string | null>,
  saveFile: (name, data) => ipcRenderer.invoke("desktop:save-file", name, data) as Promise<string | null>,
};

contextBridge.exposeInMainWorld("desktop", api);
