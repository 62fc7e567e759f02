/** What the object store does, from a client's side: rates, throughput, listings, memory, snapshots. */
import { randomBytes } from "node:crypto";
import { measureLatencies, measureRate, openConnection, percentile, requestBytes, sendLarge } from "./client.ts";
import { mebibyte, residentBytes, throughput, type BenchEngine, type Row } from "./engine.ts";
import { md5Speed, type Limits } from "./limits.ts";

const listedNames = 10_000;
const gibibyte = 1024 * mebibyte;

/** Runs work; returns by how many bytes the engine's memory grew at most meanwhile. */
async function peakGrowth(pid: number, work: () => Promise<void>): Promise<number | null> {
  const before = residentBytes(pid);
  if (before === null) return null;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, residentBytes(pid) ?? 0)), 10);
  try {
    await work();
  } finally {
    clearInterval(watch);
  }
  return most - before;
}

async function benchRates(engine: BenchEngine, limits: Limits, token: Record<string, string>): Promise<Row[]> {
  const small = randomBytes(1024);
  const getSmall = requestBytes("GET", "/v1/AUTH_test/bench/small", token);
  const putSmall = (number: number): Buffer => requestBytes("PUT", `/v1/AUTH_test/bench-puts/put-${number}`, token, small);
  const rate = (makeRequest: (number: number) => Uint8Array, status: number): Promise<number> =>
    measureRate({ port: engine.port, connections: 8, seconds: 3, status, makeRequest });
  const limit = `${Math.round(limits.httpPerSecond)} node:http`;
  return [
    { name: "GET 1 KiB, 8 connections", value: await rate(() => getSmall, 200), unit: "req/s", limit, goal: { least: 5000 } },
    { name: "PUT 1 KiB, 8 connections", value: await rate(putSmall, 201), unit: "req/s", limit, goal: { least: 3000 } },
  ];
}

async function benchThroughput(engine: BenchEngine, limits: Limits, token: Record<string, string>): Promise<Row[]> {
  const large = randomBytes(64 * mebibyte);
  const put = requestBytes("PUT", "/v1/AUTH_test/bench/large", token, large);
  const putMBps = await throughput(engine, put, large.length, 201);
  // Taken again now: a machine that others use is not the same from one moment to the next.
  const md5MBps = Math.max(limits.md5MBps, md5Speed());
  const getMBps = await throughput(engine, requestBytes("GET", "/v1/AUTH_test/bench/large", token), large.length, 200);
  const copy = `${Math.round(limits.fileCopyMBps)} file copy`;
  return [
    { name: "GET 64 MiB", value: getMBps, unit: "MB/s", limit: copy, goal: { least: 1500 } },
    { name: "PUT 64 MiB", value: putMBps, unit: "MB/s", limit: `${Math.round(md5MBps)} MD5`, goal: { least: 0.8 * md5MBps } },
  ];
}

async function benchListing(engine: BenchEngine, token: Record<string, string>): Promise<Row[]> {
  const connections = await Promise.all(Array.from({ length: 8 }, () => openConnection(engine.port)));
  let made = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (made < listedNames) {
        made += 1;
        await connection.exchange(requestBytes("PUT", `/v1/AUTH_test/bench-names/folder/name-${made}`, token, new Uint8Array(10)));
      }
      connection.close();
    }),
  );
  const list = requestBytes("GET", "/v1/AUTH_test/bench-names?format=json", token);
  const times = await measureLatencies(engine.port, 15, () => list);
  return [{ name: "listing of 10,000 names, p50", value: percentile(times, 0.5), unit: "ms", limit: "", goal: { most: 60 } }];
}

