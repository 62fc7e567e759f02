/** Watches the channels directory of a sandbox: it lies on the host's disk, and what storlets write there counts for nobody. Ends nothing itself. */
import { watch } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";

/** Calls `onIntruder` once, with the name of the first entry that is no socket, `ownFolder` aside. */
export function guardChannels(directory: string, ownFolder: string, onIntruder: (name: string) => void): Disposable {
  let found = false;
  const watcher = watch(directory, (_event, name) => {
    if (found || name === null || name === ownFolder) return;
    void lstat(join(directory, name)).then(
      (facts) => {
        if (found || facts.isSocket()) return;
        found = true;
        onIntruder(name);
      },
      // It is gone again, or was never more than an announcement.
      () => {},
    );
  });
  // Removing the directory is the end of the watch, not an error.
  watcher.on("error", () => {});
  return { [Symbol.dispose]: () => watcher.close() };
}
