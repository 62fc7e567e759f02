/** Runs replayed exactly, and against today: through every door, in both languages, on every sandbox that is here. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildJar, findTestJdk } from "../compute/test-java.ts";
import type { ReplayChoice, ReplayMode, Run, RunExchange } from "../contract/index.ts";
import { callApi, putDependency, putObject, registrationOf, runOf, sandboxHosts, textOf } from "./conformance.ts";
import { createTestEngine, eventually, type TestEngine } from "./test-engine.ts";

const jdk = await findTestJdk(process.env);

/** Says its version, its parameters, what it was given beside the data, then the data. */
const python = (version: string): string => `
import helper

class Say:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        sink = out_files[0]
        metadata = in_files[0].get_metadata()
        sink.set_metadata({'Version': '${version}', 'Word': metadata.get('Word', 'none')})
        sink.write(('${version} ' + helper.WORD + ' ' + params.get('word', '') + '\\n').encode())
        for each in in_files:
            for chunk in each:
                sink.write(chunk)
        sink.close()
`;

const java = (version: string): string => `
package replays;
import java.io.*;
import java.util.*;
import org.openstack.storlet.common.*;
public class Say implements IStorlet {
  public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> params, StorletLogger logger)
      throws StorletException {
    try {
      StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);
      HashMap<String, String> metadata = new HashMap<>();
      metadata.put("Version", "${version}");
      sink.setMetadata(metadata);
      OutputStream stream = sink.getStream();
      stream.write("${version}\\n".getBytes());
      InputStream source = in.get(0).getStream();
      for (int next = source.read(); next >= 0; next = source.read()) stream.write(next);
      stream.close();
    } catch (IOException e) {
      throw new StorletException(e.getMessage());
    }
  }
}
`;

