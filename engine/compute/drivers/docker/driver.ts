/** The Docker driver: chooses the image, prepares directories, keeps count of its sandboxes. Owns no bundles, daemons or protocol. */
import { chmod, chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../../support/clock.ts";
import { StudioError, toStudioError } from "../../../support/errors.ts";
import { assertSocketPath, socketsFolder } from "../../channel.ts";
import type { Driver, DriverSandbox, SandboxSpec } from "../../types.ts";
import { createDockerClient, DockerFailure, type DockerClient, type DockerInfo } from "./client.ts";
import type { DockerConnection } from "./connection.ts";
import {
  anySandboxLabel,
  chooseSandboxUser,
  defaultImageName,
  leftoverLabels,
  needsRelay,
  planContainer,
  scopeImageName,
} from "./container.ts";
import { AgentSilent, startSandbox, type DockerSandbox } from "./sandbox.ts";

export interface DockerDriverOptions {
  readonly connection: DockerConnection;
  /** Host directory with the folders of `resources/runtime`. */
  readonly runtimeDirectory: string;
  /** Tells the sandboxes of this data directory from those of others: the same at every start. Letters and digits. */
  readonly dataId: string;
  readonly clock: Clock;
  /** Image of scopes that have none of their own; `storlet_engine_image` where absent. */
  readonly defaultImage?: string;
  /** Uses the relay where sockets would do, so that it can be tried anywhere. */
  readonly forceRelay?: boolean;
  /** Most sandboxes on this daemon, those of other engines counted in; 0 or absent: no limit (`max_containers_per_node`). */
  readonly maxSandboxes?: number;
  readonly platform?: NodeJS.Platform;
}

/** Milliseconds after which the daemon is asked anew what it is. */
const infoAgeMs = 60_000;

function missingImage(name: string): StudioError {
  return new StudioError("IMAGE_MISSING", "The sandbox image is missing.", {
    detail: `Docker has no image named ${name}.`,
    hint: "Run studio image build.",
  });
}

/** Docker's refusals as SANDBOX_START_FAILED with its words; StudioErrors as they are. */
function toStartError(thrown: unknown): StudioError {
  if (!(thrown instanceof DockerFailure)) return toStudioError(thrown);
  return new StudioError("SANDBOX_START_FAILED", "Docker could not start the sandbox.", { detail: thrown.message, cause: thrown });
}

/** Makes the directory that agent and daemons put their sockets in, theirs alone. */
async function prepareChannels(directory: string, user: { uid: number; gid: number }, engineIsRoot: boolean): Promise<void> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o700);
  if (engineIsRoot) await chown(directory, user.uid, user.gid);
}

