/** The few calls of the Docker API that this project makes, behind one interface. The only module that knows dockerode. */
import type Dockerode from "dockerode";
import type { Duplex, Readable } from "node:stream";
import { StudioError } from "../../../support/errors.ts";
import { withDeadline } from "../../../support/lifecycle.ts";
import { formatDockerHost, type DockerConnection } from "./connection.ts";
import { readImageLines, readJsonLines, type ImageLine } from "./json-lines.ts";

/** What is known of an image. */
export interface ImageFacts {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What is known of the Docker daemon. */
export interface DockerInfo {
  readonly version: string;
  readonly apiVersion: string;
  /** `linux` or `windows`: what kind of containers it runs. */
  readonly containerOs: string;
  /** Such as `Debian GNU/Linux 12` or `Docker Desktop`. */
  readonly operatingSystem: string;
  /** Such as `name=rootless`. */
  readonly securityOptions: readonly string[];
}

/** One entry of Docker's event stream. */
export interface ContainerEvent {
  readonly containerId: string;
  readonly action: string;
}

/**
 * A Docker daemon. Every call rejects with a DockerFailure in Docker's own words, or with DOCKER_UNAVAILABLE where nobody answers.
 * Calls without a signal have a deadline of their own.
 */
export interface DockerClient {
  /** The address in the form of DOCKER_HOST. */
  readonly address: string;
  info(signal?: AbortSignal): Promise<DockerInfo>;
  /** Looks a name up, never an id; null where there is no such image. */
  findImage(name: string, signal?: AbortSignal): Promise<ImageFacts | null>;
  pullImage(name: string, signal: AbortSignal): AsyncIterable<ImageLine>;
  /** Builds from a folder; `files` are the names that go into the context. */
  buildImage(directory: string, files: readonly string[], name: string, signal: AbortSignal): AsyncIterable<ImageLine>;
  /** Makes an image of one layer from a tar stream. `changes` are Dockerfile lines. */
  importImage(tar: Readable, name: string, changes: readonly string[], signal: AbortSignal): AsyncIterable<ImageLine>;
  /** Every image that has a name, once per name. */
  listImages(): Promise<{ name: string; sizeBytes: number }[]>;
  /** Loads images from a tar stream as `docker save` writes it. */
  loadImage(tar: Readable): AsyncIterable<ImageLine>;
  /** Gives an image one more name. */
  tagImage(image: string, name: string): Promise<void>;
  /** Removes an image that nothing uses and no name points to; one that is in use or gone stays as it is. */
  removeUnusedImage(id: string): Promise<void>;

