/** What running storlets costs, from a client's side: the same identity storlet in Python and in Java. */
import { randomBytes } from "node:crypto";
import type { SaveResult } from "../../engine/contract/index.ts";
import { measureLatencies, measureRate, percentile, requestBytes } from "./client.ts";
import { mebibyte, residentBytes, throughput, type BenchEngine, type Row } from "./engine.ts";
import type { Limits } from "./limits.ts";

/** A language, and how a storlet of that language becomes live: by a PUT, or by saving sources that are built. */
interface Contender {
  readonly label: string;
  deploy(name: string, comment: string): Promise<void>;
  objectName(name: string): string;
}

const pythonHeaders = (main: string): Record<string, string> => ({
  "X-Object-Meta-Storlet-Language": "Python",
  "X-Object-Meta-Storlet-Interface-Version": "1.0",
  "X-Object-Meta-Storlet-Object-Metadata": "no",
  "X-Object-Meta-Storlet-Main": main,
});

const pythonSource = (comment: string): string => `# ${comment}
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

const javaSource = (comment: string): string => `// ${comment}
package bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

public class Identity implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> parameters, StorletLogger logger)
            throws StorletException {
        StorletObjectOutputStream output = (StorletObjectOutputStream) out.get(0);
        output.setMetadata(new HashMap<>(in.get(0).getMetadata()));
        byte[] buffer = new byte[65536];
        try {
            for (int count; (count = in.get(0).getStream().read(buffer)) >= 0; ) output.getStream().write(buffer, 0, count);
        } catch (java.io.IOException e) {
            throw new StorletException(e.getMessage());
        } finally {
            in.get(0).close();
            output.close();
        }
    }
}
`;

async function putObject(engine: BenchEngine, path: string, body: string | Uint8Array, headers = {}): Promise<void> {
  const response = await fetch(`${engine.ready.swift}/v1/AUTH_test${path}`, {
    method: "PUT",
    body: body as BodyInit,
    headers: { "X-Auth-Token": engine.token, ...headers },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

function createPython(engine: BenchEngine): Contender {
  return {
    label: `Python, ${engine.ready.sandbox}`,
    deploy: (name, comment) => putObject(engine, `/storlet/${name}.py`, pythonSource(comment), pythonHeaders(`${name}.Identity`)),
    objectName: (name) => `${name}.py`,
  };
}

/** Sources are saved into the workspace, as on the screen: checked, compiled, packed, deployed and loaded. */
function createJava(engine: BenchEngine): Contender {
  const control = new URL(engine.ready.control);
  async function save(path: string, text: string): Promise<SaveResult> {
    const response = await fetch(`${control.origin}/trpc/workspace.save`, {
      method: "POST",
      body: JSON.stringify({ path, text, baseVersion: null }),
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${control.searchParams.get("token") ?? ""}` },
    });
    if (!response.ok) throw new Error(await response.text());
    return ((await response.json()) as { result: { data: SaveResult } }).result.data;
  }
  const described = new Set<string>();
  return {
    label: `Java, ${engine.ready.sandbox}`,
    async deploy(name, comment) {
      if (!described.has(name)) await save(`storlets/${name}/storlet.yaml`, "language: java\nmain: bench.Identity\n");
      described.add(name);
      const { state, problem } = await save(`storlets/${name}/src/bench/Identity.java`, javaSource(comment));
      if (state !== "live") throw new Error(`${name} is ${state}: ${problem?.message ?? ""} ${problem?.detail ?? ""}`);
    },
    objectName: (name) => `${name}-1.0.jar`,
  };
}

const sorted = (times: number[]): number[] => times.sort((a, b) => a - b);

async function benchLanguage(engine: BenchEngine, limits: Limits, { label, deploy, objectName }: Contender): Promise<Row[]> {
  const request = (method: "GET" | "PUT", storlet: string, object: string, body?: Uint8Array): Buffer =>
    requestBytes(method, `/v1/AUTH_test/bench/${object}`, { "X-Auth-Token": engine.token, "X-Run-Storlet": objectName(storlet) }, body);
  const once = async (storlet: string): Promise<number> =>
    (await measureLatencies(engine.port, 1, () => request("GET", storlet, "small")))[0] as number;

  await deploy("identity", "1");
  const first = await once("identity");
  await measureLatencies(engine.port, 500, () => request("GET", "identity", "small"));
  const warm = await measureLatencies(engine.port, 500, () => request("GET", "identity", "small"));
  const firstInvokes: number[] = [];
  const redeploys: number[] = [];
  for (let index = 0; index < 5; index++) {
    await deploy(`fresh${index}`, "1");
    firstInvokes.push(await once(`fresh${index}`));
  }
  for (let index = 0; index < 5; index++) {
    const beganMs = performance.now();
    await deploy("identity", `version ${index}`);
    await once("identity");
    redeploys.push(performance.now() - beganMs);
  }
  const makeRequest = (): Buffer => request("GET", "identity", "small");
  const parallel = await measureRate({ port: engine.port, connections: 8, seconds: 3, status: 200, makeRequest });
  const before = residentBytes(engine.ready.pid) ?? 0;
  const read = await throughput(engine, request("GET", "identity", "large"), 64 * mebibyte, 200);
  const grown = (residentBytes(engine.ready.pid) ?? 0) - before;
  const written = await throughput(engine, request("PUT", "identity", "written", randomBytes(64 * mebibyte)), 64 * mebibyte, 201);
  const echo = `${limits.socketEchoMs.toFixed(3)} ms socket echo`;
  const copy = `${Math.round(limits.fileCopyMBps)} file copy`;
  return [
    { name: `warm GET-invoke 1 KiB, p50 (${label})`, value: percentile(warm, 0.5), unit: "ms", limit: echo },
    { name: `warm GET-invoke 1 KiB, p95 (${label})`, value: percentile(warm, 0.95), unit: "ms", limit: echo },
    {
      name: `GET-invoke 1 KiB, 8 conn. (${label})`,
      value: parallel,
      unit: "req/s",
      limit: `${Math.round(limits.httpPerSecond)} node:http`,
    },
    { name: `GET identity 64 MiB (${label})`, value: read, unit: "MB/s", limit: copy },
    { name: `PUT identity 64 MiB (${label})`, value: written, unit: "MB/s", limit: `${Math.round(limits.md5MBps)} MD5` },
    { name: `memory grown by 8 × 64 MiB (${label})`, value: grown / 1e6, unit: "MB", limit: "0" },
    { name: `save to live and run, p50 (${label})`, value: percentile(sorted(redeploys), 0.5), unit: "ms", limit: "" },
    { name: `first invoke, new storlet, p50 (${label})`, value: percentile(sorted(firstInvokes), 0.5), unit: "ms", limit: "" },
    { name: `first invoke of all (${label})`, value: first, unit: "ms", limit: "" },
  ];
}

/** Rows for the engine's sandbox, by language. The first invocation of all starts the sandbox, where no build has done so before. */
export async function benchStorlets(engine: BenchEngine, limits: Limits): Promise<Row[]> {
  await putObject(engine, "/bench", "");
  await putObject(engine, "/bench/small", randomBytes(1024));
  await putObject(engine, "/bench/large", randomBytes(64 * mebibyte));
  const rows: Row[] = [];
  for (const contender of [createPython(engine), createJava(engine)]) rows.push(...(await benchLanguage(engine, limits, contender)));
  return rows;
}
