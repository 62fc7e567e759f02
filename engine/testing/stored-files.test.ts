/** Stored objects as inputs of storlets, through every door: lent as files where the sandbox's user cannot change them, and always the same bytes. */
import { randomBytes } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putObject, runOf, sandboxHosts } from "./conformance.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

const source = `
class Concat:
    def __init__(self, logger):
        pass

    def __call__(self, in_files, out_files, params):
        sink = out_files[0]
        sink.set_metadata({})
        for each in in_files:
            sink.write(each.read(int(params.get("first", "10"))))
            for rest in each:
                sink.write(rest)
        sink.close()
`;

const sizeBytes = 200_000;

describe.each(sandboxHosts)("on %s", (host, options) => {
  const lends = host === "Docker" && process.getuid?.() === 0;
  const object = randomBytes(sizeBytes);
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await createTestEngine(options);
    await engine.fetch("PUT", "/c");
    await putObject(engine, "/c/o", object);
    await engine.putStorlet("concat.py", "concat.Concat", source);
  }, 60_000);
  afterAll(() => engine[Symbol.asyncDispose](), 60_000);

  /** Files that were lent at some time: nobody may write them any more. */
  async function lentFiles(): Promise<number> {
    const blobs = await readdir(engine.dataDirectory, { recursive: true, withFileTypes: true });
    const files = blobs.filter((entry) => entry.isFile() && /[/\\]blobs[/\\]/.test(entry.parentPath));
    const modes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).mode & 0o777));
    return modes.filter((mode) => mode === 0o444).length;
  }

  async function run(path: string, headers: Record<string, string> = {}): Promise<Buffer> {
    const response = await engine.fetch("GET", path, { headers: { "X-Run-Storlet": "concat.py", ...headers } });
    expect(response.status).toBe(200);
    const body = Buffer.from(await response.arrayBuffer());
    const { bytesIn, bytesOut } = await runOf(engine, response.headers);
    expect([bytesIn, bytesOut]).toEqual([body.length, body.length]);
    return body;
  }

  it("reads one range of an object, which is never lent", async () => {
    expect(await run("/c/o", { "X-Storlet-Range": "bytes=1000-150999" })).toEqual(object.subarray(1000, 151_000));
    expect(await lentFiles()).toBe(0);
  });

  it("reads a static large object, which is never lent", async () => {
    for (const segment of ["1", "2"]) await putObject(engine, `/c/part${segment}`, object);
    await putObject(engine, "/c/large?multipart-manifest=put", JSON.stringify([{ path: "/c/part1" }, { path: "/c/part2" }]));
    expect(await run("/c/large")).toEqual(Buffer.concat([object, object]));
    expect(await lentFiles()).toBe(0);
  });

  it("reads a whole object, and others beside it", async () => {
    expect(await run("/c/o")).toEqual(object);
    expect(await lentFiles()).toBe(lends ? 1 : 0);
    await putObject(engine, "/c/extra", object.subarray(0, 150_000));
    const both = await run("/c/o", { "X-Storlet-Extra-Resources": "/c/extra" });
    expect(both).toEqual(Buffer.concat([object, object.subarray(0, 150_000)]));
    expect(await lentFiles()).toBe(lends ? 2 : 0);
  });

  it("copies a whole object through a storlet", async () => {
    const copied = await engine.fetch("COPY", "/c/o", { headers: { "X-Run-Storlet": "concat.py", Destination: "c/copy" } });
    expect(copied.status).toBe(201);
    expect(Buffer.from(await (await engine.fetch("GET", "/c/copy")).arrayBuffer())).toEqual(object);
  });

  it("reads the old bytes to their end while the object is replaced and removed", async () => {
    const large = Buffer.concat(Array.from({ length: 40 }, () => object));
    await putObject(engine, "/c/busy", large);
    const response = await engine.fetch("GET", "/c/busy", { headers: { "X-Run-Storlet": "concat.py" } });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const chunks = [(await reader.read()).value ?? new Uint8Array()];
    await putObject(engine, "/c/busy", "new");
    expect((await engine.fetch("DELETE", "/c/busy")).status).toBe(204);
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
    expect(Buffer.concat(chunks).equals(large)).toBe(true);
    expect((await engine.fetch("HEAD", "/c/busy")).status).toBe(404);
  });
});
