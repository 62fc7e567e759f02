/** Asks once whether Docker can run sandboxes, and says in a person's words why not. Owns no retry. */
import { StudioError } from "../../../support/errors.ts";
import { createDockerClient, type DockerInfo } from "./client.ts";
import { formatDockerHost, type DockerConnection } from "./connection.ts";

/** Whether Docker can be used. `reason` and `hint` are set exactly where it can not. */
export interface DockerProbe {
  readonly available: boolean;
  readonly version: string | null;
  /** One sentence: what was found. */
  readonly reason: string | null;
  /** One sentence: what to do about it. */
  readonly hint: string | null;
}

interface ProbeOptions {
  /** Null where DOCKER_HOST is set to something that is not understood. */
  readonly connection: DockerConnection | null;
  /** 1,500 where absent. */
  readonly deadlineMs?: number;
}

const unavailable = (reason: string, hint: string): DockerProbe => ({ available: false, version: null, reason, hint });

/** Why nobody answered, from the error code of the connection. Pure. */
export function explainConnectionFailure(code: string | undefined, connection: DockerConnection, detail: string): DockerProbe {
  const address = formatDockerHost(connection);
  if (code === "ENOENT") {
    return unavailable(`Docker is not installed or not running: there is no ${address}.`, "Install or start Docker, or set DOCKER_HOST.");
  }
  if (code === "EACCES" || code === "EPERM") {
    return unavailable(`This user may not use Docker: ${address} refuses access.`, "Add yourself to the docker group, then log in again.");
  }
  if (code === "ECONNREFUSED") return unavailable(`Docker is not running: nobody listens at ${address}.`, "Start Docker.");
  return unavailable(`Docker does not answer at ${address}: ${detail}`, "Check DOCKER_HOST, then start Docker.");
}

/** Whether a daemon that answered can run Linux sandboxes. Pure. */
export function judgeDocker(info: DockerInfo): DockerProbe {
  if (info.containerOs !== "linux") {
    return unavailable(
      `Docker ${info.version} runs ${info.containerOs} containers, sandboxes are Linux.`,
      "Switch Docker to Linux containers.",
    );
  }
  return { available: true, version: info.version, reason: null, hint: null };
}

/** Probes the daemon. Never rejects, and answers within `deadlineMs`. */
export async function probeDocker(options: ProbeOptions): Promise<DockerProbe> {
  const { connection, deadlineMs = 1_500 } = options;
  if (connection === null) return unavailable("DOCKER_HOST names no socket or port.", "Set DOCKER_HOST to unix:///… or tcp://host:port.");
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    return judgeDocker(await createDockerClient(connection).info(signal));
  } catch (thrown) {
    if (signal.aborted) {
      const seconds = deadlineMs / 1000;
      return unavailable(`Docker did not answer within ${seconds} s at ${formatDockerHost(connection)}.`, "Restart Docker.");
    }
    const cause = thrown instanceof StudioError ? (thrown.cause as NodeJS.ErrnoException | undefined) : undefined;
    return explainConnectionFailure(cause?.code, connection, cause?.message ?? (thrown as Error).message);
  }
}
