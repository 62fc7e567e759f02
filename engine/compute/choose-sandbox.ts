/** Which kind of sandbox an engine uses. The decision is a pure function over what was found; the shell around it looks. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { SandboxKind } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import { StudioError } from "../support/errors.ts";
import { createDockerClient } from "./drivers/docker/client.ts";
import { findDockerConnection, type DockerConnection } from "./drivers/docker/connection.ts";
import { createDockerDriver } from "./drivers/docker/driver.ts";
import { probeDocker } from "./drivers/docker/probe.ts";
import { createProcessDriver } from "./drivers/process/driver.ts";
import { probeProcessDriver } from "./drivers/process/facts.ts";
import { defaultImageName } from "./drivers/docker/container.ts";
import type { Driver } from "./types.ts";

export interface SandboxFacts {
  readonly docker: { available: boolean; reason: string };
  readonly imagePresent: boolean;
  readonly bubblewrap: boolean;
}

type Decision = { kind: SandboxKind; reason: string } | { error: StudioError };

const imageCommand = "npm run studio -- image build";

function processReason(facts: SandboxFacts, because: string): string {
  const isolation = facts.bubblewrap
    ? "They have no network and see none of your files."
    : "They are not isolated: they can read your files.";
  return `${because} Storlets run as processes. ${isolation}`;
}

/** Docker where it is asked for or ready, else processes; asked for and not there is an error. */
export function decideSandbox(wanted: "auto" | SandboxKind, facts: SandboxFacts): Decision {
  if (wanted === "process") return { kind: "process", reason: processReason(facts, "Processes were asked for.") };
  const ready = facts.docker.available && facts.imagePresent;
  if (ready) return { kind: "docker", reason: "Storlets run in Docker containers without network." };
  if (wanted === "docker") {
    return {
      error: facts.docker.available
        ? new StudioError("IMAGE_MISSING", "The sandbox image is missing.", {
            hint: `Build it with \`${imageCommand}\`, or start with --sandbox process.`,
          })
        : new StudioError("DOCKER_UNAVAILABLE", "Docker is not running.", {
            detail: facts.docker.reason,
            hint: "Start Docker, or start with --sandbox process.",
          }),
    };
  }
  const because = facts.docker.available
    ? `Docker runs, but the sandbox image is missing (\`${imageCommand}\`).`
    : "Docker is not running.";
  return { kind: "process", reason: processReason(facts, because) };
}

export interface SandboxChoice {
  readonly driver: Driver;
  /** One or two sentences for a person. */
  readonly reason: string;
}

export interface SandboxSettings {
  readonly wanted: "auto" | SandboxKind;
  /** As DOCKER_HOST. */
  readonly dockerHost: string | undefined;
  readonly forceRelay: boolean;
  /** The folder `resources/runtime`. */
  readonly runtimeDirectory: string;
  readonly stateDirectory: string;
  /** Tells this data directory's sandboxes from those of others. */
  readonly dataId: string;
  /** The user's PATH. */
  readonly searchPath: string | undefined;
  readonly clock: Clock;
  /** Most sandboxes at once; 0 for no limit. */
  readonly maxSandboxes: number;
  /** Docker image of accounts that have none of their own; null for the usual one. */
  readonly defaultImage: string | null;
}

/** The Docker daemon this user's own client would talk to; null where DOCKER_HOST cannot be understood. */
export function dockerConnectionOf(dockerHost: string | undefined): DockerConnection | null {
  return findDockerConnection({ dockerHost: dockerHost ?? null, platform: process.platform, homeDirectory: homedir(), exists: existsSync });
}

/** Looks at Docker, and at processes only where they may be needed, then makes the driver. Throws where what was asked for is missing. */
export async function chooseSandbox(settings: SandboxSettings): Promise<SandboxChoice> {
  const { wanted, runtimeDirectory, stateDirectory, clock, forceRelay, dataId, maxSandboxes } = settings;
  const defaultImage = settings.defaultImage ?? defaultImageName;
  const connection = dockerConnectionOf(settings.dockerHost);
  const docker = wanted === "process" ? { available: false, reason: null } : await probeDocker({ connection });
  const imagePresent =
    docker.available &&
    connection !== null &&
    (await createDockerClient(connection)
      .findImage(defaultImage)
      .catch(() => null)) !== null;
  const facts = docker.available && imagePresent ? null : await probeProcessDriver({ searchPath: settings.searchPath });
  const decision = decideSandbox(wanted, {
    docker: { available: docker.available, reason: docker.reason ?? "" },
    imagePresent,
    bubblewrap: facts?.bubblewrap.works ?? false,
  });
  if ("error" in decision) throw decision.error;
  if (decision.kind === "docker" && connection !== null) {
    return {
      driver: createDockerDriver({ connection, runtimeDirectory, dataId, clock, forceRelay, maxSandboxes, defaultImage }),
      reason: decision.reason,
    };
  }
  const processFacts = facts ?? (await probeProcessDriver({ searchPath: settings.searchPath }));
  return { driver: createProcessDriver({ facts: processFacts, runtimeDirectory, stateDirectory, maxSandboxes }), reason: decision.reason };
}

/** Longest state directory whose sockets stay below the system's limit of 107 bytes for a path. */
const maxStateDirectory = 60;

/** Where sandboxes keep sockets and bundles: in the data directory, or in a short one of its own where that path is long. */
export function stateDirectoryFor(dataDirectory: string, temporaryDirectory: string, dataId: string): string {
  const inside = join(dataDirectory, "sandboxes");
  return Buffer.byteLength(inside) <= maxStateDirectory ? inside : join(temporaryDirectory, `studio-${dataId.slice(0, 12)}`);
}
