import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { systemClock } from "../support/clock.ts";
import { isByteStream, readBody, streamOf, type ByteStream } from "../support/streams.ts";
import { explainStoreError } from "./schema.ts";
import { createStore } from "./store.ts";
import { createTemporaryDirectory, createTestStore, findByteFiles } from "./test-store.ts";
import type { FileStream, Store } from "./types.ts";

const key = { account: "AUTH_test", container: "c", object: "o" };
const kept = { contentType: "text/plain", deleteAt: null, metadata: {} };

async function* chunksOf(...chunks: (string | Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}

async function readObject(store: Store): Promise<string> {
  using opened = store.openObject(key);
  return (await readBody(opened!.read(0, opened!.record.sizeBytes), 1 << 30)).toString();
}

describe("bytes", () => {
  it.each([
    ["empty", ""],
    ["short", "hello"],
    ["just over what is read at once", "x".repeat(64 * 1024 + 1)],
    ["several buffers", "0123456789".repeat(150_000)],
    ["in a row", "x".repeat(16 * 1024)],
  ])("come back as they went in: %s", async (_what, text) => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    const staged = await test.store.stage(streamOf(chunksOf(text.slice(0, 7), text.slice(7))), { maxBytes: 1 << 30 });
    expect(staged.sizeBytes).toBe(text.length);
    await test.store.putObject(key, staged, kept, { onlyIfAbsent: false });
    expect(await readObject(test.store)).toBe(text);
    expect((await findByteFiles(test.directory)).incoming).toEqual([]);
  });

  it("of a stretch come with the file they lie in", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    const text = "0123456789".repeat(100_000);
    await test.put("AUTH_test", "c", "o", text);
    using opened = test.store.openObject(key)!;
    const body = opened.read(5, 900_005) as FileStream;
    expect((await readFile(body.file.path)).subarray(body.file.startBytes, body.file.endBytes).toString()).toBe(text.slice(5, 900_005));
    expect((await readBody(body, 1 << 30)).toString()).toBe(text.slice(5, 900_005));
  });

  it("that break off leave nothing", async () => {
    await using test = await createTestStore();
    for (const size of [10, 300_000]) {
      const body = streamOf(chunksOf("x".repeat(size), new Error("cut")));
      await expect(test.store.stage(body, { maxBytes: 1 << 30 })).rejects.toThrow("cut");
    }
    expect(await findByteFiles(test.directory)).toEqual({ incoming: [], blobs: [] });
  });

  it("beyond the limit are refused, and their source released", async () => {
    await using test = await createTestStore();
    let released = false;
    const source = streamOf(chunksOf("x".repeat(70_000), "y".repeat(70_000)));
    const body: ByteStream = { ...source, cancel: () => void (released = true) };
    await expect(test.store.stage(body, { maxBytes: 100_000 })).rejects.toMatchObject({ code: "INPUT_TOO_LARGE" });
    expect(released).toBe(true);
    expect((await findByteFiles(test.directory)).incoming).toEqual([]);
  });

  it("are not stored once the signal has aborted", async () => {
    await using test = await createTestStore();
    const controller = new AbortController();
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(80_000);
      controller.abort();
      yield Buffer.alloc(10);
    }
    await expect(test.store.stage(streamOf(body()), { maxBytes: 1 << 30, signal: controller.signal })).rejects.toThrow();
    expect((await findByteFiles(test.directory)).incoming).toEqual([]);
  });

  it("of a source that stalls are given up when the signal aborts", async () => {
    await using test = await createTestStore();
    const controller = new AbortController();
    const stalled = Promise.withResolvers<IteratorResult<Uint8Array>>();
    const body: ByteStream = {
      [Symbol.asyncIterator]: () => ({ next: () => stalled.promise }),
      cancel: (reason) => stalled.reject(reason ?? new Error("cancelled")),
    };
    const staging = test.store.stage(body, { maxBytes: 10, signal: controller.signal });
    controller.abort(new Error("given up"));
    await expect(staging).rejects.toThrow("given up");
  });

  it("stay readable after the object was replaced and removed", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    const text = "old".repeat(400_000);
    await test.put("AUTH_test", "c", "o", text);
    const opened = test.store.openObject(key)!;
    await test.put("AUTH_test", "c", "o", "new");
    await test.store.deleteObject(key);
    expect((await readBody(opened.read(0, text.length), 1 << 30)).toString()).toBe(text);
    opened[Symbol.dispose]();
  });

  it.each([0, 16 * 1024])("are removed with their object, where bodies of up to %i bytes count as small", async (smallBodyBytes) => {
    await using test = await createTestStore({ smallBodyBytes });
    const count = (): number => {
      const database = new DatabaseSync(join(test.directory, "metadata.sqlite"));
      const { rows } = database.prepare("SELECT count(*) AS rows FROM small_bytes").get() as { rows: number };
      database.close();
      return rows;
    };
    const reopen = (): Promise<Store> => createStore({ directory: test.directory, clock: systemClock, smallBodyBytes });
    await test.makeContainer("AUTH_test", "c");
    await test.put("AUTH_test", "c", "o", "one");
    await test.put("AUTH_test", "c", "o", "x".repeat(100_000));
    await test.put("AUTH_test", "c", "o", "two");
    await test.store[Symbol.asyncDispose]();
    expect((await findByteFiles(test.directory)).blobs.length + count()).toBe(1);
    await using again = await reopen();
    expect(await readObject(again)).toBe("two");
    await again.deleteObject(key);
    await again[Symbol.asyncDispose]();
    expect([(await findByteFiles(test.directory)).blobs.length, count()]).toEqual([0, 0]);
  });

  it("stop being read when a stream is cancelled", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    await test.put("AUTH_test", "c", "o", Buffer.alloc(2_000_000));
    const opened = test.store.openObject(key)!;
    const body = opened.read(0, 2_000_000);
    opened[Symbol.dispose]();
    if (!isByteStream(body)) throw new Error("expected a stream");
    const iterator = body[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.byteLength).toBe(256 * 1024);
    body.cancel();
    body.cancel();
    expect((await iterator.next()).done).toBe(true);
  });

  it("that have gone missing are an error, not an empty object", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    await test.put("AUTH_test", "c", "o", "x".repeat(20_000));
    const [folder] = await readdir(join(test.directory, "blobs"));
    const { blobs } = await findByteFiles(test.directory);
    await writeFile(join(test.directory, "blobs", folder!, blobs[0]!), "x");
    using opened = test.store.openObject(key)!;
    expect(() => opened.read(0, 20_000)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });
});

