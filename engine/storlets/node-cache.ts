/**
 * The files of a node as the real gateway keeps them: a cache of what was fetched, and one directory per main class that sandboxes see. Owns
 * those files, with the gateway's own defects: what lies there is replaced only by a file of another size. For the profile `strict`.
 */
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { safeName } from "../compute/bundles.ts";
import type { LogBus } from "../compute/log-bus.ts";
import type { Bundle, BundleFile, Compute } from "../compute/types.ts";
import type { Profile } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { exists } from "../support/files.ts";
import { discardBody, readBody } from "../support/streams.ts";
import type { HeaderMap } from "../swift/types.ts";
import { bundlesByContent, readDeployed, type BundleSource, type ReadObject } from "./bundles.ts";
import { habitsOf } from "./habits.ts";
import { dependencyContainer, dependencyMode, storletContainer, type Registration } from "./rules.ts";

const storletMode = 0o600;
const largestFileBytes = 1024 * 1024 * 1024;

interface Wanted {
  readonly scope: string;
  readonly storlet: string;
  readonly headers: HeaderMap;
  readonly registration: Registration;
  readonly read: ReadObject;
}

interface NodeCacheOptions {
  /** Holds `cache/<scope>` and `storlets/<scope>/<main class>`. It outlives the engine, as on a real node. */
  readonly directory: string;
  /** Asked which daemons run. */
  readonly compute: Pick<Compute, "list">;
  /** Told where new code does not become what runs. */
  readonly logs: LogBus;
}

/** Bundles out of a node's files: keyed by main class, and as old as the files are. */
function createNodeCache({ directory, compute, logs }: NodeCacheOptions): BundleSource {
  /** What the daemon of a scope and a main class was last started with. */
  const started = new Map<string, Bundle>();
  /** The newest code that a storlet was warned of. */
  const warned = new Map<string, string>();
  const queues = new Map<string, Promise<unknown>>();

  /** One at a time for each scope: its storlets share files. */
  function inTurn<T>(scope: string, work: () => Promise<T>): Promise<T> {
    const turn = (queues.get(scope) ?? Promise.resolve()).then(work);
    const over = turn.catch(() => {});
    queues.set(scope, over);
    void over.then(() => queues.get(scope) === over && queues.delete(scope));
    return turn;
  }

  function isRunning(scope: string, digest: string): boolean {
    return compute
      .list()
      .filter((sandbox) => sandbox.scope === scope)
      .some(({ daemons }) =>
        daemons.some((daemon) => daemon.digest === digest && (daemon.state === "running" || daemon.state === "starting")),
      );
  }

  /** Fetches an object into the node's cache where that seems to be needed; true where the directory of the main class changed. */
  async function bring(wanted: Wanted, container: string, name: string): Promise<boolean> {
    // The real gateway takes a name for a path, whose directory it does not make.
    if (name.includes("/") || name === "." || name === "..")
      throw new StudioError("STORLET_LOAD_FAILED", `A node cannot keep a file called ${name}.`);
    const isStorlet = container === storletContainer;
    const cache = join(directory, "cache", safeName(wanted.scope), container);
    const target = join(directory, "storlets", safeName(wanted.scope), safeName(wanted.registration.main));
    await mkdir(cache, { recursive: true, mode: 0o700 });
    await mkdir(target, { recursive: true, mode: 0o700 });
    const cached = join(cache, safeName(name));
    const seen = join(target, name);
    // Dependencies are never looked at again once they are there.
    const isWanted = !(await exists(cached)) || (isStorlet && (await isOutdated(cached, wanted.headers)));
    if (isWanted) await download(wanted.read, container, name, cached);
    if ((await exists(seen)) && !(await wantsCopy(cached, seen))) {
      if (isWanted && !(await readFile(cached)).equals(await readFile(seen))) warnOfOldCode(wanted, await readFile(cached));
      return false;
    }
    await copyWithTimes(cached, seen);
    return true;
  }

  /** Once for each new code, however often it is asked for. */
  function warnOfOldCode({ scope, storlet }: Wanted, code: Buffer): void {
    const key = `${scope}\n${storlet}`;
    const digest = createHash("sha256").update(code).digest("hex");
    if (warned.get(key) === digest) return;
    warned.set(key, digest);
    const text = `The new code of ${storlet} is as large as the old one, which runs on: here as on the real system only another size is noticed.`;
    logs.write({ level: "warn", source: "engine", scope, storlet, text });
  }

  async function makeBundle({ scope, storlet, registration }: Wanted): Promise<Bundle> {
    const { language, main, languageVersion, dependencies } = registration;
    const target = join(directory, "storlets", safeName(scope), safeName(main));
    const classPath = new Set([storlet, ...dependencies]);
    const files: BundleFile[] = [];
    const identity: unknown[] = [language, main, languageVersion, storlet];
    for (const name of (await readdir(target)).toSorted()) {
      // Only the jars of this storlet are on its class path; whatever else lies there is seen by all that share the main class.
      if (language === "java" && /\.(jar|zip)$/.test(name) && !classPath.has(name)) continue;
      const path = join(target, name);
      const mode = (await stat(path)).mode & 0o777;
      files.push({ name, mode, open: () => readFile(path) });
      identity.push([
        name,
        mode,
        createHash("sha256")
          .update(await readFile(path))
          .digest("hex"),
      ]);
    }
    const digest = createHash("sha256").update(JSON.stringify(identity)).digest("hex");
    const version = languageVersion === null ? {} : { languageVersion };
    return { name: storlet, daemon: main, language, entry: main, digest, files, ...version };
  }

  async function resolve(wanted: Wanted): Promise<Bundle> {
    const { scope, storlet, registration } = wanted;
    let changed = await bring(wanted, storletContainer, storlet);
    for (const name of registration.dependencies) changed = (await bring(wanted, dependencyContainer, name)) || changed;
    const key = `${scope}\n${registration.main}`;
    const last = started.get(key);
    // Whatever runs under this main class runs on, whoever it was started for.
    if (!changed && last !== undefined && isRunning(scope, last.digest)) return { ...last, name: storlet };
    const bundle = await makeBundle(wanted);
    started.set(key, bundle);
    return bundle;
  }

  return (scope, storlet, headers, read) => {
    const registration = readDeployed(storlet, headers);
    return inTurn(scope, () => resolve({ scope, storlet, headers, registration, read }));
  };
}

