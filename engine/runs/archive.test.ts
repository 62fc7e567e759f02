/** What is kept besides the record itself: marks, exchanges, bodies, and the search over them. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runQuerySchema, type Run } from "../contract/index.ts";
import type { CapturedExchange } from "./exchanges.ts";
import { createRuns, type Runs } from "./runs.ts";
import { makeRun } from "./test-run.ts";

let directory: string;
let runs: Runs;
const open = (options: { keep?: number; bodyBudgetBytes?: number } = {}): Runs =>
  createRuns({ path: join(directory, "runs.sqlite"), ...options });
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "studio-archive-"));
  runs = open();
});
afterEach(async () => {
  await runs[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const answered = (text: string, sent: string | null = null): CapturedExchange => ({
  request: {
    method: sent === null ? "GET" : "PUT",
    target: "/v1/AUTH_test/samples/access.log",
    headers: [{ name: "x-auth-token", value: "", hiddenCharacters: 32 }],
    body: sent === null ? null : { bytes: Buffer.from(sent), sizeBytes: sent.length, cut: false },
  },
  response: { status: 200, headers: [], body: { bytes: Buffer.from(text), sizeBytes: text.length + 10, cut: false } },
});

/** Files below the folder of bodies. */
const keptFiles = (): string[] =>
  readdirSync(join(directory, "run-bodies"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

async function record(id: string, exchange: CapturedExchange, fields: Partial<Run> = {}): Promise<void> {
  runs.put(makeRun(id, fields));
  await runs.keepExchange(`tx-${id}`, exchange);
}

async function reopen(options: Parameters<typeof open>[0] = {}): Promise<void> {
  await runs[Symbol.asyncDispose]();
  runs = open(options);
}

const flushed = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const query = (fields: object = {}): ReturnType<typeof runQuerySchema.parse> => runQuerySchema.parse(fields);

describe("exchanges", () => {
  it("are found by their run, bodies by side, over a restart", async () => {
    await record("a", answered("out", "in"));
    await reopen();
    expect(runs.exchange("a")).toMatchObject({
      request: { method: "PUT", body: { sizeBytes: 2, keptBytes: 2 }, headers: [{ value: "", hiddenCharacters: 32 }] },
      response: { status: 200, body: { sizeBytes: 13, keptBytes: 3, cut: false } },
    });
    expect((await runs.readBody("a", "request"))?.toString()).toBe("in");
    expect((await runs.readBody("a", "response"))?.toString()).toBe("out");
    expect(await runs.readBody("nobody", "response")).toBeNull();
  });

  it("are kept for transactions that have a run only, and told of when they can be read", async () => {
    const heard: boolean[] = [];
    runs.onChange((run) => heard.push(runs.exchange(run.id) !== null));
    await runs.keepExchange("tx-none", answered("x"));
    await record("a", answered("x"));
    expect(heard).toEqual([false, true]);
    expect(keptFiles()).toHaveLength(1);
  });

  it("keep equal bodies once, and go with the last run that has them", async () => {
    await reopen({ keep: 2 });
    await record("a", answered("same"));
    await record("b", answered("same"));
    await record("c", answered("other"));
    await flushed();
    await reopen({ keep: 2 });
    expect(runs.get("a")).toBeNull();
    expect(keptFiles()).toHaveLength(2);
    await record("d", answered("new"));
    await record("e", answered("new"));
    await reopen();
    expect(runs.list(10).map(({ id }) => id)).toEqual(["e", "d"]);
    expect(keptFiles()).toHaveLength(1);
  });

  it("let the oldest bodies go beyond the budget, pinned ones never", async () => {
    await reopen({ bodyBudgetBytes: 25 });
    await record("a", answered("a".repeat(10)));
    await flushed();
    runs.mark("a", { pinned: true });
    await record("b", answered("b".repeat(10)));
    await record("c", answered("c".repeat(10)));
    await record("d", answered("d".repeat(10)));
    await reopen();
    expect((await runs.readBody("a", "response"))?.toString()).toBe("a".repeat(10));
    expect(runs.exchange("b")).toBeNull();
    expect(runs.get("b")?.id).toBe("b");
  });

  it("are given up where they cannot be written, and their runs go with the next ones", async () => {
    const { DatabaseSync } = await import("node:sqlite");
    const other = new DatabaseSync(join(directory, "runs.sqlite"));
    other.exec("BEGIN IMMEDIATE");
    await expect(record("a", answered("lost"))).rejects.toThrow("locked");
    expect(runs.get("a")?.id).toBe("a");
    other.close();
    await record("b", answered("kept"));
    await reopen();
    expect(runs.list(10).map(({ id }) => id)).toEqual(["b", "a"]);
    expect([runs.exchange("a"), runs.exchange("b")?.response.status]).toEqual([null, 200]);
    expect(keptFiles()).toHaveLength(1);
  });

  it("are written in numbers", async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `n${n}`);
    await Promise.all(ids.map((id) => record(id, answered(`${id.length}`))));
    await reopen();
    expect(runs.list(1000)).toHaveLength(200);
    expect(ids.every((id) => runs.exchange(id) !== null)).toBe(true);
    expect(keptFiles()).toHaveLength(3);
  });

  it("sweep what a crash left behind", async () => {
    await record("a", answered("kept"));
    mkdirSync(join(directory, "run-bodies/00"), { recursive: true });
    writeFileSync(join(directory, "run-bodies/00", "0".repeat(64)), "lost");
    writeFileSync(join(directory, "run-bodies/00", `${"0".repeat(64)}.1.part`), "torn");
    await reopen();
    await reopen();
    expect(keptFiles()).toHaveLength(1);
  });
});

