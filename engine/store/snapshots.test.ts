import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { systemClock } from "../support/clock.ts";
import { isByteStream, readBody } from "../support/streams.ts";
import { createStore } from "./store.ts";
import { createTemporaryDirectory, createTestStore, findByteFiles, type TestStore } from "./test-store.ts";
import type { Store } from "./types.ts";

const account = "AUTH_test";
const everything = { limit: 10_000, marker: "", endMarker: "", prefix: "", delimiter: "", reverse: false, path: null };
const large = (mark: string): string => `${mark} `.repeat(40_000);

/** All objects of a container with their bytes; fails where a count, a size or a digest does not fit. */
async function readAll(store: Store, container: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  let bytes = 0;
  for (const item of store.listObjects(account, container, everything, 0)) {
    if ("subdir" in item) throw new Error("no delimiter was asked for");
    using opened = store.openObject({ account, container, object: item.record.name })!;
    const content = await readBody(opened.read(0, opened.record.sizeBytes), 1 << 30);
    expect(createHash("md5").update(content).digest("hex")).toBe(item.record.etag);
    found[item.record.name] = content.toString();
    bytes += content.byteLength;
  }
  expect(store.findContainer(account, container)).toMatchObject({ objectCount: Object.keys(found).length, bytesUsed: bytes });
  return found;
}

async function makeTwoStates(test: TestStore): Promise<void> {
  await test.makeContainer(account, "c");
  await test.put(account, "c", "small", "one");
  await test.put(account, "c", "large", large("one"));
  await test.put(account, "c", "gone", large("gone"));
  await test.store.snapshots.save("first");
  await test.put(account, "c", "small", "two");
  await test.put(account, "c", "large", large("two"));
  await test.put(account, "c", "new", large("new"));
  await test.store.deleteObject({ account, container: "c", object: "gone" });
  await test.makeContainer(account, "d");
}

