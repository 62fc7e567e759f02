/** Entry of the desktop shell: hands the real Electron, the real clock and the real file system to `runDesktop`. */
import { app, BrowserWindow, dialog, ipcMain, Menu, session, shell, utilityProcess } from "electron";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { commands } from "../../renderer/commands/table.ts";
import { runDesktop } from "./desktop.ts";
import { parsePassedOn, planEngineArguments } from "./engine-arguments.ts";

const root = app.getAppPath();
const passedOn = parsePassedOn(process.argv);

/** Whether the engine could bind this port of the loopback interface. */
function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

runOrExit(
  runDesktop({
    electron: { app, BrowserWindow, dialog, ipcMain, Menu, session, shell, utilityProcess },
    preload: join(root, "out/app/preload.cjs"),
    commands,
    platform: process.platform,
    clock: {
      nowMs: () => Date.now(),
      later(delayMs, work) {
        const timer = setTimeout(work, delayMs);
        return () => clearTimeout(timer);
      },
    },
    async forkEngine(previous) {
      const parameters = await planEngineArguments({ passedOn, previous, isPortFree });
      return utilityProcess.fork(join(root, "out/engine/main.js"), parameters, {
        stdio: "pipe",
        serviceName: "Storlet Studio engine",
        // Sandboxes mount these files, so a package keeps them on disk beside its archive.
        env: app.isPackaged ? { ...process.env, STUDIO_RESOURCES: join(`${root}.unpacked`, "resources") } : process.env,
      });
    },
    kill(pid) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended in the meantime, which is what was wanted.
      }
    },
    writeFile: (path, data) => writeFile(path, data),
  }),
);

function runOrExit(work: Promise<void>): void {
  work.catch((error: unknown) => {
    dialog.showErrorBox("Storlet Studio could not start", error instanceof Error ? (error.stack ?? error.message) : String(error));
    app.exit(1);
  });
}