describe("rows", () => {
  it("keep exact counts through puts, overwrites, posts and deletes", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    await test.put("AUTH_test", "c", "a", "12345");
    await test.put("AUTH_test", "c", "b", "123");
    await test.put("AUTH_test", "c", "a", "1");
    await test.store.writeObject({ ...key, object: "a" }, () => ({ ...kept, metadata: { "x-object-meta-a": "b" } }));
    await test.store.deleteObject({ ...key, object: "b" });
    expect(test.store.findContainer("AUTH_test", "c")).toMatchObject({ objectCount: 1, bytesUsed: 1 });
    expect(test.store.accountTotals("AUTH_test")).toMatchObject({ containers: 1, objects: 1, bytes: 1 });
  });

  it("of concurrent writers all land, in batches", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    await Promise.all(Array.from({ length: 200 }, (_unused, at) => test.put("AUTH_test", "c", `o${at % 50}`, String(at))));
    expect(test.store.findContainer("AUTH_test", "c")).toMatchObject({ objectCount: 50 });
  });

  it("refuse what the transaction finds out", async () => {
    await using test = await createTestStore();
    const stage = (): ReturnType<Store["stage"]> => test.store.stage(Buffer.from("x"), { maxBytes: 10 });
    expect(await test.store.putObject(key, await stage(), kept, { onlyIfAbsent: false })).toEqual({ kind: "no-container" });
    await test.makeContainer("AUTH_test", "c");
    const both = await Promise.all([
      test.store.putObject(key, await stage(), kept, { onlyIfAbsent: true }),
      test.store.putObject(key, await stage(), kept, { onlyIfAbsent: true }),
    ]);
    expect(both.map((result) => result.kind)).toEqual(["stored", "exists"]);
    expect(await test.store.deleteContainer("AUTH_test", "c")).toBe("not-empty");
    expect(await test.store.deleteContainer("AUTH_test", "nope")).toBe("missing");
    expect((await findByteFiles(test.directory)).incoming).toEqual([]);
  });

  it("undo a failing change alone", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    const bad = test.store.writeObject(key, () => null);
    const failing = test.store.writeAccount("AUTH_test", () => {
      throw new Error("no");
    });
    const good = test.put("AUTH_test", "c", "o", "x");
    await expect(failing).rejects.toThrow("no");
    await bad;
    await good;
    expect(test.store.findObject(key)).not.toBeNull();
  });

  it("of a deleted account are gone, and it takes no more", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    await test.put("AUTH_test", "c", "o", "x");
    expect(await test.store.deleteAccount("AUTH_test")).toBe("deleted");
    expect(test.store.findAccount("AUTH_test")).toMatchObject({ deleted: true });
    expect(test.store.findObject(key)).toBeNull();
    const made = await test.store.writeContainer("AUTH_test", "c", () => ({ metadata: {}, policy: "gold" }));
    expect(made.after).toBeNull();
  });

  it("expire", async () => {
    await using test = await createTestStore();
    await test.makeContainer("AUTH_test", "c");
    await test.put("AUTH_test", "c", "o", "x", 1000);
    await test.put("AUTH_test", "c", "later", "x", 3000);
    expect(test.store.nextExpiry()).toBe(1000);
    const everything = { limit: 10, marker: "", endMarker: "", prefix: "", delimiter: "", reverse: false, path: null };
    expect(test.store.listObjects("AUTH_test", "c", everything, 2000)).toHaveLength(1);
    expect(await test.store.deleteExpired(2000, 10)).toBe(1);
    expect(test.store.findContainer("AUTH_test", "c")).toMatchObject({ objectCount: 1 });
    expect(test.store.nextExpiry()).toBe(3000);
  });
});

