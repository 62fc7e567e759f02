/** A whole engine for a test: real parts, temporary directories, ports of the system's choice; it removes itself. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { composeEngine } from "../compose.ts";
import type { ServeOptions } from "../cli/host.ts";
import type { ReadyLine } from "../contract/index.ts";
import { findEngine } from "../support/discovery.ts";

export interface TestEngine extends AsyncDisposable {
  readonly ready: ReadyLine;
  readonly dataDirectory: string;
  readonly storageUrl: string;
  readonly token: string;
  /** Origin of the control server, and the header that opens it. */
  readonly control: { origin: string; headers: { authorization: string } };
  /** A Swift request into the account, as test:tester. */
  fetch(
    method: string,
    path: string,
    init?: { headers?: Record<string, string>; body?: string | Uint8Array; signal?: AbortSignal },
  ): Promise<Response>;
  /** The same as another user of tempauth, such as `test:tester3`. */
  as(user: string, key: string): Promise<TestEngine["fetch"]>;
  /** The same with a token of Keystone. */
  asKeystone(user: string, key: string): Promise<TestEngine["fetch"]>;
  /** Uploads Python source as a storlet with all its headers. */
  putStorlet(name: string, main: string, source: string, headers?: Record<string, string>): Promise<Response>;
}

export const projectRoot = resolve(import.meta.dirname, "../..");

/** Docker's address for tests, or null with the reason why tests that need it are left out. With CI=true that is a failure. */
export function findDocker(): { host: string | undefined } | { missing: string } {
  try {
    execFileSync("docker", ["image", "inspect", "storlet_engine_image"], { stdio: ["ignore", "ignore", "pipe"], timeout: 10_000 });
    return { host: process.env["DOCKER_HOST"] };
  } catch (error) {
    const stderr = (error as { stderr?: Buffer }).stderr?.toString().trim() ?? String(error);
    if (process.env["CI"] === "true")
      throw new Error(`Docker with storlet_engine_image is needed with CI=true: ${stderr}`, { cause: error });
    return { missing: stderr.split("\n")[0] ?? "docker does not answer" };
  }
}

async function login(authUrl: string, user = "test:tester", key = "testing"): Promise<{ storageUrl: string; token: string }> {
  const response = await fetch(authUrl, { headers: { "X-Auth-User": user, "X-Auth-Key": key } });
  return { storageUrl: response.headers.get("x-storage-url") ?? "", token: response.headers.get("x-auth-token") ?? "" };
}

/** A token of Keystone for `project:user`, in the default domain. */
async function loginByKeystone(swiftUrl: string, user: string, password: string): Promise<string> {
  const [project = "", name = ""] = user.split(":");
  const domain = { name: "Default" };
  const identity = { methods: ["password"], password: { user: { name, domain, password } } };
  const response = await fetch(new URL("/v3/auth/tokens", swiftUrl), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ auth: { identity, scope: { project: { name: project, domain } } } }),
  });
  const token = response.headers.get("x-subject-token");
  if (token === null) throw new Error(`Keystone answers ${response.status}: ${await response.text()}`);
  return token;
}

/** Starts an engine on `dataDirectory` (kept) or on a temporary one (removed at the end). `settings` is the text of its studio.yaml. */
export async function createTestEngine(
  options: Partial<ServeOptions> & { dockerHost?: string | undefined; forceRelay?: boolean; settings?: string } = {},
): Promise<TestEngine> {
  const { dockerHost, forceRelay = false, settings, ...given } = options;
  const ownDirectory = given.dataDirectory === undefined ? mkdtempSync(join(tmpdir(), "studio-test-")) : null;
  const dataDirectory = given.dataDirectory ?? (ownDirectory as string);
  if (settings !== undefined) writeFileSync(join(dataDirectory, "studio.yaml"), settings);
  const engine = await composeEngine(
    {
      version: "0.0.0-test",
      resourcesDirectory: join(projectRoot, "resources"),
      rendererDirectory: join(projectRoot, "out/renderer"),
      dockerHost,
      searchPath: process.env["PATH"],
      forceRelay,
    },
    {
      dataDirectory,
      workspaceDirectory: null,
      swiftPort: 0,
      controlPort: 0,
      sandbox: "process",
      samples: false,
      profile: null,
      storletTimeoutMs: null,
      outputGapMs: null,
      ...given,
    },
  );
  const { storageUrl, token } = await login(engine.ready.auth);
  const control = new URL(findEngine(dataDirectory)?.control ?? engine.ready.control);
  const sender =
    (url: string, ownToken: string): TestEngine["fetch"] =>
    (method, path, init = {}) =>
      fetch(url + path, {
        ...init,
        method,
        headers: { ...init.headers, "X-Auth-Token": ownToken },
        ...(init.body === undefined ? {} : { duplex: "half" }),
      } as RequestInit);
  const send = sender(storageUrl, token);
  return {
    ready: engine.ready,
    dataDirectory,
    storageUrl,
    token,
    control: { origin: control.origin, headers: { authorization: `Bearer ${control.searchParams.get("token") ?? ""}` } },
    fetch: send,
    async as(user, key) {
      const other = await login(engine.ready.auth, user, key);
      return sender(other.storageUrl, other.token);
    },
    asKeystone: async (user, key) => sender(storageUrl, await loginByKeystone(engine.ready.swift, user, key)),
    putStorlet: (name, main, source, headers = {}) =>
      send("PUT", `/storlet/${name}`, {
        body: source,
        headers: {
          "Content-Type": "application/octet-stream",
          "X-Object-Meta-Storlet-Language": "Python",
          "X-Object-Meta-Storlet-Interface-Version": "1.0",
          "X-Object-Meta-Storlet-Object-Metadata": "no",
          "X-Object-Meta-Storlet-Main": main,
          ...headers,
        },
      }),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      if (ownDirectory !== null) rmSync(ownDirectory, { recursive: true, force: true });
    },
  };
}

/** Calls `check` until it returns something other than undefined and false, or throws after `timeoutMs`. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
