/** The main job through every floor: real HTTP clients in front, a real sandbox behind, for every kind of sandbox there is. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogLine, Run } from "../contract/index.ts";
import { createTestEngine, eventually, findDocker, type TestEngine } from "./test-engine.ts";
import { testStorlets, type TestStorlet } from "./storlets.ts";

const docker = findDocker();
if ("missing" in docker) console.warn(`LEFT OUT: the main job on Docker. ${docker.missing}`);

const hosts: [string, Parameters<typeof createTestEngine>[0]][] = [["processes", { sandbox: "process" }]];
if (!("missing" in docker)) {
  hosts.push(
    ["Docker", { sandbox: "docker", dockerHost: docker.host }],
    ["Docker through the relay", { sandbox: "docker", dockerHost: docker.host, forceRelay: true }],
  );
}

async function callApi<T>(engine: TestEngine, procedure: string, input: unknown): Promise<T> {
  const response = await fetch(`${engine.control.origin}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, {
    headers: engine.control.headers,
  });
  const reply = (await response.json()) as { result: { data: T } };
  return reply.result.data;
}

function runOf(engine: TestEngine, response: { headers: Headers }): Promise<Run> {
  const transactionId = response.headers.get("x-trans-id") ?? "";
  return eventually("the run is over", async () => {
    const run = await callApi<Run | null>(engine, "runs.findByTransaction", { transactionId });
    return run !== null && ["succeeded", "failed", "timed-out", "cancelled"].includes(run.state) ? run : undefined;
  });
}

const logsOf = (engine: TestEngine, run: string): Promise<LogLine[]> => callApi(engine, "logs.history", { filter: { run }, limit: 1000 });

/** Sockets and temporary things of invocations that are over. */
function leftovers(engine: TestEngine): string[] {
  const temporary = join(engine.dataDirectory, "store");
  return existsSync(temporary) ? readdirSync(temporary, { recursive: true, encoding: "utf8" }).filter((name) => /tmp\/./.test(name)) : [];
}