  /** Containers, running or not, that carry all these labels (`key=value`). */
  listContainers(labels: readonly string[], runningOnly: boolean): Promise<string[]>;
  createContainer(options: Dockerode.ContainerCreateOptions): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Resolves with the exit code when the container has ended; null where it is gone. Rejects where the daemon is. */
  waitForContainer(id: string, condition: "not-running" | "removed", signal: AbortSignal): Promise<number | null>;
  /** What a running container has used, and its first process as the daemon's machine numbers it. */
  readUse(id: string): Promise<{ cpuMs: number; memoryBytes: number; pid: number }>;
  /** SIGTERM, then SIGKILL after the grace. A container that has ended or is gone is no error. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  /** Kills and removes. A container that is gone is no error. */
  removeContainer(id: string): Promise<void>;
  /** Its stdin one way; stdout and stderr from now on the other way, in Docker's multiplexed frames. */
  attach(id: string): Promise<Duplex>;
  /** Runs a command in the container; stdin goes in as it is, stdout and stderr come back in multiplexed frames. */
  execute(id: string, command: readonly string[]): Promise<Duplex>;
  /** Events of containers with this label. The iteration ends or throws when the daemon closes the stream. */
  watchEvents(label: string, actions: readonly string[], signal: AbortSignal): AsyncIterable<ContainerEvent>;
}

/** The part of Docker's statistics that is read here. */
interface ContainerStats {
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
}

/** Docker refused, and this is what it said. `status` is the HTTP status. */
export class DockerFailure extends Error {
  override readonly name = "DockerFailure";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Milliseconds for one call: Docker creates a container in 0.1 s when idle, and in several seconds on a busy disk. */
const callTimeoutMs = 30_000;

/** Anything that dockerode throws, as a DockerFailure or a StudioError. */
function toFailure(thrown: unknown, address: string): Error {
  if (thrown instanceof StudioError || thrown instanceof DockerFailure) return thrown;
  const error = thrown as Error & { statusCode?: number; json?: { message?: string } | null; code?: string };
  if (error.name === "AbortError" || error.code === "ABORT_ERR") {
    return new StudioError("CANCELLED", "The call to Docker was cancelled.", { cause: thrown });
  }
  if (typeof error.statusCode === "number") {
    const words = error.json?.message ?? error.message.replace(/^\(HTTP code \d+\) /, "");
    return new DockerFailure(error.statusCode, words.trim());
  }
  return new StudioError("DOCKER_UNAVAILABLE", "Docker does not answer.", {
    detail: `${error.message} (${address})`,
    hint: "Start Docker, or choose the process sandbox.",
    cause: thrown,
  });
}

/** Rejects on abort even where `work` does not: dockerode never settles a call whose connection breaks after the answer's headers. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new StudioError("CANCELLED", "The call to Docker was cancelled."));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Splits `name:tag`; the tag is `latest` where none is given. */
export function splitImageName(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(":");
  if (colon <= name.lastIndexOf("/")) return { repository: name, tag: "latest" };
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

async function openDockerode(connection: DockerConnection): Promise<Dockerode> {
  const { default: Docker } = await import("dockerode");
  // Undefined values on purpose: dockerode would fill every missing one from the environment of the process.
  const nothing = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined, timeout: undefined };
  const where = connection.kind === "socket" ? { socketPath: connection.path } : { host: connection.host, port: connection.port };
  return new Docker({ ...nothing, protocol: "http", ...where } as Dockerode.DockerOptions);
}

/** A client of the daemon at `connection`. Loads dockerode with the first call and keeps no connection open between calls. */
export function createDockerClient(connection: DockerConnection): DockerClient {
  const address = formatDockerHost(connection);
  let opened: Promise<Dockerode> | undefined;

  /** One call with its deadline; `make` gets the signal that ends it. */
  async function call<T>(make: (docker: Dockerode, abortSignal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const timeout = new AbortController();
    const expiry = (): Error => {
      timeout.abort();
      const seconds = callTimeoutMs / 1000;
      return new StudioError("DOCKER_UNAVAILABLE", `Docker did not answer within ${seconds} s.`, {
        detail: address,
        hint: "Restart Docker.",
      });
    };
    try {
      opened ??= openDockerode(connection);
      const work = make(await opened, signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]));
      return await withDeadline(work, callTimeoutMs, expiry);
    } catch (thrown) {
      throw toFailure(thrown, address);
    }
  }

  /** A long answer: no deadline once it has begun. */
  async function open<T>(make: (docker: Dockerode) => Promise<T>): Promise<T> {
    try {
      opened ??= openDockerode(connection);
      return await make(await opened);
    } catch (thrown) {
      throw toFailure(thrown, address);
    }
  }

  async function* lines(make: (docker: Dockerode) => Promise<NodeJS.ReadableStream>): AsyncGenerator<ImageLine> {
    try {
      yield* readImageLines(await open(make));
    } catch (thrown) {
      throw toFailure(thrown, address);
    }
  }

  /** Runs `work`; one of these statuses is as good as success. */
  async function forgiving(work: Promise<unknown>, statuses: readonly number[]): Promise<void> {
    try {
      await work;
    } catch (thrown) {
      if (!(thrown instanceof DockerFailure && statuses.includes(thrown.status))) throw thrown;
    }
  }

