/** The sandboxes of all scopes: one each, made once however many ask, made again when one is lost, ended when idle. Runs nothing in them. */
import { mkdir, rm } from "node:fs/promises";
import { StudioError, toStudioError } from "../support/errors.ts";
import type { Daemon } from "./daemons.ts";
import { channelsRootOf, socketsRootOf, startSandbox, type Sandbox, type SandboxSettings } from "./sandbox.ts";
import type { Bundle, InvocationSpec, Placement } from "./types.ts";

/** A daemon that accepts invocations, and where it lives. */
export interface ReadyDaemon {
  readonly sandbox: Sandbox;
  readonly daemon: Daemon;
  readonly placement: Placement;
}

export interface Scopes extends AsyncDisposable {
  /** The scope's sandbox, and whether it had to be made. */
  ensure(scope: string): Promise<{ sandbox: Sandbox; started: boolean }>;
  /** The bundle's daemon in the scope's sandbox; a sandbox that turns out to be dead is made again, once. */
  ensureDaemon(scope: string, bundle: Bundle, spec: InvocationSpec | null): Promise<ReadyDaemon>;
  /** The scope's sandbox once it is made; null where there is none. */
  find(scope: string): Promise<Sandbox | null>;
  /** The sandboxes that are ready. */
  list(): Sandbox[];
}

interface Entry {
  readonly starting: Promise<Sandbox>;
  ready: Sandbox | null;
}

/** Leftovers of an engine that crashed with the same directory are removed before the first sandbox. */
export function createScopes(settings: SandboxSettings): Scopes {
  const { driver, logs, stateDirectory, timers } = settings;
  const entries = new Map<string, Entry>();
  const stopping = new Set<Promise<void>>();
  let isDisposed = false;

  const prepared = prepare();
  // Whoever asks for a sandbox hears of it.
  prepared.catch(() => {});

  async function prepare(): Promise<void> {
    const count = await driver.removeLeftovers();
    if (count > 0) {
      const what = count === 1 ? "A sandbox of an earlier engine was" : `${count} sandboxes of an earlier engine were`;
      logs.write({ level: "warn", source: "engine", text: `${what} removed.` });
    }
    await removeRoots();
    await mkdir(stateDirectory, { recursive: true });
  }

  /** Sockets, and names of files that were lent. */
  async function removeRoots(): Promise<void> {
    for (const root of [channelsRootOf(stateDirectory), socketsRootOf(stateDirectory)]) await rm(root, { recursive: true, force: true });
  }

  async function make(scope: string): Promise<Sandbox> {
    await prepared;
    return startSandbox(settings, scope);
  }

  async function ensure(scope: string): Promise<{ sandbox: Sandbox; started: boolean }> {
    if (isDisposed) throw new StudioError("ENGINE_NOT_RUNNING", "The engine is stopping.");
    const known = entries.get(scope);
    if (known !== undefined) {
      if (known.ready === null) return { sandbox: await known.starting, started: true };
      if (known.ready.info.state === "ready") return { sandbox: known.ready, started: false };
    }
    const entry: Entry = { starting: make(scope), ready: null };
    entries.set(scope, entry);
    const forget = (): void => {
      if (entries.get(scope) === entry) entries.delete(scope);
    };
    try {
      entry.ready = await entry.starting;
    } catch (error) {
      forget();
      throw error;
    }
    const { ready } = entry;
    void ready.gone.then((reason) => {
      forget();
      const stop = ready.stop(reason).finally(() => stopping.delete(stop));
      stopping.add(stop);
    });
    return { sandbox: ready, started: true };
  }

  async function ensureDaemon(scope: string, bundle: Bundle, spec: InvocationSpec | null): Promise<ReadyDaemon> {
    for (let round = 1; ; round++) {
      spec?.onPhase?.("sandbox");
      const { sandbox, started: sandboxStarted } = await ensure(scope);
      try {
        spec?.onPhase?.("daemon");
        const { daemon, started } = await sandbox.daemons.ensure(bundle, spec?.id);
        const { isolated, image } = sandbox.info;
        const placement = { kind: driver.kind, isolated, image, cold: started || sandboxStarted };
        return { sandbox, daemon, placement };
      } catch (error) {
        if (round > 1 || toStudioError(error).code !== "SANDBOX_GONE" || isDisposed) throw error;
        await sandbox.stop("its agent does not answer");
      }
    }
  }

  function list(): Sandbox[] {
    return [...entries.values()].flatMap(({ ready }) => (ready?.info.state === "ready" ? [ready] : []));
  }

  function stopIdle(): void {
    const { daemonIdleMs, sandboxIdleMs } = timers;
    for (const sandbox of list()) {
      if (sandboxIdleMs !== null && sandbox.idleMs() >= sandboxIdleMs) void sandbox.stop(`nothing to do for ${sandboxIdleMs / 1000} s`);
      else if (daemonIdleMs !== null) sandbox.daemons.stopIdle(daemonIdleMs);
    }
  }

  const shortestIdleMs = Math.min(timers.daemonIdleMs ?? Infinity, timers.sandboxIdleMs ?? Infinity);
  const idleTimer = setInterval(stopIdle, Math.min(15_000, Math.max(10, shortestIdleMs / 4)));
  idleTimer.unref();

  return {
    ensure,
    ensureDaemon,
    find: async (scope) => (await entries.get(scope)?.starting.catch(() => null)) ?? null,
    list,
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      clearInterval(idleTimer);
      await prepared.catch(() => {});
      const all = await Promise.allSettled([...entries.values()].map(({ starting }) => starting));
      await Promise.all(all.map((result) => (result.status === "fulfilled" ? result.value.stop("the engine stops") : null)));
      await Promise.all(stopping);
      await removeRoots().catch(() => {});
    },
  };
}
