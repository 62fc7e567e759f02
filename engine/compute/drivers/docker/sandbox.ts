/** One sandbox container from its creation to its removal: output, readiness, connections. Owns no choice of image. */
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import type Dockerode from "dockerode";
import type { Duplex } from "node:stream";
import { StudioError } from "../../../support/errors.ts";
import { withDeadline } from "../../../support/lifecycle.ts";
import { connectUnixSocket, socketsFolder } from "../../channel.ts";
import type { DriverSandbox, DriverUsage, SandboxSpec } from "../../types.ts";
import { readProcessTree } from "../process-tree.ts";
import { DockerFailure, type DockerClient } from "./client.ts";
import { insidePaths, type SandboxUser } from "./container.ts";
import { createExitWatch, type ExitWatch } from "./exit-watch.ts";
import { readOutput } from "./output.ts";
import { createRelay, type Relay } from "./relay.ts";

interface SandboxOptions {
  readonly docker: DockerClient;
  readonly spec: SandboxSpec;
  readonly image: string;
  readonly plan: Dockerode.ContainerCreateOptions;
  readonly useRelay: boolean;
  readonly user: SandboxUser;
}

/** A sandbox as the driver keeps it. */
export interface DockerSandbox extends DriverSandbox {
  readonly containerId: string;
  /** Resolves when the container has ended. */
  readonly exited: Promise<string>;
  /** Docker has told that the kernel ended a process of it for want of memory. */
  noteOom(): void;
}

/** The agent's word that it listens. */
const readyLine = "storlet agent ready";
/** Milliseconds until the agent listens; a cold disk takes seconds to start Python. */
const agentTimeoutMs = 15_000;

/** The container runs, and the agent did not say in time that it listens. */
export class AgentSilent extends Error {
  override readonly name = "AgentSilent";
}

/** A start that failed, in Docker's own words. */
function toStartFailure(thrown: unknown): StudioError {
  if (thrown instanceof StudioError) return thrown;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof DockerFailure && thrown.status === 404 && /no such image/i.test(words)) {
    return new StudioError("IMAGE_MISSING", "The sandbox image is missing.", {
      detail: words,
      hint: "Run studio image build.",
      cause: thrown,
    });
  }
  return new StudioError("SANDBOX_START_FAILED", "Docker could not start the sandbox.", {
    detail: words,
    hint: "Run studio doctor, or choose the process sandbox.",
    cause: thrown,
  });
}

/** Starts a created container, passes on what it prints, and waits until its agent listens. */
async function bringUp(docker: DockerClient, id: string, watch: ExitWatch, spec: SandboxSpec): Promise<Duplex> {
  let lastError = "";
  const ready = Promise.withResolvers<void>();
  const output = await docker.attach(id);
  // A connection that breaks is an end of output; its error has no other listener.
  output.on("error", () => {});
  const read = readOutput(output, (stream, text) => {
    if (stream === "stderr") lastError = text;
    if (text === readyLine) ready.resolve();
    else spec.onOutput(stream, text);
  });
  await docker.startContainer(id);
  watch.begin();
  void read.then(() => watch.noteOutputEnd());
  const early = watch.exited.then(async (reason) => {
    // What it said last explains its end, and may still be under way.
    await read;
    throw new Error(lastError === "" ? reason : `${reason} ${lastError}`);
  });
  const silent = (): Error => new AgentSilent(`The agent did not listen within ${agentTimeoutMs / 1000} s. ${lastError}`.trim());
  await withDeadline(Promise.race([ready.promise, early]), agentTimeoutMs, silent);
  return output;
}

/** Creates and starts the container, and waits until its agent listens. A failed start leaves nothing behind and calls no `onExit`. */
export async function startSandbox(options: SandboxOptions): Promise<DockerSandbox> {
  const { docker, spec, plan, useRelay, user, image } = options;
  let watch: ExitWatch | undefined;
  let id: string;
  let lifeline: Duplex;
  try {
    id = await docker.createContainer(plan);
    watch = createExitWatch(docker, id, spec.limits.memoryBytes);
    lifeline = await bringUp(docker, id, watch, spec);
  } catch (thrown) {
    await watch?.stop();
    throw toStartFailure(thrown);
  }
  const { exited, reason, noteOom, stop } = watch;
  let sockets = join(spec.channelsDirectory, socketsFolder);
  const relay = useRelay ? openRelay(docker, id, spec) : null;
  void exited.then((line) => {
    relay?.[Symbol.dispose]();
    spec.onExit(line);
  });

  async function connect(socketName: string): Promise<Duplex> {
    const gone = reason();
    if (gone !== null) throw new StudioError("SANDBOX_GONE", "The sandbox is gone.", { detail: gone });
    return relay === null ? connectUnixSocket(join(sockets, socketName)) : relay.connect(socketName);
  }

  return {
    containerId: id,
    exited,
    image,
    isolated: true,
    bundlesInside: insidePaths.bundles,
    channelsInside: insidePaths.channels,
    bundleOwner: { uid: user.uid, gid: user.gid },
    connect,
    ...(useRelay ? {} : { useSockets: (directory: string) => void (sockets = directory) }),
    usage: () => readUsage(docker, id),
    stop() {
      // The end of its standard input ends the agent: as the first process it takes no signals.
      lifeline.end();
      return stop();
    },
    noteOom() {
      noteOom();
      const memory = `${Math.round(spec.limits.memoryBytes / 1e6)} MB`;
      spec.onOutput("stderr", `The sandbox reached its memory limit of ${memory}; the kernel ended a process in it.`);
    },
  };
}

/** The container as Docker counts it, and its processes where Docker runs on this machine, so that `/proc` has them. */
async function readUsage(docker: DockerClient, id: string): Promise<DriverUsage> {
  const { cpuMs, memoryBytes, pid } = await docker.readUse(id);
  const cgroup = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
  const tree = cgroup.includes(id) ? await readProcessTree(pid) : null;
  return { cpuMs, memoryBytes, processes: tree?.processes ?? new Map() };
}

function openRelay(docker: DockerClient, id: string, spec: SandboxSpec): Relay {
  const command = ["python3", posix.join(insidePaths.runtime, "python", "relay.py"), posix.join(insidePaths.channels, socketsFolder)];
  return createRelay({ open: () => docker.execute(id, command), onOutput: (text) => spec.onOutput("stderr", text) });
}