/** A driver that runs sandboxes as containers. Nothing is asked of Docker before the first call. */
export function createDockerDriver(options: DockerDriverOptions): Driver {
  const { connection, dataId, clock, runtimeDirectory } = options;
  const { defaultImage = defaultImageName, forceRelay = false, maxSandboxes = 0, platform = process.platform } = options;
  const docker: DockerClient = createDockerClient(connection);
  const sandboxes = new Set<DockerSandbox>();
  const starting = new Set<Promise<DriverSandbox>>();
  const events = new AbortController();
  const uid = process.getuid?.() ?? null;
  const gid = process.getgid?.() ?? null;
  let known: { info: DockerInfo; atMs: number } | undefined;
  let watching = false;

  async function describeDaemon(): Promise<DockerInfo> {
    const nowMs = clock.elapsedMs();
    if (known === undefined || nowMs - known.atMs > infoAgeMs) known = { info: await docker.info(), atMs: nowMs };
    return known.info;
  }

  /** Listens for memory running out as long as the driver lives; begins anew where the daemon restarts. */
  async function watchMemory(): Promise<void> {
    while (!events.signal.aborted) {
      try {
        for await (const event of docker.watchEvents(leftoverLabels(dataId)[1], ["oom"], events.signal)) {
          for (const sandbox of sandboxes) if (sandbox.containerId === event.containerId) sandbox.noteOom();
        }
      } catch {
        // Told by the exit watch of each sandbox, where it matters.
      }
      await delay(1_000, undefined, { signal: events.signal, ref: false }).catch(() => {});
    }
  }

  async function checkLimit(): Promise<void> {
    if (maxSandboxes <= 0) return;
    const running = await docker.listContainers([anySandboxLabel()], true);
    if (running.length < maxSandboxes) return;
    throw new StudioError("SANDBOX_LIMIT", "Cannot start another sandbox because of the limit.", {
      detail: `${running.length} of ${maxSandboxes} sandboxes run on this Docker.`,
      hint: "Stop a sandbox, or raise the limit.",
    });
  }

  /** The scope's own image where it is there, then the default one. */
  async function findImages(scope: string): Promise<string[]> {
    const own = scopeImageName(scope);
    const names = [...new Set([...(own === null ? [] : [own]), defaultImage])];
    const found = await Promise.all(names.map((name) => docker.findImage(name)));
    const images = names.filter((_name, index) => found[index] !== null);
    if (images.length === 0) throw missingImage(defaultImage);
    return images;
  }

  async function start(spec: SandboxSpec, image: string, info: DockerInfo): Promise<DockerSandbox> {
    const useRelay = forceRelay || needsRelay(info, platform);
    const user = chooseSandboxUser(info, uid, gid);
    if (!useRelay) {
      assertSocketPath(join(spec.channelsDirectory, socketsFolder, "agent.sock"));
      await prepareChannels(spec.channelsDirectory, user, uid === 0);
    }
    const usernsRemapped = info.securityOptions.includes("name=userns");
    const plan = planContainer({ spec, image, user, dataId, runtimeDirectory, relay: useRelay, usernsRemapped });
    const sandbox = await startSandbox({ docker, spec, image, plan, useRelay, user });
    sandboxes.add(sandbox);
    void sandbox.exited.then(() => sandboxes.delete(sandbox));
    return sandbox;
  }

  /** Tries the scope's images in turn. Rejects with the failure of the last one. */
  async function startFirst(spec: SandboxSpec): Promise<DriverSandbox> {
    try {
      const info = await describeDaemon();
      const [images] = await Promise.all([findImages(spec.scope), checkLimit()]);
      if (!watching) {
        watching = true;
        void watchMemory();
      }
      for (const [index, image] of images.entries()) {
        try {
          return await start(spec, image, info);
        } catch (thrown) {
          // A silent agent is not tried again: Storlets does not either, and the caller has waited long enough.
          const isSilent = thrown instanceof StudioError && thrown.cause instanceof AgentSilent;
          if (index === images.length - 1 || isSilent) throw thrown;
          // Storlets does the same: an account's broken image falls back to the default one.
          const why = thrown instanceof StudioError ? (thrown.detail ?? thrown.message) : String(thrown);
          spec.onOutput("stderr", `Image ${image} does not start a sandbox, ${defaultImage} is used instead. ${why}`);
        }
      }
      throw missingImage(defaultImage);
    } catch (thrown) {
      throw toStartError(thrown);
    }
  }

  return {
    kind: "docker",
    isolated: true,
    async createSandbox(spec) {
      if (events.signal.aborted) throw new StudioError("SANDBOX_GONE", "The engine is stopping.");
      const work = startFirst(spec);
      starting.add(work);
      try {
        return await work;
      } finally {
        starting.delete(work);
      }
    },
    async removeLeftovers() {
      const own = new Set([...sandboxes].map((sandbox) => sandbox.containerId));
      const found = await docker.listContainers(leftoverLabels(dataId), false);
      const leftovers = found.filter((id) => !own.has(id));
      await Promise.all(leftovers.map((id) => docker.removeContainer(id)));
      return leftovers.length;
    },
    async [Symbol.asyncDispose]() {
      events.abort();
      await Promise.allSettled(starting);
      await Promise.all([...sandboxes].map((sandbox) => sandbox.stop()));
    },
  };
}
