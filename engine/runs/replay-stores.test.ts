/** What is kept for exact replays: code by digest, inputs by content, and what goes when there is no more room. */
import { hash, randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bundle } from "../compute/types.ts";
import { readBody, streamOf, type Body, type ByteStream } from "../support/streams.ts";
import type { CapturedExchange } from "./exchanges.ts";
import type { Original } from "./originals.ts";
import { createRuns, type Runs } from "./runs.ts";
import { makeRun } from "./test-run.ts";

let directory: string;
let runs: Runs;
type Options = Omit<Parameters<typeof createRuns>[0], "path">;
const open = (options: Options = {}): Runs => createRuns({ path: join(directory, "runs.sqlite"), ...options });
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "studio-originals-"));
  runs = open();
});
afterEach(async () => {
  await runs[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});
async function reopen(options: Options = {}): Promise<void> {
  await runs[Symbol.asyncDispose]();
  runs = open(options);
}

const flushed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
const files = (folder: string): string[] => readdirSync(join(directory, folder)).toSorted();
const chunked = (...chunks: Uint8Array[]): ByteStream =>
  streamOf(
    (async function* () {
      yield* chunks;
    })(),
  );
const textOf = async (ref: string | null, slice: readonly [number, number] | null = null): Promise<string | null> => {
  const body = ref === null ? null : await runs.inputs.open(ref, slice);
  return body === null ? null : (await readBody(body, 1e9)).toString();
};

/** A stored file as a body; the store may remove its name. */
function stored(name: string, content: Uint8Array): { body: Body; path: string } {
  mkdirSync(join(directory, "store"), { recursive: true });
  const path = join(directory, "store", name);
  writeFileSync(path, content);
  return { path, body: { ...chunked(content), file: { path, startBytes: 0, endBytes: content.length } } };
}

describe("inputs", () => {
  it("that are small are kept once by their content, over a restart", async () => {
    const { ref } = runs.inputs.keep(Buffer.from("data"), "etag", 4);
    expect(runs.inputs.keep(Buffer.from("data"), "another", 4).ref).toBe(ref);
    expect(await textOf(ref)).toBe("data");
    await reopen();
    expect(await textOf(ref)).toBe("data");
    expect(await textOf(ref, [1, 3])).toBe("at");
    expect(files("run-inputs")).toEqual([]);
  });

  it("that are stored files are linked, and stay when the object goes", async () => {
    const content = randomBytes(100_000);
    const { body, path } = stored("a", content);
    const kept = runs.inputs.keep(body, "etag", content.length);
    expect(kept.body).toBe(body);
    expect(statSync(path).nlink).toBe(2);
    expect(runs.inputs.keep(stored("a", content).body, "etag", content.length).ref).toBe(kept.ref);
    unlinkSync(path);
    await reopen();
    const again = await runs.inputs.open(kept.ref as string, kept.slice);
    expect((await readBody(again, 1e9)).equals(content)).toBe(true);
    // An input of a replay is the same input.
    const reread = (await runs.inputs.open(kept.ref as string, null)) as ByteStream;
    expect(runs.inputs.keep(reread, "another", content.length).ref).toBe(kept.ref);
    reread.cancel();
    expect(files("run-inputs")).toEqual([kept.ref]);
  });

  it.each([
    ["a name", "etag"],
    ["no name", null],
  ])("that come as a stream with %s are copied as they pass", async (_what, name) => {
    const kept = runs.inputs.keep(chunked(Buffer.from("one "), randomBytes(70_000)), name, null);
    await readBody(kept.body, 1e9);
    const ref = await kept.later;
    expect((await textOf(ref, [0, 4]))?.slice(0, 4)).toBe("one ");
    if (name !== null) expect(runs.inputs.keep(chunked(Buffer.from("x")), name, null).ref).toBe(ref);
  });

  it.each<[string, (body: ByteStream) => Promise<unknown>]>([
    ["are not read to their end", async (body) => body[Symbol.asyncIterator]().return?.()],
    ["are cancelled", async (body) => body.cancel()],
    ["break off", async (body) => readBody(body, 3).catch(() => {})],
  ])("that %s are not kept", async (_what, end) => {
    const kept = runs.inputs.keep(chunked(Buffer.from("ab"), Buffer.from("cd")), "etag", null);
    await end(kept.body as ByteStream);
    expect(await kept.later).toBeNull();
  });

  it("beyond the cap are not kept, whatever they come as", async () => {
    await reopen({ inputCapBytes: 3 });
    expect(runs.inputs.keep(Buffer.from("four"), "e", 4).ref).toBeNull();
    expect(runs.inputs.keep(stored("a", Buffer.from("four")).body, "e", 4)).toMatchObject({ ref: null, later: null });
    const kept = runs.inputs.keep(chunked(Buffer.from("fo"), Buffer.from("ur")), null, null);
    expect((await readBody(kept.body, 1e9)).toString()).toBe("four");
    expect(await kept.later).toBeNull();
  });

  it("that were used longest ago go first; those of pinned runs stay", async () => {
    await reopen({ inputBudgetBytes: 200_000 });
    const keep = (name: string): string => runs.inputs.keep(stored(name, randomBytes(90_000)).body, name, 90_000).ref as string;
    const pinned = keep("pinned");
    const original: Original = { source: null, extras: [], sent: { ref: pinned } };
    runs.put(makeRun("a"));
    await runs.keepExchange("tx-a", exchange, original);
    runs.mark("a", { pinned: true });
    const [second, third] = [keep("second"), keep("third")];
    await flushed();
    expect([pinned, second, third].map(runs.inputs.has)).toEqual([true, false, true]);
    await runs.inputs.settle();
    expect(files("run-inputs")).toEqual([pinned, third].toSorted());
  });

  it("without a row go at the start", async () => {
    writeFileSync(join(directory, "run-inputs", "f".repeat(64)), "left");
    await reopen();
    await runs.inputs.settle();
    expect(files("run-inputs")).toEqual([]);
  });
});

const exchange: CapturedExchange = {
  request: { method: "GET", target: "/v1/AUTH_test/c/o", headers: [], body: null },
  response: { status: 200, headers: [], body: null },
};

it("what a run was made of is found by its id", async () => {
  const original: Original = { source: null, extras: [], sent: null };
  runs.put(makeRun("a"));
  runs.put(makeRun("b"));
  await runs.keepExchange("tx-a", exchange, original);
  await runs.keepExchange("tx-b", exchange);
  await reopen();
  expect(runs.original("a")).toEqual(original);
  expect(runs.original("b")).toBeNull();
  expect(runs.original("nobody")).toBeNull();
});

describe("code", () => {
  const md5 = (text: string): string => hash("md5", text);
  const bundle = (digest: string, contents: Record<string, string>, sums: Record<string, string> = {}): Bundle => ({
    name: "a.py",
    language: "python",
    entry: "a.A",
    digest: digest.repeat(64),
    files: Object.entries(contents).map(([name, text]) => ({
      name,
      mode: name === "a.py" ? 0o600 : 0o755,
      md5: sums[name] ?? md5(text),
      open: async () => Buffer.from(text),
    })),
  });
  const read = async (digest: string): Promise<unknown> => {
    const found = await runs.code.find(digest.repeat(64));
    if (found === null) return null;
    return Promise.all(
      found.files.map(async ({ name, mode, open: openFile }) => [name, mode, (await readBody(await openFile(), 1e9)).toString()]),
    );
  };

  it("is kept with its dependencies and permissions, over a restart", async () => {
    runs.code.keep(bundle("a", { "a.py": "one", helper: "two" }));
    const expected = [
      ["a.py", 0o600, "one"],
      ["helper", 0o755, "two"],
    ];
    expect(await read("a")).toEqual(expected);
    await reopen();
    expect(await read("a")).toEqual(expected);
    expect(await runs.code.find("a".repeat(64))).toMatchObject({ name: "a.py", language: "python", entry: "a.A" });
    expect(await read("b")).toBeNull();
  });

  it("that changed while it was read is not kept", async () => {
    runs.code.keep(bundle("a", { "a.py": "new" }, { "a.py": md5("old") }));
    expect(await read("a")).toBeNull();
    expect(runs.code.has("a".repeat(64))).toBe(false);
  });

  it("shares equal files, and goes oldest first where there is no more room", async () => {
    await reopen({ codeBudgetBytes: 2500 });
    const library = "x".repeat(1000);
    runs.code.keep(bundle("a", { "a.py": "1".repeat(700), library }));
    await runs.code.settle();
    runs.code.keep(bundle("b", { "a.py": "2".repeat(700), library }));
    await runs.code.settle();
    expect(["a", "b"].map((digest) => runs.code.has(digest.repeat(64)))).toEqual([true, true]);
    runs.put(makeRun("p", { digest: "b".repeat(64) }));
    await flushed();
    runs.mark("p", { pinned: true });
    runs.code.keep(bundle("c", { "a.py": "3".repeat(700) }));
    await runs.code.settle();
    expect(["a", "b", "c"].map((digest) => runs.code.has(digest.repeat(64)))).toEqual([false, true, true]);
    expect(files("run-code")).toHaveLength(2);
  });

  it("that a crash left half written goes at the start", async () => {
    mkdirSync(join(directory, "run-code", ".new-1"));
    await reopen();
    await flushed();
    expect(files("run-code")).toEqual([]);
  });
});

it("a run that is under way when the engine is killed is told of by the next one", async () => {
  runs.put(makeRun("gone", { state: "running", status: null }));
  runs.put(makeRun("over", { state: "running", status: null }));
  await new Promise((resolve) => setTimeout(resolve, 400));
  runs.put(makeRun("over"));
  await flushed();
  // What another process would find on disk now.
  const left = mkdtempSync(join(tmpdir(), "studio-killed-"));
  for (const name of readdirSync(directory).filter((each) => each.startsWith("runs.sqlite")))
    copyFileSync(join(directory, name), join(left, name));
  const next = createRuns({ path: join(left, "runs.sqlite") });
  expect(next.get("gone")).toMatchObject({ state: "failed", problem: { code: "ENGINE_NOT_RUNNING" } });
  expect(next.list(10).map(({ id, state }) => [id, state])).toEqual([
    ["gone", "failed"],
    ["over", "succeeded"],
  ]);
  await next[Symbol.asyncDispose]();
  rmSync(left, { recursive: true });
});
