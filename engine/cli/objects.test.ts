/** `studio objects` and `studio snapshot` against a running engine. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataDirectory, startEngineProcess, type EngineProcess } from "../testing/engine-process.ts";
import { runCli } from "./run.ts";

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A stream that takes its time with each chunk, as a pager does. */
function createSlowSink(): Writable & { text(): string } {
  let text = "";
  const sink = new Writable({
    highWaterMark: 1024,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      text += chunk;
      setImmediate(done);
    },
  });
  return Object.assign(sink, { text: () => text });
}

const data = createDataDirectory();
let engine: EngineProcess;
beforeAll(async () => {
  engine = await startEngineProcess(data.path, ["--sandbox", "process"]);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  data[Symbol.dispose]();
});

async function studio(...words: string[]): Promise<Outcome> {
  const stdout = createSlowSink();
  const stderr = createSlowSink();
  const unused = (): never => {
    throw new Error("An engine is running.");
  };
  const code = await runCli(
    {
      screenCommands: [],
      defaultDataDirectory: data.path,
      colour: false,
      findFolder: unused,
      startEngine: unused,
      doctor: unused,
      buildImage: unused,
      images: { list: unused, load: unused, assign: unused },
      templates: { list: unused, create: unused },
      testStorlet: unused,
      writeTestLibrary: unused,
      stdin: process.stdin,
      stdout,
      stderr,
      signal: new AbortController().signal,
    },
    words,
  );
  return { code, out: stdout.text(), err: stderr.text() };
}

async function send(method: string, path: string, body?: string): Promise<Response> {
  return fetch(`${engine.ready.swift}/v1/AUTH_test${path}`, {
    method,
    headers: { "X-Auth-Token": await engine.login() },
    ...(body === undefined ? {} : { body }),
  });
}

describe("studio objects", () => {
  it("imports a folder, links left out", async () => {
    const folder = join(data.path, "folder");
    mkdirSync(join(folder, "a/ü b"), { recursive: true });
    for (let number = 0; number < 60; number += 1) writeFileSync(join(folder, "a", `f${number}`), `file ${number}`);
    writeFileSync(join(folder, "a/ü b/large"), Buffer.alloc(300_000, "x"));
    symlinkSync("/etc/passwd", join(folder, "link"));
    const imported = await studio("objects", "import", folder, "docs");
    expect(imported).toMatchObject({ code: 0, out: expect.stringMatching(/^61 files, .*, are in docs\.\n$/) });
    expect(imported.err).toContain("1 links");
    const listed = await studio("objects", "list", "docs");
    expect(listed.out.trimEnd().split("\n")).toHaveLength(61);
    expect((await studio("objects", "list", "docs/a/ü")).out).toMatch(/^ +\S+ \S+ +a\/ü b\/large\n$/);
    expect((await studio("objects", "cat", "docs/a/f7")).out).toBe("file 7");
    expect((await studio("objects", "cat", "docs/a/ü b/large")).out).toBe("x".repeat(300_000));
    expect((await studio("objects", "import", join(data.path, "nothing"), "docs")).code).toBe(1);
  });

  it("sets metadata of objects and containers, in any language", async () => {
    await send("PUT", "/meta");
    await send("PUT", "/meta/o", "x");
    const set = await studio("objects", "post", "meta/o", "-H", "X-Object-Meta-Colour: blå", "-H", "Content-Type: text/x-y");
    expect(set).toMatchObject({ code: 0, err: "" });
    const { out } = await studio("objects", "head", "meta/o");
    expect(Buffer.from(out, "latin1").toString("utf8")).toContain("x-object-meta-colour: blå\n");
    expect(out).toContain("content-type: text/x-y\n");
    expect((await studio("objects", "post", "meta", "-H", "X-Container-Meta-A: 1")).code).toBe(0);
    expect((await send("HEAD", "/meta")).headers.get("x-container-meta-a")).toBe("1");
    expect(await studio("objects", "post", "meta/nothing", "-H", "X-Object-Meta-A: 1")).toMatchObject({
      code: 1,
      err: expect.stringContaining("404"),
    });
  });

  it.each([
    ["objects", "post", "meta/o"],
    ["objects", "post", "meta/o", "-H", "no colon"],
    ["objects", "import", "x"],
    ["objects", "toString", "x"],
    ["snapshot", "save"],
    ["snapshot", "list", "x"],
    ["snapshot", "toString", "x"],
    ["snapshot", "save", "../x"],
  ])("is told apart from what it is not: %j", async (...words) => {
    expect(await studio(...words)).toMatchObject({ code: 2, out: "" });
  });

  it("waits for a slow reader", async () => {
    await send("PUT", "/many");
    await Promise.all(Array.from({ length: 200 }, (_unused, number) => send("PUT", `/many/${String(number).padStart(3, "0")}`, "x")));
    const { out } = await studio("objects", "list", "many");
    const names = out
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(-3));
    expect(names).toEqual(Array.from({ length: 200 }, (_unused, number) => String(number).padStart(3, "0")));
  });
});

it("studio snapshot brings back what was there", async () => {
  const file = join(data.path, "got");
  await send("PUT", "/kept");
  await send("PUT", "/kept/o", "first");
  expect(await studio("snapshot", "save", "one")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^one is saved: \d+ objects in \d+ containers/),
  });
  await send("PUT", "/kept/o", "second");
  await send("PUT", "/kept/p", "new");
  expect((await studio("snapshot", "list")).out).toMatch(/^\S+Z {2}one {2}\d+ objects/);
  expect(await studio("snapshot", "save", "one")).toMatchObject({ code: 1, err: expect.stringContaining("CONFLICT") });
  expect((await studio("snapshot", "restore", "one")).code).toBe(0);
  await studio("objects", "get", "kept/o", "-o", file);
  expect(readFileSync(file, "utf8")).toBe("first");
  expect((await send("GET", "/kept/p")).status).toBe(404);
  expect(await studio("snapshot", "remove", "one")).toMatchObject({ code: 0, out: "one is removed.\n" });
  expect((await studio("snapshot", "list")).out).toBe("");
  expect(await studio("snapshot", "restore", "one")).toMatchObject({ code: 1, err: expect.stringContaining("NOT_FOUND") });
});
