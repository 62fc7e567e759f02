/** For tests: a core on each kind of sandbox that this machine has, bubblewrap, plain processes and Docker. */
import { readdir, readFile } from "node:fs/promises";
import { randomId, systemClock } from "../support/clock.ts";
import { createDockerClient } from "./drivers/docker/client.ts";
import { findDockerConnection, type DockerConnection } from "./drivers/docker/connection.ts";
import { defaultImageName } from "./drivers/docker/container.ts";
import { createDockerDriver } from "./drivers/docker/driver.ts";
import { probeProcessDriver } from "./drivers/process/facts.ts";
import { computeOn, runtimeDirectory, testCompute, type TestCompute, type TestSettings } from "./test-compute.ts";
import type { Driver } from "./types.ts";

/** A kind of sandbox, and how to make a core that uses it; `missing` says why this machine has none. */
interface TestSandbox {
  readonly name: "bubblewrap" | "plain" | "Docker";
  readonly missing: string | null;
  create(settings?: TestSettings): Promise<TestCompute>;
}

const connection = findDockerConnection({
  // oxlint-disable-next-line node/no-process-env
  dockerHost: process.env["DOCKER_HOST"] ?? null,
  platform: process.platform,
  homeDirectory: "/",
  exists: () => false,
});

async function missingDocker(): Promise<string | null> {
  if (connection === null) return "DOCKER_HOST is not understood";
  try {
    const image = await createDockerClient(connection).findImage(defaultImageName);
    return image === null ? `${defaultImageName} is missing` : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A core of its own on Docker. */
export function dockerCompute(docker: DockerConnection, settings: TestSettings = {}): Promise<TestCompute> {
  const driver = (): Driver =>
    createDockerDriver({ connection: docker, runtimeDirectory, dataId: `test${randomId(6)}`, clock: systemClock });
  return computeOn(driver, settings);
}

/** Every kind of sandbox. What this machine lacks is said loudly. */
export async function testSandboxes(): Promise<TestSandbox[]> {
  const { bubblewrap } = await probeProcessDriver();
  const all: TestSandbox[] = [
    {
      name: "bubblewrap",
      missing: bubblewrap.works ? null : bubblewrap.reason,
      create: (settings) => testCompute({ isolation: "bubblewrap", ...settings }),
    },
    { name: "plain", missing: null, create: (settings) => testCompute({ isolation: "plain", ...settings }) },
    {
      name: "Docker",
      missing: await missingDocker(),
      async create(settings) {
        if (connection === null) throw new Error("no Docker");
        return dockerCompute(connection, settings);
      },
    },
  ];
  for (const { name, missing } of all) if (missing !== null) process.stderr.write(`LEFT OUT: tests on ${name}. ${missing}\n`);
  return all;
}

/** Command lines of processes on this machine that mention `text`. */
export async function processesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const line = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (line.includes(text)) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

/** Open descriptors of this process, and threads: what a leak shows in. */
export async function openHandles(): Promise<{ descriptors: number; threads: number }> {
  const [descriptors, threads] = await Promise.all([readdir("/proc/self/fd"), readdir("/proc/self/task")]);
  return { descriptors: descriptors.length, threads: threads.length };
}
