/** Sandboxes as child processes: inside bubblewrap where that works, else plain and then marked as not isolated. Needs no Docker. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { StudioError } from "../../../support/errors.ts";
import { connectUnixSocket, socketsFolder } from "../../channel.ts";
import type { Driver, DriverSandbox, SandboxSpec } from "../../types.ts";
import { readProcessTree } from "../process-tree.ts";
import { bubblewrapArguments, sandboxEnvironment } from "./bubblewrap.ts";
import { canLimitTemporaryFiles, findSystemMounts, type ProcessDriverFacts } from "./facts.ts";
import { createControlGroup, type ControlGroup } from "./cgroup.ts";
import { createProcessNotes, homeOf } from "./leftovers.ts";

export interface ProcessDriverOptions {
  /** What `probeProcessDriver` found. */
  facts: ProcessDriverFacts;
  /** The folder `resources/runtime`. */
  runtimeDirectory: string;
  /** Where running sandboxes are noted, so that the next engine can end those of one that crashed. */
  stateDirectory: string;
  /** `auto` takes bubblewrap where it works. */
  isolation?: "auto" | "bubblewrap" | "plain";
  /** Most sandboxes at once; 0 or absent: no limit (`max_containers_per_node`). */
  maxSandboxes?: number;
}

/** Paths inside. The runtime cannot lie below `/usr`, which is the machine's own, read-only. */
const inside = { runtime: "/opt/storlet-studio", channels: "/mnt/channels", bundles: "/var/lib/storlets" };

const readyLine = "storlet agent ready";
/** How long an agent may take to end everything before it is killed. */
const stopMs = 1_500;
/** How long an agent's last words are waited for. */
const lastWordsMs = 500;
const fileBytes = 1024 * 1024 * 1024;
const temporaryBytes = 512 * 1024 * 1024;

/** How to start an agent, and how the sandbox looks from inside. */
interface Plan {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Record<string, string>;
  readonly channelsInside: string;
  readonly bundlesInside: string;
  /** Directory to remove when the sandbox ends; null where there is none. */
  readonly home: string | null;
}

/** Since Linux 5.14 a user namespace counts its own processes; before, everything else the user runs would count too. */
function countsProcessesPerNamespace(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return process.platform === "linux" && (major > 5 || (major === 5 && minor >= 14));
}

