/** Where the Docker API is: reads a DOCKER_HOST value. Pure; opens nothing. */

/** A place that speaks the Docker API. */
export type DockerConnection =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "http"; readonly host: string; readonly port: number };

/** What `findDockerConnection` needs to know of this machine. */
export interface DockerHostFacts {
  /** The value of DOCKER_HOST; null or empty where it is not set. */
  readonly dockerHost: string | null;
  readonly platform: NodeJS.Platform;
  readonly homeDirectory: string;
  /** True where such a file exists. */
  exists(path: string): boolean;
}

/** Reads `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`, `http://host:port` or a plain path; null for anything else. */
export function parseDockerHost(value: string): DockerConnection | null {
  if (value.startsWith("/")) return { kind: "socket", path: value };
  const unix = /^unix:\/\/(\/.+)$/.exec(value);
  if (unix?.[1] !== undefined) return { kind: "socket", path: unix[1] };
  const pipe = /^npipe:\/\/(.+)$/.exec(value);
  if (pipe?.[1] !== undefined) return { kind: "socket", path: pipe[1].replace(/^\/*\.\/pipe\//, "//./pipe/") };
  const tcp = /^(?:tcp|http):\/\/(\[[0-9a-fA-F:]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(value);
  if (tcp?.[1] === undefined) return null;
  return { kind: "http", host: tcp[1].replace(/^\[|\]$/g, ""), port: Number(tcp[2] ?? 2375) };
}

/** The text form of a connection; `parseDockerHost` reads it back. */
export function formatDockerHost(connection: DockerConnection): string {
  if (connection.kind === "http") {
    return `tcp://${connection.host.includes(":") ? `[${connection.host}]` : connection.host}:${connection.port}`;
  }
  return connection.path.startsWith("//./pipe/") ? `npipe://${connection.path}` : `unix://${connection.path}`;
}

/**
 * The connection Docker's own client would take: DOCKER_HOST, else the first usual socket of the platform that exists, else the usual one.
 * Null where DOCKER_HOST is set to something that is not understood (`ssh://` among it).
 */
export function findDockerConnection(facts: DockerHostFacts): DockerConnection | null {
  if (facts.dockerHost !== null && facts.dockerHost !== "") return parseDockerHost(facts.dockerHost);
  if (facts.platform === "win32") return { kind: "socket", path: "//./pipe/docker_engine" };
  const candidates = ["/var/run/docker.sock", `${facts.homeDirectory}/.docker/run/docker.sock`];
  const path = candidates.find((candidate) => facts.exists(candidate)) ?? "/var/run/docker.sock";
  return { kind: "socket", path };
}
