/**
 * Deletes that can still be undone. Nothing is deleted before the time is over: an undo therefore brings back exactly what was there,
 * and closing the page in between keeps the objects. Owns the waiting and the checks; draws nothing.
 */
import type { Picked } from "./selection.ts";

export const undoMs = 8000;
const atOnce = 6;

export interface DeleteBatch {
  id: number;
  container: string;
  objects: readonly Picked[];
  /** Unix milliseconds. */
  endsAt: number;
  state: "waiting" | "deleting";
  done: number;
}

export interface DeleteReport {
  deleted: number;
  /** Changed since they were chosen, so they were kept. */
  changed: readonly string[];
  failed: readonly { name: string; reason: string }[];
}

export interface DeleteParts {
  /** Last modification of the object in milliseconds; null where it is gone. */
  lastModifiedMs(container: string, object: string): Promise<number | null>;
  remove(container: string, object: string): Promise<void>;
  now(): number;
  /** Calls back once; returns how to stop. */
  after(ms: number, callback: () => void): () => void;
  describeError(error: unknown): string;
  onChange(batches: readonly DeleteBatch[]): void;
  onEnd(batch: DeleteBatch, report: DeleteReport): void;
}

/** A time as listed (UTC without a zone) in milliseconds. */
export function listedMs(lastModified: string): number {
  return Date.parse(`${lastModified}Z`);
}

export interface PendingDeletes {
  /** Starts the countdown. */
  ask(container: string, objects: readonly Picked[]): DeleteBatch;
  /** Takes a batch back; false where it has begun. */
  undo(id: number): boolean;
  /** Ends the countdown. */
  now(id: number): void;
  /** Takes one object out of every batch that waits: something new was put in its place. */
  keep(container: string, object: string): void;
}

export function createPendingDeletes(parts: DeleteParts): PendingDeletes {
  let batches: DeleteBatch[] = [];
  const timers = new Map<number, () => void>();
  let lastId = 0;

  const set = (next: DeleteBatch[]): void => {
    batches = next;
    parts.onChange(batches);
  };
  const change = (id: number, fields: Partial<DeleteBatch>): void =>
    set(batches.map((batch) => (batch.id === id ? { ...batch, ...fields } : batch)));
  const stopTimer = (id: number): void => {
    timers.get(id)?.();
    timers.delete(id);
  };

  /** Deletes one object if it is still what was chosen. */
  async function deleteOne(container: string, object: Picked): Promise<"deleted" | "changed"> {
    const modified = await parts.lastModifiedMs(container, object.name);
    if (modified === null) return "deleted";
    const chosen = listedMs(object.lastModified);
    if (!Number.isNaN(chosen) && Math.abs(modified - chosen) > 1) return "changed";
    await parts.remove(container, object.name);
    return "deleted";
  }

  async function run(id: number): Promise<void> {
    const batch = batches.find((candidate) => candidate.id === id);
    if (batch === undefined || batch.state === "deleting") return;
    stopTimer(id);
    change(id, { state: "deleting" });
    const changed: string[] = [];
    const failed: { name: string; reason: string }[] = [];
    const queue = [...batch.objects];
    let done = 0;
    const work = async (): Promise<void> => {
      for (let object = queue.shift(); object !== undefined; object = queue.shift()) {
        const { name } = object;
        await deleteOne(batch.container, object).then(
          (outcome) => outcome === "changed" && changed.push(name),
          (error: unknown) => failed.push({ name, reason: parts.describeError(error) }),
        );
        done += 1;
        if (done % 50 === 0) change(id, { done });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    set(batches.filter((other) => other.id !== id));
    parts.onEnd(batch, { deleted: done - changed.length - failed.length, changed, failed });
  }

  return {
    ask(container, objects) {
      lastId += 1;
      const batch: DeleteBatch = { id: lastId, container, objects, endsAt: parts.now() + undoMs, state: "waiting", done: 0 };
      set([...batches, batch]);
      timers.set(
        batch.id,
        parts.after(undoMs, () => void run(batch.id)),
      );
      return batch;
    },
    undo(id) {
      const batch = batches.find((candidate) => candidate.id === id);
      if (batch === undefined || batch.state === "deleting") return false;
      stopTimer(id);
      set(batches.filter((other) => other.id !== id));
      return true;
    },
    now: (id) => void run(id),
    keep(container, object) {
      if (!batches.some((batch) => batch.container === container && batch.objects.some(({ name }) => name === object))) return;
      set(
        batches.map((batch) =>
          batch.container === container && batch.state === "waiting"
            ? { ...batch, objects: batch.objects.filter(({ name }) => name !== object) }
            : batch,
        ),
      );
    },
  };
}
