/** No way out of the store: names are names, whatever they look like, and links planted on the disk lead nowhere. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTemporaryDirectory, createTestStore, findByteFiles } from "../../store/test-store.ts";
import { createStore } from "../../store/store.ts";
import { systemClock } from "../../support/clock.ts";
import { readBody } from "../../support/streams.ts";
import { createTestSwift, type TestAnswer, type TestSwift } from "../test-swift.ts";

const owner = { as: "test:tester" } as const;
const account = "/v1/AUTH_test";
/** Larger than what is kept in rows: every one of them becomes a file. */
const body = "0123456789".repeat(3000);

let swift: TestSwift;
beforeAll(async () => {
  swift = await createTestSwift();
  await swift.send("PUT", `${account}/c`, owner);
});
afterAll(() => swift[Symbol.asyncDispose]());

/** All files below the data directory, as paths from it. */
async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}

const ownFile = /^(metadata\.sqlite(-wal|-shm)?|reserve|blobs\/[0-9a-f]{2}\/[0-9a-f]{16}-[0-9a-z]{9})$/;

async function expectNothingOutside(): Promise<void> {
  for (const file of await filesOf(swift.directory)) expect(file).toMatch(ownFile);
}

/** Sends a request whose target no client library would leave as it is. */
async function sendTarget(method: string, target: string, headers = "", bytes = ""): Promise<{ status: number; text: string }> {
  const token = await swift.tokenOf("test:tester");
  const length = method === "PUT" ? `Content-Length: ${bytes.length}\r\n` : "";
  const text = await swift.sendRaw(
    `${method} ${target} HTTP/1.1\r\nHost: a\r\nX-Auth-Token: ${token}\r\n${length}${headers}Connection: close\r\n\r\n${bytes}`,
  );
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
}

describe("object names that look like paths are names", () => {
  it.each([
    ["..", ".."],
    [".", "."],
    ["../../../etc/passwd", "../../../etc/passwd"],
    ["%2e%2e/%2e%2e/etc/passwd", "../../etc/passwd"],
    ["%2e%2e%2f%2e%2e%2fetc%2fpasswd", "../../etc/passwd"],
    ["a/../../../b", "a/../../../b"],
    ["/etc/passwd", "/etc/passwd"],
    ["//etc//passwd", "//etc//passwd"],
    ["./a/./b/.", "./a/./b/."],
    ["..%5c..%5cwindows", "..\\..\\windows"],
    ["C:%5cwindows", "C:\\windows"],
    ["a%0d%0ab", "a\r\nb"],
    ["%252e%252e%252f", "%2e%2e%2f"],
    ["..%c0%af", null],
    ["a%00b", null],
    ["..%00", null],
    ["metadata.sqlite", "metadata.sqlite"],
    ["incoming/../blobs", "incoming/../blobs"],
    ["~root", "~root"],
    ["$(id)`id`;id|id", "$(id)`id`;id|id"],
  ])("%s", async (target, name) => {
    const put = await sendTarget("PUT", `${account}/c/${target}`, "", body);
    expect(put.status).toBe(name === null ? 412 : 201);
    await expectNothingOutside();
    if (name === null) return;
    const listed = await swift.send("GET", `${account}/c?format=json&prefix=${encodeURIComponent(name)}`, owner);
    expect((JSON.parse(listed.text) as { name: string }[]).map((entry) => entry.name)).toEqual([name]);
    const got = await sendTarget("GET", `${account}/c/${target}`);
    expect([got.status, got.text.endsWith(body)]).toEqual([200, true]);
    expect((await sendTarget("DELETE", `${account}/c/${target}`)).status).toBe(204);
    expect((await sendTarget("GET", `${account}/c/${target}`)).status).toBe(404);
  });
});