async function benchMemory(engine: BenchEngine, token: Record<string, string>): Promise<Row[]> {
  const { pid } = engine.ready;
  const path = "/v1/AUTH_test/bench/five-gibibytes";
  const sizeBytes = 5 * gibibyte;
  // What is loaded and compiled once is not counted.
  await sendLarge(engine.port, path, token, 8 * mebibyte);
  const grownByPut = await peakGrowth(pid, () => sendLarge(engine.port, path, token, sizeBytes));
  const grownByGet = await peakGrowth(pid, async () => {
    const connection = await openConnection(engine.port);
    const reply = await connection.exchange(requestBytes("GET", path, token));
    connection.close();
    if (reply.bodyBytes !== sizeBytes) throw new Error(`${reply.bodyBytes} bytes came back.`);
  });
  const connection = await openConnection(engine.port);
  await connection.exchange(requestBytes("DELETE", path, token));
  connection.close();
  if (grownByPut === null || grownByGet === null) return [];
  const common = { unit: "MiB", limit: "0", goal: { most: 64 } };
  return [
    { name: "memory grown by a PUT of 5 GiB", value: grownByPut / mebibyte, ...common },
    { name: "memory grown by a GET of 5 GiB", value: grownByGet / mebibyte, ...common },
  ];
}

/** A control API mutation; milliseconds until its answer. */
async function timeMutation(engine: BenchEngine, procedure: string, input: unknown): Promise<number> {
  const control = new URL(engine.ready.control);
  const beganMs = performance.now();
  const response = await fetch(`${control.origin}/trpc/${procedure}`, {
    method: "POST",
    headers: { authorization: `Bearer ${control.searchParams.get("token") ?? ""}`, "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${procedure}: ${response.status} ${text}`);
  return performance.now() - beganMs;
}

async function benchSnapshots(engine: BenchEngine, token: Record<string, string>): Promise<Row[]> {
  const body = randomBytes(mebibyte);
  const connection = await openConnection(engine.port);
  for (let number = 0; number < 1000; number += 1) {
    const reply = await connection.exchange(requestBytes("PUT", `/v1/AUTH_test/bench-snapshot/${number}`, token, body));
    if (reply.status !== 201) throw new Error(reply.headers);
  }
  connection.close();
  const input = { name: "bench" };
  const common = { unit: "ms", limit: "", goal: { most: 1000 } };
  return [
    { name: "snapshot save, 1,000 objects of 1 MiB", value: await timeMutation(engine, "snapshots.save", input), ...common },
    { name: "snapshot restore, 1,000 objects of 1 MiB", value: await timeMutation(engine, "snapshots.restore", input), ...common },
  ];
}

async function emptyContainer(engine: BenchEngine, token: Record<string, string>, container: string): Promise<void> {
  const connection = await openConnection(engine.port);
  for (;;) {
    let names = "";
    const list = requestBytes("GET", `/v1/AUTH_test/${container}`, token);
    await connection.exchange(list, (chunk) => (names += Buffer.from(chunk).toString()));
    if (names === "") break;
    for (const name of names.trimEnd().split("\n")) {
      await connection.exchange(requestBytes("DELETE", `/v1/AUTH_test/${container}/${name}`, token));
    }
  }
  connection.close();
}

/** Rows of the object store. */
export async function benchSwift(engine: BenchEngine, limits: Limits): Promise<Row[]> {
  const token = { "X-Auth-Token": engine.token };
  const connection = await openConnection(engine.port);
  for (const container of ["bench", "bench-puts", "bench-names", "bench-snapshot"]) {
    await connection.exchange(requestBytes("PUT", `/v1/AUTH_test/${container}`, token));
  }
  await connection.exchange(requestBytes("PUT", "/v1/AUTH_test/bench/small", token, randomBytes(1024)));
  connection.close();
  // First, while nothing has made the process larger.
  const memory = await benchMemory(engine, token);
  const rows = [...(await benchRates(engine, limits, token)), ...(await benchThroughput(engine, limits, token)), ...memory];
  // The snapshot is to be of what its row says, not of the many small objects that the rates left.
  await emptyContainer(engine, token, "bench-puts");
  rows.push(...(await benchSnapshots(engine, token)), ...(await benchListing(engine, token)));
  return rows;
}