describe.each(hosts)("on %s", (_name, options) => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await createTestEngine({ ...options, storletTimeoutMs: 2000, outputGapMs: 2000 });
    await engine.fetch("PUT", "/c");
    await engine.fetch("PUT", "/c/small", {
      body: "hello storlets",
      headers: { "X-Object-Meta-My-Key": "kept", "Content-Type": "text/plain" },
    });
    for (const name of Object.keys(testStorlets) as TestStorlet[]) {
      const put = await engine.putStorlet(`${name}.py`, `${name}.Storlet`, testStorlets[name]);
      expect(put.status).toBe(201);
    }
  }, 60_000);
  afterAll(async () => {
    expect(leftovers(engine)).toEqual([]);
    await engine[Symbol.asyncDispose]();
  }, 60_000);

  const run = (storlet: TestStorlet, init: Parameters<TestEngine["fetch"]>[2] = {}, path = "/c/small"): Promise<Response> =>
    engine.fetch("GET", path, { ...init, headers: { "X-Run-Storlet": `${storlet}.py`, ...init.headers } });

  it("transforms on GET, keeps the object's metadata and adds the storlet's", async () => {
    const response = await run("upper");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("HELLO STORLETS");
    expect(response.headers.get("x-object-meta-my-key")).toBe("kept");
    expect(response.headers.get("x-object-meta-was")).toBe("lower");
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(response.headers.get("content-length")).toBeNull();
    expect(response.headers.get("etag")).toBe(createHash("md5").update("hello storlets").digest("hex"));
    const record = await runOf(engine, response);
    expect(record).toMatchObject({
      state: "succeeded",
      status: 200,
      bytesIn: 14,
      bytesOut: 14,
      storlet: "upper.py",
      object: "c/small",
      bodyCut: false,
    });
    const lines = await logsOf(engine, record.id);
    expect(lines.filter((line) => line.source === "storlet").map((line) => line.text)).toEqual(["made upper"]);
    expect(lines.filter((line) => line.source === "stdout").map((line) => line.text)).toEqual(["printed"]);
    expect(lines.filter((line) => line.source === "stderr").map((line) => line.text)).toEqual(["complained"]);
  });

  it("transforms on PUT: what is stored is the output", async () => {
    const put = await engine.fetch("PUT", "/c/stored", {
      body: "to be stored",
      headers: { "X-Run-Storlet": "upper.py", "X-Object-Meta-Mine": "m" },
    });
    expect(put.status).toBe(201);
    expect(put.headers.get("etag")).toBe(createHash("md5").update("TO BE STORED").digest("hex"));
    const stored = await engine.fetch("GET", "/c/stored");
    expect(await stored.text()).toBe("TO BE STORED");
    expect(stored.headers.get("x-object-meta-mine")).toBe("m");
    expect(stored.headers.get("x-object-meta-was")).toBe("lower");
  });

  it("hands over parameters of query and headers, and the execution path", async () => {
    const response = await run(
      "echo",
      { headers: { "X-Storlet-Parameter-1": "b:two%20words", "X-Storlet-Parameter-Z": "a:over:ridden" } },
      "/c/small?a=1&c=",
    );
    expect(response.headers.get("content-type")).toBe("text/plain");
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines.slice(0, 3)).toEqual(["a=over:ridden", "b=two words", "c="]);
    expect(lines[3]).toMatch(/^storlet_execution_path=\/.+/);
  });

  it.each([
    ["bytes=0-4", 200, "hello"],
    ["bytes=6-", 200, "storlets"],
    ["bytes=-3", 200, "ets"],
    ["bytes=10-99", 200, "lets"],
    ["bytes=99-", 200, ""],
    ["bytes=5-2", 400, null],
  ])("cuts the input by X-Storlet-Range %s", async (range, status, body) => {
    const response = await run("identity", { headers: { "X-Storlet-Range": range } });
    expect(response.status).toBe(status);
    if (body !== null) expect(await response.text()).toBe(body);
  });

  it.each<[string, TestStorlet | "nope", string, Record<string, string>, number]>([
    ["Range beside a storlet", "identity", "/c/small", { Range: "bytes=0-1" }, 400],
    ["a storlet that does not exist", "nope", "/c/small", {}, 401],
    ["an object that does not exist", "identity", "/c/nope", {}, 404],
    ["a condition that does not hold", "identity", "/c/small", { "If-Match": "other" }, 412],
    ["a parameter without a colon", "identity", "/c/small", { "X-Storlet-Parameter-1": "novalue" }, 400],
    ["a referer that pretends", "identity", "/c/small", { Referer: "http://storlets.x/" }, 403],
    ["a filled run-on-proxy", "identity", "/c/small", { "X-Storlet-Run-On-Proxy": "yes" }, 400],
  ])("answers %s", async (_case, storlet, path, headers, status) => {
    const response = await engine.fetch("GET", path, { headers: { "X-Run-Storlet": `${storlet}.py`, ...headers } });
    await response.arrayBuffer();
    expect(response.status).toBe(status);
  });

  it.each(["HEAD", "DELETE", "POST"])("refuses %s with a storlet", async (method) => {
    expect((await engine.fetch(method, "/c/small", { headers: { "X-Run-Storlet": "identity.py" } })).status).toBe(405);
  });

  it("answers a raising storlet with 503 on GET and 500 on PUT, and shows the traceback within a second", async () => {
    const response = await run("raises");
    const answeredAt = performance.now();
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("<h1>Service Unavailable</h1>");
    const record = await runOf(engine, response);
    const traceback = await eventually(
      "the traceback is logged",
      async () => (await logsOf(engine, record.id)).find((line) => line.source === "traceback"),
      1000,
    );
    expect(performance.now() - answeredAt).toBeLessThan(1000);
    expect(traceback.text).toContain("ValueError: no such column: height");
    expect(traceback.storlet).toBe("raises.py");
    expect(record).toMatchObject({
      state: "failed",
      status: 503,
      problem: { code: "STORLET_EXCEPTION" },
      exception: { type: "ValueError", message: "no such column: height" },
    });
    expect(record.exception?.frames.at(-1)).toMatchObject({ line: 11 });
    expect(record.exception?.frames.at(-1)?.file).toMatch(/raises\.py$/);

    const put = await engine.fetch("PUT", "/c/never", { body: "x", headers: { "X-Run-Storlet": "raises.py" } });
    expect([put.status, await put.text()]).toEqual([500, "Storlet execution failed"]);
    expect((await engine.fetch("HEAD", "/c/never")).status).toBe(404);
  });

  it("cuts the connection where a storlet fails half-way on GET, and stores nothing on PUT", async () => {
    const response = await run("raisesLate");
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(await runOf(engine, response)).toMatchObject({ state: "failed", status: 200, bodyCut: true, exception: { type: "ValueError" } });

    const put = await engine.fetch("PUT", "/c/half", { body: "x", headers: { "X-Run-Storlet": "raisesLate.py" } });
    expect(put.status).toBe(500);
    expect((await engine.fetch("HEAD", "/c/half")).status).toBe(404);
  });

  it("times out a storlet that never answers: 503 on GET, 500 on PUT", async () => {
    const response = await run("silent");
    expect(response.status).toBe(503);
    expect(await runOf(engine, response)).toMatchObject({ state: "timed-out", problem: { code: "STORLET_TIMEOUT" } });
    const put = await engine.fetch("PUT", "/c/never", { body: "x", headers: { "X-Run-Storlet": "silent.py" } });
    expect([put.status, await put.text()]).toEqual([500, "Storlet execution timed out"]);
  });

  it("cuts the connection of a storlet that stalls within its output", async () => {
    const response = await run("stalls");
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(await runOf(engine, response)).toMatchObject({ bodyCut: true, problem: { code: "STORLET_STALLED" } });
  });

  it("answers 503 where a storlet sets no metadata", async () => {
    const response = await run("noMetadata");
    expect(response.status).toBe(503);
    expect((await runOf(engine, response)).problem?.code).toBe("STORLET_NO_METADATA");
  });

  it("lets a storlet leave a large input unread", async () => {
    const put = await engine.fetch("PUT", "/c/unread", {
      body: randomBytes(32 * 1024 * 1024),
      headers: { "X-Run-Storlet": "readsNothing.py" },
    });
    expect(put.status).toBe(201);
    expect(await (await engine.fetch("GET", "/c/unread")).text()).toBe("done");
    await engine.fetch("PUT", "/c/large", { body: randomBytes(32 * 1024 * 1024) });
    const response = await run("readsNothing", {}, "/c/large");
    expect(await response.text()).toBe("done");
    expect((await run("readsNothingAndWaits", {}, "/c/large")).status).toBe(503);
  });

  it("kills a storlet that writes forever when its client leaves, and serves the next one", async () => {
    const response = await new Promise<{ transactionId: string; leave(): void }>((resolve, reject) => {
      const url = new URL(engine.storageUrl);
      const headers = { "X-Auth-Token": engine.token, "X-Run-Storlet": "writesForever.py" };
      const request = httpRequest({ host: url.hostname, port: url.port, path: `${url.pathname}/c/small`, headers }, (reply) => {
        reply.once("data", () => resolve({ transactionId: String(reply.headers["x-trans-id"]), leave: () => request.destroy() }));
        reply.on("error", () => {});
      });
      request.on("error", reject);
      request.end();
    });
    response.leave();
    const record = await runOf(engine, { headers: new Headers({ "x-trans-id": response.transactionId }) });
    expect(record.state).toBe("cancelled");
    expect(await (await run("upper")).text()).toBe("HELLO STORLETS");
  });

  it("passes 64 MiB through unchanged", async () => {
    const body = randomBytes(64 * 1024 * 1024);
    await engine.fetch("PUT", "/c/big", { body });
    const hash = createHash("sha256");
    const response = await run("identity", {}, "/c/big");
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) hash.update(chunk);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(body).digest("hex"));
  });

  it("makes changed code of the same size live", async () => {
    const source = (word: string): string => testStorlets.upper.replace("source.read().upper()", `b'${word}'`);
    for (const word of ["one", "two", "six"]) {
      await engine.putStorlet("changing.py", "changing.Storlet", source(word));
      expect(await (await engine.fetch("GET", "/c/small", { headers: { "X-Run-Storlet": "changing.py" } })).text()).toBe(word);
    }
  });

  it("says why code that cannot be loaded does not run", async () => {
    await engine.putStorlet("unloadable.py", "unloadable.Storlet", "import nowhere_to_be_found\n");
    const response = await engine.fetch("GET", "/c/small", { headers: { "X-Run-Storlet": "unloadable.py" } });
    expect(response.status).toBe(503);
    const record = await runOf(engine, response);
    expect(record.problem?.code).toBe("STORLET_LOAD_FAILED");
    expect(record.exception?.type).toBe("ModuleNotFoundError");
  });

  it("runs ten at once, each with its own answer", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => (await run("echo", { headers: { "X-Storlet-Parameter-1": `n:${index}` } })).text()),
    );
    answers.forEach((answer, index) => expect(answer).toContain(`n=${index}\n`));
  });
});

