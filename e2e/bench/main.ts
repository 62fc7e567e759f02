/** `npm run bench`: the engine's figures beside their limits, as a table and as JSON. Figures are for reading, not for passing. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { readyLineSchema, type ReadyLine } from "../../engine/contract/index.ts";
import { measureLatencies, measureRate, openConnection, percentile, requestBytes } from "./client.ts";
import { measureLimits, type Limits } from "./limits.ts";

const root = resolve(import.meta.dirname, "../..");
const mebibyte = 1024 * 1024;

interface Row {
  name: string;
  value: number;
  unit: string;
  limit: string;
}

interface BenchEngine {
  ready: ReadyLine;
  port: number;
  token: string;
  stop(): Promise<void>;
}

async function startEngine(sandbox: string): Promise<BenchEngine> {
  const data = mkdtempSync(join(tmpdir(), "studio-bench-"));
  const child = spawn(
    process.execPath,
    [join(root, "out/engine/main.js"), "serve", "--port", "0", "--data", data, "--sandbox", sandbox, "--no-samples", "--ready-json"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const line = await new Promise<string>((found, reject) => {
    createInterface({ input: child.stdout }).once("line", found);
    child.once("exit", (code) => reject(new Error(`The engine ended with ${code}.`)));
  });
  const ready = readyLineSchema.parse(JSON.parse(line));
  const login = await fetch(ready.auth, { headers: { "X-Auth-User": "test:tester", "X-Auth-Key": "testing" } });
  return {
    ready,
    port: Number(new URL(ready.swift).port),
    token: login.headers.get("x-auth-token") ?? "",
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

const storletHeaders = (main: string): Record<string, string> => ({
  "X-Object-Meta-Storlet-Language": "Python",
  "X-Object-Meta-Storlet-Interface-Version": "1.0",
  "X-Object-Meta-Storlet-Object-Metadata": "no",
  "X-Object-Meta-Storlet-Main": main,
});

const identitySource = (comment: string): string => `# ${comment}
class Identity(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata(in_files[0].get_metadata())
        while True:
            data = in_files[0].read(65536)
            if not data:
                break
            out_files[0].write(data)
`;

/** MB/s of one request with its body, the best of `times`. */
async function throughput(engine: BenchEngine, request: Uint8Array, sizeBytes: number, status: number, times = 5): Promise<number> {
  const connection = await openConnection(engine.port);
  let best = 0;
  for (let round = 0; round < times; round++) {
    const beganMs = performance.now();
    const reply = await connection.exchange(request);
    if (reply.status !== status) throw new Error(reply.headers);
    best = Math.max(best, sizeBytes / 1e6 / ((performance.now() - beganMs) / 1000));
  }
  connection.close();
  return best;
}

/** Resident memory of the engine in bytes. */
function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
}

async function benchSwift(engine: BenchEngine, limits: Limits): Promise<Row[]> {
  const token = { "X-Auth-Token": engine.token };
  const small = randomBytes(1024);
  const large = randomBytes(64 * mebibyte);
  const put = (path: string, body: Uint8Array, extra = {}): Buffer =>
    requestBytes("PUT", `/v1/AUTH_test${path}`, { ...token, ...extra }, body);
  const connection = await openConnection(engine.port);
  await connection.exchange(put("/bench", new Uint8Array(0)));
  await connection.exchange(put("/bench/small", small));
  await connection.exchange(put("/bench/large", large));
  connection.close();
  const getSmall = requestBytes("GET", "/v1/AUTH_test/bench/small", token);
  const rate = (makeRequest: (number: number) => Uint8Array, status: number): Promise<number> =>
    measureRate({ port: engine.port, connections: 8, seconds: 3, status, makeRequest });
  const http = `${Math.round(limits.httpPerSecond)} node:http`;
  return [
    { name: "GET 1 KiB, 8 connections", value: await rate(() => getSmall, 200), unit: "req/s", limit: http },
    {
      name: "PUT 1 KiB, 8 connections",
      value: await rate((number) => put(`/bench/put-${number}`, small), 201),
      unit: "req/s",
      limit: http,
    },
    {
      name: "GET 64 MiB",
      value: await throughput(engine, requestBytes("GET", "/v1/AUTH_test/bench/large", token), large.length, 200),
      unit: "MB/s",
      limit: `${Math.round(limits.fileCopyMBps)} file copy`,
    },
    {
      name: "PUT 64 MiB",
      value: await throughput(engine, put("/bench/put-large", large), large.length, 201),
      unit: "MB/s",
      limit: `${Math.round(limits.md5MBps)} MD5`,
    },
  ];
}

