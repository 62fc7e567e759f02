/** Removing the files of blobs that nothing refers to any more: soon, or later while somebody needs them to stay. Owns the waiting. */
import { unlink } from "node:fs";

export interface Removals {
  /** Removes a blob's file soon. Readers that have it open keep it. */
  remove(blob: string): void;
  /**
   * Keeps all files from now on; what is asked for meanwhile is removed by the returned function, but for those that `isKnown` then
   * claims. Call it once.
   */
  hold(): (isKnown: (blob: string) => boolean) => void;
  /** Resolves when no removal is under way. */
  settled(): Promise<void>;
}

export function createRemovals(pathOf: (blob: string) => string): Removals {
  let underWay = 0;
  let holders = 0;
  let held: string[] = [];
  let whenSettled: (() => void)[] = [];

  function done(): void {
    underWay -= 1;
    if (underWay > 0) return;
    for (const resolve of whenSettled) resolve();
    whenSettled = [];
  }

  function remove(blob: string): void {
    if (holders > 0) {
      held.push(blob);
      return;
    }
    const path = pathOf(blob);
    underWay += 1;
    unlink(path, done);
  }

  return {
    remove,
    hold() {
      holders += 1;
      return (isKnown) => {
        holders -= 1;
        if (holders > 0) return;
        const waiting = held;
        held = [];
        for (const blob of waiting) if (!isKnown(blob)) remove(blob);
      };
    },
    settled: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => whenSettled.push(resolve))),
  };
}
