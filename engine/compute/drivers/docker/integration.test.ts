import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { randomId, systemClock } from "../../../support/clock.ts";
import { readBody, streamOf } from "../../../support/streams.ts";
import { createCompute } from "../../compute.ts";
import { createLogBus, type LogBus } from "../../log-bus.ts";
import { identityStorlet, pythonBundle, runOf, runtimeDirectory, storletOf } from "../../test-compute.ts";
import type { Compute } from "../../types.ts";
import { createDockerClient } from "./client.ts";
import { defaultImageName } from "./container.ts";
import { createDockerDriver } from "./driver.ts";
import { findTestDocker } from "./test-docker.ts";

const { connection, missing } = await findTestDocker(process.env);
const megabyte = 1024 * 1024;

interface DockerCompute extends AsyncDisposable {
  readonly compute: Compute;
  readonly logs: LogBus;
  readonly dataId: string;
}

async function createDockerCompute(forceRelay: boolean): Promise<DockerCompute> {
  const directory = await mkdtemp(join(tmpdir(), "dockc-"));
  const dataId = `test${randomId(6)}`;
  const logs = createLogBus({ directory: join(directory, "logs"), clock: systemClock });
  const driver = createDockerDriver({ connection, runtimeDirectory, dataId, clock: systemClock, forceRelay });
  const limits = { memoryBytes: 256 * megabyte, pids: 64, cpus: 2 };
  const compute = createCompute({ driver, logs, clock: systemClock, stateDirectory: join(directory, "s"), limits });
  return {
    compute,
    logs,
    dataId,
    async [Symbol.asyncDispose]() {
      await compute[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]();
      await logs[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function* blocks(block: Buffer, count: number, onBlock: (block: Buffer) => void): AsyncGenerator<Uint8Array> {
  for (let left = count; left > 0; left--) {
    onBlock(block);
    yield block;
  }
}

async function text(compute: Compute, ...run: Parameters<typeof runOf>): Promise<string> {
  const invocation = await compute.invoke(runOf(...run));
  const body = await readBody(invocation.output, megabyte);
  await invocation.outcome;
  return body.toString();
}

describe.skipIf(missing !== null).each([
  ["sockets", false],
  ["the relay", true],
] as const)("storlets in containers by %s", (_name, forceRelay) => {
  it("stream 64 MiB unchanged and tell where they ran", async () => {
    await using test = await createDockerCompute(forceRelay);
    const sent = createHash("sha256");
    const received = createHash("sha256");
    const body = streamOf(blocks(randomBytes(megabyte), 64, (block) => sent.update(block)));
    const invocation = await test.compute.invoke(runOf(identityStorlet, body, { metadata: { Colour: "blue" } }));
    expect(invocation.placement).toEqual({ kind: "docker", isolated: true, cold: true, image: defaultImageName });
    expect(invocation.metadata).toMatchObject({ Colour: "blue" });
    for await (const chunk of invocation.output) received.update(chunk);
    expect(await invocation.outcome).toMatchObject({ state: "succeeded", bytesIn: 64 * megabyte, bytesOut: 64 * megabyte });
    expect(received.digest("hex")).toBe(sent.digest("hex"));
  });

  it("read their own dependencies, as nobody in particular and without network", async () => {
    await using test = await createDockerCompute(forceRelay);
    const source = `import os, helper

class Storlet:
    def __init__(self, logger):
        pass

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        out_files[0].write(("%d %s %s" % (os.getuid(), helper.WORD, os.listdir("/sys/class/net"))).encode())
`;
    const bundle = pythonBundle(source, { files: { "helper.py": "WORD = 'helped'" } });
    const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
    expect(await text(test.compute, bundle)).toBe(`${uid} helped ['lo']`);
  });

  it("fail with their exception", async () => {
    await using test = await createDockerCompute(forceRelay);
    const failure = await text(test.compute, storletOf("raise ValueError('no such column')")).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "STORLET_EXCEPTION", message: expect.stringContaining("ValueError") });
  });

  it("run again after docker kill", async () => {
    await using test = await createDockerCompute(forceRelay);
    const upper = storletOf("o.set_metadata({})\no.write(i.read().upper())");
    expect(await text(test.compute, upper, Buffer.from("one"))).toBe("ONE");
    const docker = createDockerClient(connection);
    const [id] = await docker.listContainers([`storlet_studio_data=${test.dataId}`], true);
    await promisify(execFile)("docker", ["kill", id as string], { env: { ...process.env, DOCKER_HOST: docker.address } });
    expect(await text(test.compute, upper, Buffer.from("two"))).toBe("TWO");
  });

  it("end when they take more memory than they may, and the log says so", async () => {
    await using test = await createDockerCompute(forceRelay);
    const said = new Promise<string>((resolve) => {
      test.logs.subscribe((lines) => {
        for (const line of lines) if (line.text.includes("memory limit")) resolve(line.text);
      });
    });
    const failure = await text(test.compute, storletOf("x = [bytearray(os.urandom(1024) * 1024) for _ in range(400)]")).catch(
      (error: unknown) => error,
    );
    // The kernel takes the largest process: mostly the run alone, else the whole sandbox.
    expect(failure).toMatchObject({ code: expect.stringMatching(/STORLET_KILLED|STORLET_EXCEPTION|SANDBOX_GONE|STORLET_NO_METADATA/) });
    expect(await said).toContain("268 MB");
    expect(await text(test.compute, identityStorlet, Buffer.from("well again"))).toBe("well again");
  });
});
