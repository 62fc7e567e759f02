/**
 * Room kept free for the day the disk is full: removing something must work then, and the database needs room even for that. Owns
 * the file that holds the room.
 */
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { toStudioError } from "../support/errors.ts";

export interface Reserve {
  /** Does work that makes room. Where the disk is too full for it, it is done once more with the reserve given up for it. */
  use<T>(work: () => Promise<T>): Promise<T>;
}

const reserveBytes = 2 * 1024 * 1024;

export function createReserve(directory: string, database: DatabaseSync): Reserve {
  const path = join(directory, "reserve");

  /** Takes room, as far as there is enough of it. */
  function fill(): void {
    if (statSync(path, { throwIfNoEntry: false })?.size === reserveBytes) return;
    try {
      writeFileSync(path, Buffer.alloc(reserveBytes), { mode: 0o600 });
    } catch {
      rmSync(path, { force: true });
    }
  }

  function giveUp(): void {
    rmSync(path, { force: true });
    try {
      // What waits in the journal goes to its place, and the journal gives its own room back.
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // Then what the reserve held has to do.
    }
  }

  fill();
  return {
    async use(work) {
      try {
        return await work();
      } catch (thrown) {
        if (toStudioError(thrown).code !== "DISK_FULL") throw thrown;
        giveUp();
        try {
          return await work();
        } finally {
          fill();
        }
      }
    },
  };
}