describe("containers and accounts", () => {
  it.each([
    ["PUT", `${account}/..`, 201],
    ["PUT", `${account}/%2e%2e`, 202],
    ["DELETE", `${account}/..`, 204],
    ["PUT", `${account}/a%2Fb`, 404],
    ["PUT", `${account}/..%2F..%2Fx`, 404],
    ["PUT", `${account}/a%00b`, 412],
    ["GET", "/v1/../../etc/passwd", 403],
    ["GET", "/v1/..%2f..%2fetc%2fpasswd", 403],
    ["GET", "/v1/AUTH_test%2F..%2FAUTH_test2", 404],
    ["GET", "/v1/AUTH_test/../AUTH_test2/c", 404],
    ["GET", "/../v1/AUTH_test2", 400],
    ["GET", "/static/../../etc/passwd", 400],
  ] as const)("%s %s is %i", async (method, target, status) => {
    const answer = await sendTarget(method, target);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain("root:");
    await expectNothingOutside();
  });

  it.each(["../../../etc/passwd", "/etc/passwd", "%2e%2e%2fc%2fo", "../c/o", "c/../../AUTH_test2/c/o"])(
    "copying from %s reads no file",
    async (source) => {
      const answer = await sendTarget("PUT", `${account}/c/copied`, `X-Copy-From: ${source}\r\n`);
      expect([404, 412]).toContain(answer.status);
      expect(answer.text).not.toContain("root:");
    },
  );
});

describe("depth", () => {
  const deep = "a/".repeat(10_000);
  it.each([
    ["PUT", `${account}/c/${"a/".repeat(3000)}`, 400],
    ["PUT", `${account}/c/${"/".repeat(1025)}`, 400],
    ["GET", `${account}/c/${"../".repeat(2500)}etc/passwd`, 404],
    ["GET", `${account}/c/${deep}`, 414],
    ["GET", `${account}/c?prefix=${deep}`, 414],
  ] as const)("%s of ten thousand levels is answered at once", async (method, target, status) => {
    expect((await sendTarget(method, target, "", method === "PUT" ? "x" : "")).status).toBe(status);
  });

  it("of the longest name there may be is listed level by level", async () => {
    const name = "a/".repeat(511) + "bc";
    expect((await sendTarget("PUT", `${account}/c/${name}`, "", "x")).status).toBe(201);
    for (const levels of [0, 1, 250, 510]) {
      const prefix = "a/".repeat(levels);
      const listed: TestAnswer = await swift.send("GET", `${account}/c?delimiter=/&prefix=${prefix}`, owner);
      expect(listed.text).toBe(`${prefix}a/\n`);
    }
    // A delimiter for every level, in one request each: no recursion that could run out of stack.
    const path = await swift.send("GET", `${account}/c?path=${"a/".repeat(511)}`, owner);
    expect(path.text).toBe(`${name}\n`);
    await sendTarget("DELETE", `${account}/c/${name}`);
  });

  it("of a manifest or a form is refused, not followed", async () => {
    const nested = "[".repeat(100_000);
    const answer = await sendTarget("PUT", `${account}/c/slo?multipart-manifest=put`, "", nested);
    expect([400, 413, 422]).toContain(answer.status);
  });
});

describe("headers that want to be two", () => {
  const injected = /\r\nInjected: yes/i;
  it.each([
    ["X-Object-Meta-A: a%0d%0aInjected: yes", 201],
    ["X-Object-Meta-A: a\\r\\nInjected: yes", 201],
    ["X-Object-Meta-A: \u00c4\u008d\u00c4\u008aInjected: yes", 201],
    ["X-Object-Meta-A: a\rInjected: yes", 400],
    ["X-Object-Meta-A: a\0Injected: yes", 400],
    ["X-Object-Meta-A\r: a", 400],
    ["X-Object-Meta-A: a\n Injected: yes", 400],
    ["Content-Type: text/plain\u000bInjected: yes", 400],
    ["Content-Disposition: attachment%0d%0aInjected: yes", 201],
    ["X-Object-Manifest: c/%0d%0aInjected:%20yes", 201],
  ])("%j", async (header, status) => {
    const put = await sendTarget("PUT", `${account}/c/injected`, `${header}\r\n`, "x");
    expect(put.status).toBe(status);
    const got = await sendTarget("GET", `${account}/c/injected`);
    expect(`${put.text}${got.text}`).not.toMatch(injected);
    await sendTarget("DELETE", `${account}/c/injected`);
  });

  it("in a name come back escaped", async () => {
    const target = `${account}/c/x%0d%0aInjected:%20yes`;
    expect((await sendTarget("PUT", target, "", "x")).status).toBe(201);
    for (const answer of [
      await sendTarget("GET", target),
      await sendTarget("HEAD", target),
      await sendTarget("COPY", target, "Destination: c/y%0d%0aInjected:%20yes\r\n"),
      await sendTarget("GET", `${target}?multipart-manifest=get`),
    ]) {
      expect(answer.status).toBeLessThan(300);
      expect(answer.text).not.toMatch(injected);
    }
  });
});