describe("a snapshot", () => {
  it("brings back what was there, and only that", async () => {
    await using test = await createTestStore();
    const { store } = test;
    await makeTwoStates(test);
    const second = await store.snapshots.save("second");
    expect(second).toMatchObject({ name: "second", containers: 2, objects: 3 });
    expect(await store.snapshots.restore("first")).toMatchObject({ name: "first", containers: 1, objects: 3 });
    expect(await readAll(store, "c")).toEqual({ small: "one", large: large("one"), gone: large("gone") });
    expect(store.findContainer(account, "d")).toBeNull();
    await store.snapshots.restore("second");
    expect(await readAll(store, "c")).toEqual({ small: "two", large: large("two"), new: large("new") });
    expect((await store.snapshots.list()).map(({ name }) => name)).toEqual(["first", "second"]);
  });

  it("outlives everything, and its removal touches nothing else", async () => {
    await using test = await createTestStore();
    await makeTwoStates(test);
    await test.store.deleteAccount(account);
    await test.store.snapshots.restore("first");
    await test.store.snapshots.remove("first");
    expect(Object.keys(await readAll(test.store, "c"))).toEqual(["gone", "large", "small"]);
    expect(await test.store.snapshots.list()).toEqual([]);
    expect(await readdir(join(test.directory, "snapshots"))).toEqual([]);
  });

  it("leaves no bytes behind that nothing refers to", async () => {
    await using directory = await createTemporaryDirectory();
    {
      await using store = await createStore({ directory: directory.path, clock: systemClock, smallBodyBytes: 0 });
      await store.writeContainer(account, "c", () => ({ metadata: {}, policy: "gold" }));
      const put = async (object: string): Promise<void> => {
        const staged = await store.stage(Buffer.from(object), { maxBytes: 100 });
        await store.putObject(
          { account, container: "c", object },
          staged,
          { contentType: "a/b", deleteAt: null, metadata: {} },
          { onlyIfAbsent: false },
        );
      };
      await put("a");
      await store.snapshots.save("s");
      await put("b");
      await put("a");
      await store.snapshots.restore("s");
      expect(await readAll(store, "c")).toEqual({ a: "a" });
    }
    // Removals go on in the background until the store is closed.
    expect((await findByteFiles(directory.path)).blobs).toHaveLength(1);
  });

  it("shares its bytes with the store", async () => {
    await using test = await createTestStore();
    await makeTwoStates(test);
    const [blob] = (await findByteFiles(test.directory)).blobs;
    expect(statSync(join(test.directory, "blobs", blob!.slice(-2), blob!)).nlink).toBe(1);
    await test.store.snapshots.save("second");
    expect(statSync(join(test.directory, "blobs", blob!.slice(-2), blob!)).nlink).toBe(2);
  });

  it("does not disturb bodies that are being read", async () => {
    await using test = await createTestStore();
    const { store } = test;
    await makeTwoStates(test);
    using opened = store.openObject({ account, container: "c", object: "large" })!;
    const body = opened.read(0, opened.record.sizeBytes);
    expect(isByteStream(body)).toBe(true);
    await store.snapshots.restore("first");
    expect((await readBody(body, 1 << 30)).toString()).toBe(large("two"));
  });

  it("may be saved and restored while everything changes", async () => {
    await using test = await createTestStore({ smallBodyBytes: 100 });
    const { store } = test;
    await makeTwoStates(test);
    let over = false;
    const refused: unknown[] = [];
    /** Overwrites, removes and adds small objects and large ones. */
    async function change(worker: number): Promise<void> {
      for (let round = 0; !over; round += 1) {
        const object = `w${worker}-${round % 5}`;
        const staged = await store.stage(Buffer.from(`${object} `.repeat(round % 2 === 0 ? 5 : 500)), { maxBytes: 1 << 20 });
        const kept = { contentType: "text/plain", deleteAt: null, metadata: {} };
        const result = await store.putObject({ account, container: "c", object }, staged, kept, { onlyIfAbsent: false });
        if (result.kind !== "stored") refused.push(result);
        if (round % 3 === 0) await store.deleteObject({ account, container: "c", object: `w${worker}-${(round + 2) % 5}` });
      }
    }
    const workers = [0, 1, 2, 3].map((worker) => change(worker));
    for (let round = 0; round < 8; round += 1) {
      await store.snapshots.save(`s${round}`);
      await store.snapshots.restore(round % 2 === 0 ? `s${round}` : "first");
    }
    over = true;
    await Promise.all(workers);
    expect(refused).toEqual([]);
    await readAll(store, "c");
    for (let round = 0; round < 8; round += 1) {
      await store.snapshots.restore(`s${round}`);
      await readAll(store, "c");
    }
  });

  it("of an older form is brought up to date", async () => {
    await using test = await createTestStore();
    await test.makeContainer(account, "c");
    await test.put(account, "c", "o", large("kept"));
    await test.store.snapshots.save("old");
    const copy = new DatabaseSync(join(test.directory, "snapshots", "old", "metadata.sqlite"));
    copy.exec("DROP TABLE small_bytes; PRAGMA user_version = 1");
    copy.close();
    await test.store.snapshots.restore("old");
    expect(await readAll(test.store, "c")).toEqual({ o: large("kept") });
  });

  it("of a thousand files takes less than a second each way", async () => {
    await using test = await createTestStore({ smallBodyBytes: 0 });
    await test.makeContainer(account, "c");
    for (let number = 0; number < 1000; number += 1) await test.put(account, "c", `o${number}`, String(number));
    const times: number[] = [];
    for (const act of ["save", "restore"] as const) {
      const beganMs = performance.now();
      await test.store.snapshots[act]("s");
      times.push(performance.now() - beganMs);
    }
    expect(Math.max(...times)).toBeLessThan(1000);
  });
});

