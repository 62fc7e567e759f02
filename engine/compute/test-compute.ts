/** For tests and measurements: a compute core on real process sandboxes in a temporary directory, and bundles from source text. */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../support/clock.ts";
import type { Body } from "../support/streams.ts";
import { createCompute, type ComputeOptions } from "./compute.ts";
import { createProcessDriver } from "./drivers/process/driver.ts";
import { probeProcessDriver } from "./drivers/process/facts.ts";
import { createLogBus, type LogBus } from "./log-bus.ts";
import type { Bundle, BundleFile, Compute, Deadlines, Driver, InvocationSpec } from "./types.ts";

export const runtimeDirectory = fileURLToPath(new URL("../../resources/runtime", import.meta.url));

export interface TestCompute extends AsyncDisposable {
  readonly compute: Compute;
  readonly driver: Driver;
  readonly logs: LogBus;
  readonly directory: string;
}

export type TestSettings = Partial<Pick<ComputeOptions, "timers" | "limits" | "places">>;

/** A core of its own on process sandboxes, as `computeOn` makes it. */
export async function testCompute(options: { isolation: "bubblewrap" | "plain"; directory?: string } & TestSettings): Promise<TestCompute> {
  const { isolation, ...settings } = options;
  const facts = await probeProcessDriver();
  return computeOn((stateDirectory) => createProcessDriver({ facts, runtimeDirectory, stateDirectory, isolation }), settings);
}

/** A core of its own. Disposing ends its sandboxes and removes its directory, unless the directory was given. */
export async function computeOn(
  createDriver: (stateDirectory: string) => Driver,
  options: { directory?: string } & TestSettings,
): Promise<TestCompute> {
  const { directory: given, ...settings } = options;
  const directory = given ?? (await mkdtemp(join(tmpdir(), "compute-")));
  const logs = createLogBus({ directory: join(directory, "logs"), clock: systemClock });
  const stateDirectory = join(directory, "s");
  const driver = createDriver(stateDirectory);
  const compute = createCompute({ driver, logs, clock: systemClock, stateDirectory, ...settings });
  return {
    compute,
    driver,
    logs,
    directory,
    async [Symbol.asyncDispose]() {
      await compute[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]();
      await logs[Symbol.asyncDispose]();
      if (given === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A Python bundle: `source` is its module, with a class `Storlet`. */
export function pythonBundle(
  source: string,
  options: { name?: string; files?: Record<string, string>; languageVersion?: string } = {},
): Bundle {
  const name = options.name ?? "probe.py";
  const contents = { "probe.py": source, ...options.files };
  const digest = createHash("sha256").update(JSON.stringify(contents)).digest("hex");
  const files: BundleFile[] = Object.entries(contents).map(([file, text]) => ({
    name: file,
    mode: 0o600,
    open: async () => Buffer.from(text),
  }));
  const version = options.languageVersion === undefined ? {} : { languageVersion: options.languageVersion };
  return { name, language: "python", entry: "probe.Storlet", digest, files, ...version };
}

/** A bundle whose `__call__` has this body; `i`, `o` are first input and output, `p` the parameters, `log` the logger. */
export function storletOf(body: string, options: Parameters<typeof pythonBundle>[1] = {}): Bundle {
  const lines = body
    .trim()
    .split("\n")
    .map((line) => `        ${line}`)
    .join("\n");
  const source = `import os, sys, time

class Storlet:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        i, o, p, log = in_files[0], out_files[0], params, self.logger
${lines}
`;
  return pythonBundle(source, options);
}

export const identityStorlet = storletOf(`
o.set_metadata(i.get_metadata())
while True:
    chunk = i.read(262144)
    if not chunk:
        break
    o.write(chunk)
`);

export const testDeadlines: Deadlines = { replyMs: 20_000, inputMs: 20_000, gapMs: 20_000 };

let runs = 0;

/** What `invoke` takes, with plain values where a test does not care. */
export function runOf(
  bundle: Bundle,
  body: Body = Buffer.alloc(0),
  more: Partial<InvocationSpec> & { metadata?: Record<string, string> } = {},
): InvocationSpec {
  const { metadata = {}, ...rest } = more;
  return {
    id: `run-${++runs}`,
    scope: "test",
    bundle,
    params: {},
    inputs: [{ body, metadata }],
    deadlines: testDeadlines,
    signal: new AbortController().signal,
    ...rest,
  };
}
