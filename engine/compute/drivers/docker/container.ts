/** What a sandbox container is made of: names, labels, image rule, hardening. Pure; calls nobody. */
import type Dockerode from "dockerode";
import { posix } from "node:path";
import type { SandboxSpec } from "../../types.ts";
import type { DockerInfo } from "./client.ts";

/** Where things lie inside a sandbox. */
export const insidePaths = {
  /** Our runtime: the folders of `resources/runtime`. */
  runtime: "/usr/local/lib/storlet-studio",
  channels: "/mnt/channels",
  bundles: "/var/lib/storlets",
} as const;

/** Image of scopes that have none of their own (storlets.md, 4.5). */
export const defaultImageName = "storlet_engine_image";

const managedByLabel = "managed_by=storlet-studio";

/** User and group of sandboxes where the engine runs as root: it must own nothing else. */
const unprivilegedId = 65_534;

/** Longest scope that names an image (storlets.md, 4.2). */
const imageScopeLength = 13;

/** Labels that tell the sandboxes of one data directory from those of other engines on the same daemon. */
export function leftoverLabels(dataId: string): readonly [managedBy: string, data: string] {
  return [managedByLabel, `storlet_studio_data=${dataId}`];
}

/** The label of every sandbox of every engine. */
export function anySandboxLabel(): string {
  return managedByLabel;
}

/**
 * The image a scope may bring: the scope cut to 13 characters, in lower case because Docker knows no other names. Null where that is
 * no name Docker accepts.
 */
export function scopeImageName(scope: string): string | null {
  const name = scope.slice(0, imageScopeLength).toLowerCase();
  return /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/.test(name) ? name : null;
}

/** User inside the container, and the ids that own the channels directory. */
export interface SandboxUser {
  readonly inside: string;
  readonly uid: number;
  readonly gid: number;
}

/** `uid` and `gid` of the engine; both are null on Windows. */
export function chooseSandboxUser(info: DockerInfo, uid: number | null, gid: number | null): SandboxUser {
  // Rootless Docker maps root inside to the user outside, who is unprivileged already; any other id could not open the sockets.
  if (info.securityOptions.includes("name=rootless")) return { inside: "0:0", uid: uid ?? 0, gid: gid ?? 0 };
  if (uid === null || gid === null || uid === 0)
    return { inside: `${unprivilegedId}:${unprivilegedId}`, uid: unprivilegedId, gid: unprivilegedId };
  return { inside: `${uid}:${gid}`, uid, gid };
}

/** True where a Unix socket in a bind mount does not reach the host, because Docker runs in a virtual machine. */
export function needsRelay(info: DockerInfo, platform: NodeJS.Platform): boolean {
  return platform !== "linux" || info.operatingSystem.includes("Docker Desktop");
}

/** A container name made of scope and sandbox id; other characters than Docker allows become `-`. */
export function containerName(dataId: string, spec: Pick<SandboxSpec, "id" | "scope">): string {
  const clean = (text: string): string => text.replaceAll(/[^a-zA-Z0-9_.-]/g, "-");
  return `storlet-studio-${clean(dataId).slice(0, 12)}-${clean(spec.scope).slice(0, imageScopeLength)}-${clean(spec.id)}`;
}

interface ContainerPlan {
  readonly spec: SandboxSpec;
  readonly image: string;
  readonly user: SandboxUser;
  readonly dataId: string;
  readonly runtimeDirectory: string;
  /** With a relay the channels stay inside the container, in memory. */
  readonly relay: boolean;
  readonly usernsRemapped: boolean;
}

/** The agent's command line; `python3` is looked up on the image's PATH. */
export function agentCommand(): string[] {
  const agent = posix.join(insidePaths.runtime, "python", "agent.py");
  return ["python3", agent, "--channels", insidePaths.channels, "--stdin-lifeline", "--hidden"];
}

/** Everything Docker is told about one sandbox. */
export function planContainer(plan: ContainerPlan): Dockerode.ContainerCreateOptions {
  const { spec, user, relay } = plan;
  const [managedBy, data] = leftoverLabels(plan.dataId);
  const labels = [managedBy, data, `storlet_studio_scope=${spec.scope}`].map((label) => label.split(/=(.*)/s, 2));
  const mount = (source: string, target: string, readOnly: boolean): Dockerode.MountSettings => ({
    Type: "bind",
    Source: source,
    Target: target,
    ReadOnly: readOnly,
  });
  const temporaryBytes = Math.floor(spec.limits.memoryBytes / 2);
  const channelsTmpfs = { [insidePaths.channels]: `rw,nosuid,nodev,noexec,size=1m,mode=0700,uid=${user.uid},gid=${user.gid}` };
  return {
    name: containerName(plan.dataId, spec),
    Image: plan.image,
    Entrypoint: agentCommand(),
    Cmd: [],
    User: user.inside,
    WorkingDir: "/tmp",
    Env: ["HOME=/tmp", "TMPDIR=/tmp", "LANG=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"],
    Labels: Object.fromEntries(labels),
    NetworkDisabled: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    // The engine holds the agent's stdin: where the engine dies, the agent reads its end and the container goes with it.
    OpenStdin: true,
    StdinOnce: true,
    HostConfig: {
      NetworkMode: "none",
      // The agent is the first process itself, and reaps: what storlets signal does not reach it.
      Init: false,
      AutoRemove: true,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      ...(plan.usernsRemapped ? { UsernsMode: "host" } : {}),
      Memory: spec.limits.memoryBytes,
      MemorySwap: spec.limits.memoryBytes,
      PidsLimit: spec.limits.pids,
      NanoCpus: Math.round(spec.limits.cpus * 1e9),
      Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
      // `exec`: libraries that carry native code unpack it there.
      Tmpfs: { "/tmp": `rw,exec,nosuid,nodev,size=${temporaryBytes},mode=1777`, ...(relay ? channelsTmpfs : {}) },
      Mounts: [
        mount(plan.runtimeDirectory, insidePaths.runtime, true),
        mount(spec.bundlesDirectory, insidePaths.bundles, true),
        ...(relay ? [] : [mount(spec.channelsDirectory, insidePaths.channels, false)]),
      ],
      // Output reaches the log bus while it is written; a second copy in Docker's files would only fill the disk.
      LogConfig: { Type: "none", Config: {} },
    },
  };
}

/** One line for a person: why a container has ended. `exitCode` is null where it is gone and nobody knows. */
export function describeExit(exitCode: number | null, sawOom: boolean, memoryBytes: number): string {
  if (sawOom && (exitCode === null || exitCode === 137)) {
    return `The sandbox ran out of memory: its limit is ${Math.round(memoryBytes / 1e6)} MB.`;
  }
  if (exitCode === null) return "The sandbox was removed from outside.";
  if (exitCode === 137) return "The sandbox was killed from outside (SIGKILL).";
  if (exitCode === 143) return "The sandbox was stopped from outside (SIGTERM).";
  return `The sandbox ended with exit code ${exitCode}.`;
}