describe("links planted on the disk", () => {
  const key = { account: "AUTH_test", container: "c", object: "o" };

  it("in the place of a file are not followed", async () => {
    await using test = await createTestStore();
    await using outside = await createTemporaryDirectory();
    const secret = join(outside.path, "secret");
    await writeFile(secret, body);
    await test.makeContainer("AUTH_test", "c");
    await test.put("AUTH_test", "c", "o", body);
    const [blob] = (await findByteFiles(test.directory)).blobs;
    const path = join(test.directory, "blobs", blob!.slice(-2), blob!);
    await rm(path);
    await symlink(secret, path);
    expect(() => test.store.openObject(key)).toThrow("missing");
    // Removing and replacing take the link, not what it leads to.
    await test.put("AUTH_test", "c", "o", `${body}!`);
    await test.store.deleteObject(key);
    expect(await readFile(secret, "utf8")).toBe(body);
  });

  it("in the place of a folder are neither read nor written nor swept", async () => {
    await using directory = await createTemporaryDirectory();
    await using outside = await createTemporaryDirectory();
    let folder = "";
    {
      const store = await createStore({ directory: directory.path, clock: systemClock });
      await store.writeContainer("AUTH_test", "c", () => ({ metadata: {}, policy: "gold" }));
      const staged = await store.stage(Buffer.from(body), { maxBytes: 1 << 20 });
      await store.putObject(key, staged, { contentType: "a/b", deleteAt: null, metadata: {} }, { onlyIfAbsent: false });
      const [blob] = (await findByteFiles(directory.path)).blobs;
      folder = join(directory.path, "blobs", blob!.slice(-2));
      await store[Symbol.asyncDispose]();
    }
    const moved = join(outside.path, "moved");
    await rename(folder, moved);
    await writeFile(join(moved, "not-ours"), "kept");
    await symlink(moved, folder);
    await symlink(outside.path, join(directory.path, "incoming", "left-over"));
    // As after a crash: everything is looked through.
    const database = new DatabaseSync(join(directory.path, "metadata.sqlite"));
    database.exec("UPDATE state SET value = 'open'; DELETE FROM objects");
    database.close();
    const errors: unknown[] = [];
    await using store = await createStore({ directory: directory.path, clock: systemClock, onSweepError: (error) => errors.push(error) });
    await store.swept;
    expect(errors).toEqual([]);
    expect((await readdir(moved)).sort()).toContain("not-ours");
    expect(await readdir(moved)).toHaveLength(2);
    expect(await readdir(dirname(moved))).toEqual(["moved"]);
    expect(await readdir(join(directory.path, "incoming"))).toEqual([]);
  });

  it("in the place of a folder fail a write before a byte leaves the store", async () => {
    await using test = await createTestStore();
    await using outside = await createTemporaryDirectory();
    await test.makeContainer("AUTH_test", "c");
    for (let folder = 0; folder < 256; folder += 1) {
      await symlink(outside.path, join(test.directory, "blobs", folder.toString(16).padStart(2, "0")));
    }
    await expect(test.put("AUTH_test", "c", "o", body)).rejects.toThrow("leads out");
    expect(test.store.findObject(key)).toBeNull();
    expect(await readdir(outside.path)).toEqual([]);
    expect((await findByteFiles(test.directory).catch(() => ({ incoming: [] }))).incoming).toEqual([]);
  });

  it("do no harm to the rest", async () => {
    await using test = await createTestStore();
    await mkdir(join(test.directory, "blobs", "zz"));
    await symlink("/", join(test.directory, "blobs", "zz", "root"));
    await test.makeContainer("AUTH_test", "c");
    const { etag } = await test.put("AUTH_test", "c", "o", body);
    using opened = test.store.openObject(key)!;
    const bytes = await readBody(opened.read(0, body.length), 1 << 20);
    expect(createHash("md5").update(bytes).digest("hex")).toBe(etag);
  });
});
