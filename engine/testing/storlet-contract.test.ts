/** The contract check of a run: metadata first and small, output closed, no long pauses. Recorded with the run, on every kind of sandbox. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContractCheck } from "../contract/index.ts";
import { putObject, runOf, sandboxHosts, textOf } from "./conformance.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

const storlet = (lines: readonly string[]): string =>
  [
    "import os, time",
    "class Storlet:",
    "    def __init__(self, logger):",
    "        pass",
    "    def __call__(self, in_files, out_files, params):",
    "        sink = out_files[0]",
    ...lines.map((line) => `        ${line}`),
    "",
  ].join("\n");

const good = ["sink.set_metadata({'a': 'b'})", "sink.write(b'x')", "sink.close()"];

const rows: [what: string, lines: string[], state: string, expected: Partial<ContractCheck>][] = [
  [
    "everything is kept",
    good,
    "succeeded",
    { metadata: "before-data", metadataBytes: 10, metadataLimitBytes: 4096, outputClosed: true, broken: [] },
  ],
  [
    "the output is left open",
    good.slice(0, 2),
    "succeeded",
    { outputClosed: false, broken: ["The output was left open; the engine closed it."] },
  ],
  ["no metadata", ["sink.close()"], "failed", { metadata: "missing", metadataBytes: null, broken: ["Output metadata was never set."] }],
  [
    "data before metadata",
    ["sink.write(b'x')"],
    "failed",
    { metadata: "after-data", broken: ["Data was written before the output metadata was set."] },
  ],
  [
    "data before metadata, and then on",
    ["try:", "    sink.write(b'x')", "except IOError:", "    pass", ...good],
    "succeeded",
    { metadata: "after-data", metadataBytes: 10, broken: ["Data was written before the output metadata was set."] },
  ],
  [
    "metadata of 4096 bytes",
    ["sink.set_metadata({'a': 'b' * 4087})", "sink.close()"],
    "succeeded",
    { metadata: "before-data", metadataBytes: 4096, broken: [] },
  ],
  [
    "metadata of 4097 bytes",
    ["sink.set_metadata({'a': 'b' * 4088})", "sink.close()"],
    "failed",
    {
      metadata: "missing",
      metadataBytes: 4097,
      broken: ["Output metadata was never set.", "Output metadata has 4097 bytes as JSON; 4096 are allowed."],
    },
  ],
  ["a process that leaves", [...good.slice(0, 2), "os._exit(3)"], "failed", { metadata: "before-data", outputClosed: null, broken: [] }],
];

describe.each(sandboxHosts)("on %s", (_host, options) => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await createTestEngine({ ...options, storletTimeoutMs: 1000, outputGapMs: 2000 });
    await engine.fetch("PUT", "/c");
    await putObject(engine, "/c/o", "abc");
  }, 60_000);
  afterAll(() => engine[Symbol.asyncDispose](), 60_000);

  let number = 0;
  async function check(lines: readonly string[]): Promise<{ state: string; contract: ContractCheck | null }> {
    const name = `probe${++number}`;
    await engine.putStorlet(`${name}.py`, `${name}.Storlet`, storlet(lines));
    const response = await engine.fetch("GET", "/c/o", { headers: { "X-Run-Storlet": `${name}.py` } });
    const answer = await textOf(response).catch(() => ({ headers: response.headers }));
    return runOf(engine, answer.headers);
  }

  it.each(rows)("%s", async (_what, lines, state, expected) => {
    expect(await check(lines)).toMatchObject({ state, contract: expected });
  });

  it.each([
    ["metadata", ["time.sleep(0.4)", ...good], 1000],
    ["first-byte", ["sink.set_metadata({})", "time.sleep(0.4)", "sink.close()"], 1000],
    ["output", ["sink.set_metadata({})", "sink.write(b'x')", "time.sleep(0.9)", "sink.close()"], 2000],
  ] as [string, string[], number][])("tells the longest stall: %s", async (waitedFor, lines, limitMs) => {
    const { contract } = await check(lines);
    expect(contract?.longestStall).toMatchObject({ waitedFor, limitMs });
    expect(contract?.longestStall?.ms).toBeGreaterThan(350);
    expect(contract?.longestStall?.ms).toBeLessThan(limitMs);
    expect(contract?.broken).toEqual([]);
  });

  it("tells a stall over its limit", async () => {
    const { state, contract } = await check(["time.sleep(30)"]);
    expect([state, contract?.metadata, contract?.outputClosed]).toEqual(["timed-out", "missing", null]);
    expect(contract?.longestStall).toMatchObject({ waitedFor: "metadata", limitMs: 1000 });
    expect(contract?.broken).toContainEqual(expect.stringMatching(/^It was waited .+ for metadata/));
  });

  it("knows nothing where nothing ran", async () => {
    await engine.putStorlet("unloadable.py", "unloadable.Storlet", "import nowhere\n");
    const answer = await textOf(engine.fetch("GET", "/c/o", { headers: { "X-Run-Storlet": "unloadable.py" } }));
    expect((await runOf(engine, answer.headers)).contract).toBeNull();
  });
});