async function mutate<T>(engine: TestEngine, procedure: string, input: unknown): Promise<T> {
  const response = await fetch(`${engine.control.origin}/trpc/${procedure}`, {
    method: "POST",
    headers: { ...engine.control.headers, "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const reply = (await response.json()) as { result?: { data: T }; error?: { message: string } };
  if (reply.result === undefined) throw new Error(reply.error?.message ?? "no answer");
  return reply.result.data;
}

async function replay(engine: TestEngine, of: Run, mode: ReplayMode): Promise<Run> {
  const { run } = await mutate<{ run: string }>(engine, "runs.replay", { id: of.id, mode });
  const found = await eventually("the replay is recorded", async () => {
    const exchange = await callApi<RunExchange | null>(engine, "runs.exchange", { id: run });
    return exchange === null ? undefined : callApi<Run>(engine, "runs.get", { id: run });
  });
  expect(found).toMatchObject({ state: "succeeded", replay: { of: of.id, mode } });
  return found;
}

const answerOf = async (engine: TestEngine, run: Run): Promise<string> =>
  Buffer.from((await callApi<{ base64: string }>(engine, "runs.body", { id: run.id, side: "response" })).base64, "base64").toString();

/** Waits until what a run sent and answered is on record. */
async function recorded(engine: TestEngine, headers: Headers): Promise<Run> {
  const run = await runOf(engine, headers);
  await eventually("the exchange is kept", async () => (await callApi(engine, "runs.exchange", { id: run.id })) !== null);
  return run;
}

const choiceOf = (engine: TestEngine, run: Run): Promise<ReplayChoice> => callApi(engine, "runs.replayChoice", { id: run.id });

describe.each(sandboxHosts)("on %s", (_host, options) => {
  let engine: TestEngine;
  const run = { "X-Run-Storlet": "say.py", "X-Storlet-Parameter-1": "word:please" };
  const large = randomBytes(300_000).toString("base64");

  beforeAll(async () => {
    engine = await createTestEngine(options);
    await engine.fetch("PUT", "/c");
  }, 60_000);
  afterAll(() => engine[Symbol.asyncDispose](), 60_000);

  async function deploy(version: string): Promise<void> {
    await putDependency(engine, "helper.py", `WORD = 'helper ${version}'\n`, "0644");
    const put = await engine.putStorlet("say.py", "say.Say", python(version), { "X-Object-Meta-Storlet-Dependency": "helper.py" });
    expect(put.status).toBe(201);
  }

  async function changeEverything(): Promise<void> {
    await deploy("two");
    await putObject(engine, "/c/small", "other", { "X-Object-Meta-Word": "changed" });
    await putObject(engine, "/c/large", "other large");
    expect((await engine.fetch("DELETE", "/c/extra")).status).toBe(204);
  }

  beforeEach(async () => {
    await deploy("one");
    await putObject(engine, "/c/small", "small data", { "X-Object-Meta-Word": "first" });
    await putObject(engine, "/c/large", large);
    await putObject(engine, "/c/extra", "extra data");
  });

  it.each([
    ["a small object", "/c/small", {}, "small data"],
    ["a large object", "/c/large", {}, large],
    ["a range", "/c/large", { "X-Storlet-Range": "bytes=10-29" }, large.slice(10, 30)],
    ["extra inputs", "/c/small", { "X-Storlet-Extra-Resources": "/c/extra" }, "small dataextra data"],
  ])(
    "a GET of %s: the same answer after code, dependency and objects changed",
    async (_what, path, headers: Record<string, string>, data) => {
      const first = await textOf(engine.fetch("GET", path, { headers: { ...run, ...headers } }));
      expect(first.text).toBe(`one helper one please\n${data}`);
      const original = await recorded(engine, first.headers);
      await changeEverything();
      expect((await choiceOf(engine, original)).exact).toBeNull();
      const again = await replay(engine, original, "exact");
      expect(again.digest).toBe(original.digest);
      expect(await answerOf(engine, again)).toBe(first.text.slice(0, 256 * 1024));
      const { response } = await callApi<RunExchange>(engine, "runs.exchange", { id: again.id });
      const header = (name: string) => response.headers.find((each) => each.name === name)?.value;
      expect(header("x-object-meta-version")).toBe("one");
      expect(header("x-object-meta-word")).toBe(first.headers.get("x-object-meta-word"));
      // A replay of the replay has the same parts.
      expect(await answerOf(engine, await replay(engine, again, "exact"))).toBe(first.text.slice(0, 256 * 1024));
    },
  );

  it("today's code runs on today's object, beside the old code", async () => {
    const first = await textOf(engine.fetch("GET", "/c/small", { headers: run }));
    const original = await recorded(engine, first.headers);
    await changeEverything();
    const today = await replay(engine, original, "today");
    expect(await answerOf(engine, today)).toBe("two helper two please\nother");
    const exact = await replay(engine, original, "exact");
    expect(exact.cold).toBe(true);
    const warm = await replay(engine, original, "today");
    expect(warm.cold).toBe(false);
    expect((await replay(engine, original, "exact")).cold).toBe(false);
  });

  it("the storlet and its object may be gone", async () => {
    const first = await textOf(engine.fetch("GET", "/c/small", { headers: run }));
    const original = await recorded(engine, first.headers);
    for (const path of ["/storlet/say.py", "/c/small"]) expect((await engine.fetch("DELETE", path)).status).toBe(204);
    expect(await answerOf(engine, await replay(engine, original, "exact"))).toBe(first.text);
    await expect(replay(engine, original, "today")).rejects.toThrow("Swift answered 401 before say.py ran.");
  });

  it.each([
    ["small", "what was sent"],
    ["larger than the record of the exchange", large],
  ])("a PUT that is %s", async (_what, body) => {
    const put = await textOf(engine.fetch("PUT", "/c/put", { body, headers: { ...run, "X-Object-Meta-Word": "sent" } }));
    expect(put.status).toBe(201);
    const original = await recorded(engine, put.headers);
    await changeEverything();
    await putObject(engine, "/c/put", "overwritten");
    const again = await replay(engine, original, "exact");
    expect(again.digest).toBe(original.digest);
    const stored = await textOf(engine.fetch("GET", "/c/put"));
    expect(stored.text).toBe(`one helper one please\n${body}`);
    expect(stored.headers.get("x-object-meta-word")).toBe("sent");
    await replay(engine, original, "today");
    expect((await textOf(engine.fetch("GET", "/c/put"))).text).toBe(`two helper two please\n${body}`);
  });

  it("a COPY", async () => {
    const copy = await textOf(engine.fetch("COPY", "/c/large", { headers: { ...run, Destination: "c/copy" } }));
    expect(copy.status).toBe(201);
    const original = await recorded(engine, copy.headers);
    await changeEverything();
    await replay(engine, original, "exact");
    expect((await textOf(engine.fetch("GET", "/c/copy"))).text).toBe(`one helper one please\n${large}`);
    await replay(engine, original, "today");
    expect((await textOf(engine.fetch("GET", "/c/copy"))).text).toBe("two helper two please\nother large");
  });

  it("an object of segments is kept as it passed", async () => {
    for (const segment of ["1", "2"]) await putObject(engine, `/c/part${segment}`, large);
    await putObject(engine, "/c/slo?multipart-manifest=put", JSON.stringify([{ path: "/c/part1" }, { path: "/c/part2" }]));
    const first = await textOf(engine.fetch("GET", "/c/slo", { headers: run }));
    const original = await recorded(engine, first.headers);
    for (const path of ["/c/slo", "/c/part1"]) await engine.fetch("DELETE", path);
    const again = await replay(engine, original, "exact");
    expect(again.bytesOut).toBe(original.bytesOut);
    expect(await answerOf(engine, again)).toBe(first.text.slice(0, 256 * 1024));
  });

  it.runIf(jdk.missing === null)(
    "a jar in Java",
    async () => {
      const deployJar = async (version: string): Promise<void> =>
        putObject(
          engine,
          "/storlet/say-1.0.jar",
          await buildJar({ sources: { "replays/Say.java": java(version) } }),
          registrationOf("Java", "replays.Say"),
        );
      await deployJar("one");
      const first = await textOf(engine.fetch("GET", "/c/small", { headers: { "X-Run-Storlet": "say-1.0.jar" } }));
      expect(first.text).toBe("one\nsmall data");
      const original = await recorded(engine, first.headers);
      await deployJar("two");
      await putObject(engine, "/c/small", "other");
      expect(await answerOf(engine, await replay(engine, original, "exact"))).toBe("one\nsmall data");
      expect(await answerOf(engine, await replay(engine, original, "today"))).toBe("two\nother");
    },
    60_000,
  );
});

describe("what is not kept", () => {
  let engine: TestEngine;
  let dataDirectory: string;
  beforeEach(async () => {
    dataDirectory = mkdtempSync(join(tmpdir(), "studio-replays-"));
    engine = await createTestEngine({ sandbox: "process", dataDirectory });
    await engine.fetch("PUT", "/c");
    await putDependency(engine, "helper.py", "WORD = 'help'\n", "0644");
    await engine.putStorlet("say.py", "say.Say", python("one"), { "X-Object-Meta-Storlet-Dependency": "helper.py" });
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  it("is had from the object while that is the same, and refused in words once it is not", async () => {
    const bytes = randomBytes(17 * 1024 * 1024);
    await putObject(engine, "/c/huge", bytes);
    const response = await engine.fetch("GET", "/c/huge", { headers: { "X-Run-Storlet": "say.py" } });
    await response.arrayBuffer();
    const original = await recorded(engine, response.headers);
    expect(await choiceOf(engine, original)).toEqual({ exact: null, today: null });
    expect((await replay(engine, original, "exact")).bytesOut).toBe(original.bytesOut);
    await putObject(engine, "/c/huge", "other");
    const reason = "c/huge is not kept, and it changed since.";
    expect(await choiceOf(engine, original)).toEqual({ exact: reason, today: null });
    await expect(replay(engine, original, "exact")).rejects.toThrow(reason);
    await engine.fetch("DELETE", "/c/huge");
    expect((await choiceOf(engine, original)).exact).toBe("c/huge is not kept, and it is not there any more.");
  });

  it("is kept over a restart of the engine, in the same profile alone", async () => {
    await putObject(engine, "/c/o", "data");
    const first = await textOf(engine.fetch("GET", "/c/o", { headers: { "X-Run-Storlet": "say.py" } }));
    const original = await recorded(engine, first.headers);
    await putObject(engine, "/c/o", "other");
    await engine[Symbol.asyncDispose]();
    engine = await createTestEngine({ sandbox: "process", dataDirectory });
    expect(await answerOf(engine, await replay(engine, original, "exact"))).toBe(first.text);
    await engine[Symbol.asyncDispose]();
    engine = await createTestEngine({ sandbox: "process", dataDirectory, profile: "strict" });
    const reason = "It ran in the profile studio; the engine runs in strict.";
    expect(await choiceOf(engine, original)).toEqual({ exact: reason, today: null });
  });
});