async function benchStorlets(engine: BenchEngine, limits: Limits): Promise<Row[]> {
  const token = { "X-Auth-Token": engine.token };
  const label = engine.ready.sandbox;
  const swiftPut = async (path: string, body: string | Uint8Array, headers = {}): Promise<void> => {
    const response = await fetch(`${engine.ready.swift}/v1/AUTH_test${path}`, {
      method: "PUT",
      body: body as BodyInit,
      headers: { ...token, ...headers },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  const deploy = (name: string, comment: string): Promise<void> =>
    swiftPut(`/storlet/${name}.py`, identitySource(comment), storletHeaders(`${name}.Identity`));
  const run = (storlet: string, object: string): Buffer =>
    requestBytes("GET", `/v1/AUTH_test/bench/${object}`, { ...token, "X-Run-Storlet": `${storlet}.py` });
  const once = async (storlet: string): Promise<number> =>
    (await measureLatencies(engine.port, 1, () => run(storlet, "small")))[0] as number;

  await swiftPut("/bench", "");
  await swiftPut("/bench/small", randomBytes(1024));
  await swiftPut("/bench/large", randomBytes(64 * mebibyte));
  await deploy("identity", "1");
  const newSandbox = await once("identity");
  const warm = await measureLatencies(engine.port, 500, () => run("identity", "small"));
  const firstInvokes: number[] = [];
  for (let index = 0; index < 10; index++) {
    await deploy(`fresh${index}`, "1");
    firstInvokes.push(await once(`fresh${index}`));
  }
  const redeploys: number[] = [];
  for (let index = 0; index < 10; index++) {
    const beganMs = performance.now();
    await deploy("identity", `version ${index}`);
    await once("identity");
    redeploys.push(performance.now() - beganMs);
  }
  const parallel = await measureRate({
    port: engine.port,
    connections: 8,
    seconds: 3,
    status: 200,
    makeRequest: () => run("identity", "small"),
  });
  const before = residentBytes(engine.ready.pid);
  const through = await throughput(engine, run("identity", "large"), 64 * mebibyte, 200);
  const grown = residentBytes(engine.ready.pid) - before;
  const sort = (times: number[]): number[] => times.sort((a, b) => a - b);
  const echo = `${limits.socketEchoMs.toFixed(3)} ms socket echo`;
  return [
    { name: `warm GET-invoke 1 KiB, p50 (${label})`, value: percentile(warm, 0.5), unit: "ms", limit: echo },
    { name: `warm GET-invoke 1 KiB, p95 (${label})`, value: percentile(warm, 0.95), unit: "ms", limit: echo },
    {
      name: `GET-invoke 1 KiB, 8 connections (${label})`,
      value: parallel,
      unit: "req/s",
      limit: `${Math.round(limits.httpPerSecond)} node:http`,
    },
    { name: `identity 64 MiB (${label})`, value: through, unit: "MB/s", limit: `${Math.round(limits.fileCopyMBps)} file copy` },
    { name: `memory grown by 5 × 64 MiB (${label})`, value: grown / 1e6, unit: "MB", limit: "0" },
    { name: `save to live and run, p50 (${label})`, value: percentile(sort(redeploys), 0.5), unit: "ms", limit: "" },
    { name: `first invoke of a new storlet, p50 (${label})`, value: percentile(sort(firstInvokes), 0.5), unit: "ms", limit: "" },
    { name: `first invoke of a new sandbox (${label})`, value: newSandbox, unit: "ms", limit: "" },
  ];
}

function format(row: Row): string {
  const value = row.value >= 100 ? String(Math.round(row.value)) : row.value.toFixed(2);
  return `${row.name.padEnd(48)} ${value.padStart(9)} ${row.unit.padEnd(6)} ${row.limit === "" ? "" : `limit ${row.limit}`}`;
}

const sandboxes = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ["process", "docker"];
const limits = await measureLimits();
const rows: Row[] = [];
for (const [index, sandbox] of sandboxes.entries()) {
  let engine: BenchEngine;
  try {
    engine = await startEngine(sandbox);
  } catch (error) {
    console.log(`LEFT OUT: ${sandbox}. ${String(error)}`);
    continue;
  }
  try {
    const measured = [...(index === 0 ? await benchSwift(engine, limits) : []), ...(await benchStorlets(engine, limits))];
    for (const row of measured) console.log(format(row));
    rows.push(...measured);
  } finally {
    await engine.stop();
  }
}
const directory = join(root, "bench-results");
mkdirSync(directory, { recursive: true });
writeFileSync(join(directory, "engine.json"), `${JSON.stringify({ cpus: cpus().length, cpu: cpus()[0]?.model, limits, rows }, null, 2)}\n`);
console.log("Written to bench-results/engine.json");
