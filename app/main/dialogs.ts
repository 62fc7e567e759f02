/** The native dialogs a page may ask for: choosing a folder, saving a file. Answers the engine's page alone. */
import { isAbsolute } from "node:path";
import type { ElectronModule } from "./electron-module.ts";

interface InvokeEvent {
  readonly senderFrame: { readonly url: string } | null;
}

interface DialogOptions {
  electron: ElectronModule;
  engineOrigin(): string | null;
  /** Where files are suggested to be saved. Absolute. */
  suggestedFolder: string;
  writeFile(path: string, data: Uint8Array): Promise<void>;
}

/** Answers `desktop:choose-folder` and `desktop:save-file`; any other sender, and any other form of request, is refused. */
export function answerDialogs({ electron, engineOrigin, suggestedFolder, writeFile }: DialogOptions): void {
  const fromEngine = (event: InvokeEvent): boolean =>
    event.senderFrame !== null && URL.canParse(event.senderFrame.url) && new URL(event.senderFrame.url).origin === engineOrigin();

  electron.ipcMain.handle("desktop:choose-folder", async (event: InvokeEvent) => {
    if (!fromEngine(event)) throw new Error("This page may not open dialogs.");
    const answer = await electron.dialog.showOpenDialog({ title: "Choose a folder", properties: ["openDirectory", "createDirectory"] });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  });

  electron.ipcMain.handle("desktop:save-file", async (event: InvokeEvent, name: unknown, data: unknown) => {
    if (!fromEngine(event)) throw new Error("This page may not open dialogs.");
    if (typeof name !== "string" || !(data instanceof Uint8Array)) throw new TypeError("A file needs a name and bytes.");
    const answer = await electron.dialog.showSaveDialog({ defaultPath: `${suggestedFolder}/${toFileName(name)}` });
    if (answer.canceled || !isAbsolute(answer.filePath)) return null;
    await writeFile(answer.filePath, data);
    return answer.filePath;
  });
}

/** An object name as a file name that is valid on every desktop. `logs/2024:a.txt` becomes `2024_a.txt`. */
export function toFileName(name: string): string {
  const last = name.split(/[/\\]/).findLast((part) => part !== "") ?? "";
  const safe = [...last].map((character) => (character < " " || '<>:"|?*'.includes(character) ? "_" : character)).join("");
  return /^\.*$/.test(safe) ? "download" : safe;
}
