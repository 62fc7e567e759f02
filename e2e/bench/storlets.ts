/** What running storlets costs, from a client's side: the same identity storlet in Python and in Java. */
import { randomBytes } from "node:crypto";
import type { SandboxInfo, SaveResult } from "../../engine/contract/index.ts";
import { measureLatencies, measureRate, percentile, requestBytes } from "./client.ts";
import { mebibyte, residentBytes, throughput, type BenchEngine, type Row } from "./engine.ts";
import type { Limits } from "./limits.ts";

/** A language, and how a storlet of that language is put into the account. */
interface Contender {
  readonly label: string;
  /** Saves the source into the workspace, as on the screen: checked, built, deployed and loaded, live when this resolves. */
  save(name: string, comment: string): Promise<void>;
  /** Uploads what a client would: a file of Python, or a jar that was built before. Nothing is loaded. */
  upload(name: string): Promise<void>;
  objectName(name: string): string;
  readonly goals: { readonly firstInvokeMs: number; readonly redeployMs: number };
}

const headersOf = (language: "Python" | "Java", main: string): Record<string, string> => ({
  "X-Object-Meta-Storlet-Language": language,
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

/** Calls the control API, as the screen does. */
async function call<T>(engine: BenchEngine, procedure: string, input?: unknown): Promise<T> {
  const control = new URL(engine.ready.control);
  const response = await fetch(`${control.origin}/trpc/${procedure}`, {
    method: input === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${control.searchParams.get("token") ?? ""}` },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { result: { data: T } }).result.data;
}

/** Saves sources into the workspace; `described` holds the storlets that have their description. */
function createSave(engine: BenchEngine, manifest: (name: string) => string, file: (name: string) => string, source: typeof javaSource) {
  const described = new Set<string>();
  const save = (path: string, text: string): Promise<SaveResult> => call(engine, "workspace.save", { path, text, baseVersion: null });
  return async (name: string, comment: string): Promise<void> => {
    if (!described.has(name)) await save(`storlets/${name}/storlet.yaml`, manifest(name));
    described.add(name);
    const { state, problem } = await save(`storlets/${name}/${file(name)}`, source(comment));
    if (state !== "live") throw new Error(`${name} is ${state}: ${problem?.message ?? ""} ${problem?.detail ?? ""}`);
  };
}

function createPython(engine: BenchEngine): Contender {
  const main = (name: string): string => `${name}.Identity`;
  return {
    label: `Python, ${engine.ready.sandbox}`,
    save: createSave(
      engine,
      (name) => `language: python\nmain: ${main(name)}\n`,
      (name) => `${name}.py`,
      pythonSource,
    ),
    upload: (name) => putObject(engine, `/storlet/${name}.py`, pythonSource(name), headersOf("Python", main(name))),
    objectName: (name) => `${name}.py`,
    goals: { firstInvokeMs: 100, redeployMs: 300 },
  };
}

function createJava(engine: BenchEngine): Contender {
  const main = "bench.Identity";
  const headers = { "X-Auth-Token": engine.token };
  return {
    label: `Java, ${engine.ready.sandbox}`,
    save: createSave(
      engine,
      () => `language: java\nmain: ${main}\n`,
      () => "src/bench/Identity.java",
      javaSource,
    ),
    async upload(name) {
      const built = await fetch(`${engine.ready.swift}/v1/AUTH_test/storlet/identity-1.0.jar`, { headers });
      await putObject(engine, `/storlet/${name}-1.0.jar`, new Uint8Array(await built.arrayBuffer()), headersOf("Java", main));
    },
    objectName: (name) => `${name}-1.0.jar`,
    goals: { firstInvokeMs: 350, redeployMs: 1000 },
  };
}

/** Ends every sandbox, as after a long pause. */
async function stopSandboxes(engine: BenchEngine): Promise<void> {
  for (const { scope } of await call<SandboxInfo[]>(engine, "sandboxes.list")) await call(engine, "sandboxes.stop", { scope });
}

/** How often what takes long is measured. */
const rounds = 7;

/** Times of `rounds` calls in milliseconds, sorted. */
async function measureRounds(prepare: (index: number) => Promise<void>, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < rounds; index++) {
    await prepare(index);
    const beganMs = performance.now();
    await work(index);
    times.push(performance.now() - beganMs);
  }
  return sorted(times);
}

const sorted = (times: number[]): number[] => times.sort((a, b) => a - b);

/** What happens once in a while, beside its goal; the best of the rounds says what it takes where nothing else runs. */
function lifeRow(label: string, what: string, times: number[], goalMs: number): Row {
  const best = `${(times[0] as number).toFixed(0)} best of ${times.length}`;
  return { name: `${what}, p50 (${label})`, value: percentile(times, 0.5), unit: "ms", limit: best, goal: { most: goalMs } };
}

async function benchLanguage(engine: BenchEngine, limits: Limits, contender: Contender): Promise<Row[]> {
  const { label, save, upload, objectName, goals } = contender;
  const request = (method: "GET" | "PUT", storlet: string, object: string, body?: Uint8Array): Buffer =>
    requestBytes(method, `/v1/AUTH_test/bench/${object}`, { "X-Auth-Token": engine.token, "X-Run-Storlet": objectName(storlet) }, body);
  const once = async (storlet: string): Promise<number> =>
    (await measureLatencies(engine.port, 1, () => request("GET", storlet, "small")))[0] as number;

  await save("identity", "1");
  const first = await once("identity");
  await measureLatencies(engine.port, 500, () => request("GET", "identity", "small"));
  const warm = await measureLatencies(engine.port, 500, () => request("GET", "identity", "small"));
  const firstInvokes = await measureRounds(
    (index) => upload(`fresh${index}`),
    (index) => once(`fresh${index}`),
  );
  const redeploys = await measureRounds(
    async () => {},
    (index) => save("identity", `version ${index}`),
  );
  const stopped = await measureRounds(
    () => stopSandboxes(engine),
    () => once("identity"),
  );
  const makeRequest = (): Buffer => request("GET", "identity", "small");
  const load = { port: engine.port, connections: 8, seconds: 3, status: 200, makeRequest };
  // Once unmeasured: the compilers of both machines are at work until then.
  await measureRate(load);
  const parallel = await measureRate(load);
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
    lifeRow(label, "first invoke, new storlet", firstInvokes, goals.firstInvokeMs),
    lifeRow(label, "first invoke, stopped sandbox", stopped, 700),
    lifeRow(label, "redeploy: save to live", redeploys, goals.redeployMs),
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