describe.skipIf("missing" in docker)("a container killed behind our back", () => {
  it("is replaced by the next invocation", async () => {
    await using engine = await createTestEngine({ sandbox: "docker", dockerHost: "host" in docker ? docker.host : undefined });
    await engine.fetch("PUT", "/c");
    await engine.fetch("PUT", "/c/o", { body: "abc" });
    await engine.putStorlet("upper.py", "upper.Storlet", testStorlets.upper);
    const run = async (): Promise<string> => (await engine.fetch("GET", "/c/o", { headers: { "X-Run-Storlet": "upper.py" } })).text();
    expect(await run()).toBe("ABC");
    const ids = execFileSync("docker", ["ps", "-q", "--filter", "label=managed_by=storlet-studio"], { encoding: "utf8" })
      .trim()
      .split("\n");
    const own = ids.filter((id) => execFileSync("docker", ["inspect", id], { encoding: "utf8" }).includes(engine.dataDirectory));
    expect(own.length).toBe(1);
    execFileSync("docker", ["kill", own[0] as string]);
    expect(await run()).toBe("ABC");
  });
});

describe("rights", () => {
  it("refuses strangers and accounts that are not enabled", async () => {
    await using engine = await createTestEngine({ sandbox: "process" });
    await engine.fetch("PUT", "/c");
    await engine.fetch("PUT", "/c/o", { body: "abc" });
    await engine.putStorlet("upper.py", "upper.Storlet", testStorlets.upper);
    const anonymous = await fetch(`${engine.storageUrl}/c/o`, { headers: { "X-Run-Storlet": "upper.py" } });
    expect(anonymous.status).toBe(401);
    await engine.fetch("POST", "", { headers: { "X-Remove-Account-Meta-Storlet-Enabled": "x" } });
    const disabled = await engine.fetch("GET", "/c/o", { headers: { "X-Run-Storlet": "upper.py" } });
    expect([disabled.status, await disabled.text()]).toEqual([400, "Account disabled for storlets"]);
    expect((await engine.putStorlet("upper.py", "upper.Storlet", testStorlets.upper)).status).toBe(400);
  });
});