describe("the directory", () => {
  it("is used by one store at a time", async () => {
    await using test = await createTestStore();
    await expect(createStore({ directory: test.directory, clock: systemClock })).rejects.toMatchObject({ code: "DATA_IN_USE" });
  });

  it("is free again when the process that held it was killed", async () => {
    await using directory = await createTemporaryDirectory();
    const script = `
      import { createStore } from ${JSON.stringify(join(import.meta.dirname, "store.ts"))};
      import { systemClock } from ${JSON.stringify(join(import.meta.dirname, "../support/clock.ts"))};
      await createStore({ directory: process.argv[1], clock: systemClock });
      console.log("open");
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script, directory.path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await expect(createStore({ directory: directory.path, clock: systemClock })).rejects.toMatchObject({ code: "DATA_IN_USE" });
    child.kill("SIGKILL");
    await once(child, "exit");
    await using store = await createStore({ directory: directory.path, clock: systemClock });
    expect(store.accountTotals("AUTH_test").containers).toBe(0);
  });

  it("is swept of what a crash left, while new objects go in", async () => {
    await using directory = await createTemporaryDirectory();
    const big = Buffer.alloc(20_000, "n");
    const leftovers = [join(directory.path, "incoming", "old-1"), join(directory.path, "blobs", "01", "old-201")];
    for (const path of leftovers) {
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, "left over");
    }
    await using store = await createStore({ directory: directory.path, clock: systemClock });
    await store.writeContainer("AUTH_test", "c", () => ({ metadata: {}, policy: "gold" }));
    const staged = await store.stage(big, { maxBytes: 1 << 20 });
    await store.swept;
    await store.putObject(key, staged, kept, { onlyIfAbsent: false });
    for (const path of leftovers) await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readObject(store)).toBe(big.toString());
  });

  it("is not looked through after a clean end", async () => {
    await using directory = await createTemporaryDirectory();
    const first = await createStore({ directory: directory.path, clock: systemClock });
    await first.swept;
    await first[Symbol.asyncDispose]();
    await writeFile(join(directory.path, "incoming", "mine"), "x");
    await using second = await createStore({ directory: directory.path, clock: systemClock });
    await second.swept;
    expect((await findByteFiles(directory.path)).incoming).toEqual(["mine"]);
  });

  it("keeps the format of a newer program from being touched", async () => {
    await using test = await createTestStore();
    await test.store[Symbol.asyncDispose]();
    const database = new DatabaseSync(join(test.directory, "metadata.sqlite"));
    database.exec("PRAGMA user_version = 999");
    database.close();
    await expect(createStore({ directory: test.directory, clock: systemClock })).rejects.toMatchObject({ code: "BAD_INPUT" });
  });

  it("says so where it is no directory", async () => {
    await using directory = await createTemporaryDirectory();
    const file = join(directory.path, "file");
    await writeFile(file, "");
    await expect(createStore({ directory: file, clock: systemClock })).rejects.toMatchObject({ code: "BAD_INPUT" });
  });
});

describe("a full disk", () => {
  it.each([
    ["of the file system", Object.assign(new Error("no space"), { code: "ENOSPC" })],
    ["of the user's quota", Object.assign(new Error("quota"), { code: "EDQUOT" })],
    ["as SQLite reports it", Object.assign(new Error("database or disk is full"), { errcode: 13 })],
  ])("has its own code: %s", (_what, error) => {
    expect(explainStoreError(error, "/data")).toMatchObject({ code: "DISK_FULL" });
  });

  it.skipIf(process.platform !== "linux")("is recognised in what the system throws", async () => {
    // Every write to this device fails with ENOSPC.
    const { openSync, writeSync, closeSync } = await import("node:fs");
    const full = openSync("/dev/full", "w");
    try {
      writeSync(full, "x");
      expect.unreachable();
    } catch (thrown) {
      expect(explainStoreError(thrown, "/data")).toMatchObject({ code: "DISK_FULL" });
    } finally {
      closeSync(full);
    }
  });
});
