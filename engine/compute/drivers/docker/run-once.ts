/** One command in a container of its own that goes away with it: no network, read-only, nothing of the machine but what is mounted. */
import type { DockerClient } from "./client.ts";
import { anySandboxLabel, chooseSandboxUser } from "./container.ts";
import { readOutput } from "./output.ts";

interface RunOnceOptions {
  readonly docker: DockerClient;
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that the container sees, read-only: path on this machine, path inside. */
  readonly mounts: readonly (readonly [source: string, target: string])[];
  readonly signal: AbortSignal;
  onLine(line: string): void;
}

const limits = { memoryBytes: 512 * 1024 * 1024, pids: 256, temporaryBytes: 128 * 1024 * 1024 };

/** Runs the command to its end; returns its exit code, null where the container was removed from outside. Rejects as the client does. */
export async function runOnce(options: RunOnceOptions): Promise<number | null> {
  const { docker, image, command, environment, mounts, signal, onLine } = options;
  const user = chooseSandboxUser(await docker.info(signal), process.getuid?.() ?? null, process.getgid?.() ?? null);
  const [label, value] = anySandboxLabel().split("=") as [string, string];
  const id = await docker.createContainer({
    Image: image,
    Entrypoint: [...command],
    Cmd: [],
    User: user.inside,
    WorkingDir: "/tmp",
    Env: Object.entries({ HOME: "/tmp", LANG: "C.UTF-8", ...environment }).map(([name, text]) => `${name}=${text}`),
    Labels: { [label]: value },
    NetworkDisabled: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      PidsLimit: limits.pids,
      Tmpfs: { "/tmp": `rw,exec,nosuid,nodev,size=${limits.temporaryBytes},mode=1777` },
      Mounts: mounts.map(([Source, Target]) => ({ Type: "bind", Source, Target, ReadOnly: true })),
      LogConfig: { Type: "none", Config: {} },
    },
  });
  try {
    const output = readOutput(await docker.attach(id), (_stream, text) => onLine(text));
    await docker.startContainer(id);
    const exitCode = await docker.waitForContainer(id, "not-running", signal);
    await output;
    return exitCode;
  } finally {
    await docker.removeContainer(id);
  }
}