describe("marks", () => {
  it("come with the run wherever it is given out, and over a restart", async () => {
    runs.put(makeRun("a"));
    const heard: unknown[] = [];
    runs.onChange((run) => heard.push(run.mark));
    runs.mark("a", { name: "first" });
    runs.mark("a", { pinned: true });
    const mark = { pinned: true, name: "first", note: "" };
    expect(heard).toEqual([{ ...mark, pinned: false }, mark]);
    await reopen();
    expect([runs.get("a")?.mark, runs.list(1)[0]?.mark, runs.findByTransaction("tx-a")?.mark]).toEqual([mark, mark, mark]);
    expect(runs.mark("a", { pinned: false, name: "" }).mark).toBeUndefined();
    expect(() => runs.mark("nobody", { pinned: true })).toThrow("not on record");
  });

  it("keep a pinned run when others are let go", async () => {
    await reopen({ keep: 1 });
    for (const id of ["a", "b", "c"]) {
      runs.put(makeRun(id));
      await flushed();
      if (id === "a") runs.mark("a", { pinned: true });
    }
    expect(runs.list(10).map(({ id }) => id)).toEqual(["c", "a"]);
  });
});

describe("search", () => {
  beforeEach(async () => {
    runs.put(makeRun("4c81", { storlet: "csv_filter.py", object: "sensors/One.csv" }));
    runs.put(makeRun("77aa", { storlet: "redact.py", object: "mail/all.txt", state: "timed-out" }));
    runs.put(makeRun("4c97", { storlet: "csv_filter.py", object: "sensors/all.csv", state: "failed", status: 503 }));
    await flushed();
    runs.mark("77aa", { name: "Slow Redaction", pinned: true });
    runs.put(makeRun("9999", { storlet: "redact.py", object: "mail/new.txt", state: "running", status: null }));
  });

  it.each<[object, string[]]>([
    [{}, ["77aa", "9999", "4c97", "4c81"]],
    [{ text: "CSV all" }, ["4c97"]],
    [{ text: "one.csv" }, ["4c81"]],
    [{ text: "slow" }, ["77aa"]],
    [{ text: "503" }, ["4c97"]],
    [{ text: "100%_" }, []],
    [{ states: ["failed", "timed-out"] }, ["77aa", "4c97"]],
    [{ states: ["running"] }, ["9999"]],
    [{ storlet: "redact.py" }, ["77aa", "9999"]],
    [{ pinned: true }, ["77aa"]],
    [{ limit: 2 }, ["77aa", "9999"]],
  ])("%j", (fields, ids) => {
    const page = runs.search(query(fields));
    expect(page.runs.map(({ id }) => id)).toEqual(ids);
    expect(page).toMatchObject({ total: 4, failed: 2, pinned: 1, storlets: ["csv_filter.py", "redact.py"] });
    expect(page.matching).toBe("limit" in fields ? 4 : ids.length);
  });

  it("finds runs that were recorded before there was an index", async () => {
    await runs[Symbol.asyncDispose]();
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(join(directory, "runs.sqlite"));
    database.exec("DROP TABLE run_words");
    database.close();
    runs = open();
    expect(runs.search(query({ text: "one.csv" })).runs.map(({ id }) => id)).toEqual(["4c81"]);
  });
});
