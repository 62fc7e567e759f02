/** Looks for what a crash left behind. Owns the mark that tells a clean end from a crash; removal itself is the blobs' part. */
import type { DatabaseSync } from "node:sqlite";
import type { Blobs } from "./blobs.ts";
import type { ObjectTable } from "./object-table.ts";

export interface Sweeper {
  /** Settles when the sweep is over, or was given up for `stop`. */
  readonly swept: Promise<void>;
  /** Gives up sweeping and marks a clean end, unless the sweep was not finished. */
  stop(): Promise<void>;
}

/** Starts sweeping in the background, out of the way of getting ready. After a clean end there is nothing to look for. */
export function startSweeper(database: DatabaseSync, blobs: Blobs, objects: ObjectTable, onError: (error: unknown) => void): Sweeper {
  const select = database.prepare("SELECT value FROM state WHERE key = 'end'");
  const mark = database.prepare("INSERT INTO state (key, value) VALUES ('end', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
  const endedCleanly = (select.get() as { value: string } | undefined)?.value === "clean";
  mark.run("open");
  let stopped = false;
  let finished = endedCleanly;

  async function sweep(): Promise<void> {
    if (endedCleanly) return;
    await new Promise((resolve) => setImmediate(resolve));
    finished = await blobs.sweep(
      (blob) => objects.isBlobKnown(blob),
      () => stopped,
    );
  }

  const swept = sweep().catch(onError);
  return {
    swept,
    async stop() {
      stopped = true;
      await swept;
      if (!finished) return;
      try {
        mark.run("clean");
      } catch (thrown) {
        // On a full disk, say: the next start looks around in vain.
        onError(thrown);
      }
    },
  };
}