  return {
    address,
    // The type declarations of dockerode leave the abort signal out of several calls that take one.
    async info(signal) {
      const [version, info] = await Promise.all([
        call((docker, abortSignal) => docker.version({ abortSignal } as never) as unknown as Promise<Dockerode.DockerVersion>, signal),
        call((docker, abortSignal) => docker.info({ abortSignal } as never) as unknown as Promise<Record<string, unknown>>, signal),
      ]);
      return {
        version: version.Version,
        apiVersion: version.ApiVersion,
        containerOs: version.Os,
        operatingSystem: String(info["OperatingSystem"] ?? ""),
        securityOptions: (info["SecurityOptions"] ?? []) as string[],
      };
    },
    async findImage(name, signal) {
      const { repository, tag } = splitImageName(name);
      // With its tag a name is never taken for the beginning of an image id.
      const full = `${repository}:${tag}`;
      try {
        const found = await call((docker, abortSignal) => {
          return docker.getImage(full).inspect({ abortSignal } as never) as unknown as Promise<Dockerode.ImageInspectInfo>;
        }, signal);
        return { id: found.Id, name: full, sizeBytes: found.Size, createdAt: found.Created };
      } catch (thrown) {
        if (thrown instanceof DockerFailure && thrown.status === 404) return null;
        throw thrown;
      }
    },
    pullImage: (name, signal) => lines((docker) => docker.pull(name, { abortSignal: signal })),
    buildImage(directory, files, name, signal) {
      const context = { context: directory, src: [...files] };
      // The host's network: a build must not depend on Docker's bridge, which many machines have not.
      const options = { t: name, networkmode: "host", rm: true, forcerm: true, abortSignal: signal };
      return lines((docker) => docker.buildImage(context, options));
    },
    importImage(tar, name, changes, signal) {
      const { repository, tag } = splitImageName(name);
      const options = { repo: repository, tag, changes: [...changes], abortSignal: signal };
      return lines((docker) => docker.importImage(tar, options as never) as unknown as Promise<NodeJS.ReadableStream>);
    },
    async listImages() {
      const images = await call((docker) => docker.listImages());
      return images.flatMap(({ RepoTags: names, Size: sizeBytes }) => (names ?? []).map((name) => ({ name, sizeBytes })));
    },
    loadImage: (tar) => lines((docker) => docker.loadImage(tar)),
    async tagImage(image, name) {
      const { repository, tag } = splitImageName(name);
      await call((docker) => docker.getImage(image).tag({ repo: repository, tag }) as Promise<unknown>);
    },
    async removeUnusedImage(id) {
      const work = call((docker, abortSignal) => docker.getImage(id).remove({ abortSignal } as never) as unknown as Promise<unknown>);
      await forgiving(work, [404, 409]);
    },
    async listContainers(labels, runningOnly) {
      const filters = { label: [...labels], ...(runningOnly ? { status: ["running"] } : {}) };
      const found = await call((docker, abortSignal) => docker.listContainers({ all: true, filters, abortSignal }));
      return found.map((container) => container.Id);
    },
    async createContainer(options) {
      return (await call((docker, abortSignal) => docker.createContainer({ ...options, abortSignal }))).id;
    },
    async startContainer(id) {
      await call((docker, abortSignal) => docker.getContainer(id).start({ abortSignal }));
    },
    async waitForContainer(id, condition, signal) {
      try {
        const work = open((docker) => docker.getContainer(id).wait({ condition, abortSignal: signal }));
        return ((await untilAborted(work, signal)) as { StatusCode: number }).StatusCode;
      } catch (thrown) {
        if (thrown instanceof DockerFailure && thrown.status === 404) return null;
        throw thrown;
      }
    },
    async readUse(id) {
      const options = { stream: false, "one-shot": true };
      const [stats, facts] = await Promise.all([
        call(
          (docker, abortSignal) =>
            docker.getContainer(id).stats({ ...options, abortSignal } as never) as unknown as Promise<ContainerStats>,
        ),
        call((docker, abortSignal) => {
          return docker.getContainer(id).inspect({ abortSignal } as never) as unknown as Promise<Dockerode.ContainerInspectInfo>;
        }),
      ]);
      const { usage = 0, stats: memory = {} } = stats.memory_stats;
      // The page cache that can be given back is no use of its own; the name depends on the version of cgroups.
      const cacheBytes = memory["total_inactive_file"] ?? memory["inactive_file"] ?? 0;
      return {
        cpuMs: stats.cpu_stats.cpu_usage.total_usage / 1e6,
        memoryBytes: Math.max(0, usage - cacheBytes),
        pid: facts.State.Pid,
      };
    },
    async stopContainer(id, graceSeconds) {
      const work = call((docker, abortSignal) => docker.getContainer(id).stop({ t: graceSeconds, abortSignal }));
      await forgiving(work, [304, 404]);
    },
    async removeContainer(id) {
      const work = call((docker, abortSignal) => docker.getContainer(id).remove({ force: true, v: true, abortSignal }));
      // 409: somebody else is removing it at this moment.
      await forgiving(work, [404, 409]);
    },
    async attach(id) {
      const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
      return (await call((docker) => docker.getContainer(id).attach(options))) as unknown as Duplex;
    },
    async execute(id, command) {
      const exec = await call((docker, abortSignal) =>
        docker.getContainer(id).exec({ Cmd: [...command], AttachStdin: true, AttachStdout: true, AttachStderr: true, abortSignal }),
      );
      return call(() => exec.start({ hijack: true, stdin: true }) as unknown as Promise<Duplex>);
    },
    async *watchEvents(label, actions, signal) {
      const filters = { type: ["container"], label: [label], event: [...actions] };
      const stream = await open(
        (docker) => docker.getEvents({ filters, abortSignal: signal } as never) as unknown as Promise<NodeJS.ReadableStream>,
      );
      for await (const entry of readJsonLines(stream)) {
        const { Action: action, Actor: actor } = entry as { Action: string; Actor: { ID: string } };
        yield { containerId: actor.ID, action };
      }
    },
  };
}
