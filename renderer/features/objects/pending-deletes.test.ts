import { expect, it } from "vitest";
import { createPendingDeletes, undoMs, type DeleteBatch, type DeleteReport } from "./pending-deletes.ts";

const modified = "2026-03-14T12:01:07.123450";
const modifiedMs = Date.parse("2026-03-14T12:01:07.123Z");
const picked = (name: string) => ({ name, folder: false, bytes: 1, lastModified: modified });

/** A container in memory, with a clock that stands until it is moved. */
function setUp(objects: Record<string, number>) {
  const store = new Map(Object.entries(objects));
  const due: { at: number; callback: () => void }[] = [];
  let now = 1000;
  let batches: readonly DeleteBatch[] = [];
  let end: (report: DeleteReport) => void = () => {};
  const ended = new Promise<DeleteReport>((resolve) => (end = resolve));
  const deletes = createPendingDeletes({
    lastModifiedMs: async (_container, object) => store.get(object) ?? null,
    remove: async (_container, object) => {
      if (object === "locked") throw new Error("403 Forbidden");
      store.delete(object);
    },
    now: () => now,
    after: (ms, callback) => {
      const timer = { at: now + ms, callback };
      due.push(timer);
      return () => due.splice(due.indexOf(timer), 1);
    },
    describeError: (error) => (error as Error).message,
    onChange: (next) => (batches = next),
    onEnd: (_batch, report) => end(report),
  });
  const pass = (ms: number): void => {
    now += ms;
    for (const timer of due.filter(({ at }) => at <= now)) timer.callback();
  };
  return { deletes, store, pass, ended, waiting: () => batches };
}

it("deletes nothing before its time", async () => {
  const { deletes, store, pass, ended, waiting } = setUp({ a: modifiedMs, b: modifiedMs });
  deletes.ask("c", [picked("a"), picked("b")]);
  pass(undoMs - 1);
  expect([...store.keys()]).toEqual(["a", "b"]);
  expect(waiting()).toHaveLength(1);
  pass(1);
  expect(await ended).toEqual({ deleted: 2, changed: [], failed: [] });
  expect(store.size).toBe(0);
  expect(waiting()).toEqual([]);
});

it("undoes", () => {
  const { deletes, store, pass, waiting } = setUp({ a: modifiedMs });
  const { id } = deletes.ask("c", [picked("a")]);
  expect(deletes.undo(id)).toBe(true);
  pass(undoMs * 2);
  expect(store.has("a")).toBe(true);
  expect(waiting()).toEqual([]);
  expect(deletes.undo(id)).toBe(false);
});

it("keeps what was changed in between, and says what could not be deleted", async () => {
  const { deletes, store, ended } = setUp({ a: modifiedMs, fresh: modifiedMs + 5000, locked: modifiedMs, kept: modifiedMs });
  const { id } = deletes.ask("c", [picked("a"), picked("fresh"), picked("locked"), picked("gone"), picked("kept")]);
  deletes.keep("c", "kept");
  deletes.now(id);
  expect(await ended).toEqual({ deleted: 2, changed: ["fresh"], failed: [{ name: "locked", reason: "403 Forbidden" }] });
  expect([...store.keys()]).toEqual(["fresh", "locked", "kept"]);
});
