/** What running storlets costs, from a client's side. */
import { randomBytes } from "node:crypto";
import { measureLatencies, measureRate, percentile, requestBytes } from "./client.ts";
import { mebibyte, residentBytes, throughput, type BenchEngine, type Row } from "./engine.ts";
import type { Limits } from "./limits.ts";

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

/** Rows for the engine's sandbox. */
export async function benchStorlets(engine: BenchEngine, limits: Limits): Promise<Row[]> {
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
  const before = residentBytes(engine.ready.pid) ?? 0;
  const through = await throughput(engine, run("identity", "large"), 64 * mebibyte, 200);
  const grown = (residentBytes(engine.ready.pid) ?? 0) - before;
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
    { name: `memory grown by 8 × 64 MiB (${label})`, value: grown / 1e6, unit: "MB", limit: "0" },
    { name: `save to live and run, p50 (${label})`, value: percentile(sort(redeploys), 0.5), unit: "ms", limit: "" },
    { name: `first invoke of a new storlet, p50 (${label})`, value: percentile(sort(firstInvokes), 0.5), unit: "ms", limit: "" },
    { name: `first invoke of a new sandbox (${label})`, value: newSandbox, unit: "ms", limit: "" },
  ];
}