/** Where the code of runs comes from: what is deployed, or what a real node would still have. */
export function chooseBundles(profile: Profile, options: NodeCacheOptions): BundleSource {
  return habitsOf(profile).comparesCodeBySize ? createNodeCache(options) : bundlesByContent;
}

async function isOutdated(path: string, headers: HeaderMap): Promise<boolean> {
  const { size, mtimeMs } = await stat(path);
  return size !== Number(headers.get("content-length")) || mtimeMs / 1000 < Number(headers.get("x-timestamp") ?? 0);
}

async function download(read: ReadObject, container: string, name: string, path: string): Promise<void> {
  const response = await read("GET", container, name);
  if (response.status !== 200) {
    discardBody(response.body);
    throw new StudioError("STORLET_LOAD_FAILED", `${container}/${name} cannot be read.`, { detail: `Swift answered ${response.status}.` });
  }
  const bytes = await readBody(response.body, largestFileBytes);
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  await writeFile(temporary, bytes, { mode: 0o600 });
  await chmod(temporary, container === storletContainer ? storletMode : dependencyMode(response.headers));
  await rename(temporary, path);
}

/** The comparison of the real gateway, which has the two ages the wrong way round: a newer file of the same size is not copied. */
async function wantsCopy(cached: string, seen: string): Promise<boolean> {
  const [from, to] = await Promise.all([stat(cached), stat(seen)]);
  return from.size !== to.size || from.mtimeMs < to.mtimeMs;
}

/** In whole milliseconds, cut off: a copy must not look newer than what it is of. */
async function copyWithTimes(from: string, to: string): Promise<void> {
  const { mode, atime, mtimeMs } = await stat(from);
  await rm(to, { force: true });
  await copyFile(from, to);
  await chmod(to, mode & 0o777);
  await utimes(to, atime, new Date(Math.floor(mtimeMs)));
}
