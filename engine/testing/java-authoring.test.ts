/** From Java sources in the workspace to a live storlet: save, compile in the sandbox, deploy, load; and the samples written in Java. */
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTestJdk } from "../compute/test-java.ts";
import type { SaveResult, StorletSummary } from "../contract/index.ts";
import { createTestEngine, findDocker, type TestEngine } from "./test-engine.ts";

const jdk = await findTestJdk(process.env);
const docker = findDocker();
if ("missing" in docker) console.warn(`LEFT OUT: Java authoring on Docker. ${docker.missing}`);

const hosts: [string, Parameters<typeof createTestEngine>[0]][] = [["processes", { sandbox: "process" }]];
if (!("missing" in docker)) hosts.push(["Docker", { sandbox: "docker", dockerHost: docker.host }]);

describe.skipIf(jdk.missing !== null).each(hosts)("Java in the workspace, on %s", (_name, options) => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await createTestEngine({ ...options, samples: true });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  async function call<T>(kind: "query" | "mutation", procedure: string, input: unknown): Promise<T> {
    const url = `${engine.control.origin}/trpc/${procedure}`;
    const headers = { ...engine.control.headers, "content-type": "application/json" };
    const response =
      kind === "query"
        ? await fetch(`${url}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers })
        : await fetch(url, { method: "POST", headers, body: JSON.stringify(input) });
    return ((await response.json()) as { result: { data: T } }).result.data;
  }
  const storletOf = async (name: string): Promise<StorletSummary | undefined> =>
    (await call<StorletSummary[]>("query", "workspace.storlets", undefined)).find((storlet) => storlet.name === name);
  const read = (path: string): Promise<{ text: string }> => call("query", "workspace.read", { path });
  const save = (path: string, text: string): Promise<SaveResult> => call("mutation", "workspace.save", { path, text, baseVersion: null });
  const run = async (storlet: string, object: string, headers: Record<string, string> = {}): Promise<Response> =>
    engine.fetch("GET", `/samples/${object}`, { headers: { "X-Run-Storlet": storlet, ...headers } });
  const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

  const half = "storlets/half/src/samples/Half.java";

  it("leaves Java samples as drafts until they are deployed", async () => {
    expect(await storletOf("half")).toMatchObject({
      objectName: "half-1.0.jar",
      language: "java",
      main: "samples.Half",
      source: half,
      state: "draft",
      problem: null,
    });
  });

  it("compiles, deploys and loads on saving", async () => {
    const { text } = await read(half);
    const saved = await save(half, text);
    expect(saved).toMatchObject({ storlet: "half", state: "live", diagnostics: [], problem: null });
    expect(saved.steps.map(({ name }) => name)).toEqual(["save", "check", "deploy", "load"]);
    expect((await storletOf("half"))?.state).toBe("live");
    const whole = (await bytesOf(await engine.fetch("GET", "/samples/harbour.txt"))).toString("latin1");
    const response = await run("half-1.0.jar", "harbour.txt", { "X-Storlet-Range": "bytes=10-19" });
    expect((await bytesOf(response)).toString("latin1")).toBe([0, 2, 4, 6, 8].map((n) => whole[10 + n]).join(""));

    const changed = await save(half, text.replace("boolean keep = true", "boolean keep = false"));
    expect(changed.state).toBe("live");
    process.stderr.write(
      `redeploy of a Java storlet: ${Math.round(changed.totalMs)} ms (${changed.steps.map(({ name, durationMs }) => `${name} ${Math.round(durationMs)}`).join(", ")})\n`,
    );
    const odd = await run("half-1.0.jar", "harbour.txt", { "X-Storlet-Range": "bytes=10-19" });
    expect((await bytesOf(odd)).toString("latin1")).toBe([1, 3, 5, 7, 9].map((n) => whole[10 + n]).join(""));
  });

  it("tells a mistake with its place, and keeps what is deployed", async () => {
    const { text } = await read(half);
    const lines = text.split("\n");
    const line = lines.findIndex((each) => each.includes("boolean keep")) + 1;
    const broken = await save(half, text.replace("boolean keep", "boolaen keep"));
    expect(broken.state).toBe("check-failed");
    expect(broken.problem).toMatchObject({
      code: "CHECK_FAILED",
      message: expect.stringContaining(`Half.java does not compile: line ${line}`),
    });
    expect(broken.diagnostics[0]).toMatchObject({ path: half, line, column: 13, severity: "error" });
    expect((await storletOf("half"))?.state).toBe("failed");
    expect((await run("half-1.0.jar", "harbour.txt")).status).toBe(200);
    await save(half, text);
    expect((await storletOf("half"))?.state).toBe("live");
  });

  it("shows what changed outside as stale, and the place where loading failed", async () => {
    const { text } = await read(half);
    const throwing = text.replace(
      "    @Override",
      '    public Half() {\n        throw new IllegalStateException("not today");\n    }\n\n    @Override',
    );
    const failed = await save(half, throwing);
    expect(failed).toMatchObject({ state: "load-failed", problem: { code: "STORLET_LOAD_FAILED" } });
    expect(failed.diagnostics).toMatchObject([{ path: half, severity: "error", message: expect.stringContaining("not today") }]);
    await save(half, text);
    await writeFile(join(engine.dataDirectory, "workspace", half), `${text}\n`);
    expect((await storletOf("half"))?.state).toBe("stale");
    await save(half, text);
  });

  it.each(["gzip", "thumbnail", "mask_addresses"])("deploys the sample %s", async (name) => {
    const result = await call<SaveResult>("mutation", "workspace.deploy", { storlet: name });
    expect(result).toMatchObject({ state: "live", diagnostics: [], problem: null });
  });

  it("runs the samples", async () => {
    const log = await bytesOf(await engine.fetch("GET", "/samples/access.log"));
    const zipped = await run("gzip-1.0.jar", "access.log");
    expect(zipped.headers.get("content-type")).toBe("application/gzip");
    const compressed = await bytesOf(zipped);
    expect(gunzipSync(compressed).equals(log)).toBe(true);
    const headers = { "X-Run-Storlet": "gzip-1.0.jar", "X-Storlet-Parameter-1": "action:uncompress" };
    await engine.fetch("PUT", "/samples/back", { body: compressed, headers });
    expect((await bytesOf(await engine.fetch("GET", "/samples/back"))).equals(log)).toBe(true);

    const masked = (await bytesOf(await run("mask_addresses-1.0.jar", "access.log"))).toString();
    expect(masked).toMatch(/^client-[0-9a-f]{8} - - \[/);
    expect(masked).not.toContain("192.0.2.");
    expect(masked.split("\n").length).toBe(log.toString().split("\n").length);

    const picture = await run("thumbnail-1.0.jar", "dunes.jpg");
    expect(picture.headers.get("content-type")).toBe("image/png");
    expect(picture.headers.get("x-object-meta-original-size")).toBe("1280x800");
    const png = await bytesOf(picture);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([160, 100]);
    expect((await run("thumbnail-1.0.jar", "harbour.txt")).status).toBe(503);
  });

  it("compiles against dependencies, and deploys files from anywhere", async () => {
    const directory = await mkdtemp(join(tmpdir(), "java-file-"));
    try {
      const lone = join(directory, "Lone.java");
      const { text } = await read(half);
      await writeFile(lone, text.replace("package samples;", "package alone;").replace("public class Half", "public class Lone"));
      expect(await call<SaveResult>("mutation", "workspace.deployFile", { file: lone })).toMatchObject({
        storlet: "lone-1.0.jar",
        state: "live",
      });
      expect((await run("lone-1.0.jar", "harbour.txt")).status).toBe(200);

      const folder = join(directory, "described");
      await mkdir(join(folder, "src/samples"), { recursive: true });
      await writeFile(join(folder, "storlet.yaml"), "language: java\nmain: samples.Half\nversion: 2\nlanguage-version: 8\n");
      const file = join(folder, "src/samples/Half.java");
      await writeFile(file, text);
      expect(await call<SaveResult>("mutation", "workspace.deployFile", { file })).toMatchObject({
        storlet: "described-2.jar",
        state: "live",
      });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