describe("a snapshot is refused", () => {
  it.each(["", ".", "..", ".hidden", "a/b", "../x", "a\0b", "a b", "ü", "x".repeat(101), "-x"])("with the name %j", async (name) => {
    await using test = await createTestStore();
    await expect(test.store.snapshots.save(name)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(test.store.snapshots.restore(name)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(test.store.snapshots.remove(name)).rejects.toMatchObject({ code: "BAD_INPUT" });
    expect(await readdir(test.directory)).not.toContain("x");
  });

  it("with a name that is taken, or that nothing has", async () => {
    await using test = await createTestStore();
    await test.store.snapshots.save("a");
    await expect(test.store.snapshots.save("a")).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(test.store.snapshots.restore("b")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(test.store.snapshots.remove("b")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("where a link lies in its place", async () => {
    await using test = await createTestStore();
    await using outside = await createTemporaryDirectory();
    await writeFile(join(outside.path, "snapshot.json"), "{}");
    await mkdir(join(test.directory, "snapshots"));
    await symlink(outside.path, join(test.directory, "snapshots", "trap"));
    expect(await test.store.snapshots.list()).toEqual([]);
    await expect(test.store.snapshots.restore("trap")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(test.store.snapshots.remove("trap")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(test.store.snapshots.save("trap")).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await readFile(join(outside.path, "snapshot.json"), "utf8")).toBe("{}");
  });

  it("where its bytes are not all there, and nothing changes", async () => {
    await using test = await createTestStore();
    await makeTwoStates(test);
    const { blob } = new DatabaseSync(join(test.directory, "snapshots", "first", "metadata.sqlite"))
      .prepare("SELECT blob FROM objects WHERE name = 'large'")
      .get() as { blob: string };
    const path = join(test.directory, "snapshots", "first", "blobs", blob.slice(-2), blob);
    await rm(path);
    await expect(test.store.snapshots.restore("first")).rejects.toThrow("ENOENT");
    expect(Object.keys(await readAll(test.store, "c"))).toEqual(["large", "new", "small"]);
  });
});

const script = `
  import { createStore } from ${JSON.stringify(join(import.meta.dirname, "store.ts"))};
  import { systemClock } from ${JSON.stringify(join(import.meta.dirname, "../support/clock.ts"))};
  const store = await createStore({ directory: process.argv[1], clock: systemClock });
  process.stdout.write("ready");
  for (let round = 0; ; round += 1) {
    await store.snapshots.restore(round % 2 === 0 ? "first" : "second");
    const name = "x" + process.pid + "-" + round;
    await store.snapshots.save(name);
    if (round % 2 === 0) await store.snapshots.remove(name);
  }
`;

it("kill -9 at any moment of saving, restoring and removing leaves one state or the other", async () => {
  await using directory = await createTemporaryDirectory();
  const states: Record<string, string>[] = [];
  {
    await using store = await createStore({ directory: directory.path, clock: systemClock });
    await store.writeContainer(account, "c", () => ({ metadata: {}, policy: "gold" }));
    for (const name of ["first", "second"]) {
      for (let number = 0; number < 100; number += 1) {
        const staged = await store.stage(Buffer.from(`${name} ${number} `.repeat(number % 2 === 0 ? 1 : 3000)), { maxBytes: 1 << 20 });
        const kept = { contentType: "text/plain", deleteAt: null, metadata: {} };
        await store.putObject(
          { account, container: "c", object: `${name === "first" ? "a" : "b"}${number % 50}-${number}` },
          staged,
          kept,
          { onlyIfAbsent: false },
        );
      }
      await store.snapshots.save(name);
      states.push(await readAll(store, "c"));
    }
  }
  for (let round = 0; round < 8; round += 1) {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script, directory.path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, round * 17));
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await using store = await createStore({ directory: directory.path, clock: systemClock });
    await store.swept;
    const found = await readAll(store, "c");
    expect(states).toContainEqual(found);
    const files = await findByteFiles(directory.path);
    expect(files.blobs).toHaveLength(Object.values(found).filter((text) => text.length > 16 * 1024).length);
    expect(files.incoming).toEqual([]);
    for (const name of await readdir(join(directory.path, "snapshots"))) {
      expect(name).toMatch(/^[a-z]/);
      expect(existsSync(join(directory.path, "snapshots", name, "snapshot.json"))).toBe(true);
    }
    for (const { name } of await store.snapshots.list()) {
      await store.snapshots.restore(name);
      expect(states).toContainEqual(await readAll(store, "c"));
      if (name.startsWith("x")) await store.snapshots.remove(name);
    }
  }
});
