/** Watches the directory of a sandbox's sockets: it lies on the host's disk, and nothing but sockets belongs there. Ends nothing itself. */
import { watch } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";

/** Calls `onIntruder` once, with the name of the first entry that is no socket. */
export function guardChannels(directory: string, onIntruder: (name: string) => void): Disposable {
  let found = false;
  const watcher = watch(directory, (_event, name) => {
    if (found || name === null) return;
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
