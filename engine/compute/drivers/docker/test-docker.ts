/** For tests against a real Docker daemon: where it is, and a loud word where there is none. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { createDockerClient } from "./client.ts";
import { findDockerConnection, type DockerConnection } from "./connection.ts";
import { defaultImageName } from "./container.ts";
import { probeDocker } from "./probe.ts";

interface TestDocker {
  readonly connection: DockerConnection;
  /** Null where the tests can run; else why they are left out. */
  readonly missing: string | null;
}

/**
 * Docker for a test file, by its DOCKER_HOST. Where it or the sandbox image is missing, says so on stderr, and throws under CI=true: a green run there must
 * mean that the tests ran.
 */
export async function findTestDocker(environment: Readonly<Record<string, string | undefined>>): Promise<TestDocker> {
  const connection = findDockerConnection({
    dockerHost: environment["DOCKER_HOST"] ?? null,
    platform: process.platform,
    homeDirectory: homedir(),
    exists: existsSync,
  });
  const probe = await probeDocker({ connection, deadlineMs: 5_000 });
  let missing = probe.available ? null : probe.reason;
  if (missing === null && connection !== null && (await createDockerClient(connection).findImage(defaultImageName)) === null) {
    missing = `Docker has no image ${defaultImageName}. Run studio image build.`;
  }
  if (missing !== null) {
    if (environment["CI"] === "true") throw new Error(`Docker tests cannot run: ${missing}`);
    process.stderr.write(`\n*** Docker tests are LEFT OUT: ${missing}\n`);
  }
  return { connection: connection ?? { kind: "socket", path: "/nonexistent" }, missing };
}