/** Makes the driver. Throws RUNTIME_MISSING without Python, and SANDBOX_START_FAILED where bubblewrap is demanded and does not work. */
export function createProcessDriver(options: ProcessDriverOptions): Driver {
  const { facts, runtimeDirectory, stateDirectory, isolation = "auto", maxSandboxes = 0 } = options;
  const { python, bubblewrap } = facts;
  if (python === null) {
    throw new StudioError("RUNTIME_MISSING", "There is no Python on this machine.", { hint: "Install python3, version 3.7 or later." });
  }
  if (isolation === "bubblewrap" && !bubblewrap.works) {
    throw new StudioError("SANDBOX_START_FAILED", "bubblewrap does not work on this machine.", { detail: bubblewrap.reason });
  }
  const isolated = isolation !== "plain" && bubblewrap.works;
  const notesDirectory = join(stateDirectory, "process");
  const notes = createProcessNotes(notesDirectory);
  const running = new Set<DriverSandbox>();
  const { path: pythonPath } = python;

  function agentCommand(runtime: string, channels: string, spec: SandboxSpec): string[] {
    const limits = ["--limit-data", String(spec.limits.memoryBytes), "--limit-file", String(fileBytes)];
    if (isolated) limits.push("--hidden");
    if (isolated && countsProcessesPerNamespace()) limits.push("--limit-processes", String(spec.limits.pids));
    const agent = join(runtime, "python", "agent.py");
    return [pythonPath, "-B", agent, "--sandbox", spec.id, "--channels", channels, "--stdin-lifeline", ...limits];
  }

  async function planSandbox(spec: SandboxSpec): Promise<Plan> {
    if (!isolated) {
      const home = homeOf(notesDirectory, spec.id);
      await mkdir(home, { recursive: true, mode: 0o700 });
      const [command = "", ...args] = agentCommand(runtimeDirectory, spec.channelsDirectory, spec);
      const paths = { channelsInside: spec.channelsDirectory, bundlesInside: spec.bundlesDirectory };
      return { command, args, environment: sandboxEnvironment(home), home, ...paths };
    }
    const args = bubblewrapArguments({
      system: await findSystemMounts(),
      python: python as NonNullable<typeof python>,
      readOnly: [
        { from: runtimeDirectory, to: inside.runtime },
        { from: spec.bundlesDirectory, to: inside.bundles },
      ],
      writable: [{ from: spec.channelsDirectory, to: inside.channels }],
      // They count as memory of the sandbox.
      temporaryBytes: canLimitTemporaryFiles(bubblewrap.version ?? "0") ? Math.min(temporaryBytes, spec.limits.memoryBytes / 2) : null,
      command: agentCommand(inside.runtime, inside.channels, spec),
    });
    const paths = { channelsInside: inside.channels, bundlesInside: inside.bundles };
    return { command: bubblewrap.path ?? "bwrap", args, environment: {}, home: null, ...paths };
  }

  async function createSandbox(spec: SandboxSpec): Promise<DriverSandbox> {
    if (maxSandboxes > 0 && running.size >= maxSandboxes) {
      throw new StudioError("SANDBOX_LIMIT", "Cannot start another sandbox because of the limit.", {
        detail: `${running.size} of ${maxSandboxes} sandboxes run.`,
        hint: "Stop a sandbox, or raise max_containers_per_node.",
      });
    }
    const plan = await planSandbox(spec);
    const group: ControlGroup | null = isolated ? await createControlGroup(spec.id, spec.limits) : null;
    const [command = "", ...args] = [...(group?.joinAnd ?? []), plan.command, ...plan.args];
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], detached: true, env: plan.environment, cwd: "/" });
    const ended = followEnd(child);
    let reason: string | null = null;
    let sockets = join(spec.channelsDirectory, socketsFolder);
    const cleanedUp = ended.then(async (how) => {
      reason = how;
      running.delete(sandbox);
      if (plan.home !== null) await rm(plan.home, { recursive: true, force: true }).catch(() => {});
      await group?.remove();
      await notes.remove(spec.id).catch(() => {});
      spec.onExit(how);
    });
    const sandbox: DriverSandbox = {
      image: null,
      isolated,
      bundlesInside: plan.bundlesInside,
      channelsInside: plan.channelsInside,
      async connect(socketName) {
        if (reason !== null) throw new StudioError("SANDBOX_GONE", "The sandbox has ended.", { detail: reason });
        return connectUnixSocket(join(sockets, socketName));
      },
      useSockets(directory) {
        sockets = directory;
      },
      usage: async () => (child.pid === undefined || reason !== null ? null : readProcessTree(child.pid)),
      async stop() {
        await endProcess(child, ended);
        await cleanedUp;
      },
    };
    running.add(sandbox);
    try {
      // Read from the very start: what nobody reads when a process ends is thrown away.
      const ready = untilReady(child, ended, spec.onOutput);
      ready.catch(() => {});
      if (child.pid !== undefined) await notes.add(spec.id, child.pid);
      await ready;
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
    return sandbox;
  }

  return {
    kind: "process",
    isolated,
    removeLeftovers: () => notes.endLeftovers(),
    createSandbox,
    async [Symbol.asyncDispose]() {
      await Promise.all([...running].map((sandbox) => sandbox.stop()));
    },
  };
}

/** Resolves with one line for a person once the process is gone. */
async function followEnd(child: ChildProcess): Promise<string> {
  // The agent's end of stdin closes with it; a write error there is no news.
  child.stdin?.on("error", () => {});
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`The agent could not be started: ${error.message}`));
    child.once("exit", (code, signal) =>
      resolve(signal === null ? `The agent ended with exit code ${code}.` : `The agent was ended by ${signal}.`),
    );
  });
}

/** Closes the agent's standard input, which makes it end everything; kills it where it takes too long. */
async function endProcess(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  }, stopMs);
  await ended;
  clearTimeout(timer);
}

/** Waits for the agent's word that it listens; passes on everything else it prints. */
async function untilReady(child: ChildProcess, ended: Promise<string>, onOutput: SandboxSpec["onOutput"]): Promise<void> {
  const said: string[] = [];
  const readLines = (stream: "stdout" | "stderr", onLine: (line: string) => void): Promise<unknown> => {
    const lines = createInterface({ input: child[stream] as Readable }).on("line", onLine);
    return once(lines, "close");
  };
  const ready = Promise.withResolvers<void>();
  void readLines("stdout", (line) => (line === readyLine ? ready.resolve() : onOutput("stdout", line)));
  const allSaid = readLines("stderr", (line) => {
    if (said.length < 5) said.push(line);
    onOutput("stderr", line);
  });
  const failed = ended.then(async (reason) => {
    // What it said last explains its end, and may still be in the pipe; whoever else holds that pipe must not hold us up.
    await Promise.race([allSaid, delay(lastWordsMs)]);
    throw new StudioError("SANDBOX_START_FAILED", "The sandbox did not come up.", { detail: [...said, reason].join("\n") });
  });
  // A sandbox that came up ends some day: that is no failed start.
  failed.catch(() => {});
  await Promise.race([ready.promise, failed]);
}
