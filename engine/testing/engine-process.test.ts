/** The engine as users start it: its ready line, its memory under a large stream, its end by signal and by sudden death. */
import { execFile, execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createDataDirectory, processesWith, residentBytes, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { testStorlets, type TestStorlet } from "./storlets.ts";
import { eventually, findDocker, projectRoot } from "./test-engine.ts";

const run = promisify(execFile);
const docker = findDocker();
if ("missing" in docker) console.warn(`LEFT OUT: the engine's end on Docker. ${docker.missing}`);
const sandboxes = "missing" in docker ? ["process"] : ["process", "docker"];
const mebibyte = 1024 * 1024;

async function send(
  engine: EngineProcess,
  token: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | ReadableStream,
): Promise<Response> {
  return fetch(`${engine.ready.swift}/v1/AUTH_test${path}`, {
    method,
    headers: { ...headers, "X-Auth-Token": token },
    ...(body === undefined ? {} : { body, duplex: "half" }),
  } as RequestInit);
}

async function deploy(engine: EngineProcess, token: string, name: TestStorlet): Promise<void> {
  const headers = {
    "X-Object-Meta-Storlet-Language": "Python",
    "X-Object-Meta-Storlet-Interface-Version": "1.0",
    "X-Object-Meta-Storlet-Object-Metadata": "no",
    "X-Object-Meta-Storlet-Main": `${name}.Storlet`,
  };
  expect((await send(engine, token, "PUT", `/storlet/${name}.py`, headers, testStorlets[name])).status).toBe(201);
}

/** Containers that belong to a data directory. */
function containersOf(dataDirectory: string): string[] {
  if ("missing" in docker) return [];
  const ids = execFileSync("docker", ["ps", "-aq", "--filter", "label=managed_by=storlet-studio"], { encoding: "utf8" })
    .trim()
    .split("\n")
    .filter(Boolean);
  return ids.filter((id) => {
    try {
      return execFileSync("docker", ["inspect", id], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).includes(dataDirectory);
    } catch {
      return false;
    }
  });
}

/** Starts a request whose storlet goes on until it is killed; resolves when it answers. */
function startEndless(engine: EngineProcess, token: string): Promise<{ closed: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const url = new URL(engine.ready.swift);
    const headers = { "X-Auth-Token": token, "X-Run-Storlet": "stalls.py" };
    const request = httpRequest({ host: url.hostname, port: url.port, path: "/v1/AUTH_test/c/o", headers }, (response) => {
      response.on("error", () => {}).resume();
      resolve({ closed: new Promise((closed) => response.once("close", closed)) });
    });
    request.on("error", reject);
    request.end();
  });
}

describe.each(sandboxes)("on %s", (sandbox) => {
  it("passes 512 MiB through a storlet with flat memory and equal bytes", async () => {
    using data = createDataDirectory();
    await using engine = await startEngineProcess(data.path, ["--sandbox", sandbox]);
    expect(engine.ready.sandbox).toBe(sandbox);
    const token = await engine.login();
    await send(engine, token, "PUT", "/c");
    await deploy(engine, token, "identity");
    const block = randomBytes(8 * mebibyte);
    const expected = createHash("sha256");
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 64; index++) {
        expected.update(block);
        yield block;
      }
    };
    const put = await send(engine, token, "PUT", "/c/big", {}, ReadableStream.from(source()) as never);
    expect(put.status).toBe(201);
    await (await send(engine, token, "GET", "/storlet/identity.py", {})).text();
    const before = residentBytes(engine.ready.pid);
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, residentBytes(engine.ready.pid))), 20);
    const actual = createHash("sha256");
    let sizeBytes = 0;
    try {
      const response = await send(engine, token, "GET", "/c/big", { "X-Run-Storlet": "identity.py" });
      expect(response.status).toBe(200);
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        actual.update(chunk);
        sizeBytes += chunk.byteLength;
      }
    } finally {
      clearInterval(watch);
    }
    expect(sizeBytes).toBe(512 * mebibyte);
    expect(actual.digest("hex")).toBe(expected.digest("hex"));
    console.log(
      `512 MiB through ${sandbox}: resident memory grew by ${((most - before) / 1e6).toFixed(1)} MB from ${(before / 1e6).toFixed(1)} MB`,
    );
    expect(most - before).toBeLessThan(64 * mebibyte);
  }, 120_000);

  it.each(["SIGTERM", "SIGINT"] as const)(
    "stops cleanly within 5 s on %s, with a run open",
    async (signal) => {
      using data = createDataDirectory();
      const engine = await startEngineProcess(data.path, ["--sandbox", sandbox]);
      const token = await engine.login();
      await send(engine, token, "PUT", "/c");
      await send(engine, token, "PUT", "/c/o", {}, "abc");
      await deploy(engine, token, "stalls");
      const { closed } = await startEndless(engine, token);
      const beganMs = performance.now();
      engine.process.kill(signal);
      expect(await engine.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - beganMs).toBeLessThan(5000);
      await closed;
      expect(containersOf(data.path)).toEqual([]);
      await eventually("no process is left", () => processesWith(data.path).length === 0, 3000);
      expect(readdirSync(data.path)).not.toContain("engine.json");
    },
    60_000,
  );

  it("leaves nothing behind that outlives the next start when it is killed", async () => {
    using data = createDataDirectory();
    const first = await startEngineProcess(data.path, ["--sandbox", sandbox]);
    const token = await first.login();
    await send(first, token, "PUT", "/c");
    await send(first, token, "PUT", "/c/o", {}, "abc");
    await deploy(first, token, "stalls");
    const { closed } = await startEndless(first, token);
    first.process.kill("SIGKILL");
    await first.exited;
    await closed;
    if (sandbox === "process") await eventually("its processes end with it", () => processesWith(data.path).length === 0, 5000);
    await using second = await startEngineProcess(data.path, ["--sandbox", sandbox]);
    expect(containersOf(data.path)).toEqual([]);
    const again = await second.login();
    expect(await (await send(second, again, "GET", "/c/o")).text()).toBe("abc");
    await deploy(second, again, "upper");
    expect(await (await send(second, again, "GET", "/c/o", { "X-Run-Storlet": "upper.py" })).text()).toBe("ABC");
  }, 60_000);

  it("does the demo in a terminal: output, log line, exit code 0, in under ten seconds", async () => {
    const beganMs = performance.now();
    const { stdout } = await run(process.execPath, [join(projectRoot, "engine/main.ts"), "demo", "--sandbox", sandbox], {
      timeout: 30_000,
    });
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    expect(stdout).toContain("curl -s");
    expect(stdout).toContain("HTTP 200");
    expect(stdout).toMatch(/" 500 \d+\n/);
    expect(stdout).toMatch(/storlet .*kept \d+ of 2400 lines/);
  }, 60_000);
});

describe("starting", () => {
  it("loses no acknowledged object when it is killed during PUTs", async () => {
    using data = createDataDirectory();
    const first = await startEngineProcess(data.path, ["--sandbox", "process"]);
    const token = await first.login();
    await send(first, token, "PUT", "/c");
    const acknowledged: string[] = [];
    const body = (name: string): string => name.repeat(2000);
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let index = 0; ; index++) {
        const name = `o-${writer}-${index}`;
        const response = await send(first, token, "PUT", `/c/${name}`, {}, body(name)).catch(() => null);
        if (response?.status !== 201) return;
        acknowledged.push(name);
      }
    });
    await eventually("enough is written", () => acknowledged.length > 300);
    first.process.kill("SIGKILL");
    await Promise.all(writers);
    await using second = await startEngineProcess(data.path, ["--sandbox", "process"]);
    const again = await second.login();
    for (const name of acknowledged) {
      const response = await send(second, again, "GET", `/c/${name}`);
      expect(await response.text()).toBe(body(name));
    }
    const listed = (await (await send(second, again, "GET", "/c")).text()).trimEnd().split("\n");
    expect(listed).toEqual(expect.arrayContaining(acknowledged));
    for (const name of listed) expect((await send(second, again, "HEAD", `/c/${name}`)).status).toBe(200);
  }, 60_000);

  it("refuses a data directory that another engine uses, and a port that is taken", async () => {
    using data = createDataDirectory();
    using other = createDataDirectory();
    await using engine = await startEngineProcess(data.path, ["--sandbox", "process"]);
    await expect(startEngineProcess(data.path, ["--sandbox", "process"])).rejects.toThrow("DATA_IN_USE");
    const { port } = new URL(engine.ready.swift);
    await expect(startEngineProcess(other.path, ["--sandbox", "process", "--port", port])).rejects.toThrow("PORT_IN_USE");
  });

  it("listens on loopback only", async () => {
    using data = createDataDirectory();
    await using engine = await startEngineProcess(data.path, ["--sandbox", "process"]);
    for (const url of [engine.ready.swift, engine.ready.control]) expect(new URL(url).hostname).toBe("127.0.0.1");
    const listening = await run("ss", ["-ltnp"]).catch(() => null);
    if (listening !== null) {
      const own = listening.stdout.split("\n").filter((line) => line.includes(`pid=${engine.ready.pid},`));
      expect(own.length).toBe(2);
      for (const line of own) expect(line).toContain("127.0.0.1:");
    }
  });
});
