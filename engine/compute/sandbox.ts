/** One running sandbox: made, watched, asked, ended. Knows its daemons; does not know other sandboxes and never makes itself again. */
import { mkdir, rename, rm, chmod } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnostic, Language, SandboxEvent, SandboxInfo, TerminalSize } from "../contract/index.ts";
import { randomId, type Clock } from "../support/clock.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { withDeadline } from "../support/lifecycle.ts";
import { agentSocketName, askAgent, watchAgent } from "./agent-client.ts";
import { removeHalfWrittenBundles, safeName } from "./bundles.ts";
import { assertSocketPath, socketsFolder } from "./channel.ts";
import { guardChannels } from "./channels-guard.ts";
import { createDaemons, type Daemon, type Daemons } from "./daemons.ts";
import { sentenceOf } from "./failure.ts";
import { createLoans, loansFolder, type Loans } from "./loans.ts";
import { createJavaTools, type JavaTools } from "./java-tools.ts";
import type { LogBus } from "./log-bus.ts";
import { checkAnswerSchema, pingAnswerSchema, protocolVersion } from "./protocol.ts";
import { startTerminal } from "./terminal.ts";
import type { BuildRequest, BuildResult, Driver, DriverSandbox, SandboxLimits, SandboxUsage, Terminal } from "./types.ts";

/** Times in milliseconds; `null` for never. */
export interface ComputeTimers {
  /** For a sandbox to come up and answer. */
  readonly sandboxStartMs: number;
  /** For a daemon to load its code. */
  readonly daemonStartMs: number;
  /** For a daemon to end when it is asked to. */
  readonly daemonStopMs: number;
  /** For a check of source text. */
  readonly checkMs: number;
  /** For a compilation, its compiler running already. */
  readonly compileMs: number;
  /** A daemon without invocations for so long is stopped. */
  readonly daemonIdleMs: number | null;
  /** A sandbox without invocations for so long is stopped. */
  readonly sandboxIdleMs: number | null;
}

export interface SandboxSettings {
  readonly driver: Driver;
  readonly logs: LogBus;
  readonly clock: Clock;
  readonly stateDirectory: string;
  readonly limits: SandboxLimits;
  /** Invocations that run at once per daemon. */
  readonly places: number;
  readonly timers: ComputeTimers;
  onChange(): void;
  onEvent(event: SandboxEvent): void;
}

export interface Sandbox {
  readonly info: SandboxInfo;
  readonly daemons: Daemons;
  /** Resolves with the reason as soon as it can run nothing any more, however that came about. */
  readonly gone: Promise<string>;
  /** Shows a stored file to the sandbox, for a daemon to open; null where it has to be fed instead. */
  lend: Loans["lend"];
  /** Opens a connection to a daemon. Rejects with SANDBOX_GONE where nobody listens. */
  connect(daemon: Daemon): ReturnType<DriverSandbox["connect"]>;
  check(language: Language, path: string, source: string): Promise<Diagnostic[]>;
  build(request: BuildRequest): Promise<BuildResult>;
  openTerminal(size: TerminalSize): Promise<Terminal>;
  /** True where the agent still answers; a sandbox whose agent does not is ended. */
  isAlive(): Promise<boolean>;
  idleMs(): number;
  /** What it uses now; null where nobody can tell. Never rejects. */
  usage(): Promise<SandboxUsage | null>;
  /** Ends it and everything in it. Never rejects. */
  stop(reason: string): Promise<void>;
}

/** Directory of the bundles of a scope: they outlive its sandboxes. */
export function bundlesDirectoryOf(stateDirectory: string, scope: string): string {
  return join(stateDirectory, "bundles", safeName(scope));
}

/** Directory that holds the sockets of all sandboxes, each in its own. */
export function channelsRootOf(stateDirectory: string): string {
  return join(stateDirectory, "channels");
}

/** Directory that holds the sockets' directories once they are out of their sandboxes' sight. */
export function socketsRootOf(stateDirectory: string): string {
  return join(stateDirectory, "sockets");
}

interface Directories {
  readonly channels: string;
  readonly sockets: string;
  readonly bundles: string;
}

async function makeDirectories(settings: SandboxSettings, scope: string, id: string): Promise<Directories> {
  const root = channelsRootOf(settings.stateDirectory);
  const channels = join(root, id);
  const bundles = bundlesDirectoryOf(settings.stateDirectory, scope);
  const sockets = join(socketsRootOf(settings.stateDirectory), id);
  assertSocketPath(join(channels, socketsFolder, "0123abcd.sock"));
  await mkdir(join(settings.stateDirectory, "bundles"), { recursive: true, mode: 0o700 });
  await mkdir(bundles, { recursive: true });
  await chmod(bundles, 0o755);
  await removeHalfWrittenBundles(bundles);
  await mkdir(root, { recursive: true, mode: 0o700 });
  await mkdir(socketsRootOf(settings.stateDirectory), { recursive: true, mode: 0o700 });
  await mkdir(channels);
  // The sandbox may run as another user; the parent directory keeps everybody else out.
  await chmod(channels, 0o777);
  return { channels, sockets, bundles };
}

/** Moves the sockets to where no storlet can replace or even see them; before the first one runs. */
async function hideSockets(handle: DriverSandbox, { channels, sockets }: Directories): Promise<void> {
  if (handle.useSockets === undefined) return;
  await rename(join(channels, socketsFolder), sockets);
  handle.useSockets(sockets);
}

/** Makes a sandbox and waits until its agent answers. Rejects with SANDBOX_START_FAILED, or what the driver says. */
export async function startSandbox(settings: SandboxSettings, scope: string): Promise<Sandbox> {
  const { driver, logs, clock, timers } = settings;
  const id = randomId(4);
  const startedAt = clock.nowMs();
  const directories = await makeDirectories(settings, scope, id);

  let state: SandboxInfo["state"] = "creating";
  let resolveGone: (reason: string) => void = () => {};
  const gone = new Promise<string>((resolve) => (resolveGone = resolve));
  let handle: DriverSandbox | null = null;
  let daemons: Daemons | null = null;
  let java: JavaTools | null = null;
  let loans: Loans | null = null;
  let watch: { destroy(): void } | null = null;
  let guard: Disposable | null = null;
  let ending: Promise<void> | null = null;
  let busyAtMs = clock.elapsedMs();
  let openTerminals = 0;
  let exitReason: string | null = null;

  const say = (level: "info" | "warn" | "error", text: string): void => logs.write({ level, source: "agent", scope, text });
  const tell = (kind: SandboxEvent["kind"], reason: string, daemon?: { storlet: string; digest: string }): void =>
    settings.onEvent({
      time: clock.nowMs(),
      scope,
      sandbox: id,
      kind,
      storlet: daemon?.storlet ?? null,
      digest: daemon?.digest ?? null,
      reason,
    });

  /** The one way out, for orderly stops and accidents alike. */
  function end(reason: string, isExpected: boolean): Promise<void> {
    ending ??= (async () => {
      const hadStarted = state === "ready";
      state = "stopping";
      if (isExpected) tell("sandbox-stopped", sentenceOf(reason));
      say(isExpected ? "info" : "warn", isExpected ? `Sandbox stopped: ${reason}.` : `Sandbox ended: ${reason}`);
      resolveGone(reason);
      daemons?.onSandboxGone();
      settings.onChange();
      watch?.destroy();
      guard?.[Symbol.dispose]();
      await handle?.stop();
      for (const directory of [directories.channels, directories.sockets]) {
        await rm(directory, { recursive: true, force: true }).catch(() => {});
      }
      // That the agent hung up is known first; how the sandbox itself ended says more.
      const whole = exitReason === null || exitReason === reason ? sentenceOf(reason) : `${sentenceOf(reason)} ${exitReason}`;
      if (!isExpected) tell(hadStarted ? "sandbox-ended" : "sandbox-failed", whole);
      state = "gone";
      settings.onChange();
    })();
    return ending;
  }

  const spec = {
    id,
    scope,
    limits: settings.limits,
    channelsDirectory: directories.channels,
    bundlesDirectory: directories.bundles,
    onOutput: (stream: "stdout" | "stderr", text: string) => say(stream === "stdout" ? "info" : "warn", text),
    onExit(reason: string) {
      exitReason = reason;
      void end(reason, false);
    },
  };
  const startFailed = (detail: string): StudioError =>
    new StudioError("SANDBOX_START_FAILED", "The sandbox did not come up.", { detail, hint: "The log of the agent may say more." });

  try {
    const creating = driver.createSandbox(spec);
    // One that comes up too late must not stay.
    creating.then(
      (late) => (ending === null ? undefined : late.stop()),
      () => {},
    );
    handle = await withDeadline(creating, timers.sandboxStartMs, () =>
      startFailed(`It was not ready within ${timers.sandboxStartMs / 1000} s.`),
    );
    const made = handle;
    const { javaRuntime } = (java = createJavaTools({ sandbox: made, bundlesDirectory: directories.bundles, timers, say }));
    daemons = createDaemons({
      scope,
      sandbox: made,
      bundlesDirectory: directories.bundles,
      logs,
      clock,
      places: settings.places,
      limits: settings.limits,
      startMs: timers.daemonStartMs,
      stopMs: timers.daemonStopMs,
      javaRuntime,
      onEvent: (kind, info, reason) => tell(kind, reason, { storlet: info.name, digest: info.digest }),
      onChange() {
        busyAtMs = clock.elapsedMs();
        settings.onChange();
      },
    });
    const answer = await askAgent((name) => made.connect(name), { op: "ping" }, pingAnswerSchema, {
      ms: timers.sandboxStartMs,
      onExpiry: () => startFailed("Its agent did not answer."),
    });
    if (!answer.ok || answer.protocol !== protocolVersion) throw startFailed("Its agent speaks another protocol than this engine.");
    if (answer.movable) await hideSockets(made, directories);
    loans = answer.movable
      ? await createLoans(directories.channels, made.useSockets === undefined ? null : (made.bundleOwner ?? null))
      : null;
    const { onAgentEvent } = daemons;
    guard = guardChannels(directories.channels, loansFolder, (name) => void end(`a storlet wrote ${name} beside the sockets.`, false));
    watch = await watchAgent(
      (name) => made.connect(name),
      onAgentEvent,
      () => void end("its agent is gone.", false),
    );
  } catch (error) {
    await end(toStudioError(error).message, false);
    throw error;
  }
  // It may have ended meanwhile.
  if (ending !== null) throw startFailed(await gone);
  state = "ready";
  tell("sandbox-started", `It was ready after ${Math.round(clock.nowMs() - startedAt)} ms.`);
  say("info", `Sandbox ${id} is ready (${driver.kind}${handle.isolated ? "" : ", not isolated"}).`);
  settings.onChange();

  const liveHandle = handle;
  const liveDaemons = daemons;
  const liveJava = java;
  const liveLoans = loans;
  return {
    daemons: liveDaemons,
    gone,
    get info() {
      return {
        id,
        scope,
        kind: driver.kind,
        isolated: liveHandle.isolated,
        image: liveHandle.image,
        state,
        startedAt,
        daemons: liveDaemons.list(),
      };
    },
    lend: (file) => liveLoans?.lend(file) ?? null,
    connect: (daemon) => liveHandle.connect(daemon.socketName),
    async check(language, path, source) {
      if (language === "java") {
        const sources = [{ path, text: source }];
        return (await liveJava.build({ language, sources, resources: [], libraries: [], release: null })).diagnostics;
      }
      const answer = await askAgent((name) => liveHandle.connect(name), { op: "check", language, path, source }, checkAnswerSchema, {
        ms: timers.checkMs,
        onExpiry: () => new StudioError("CHECK_FAILED", `The check of ${path} took longer than ${timers.checkMs / 1000} s.`),
      });
      if (answer.ok) return answer.diagnostics;
      throw new StudioError(answer.code === "RUNTIME_MISSING" ? "RUNTIME_MISSING" : "CHECK_FAILED", `${path} could not be checked.`, {
        detail: answer.message,
      });
    },
    build: (request) => liveJava.build(request),
    async isAlive() {
      if (ending !== null) return false;
      try {
        const ask = { ms: 2000, onExpiry: () => new StudioError("SANDBOX_GONE", `Nobody answers on ${agentSocketName}.`) };
        return (await askAgent((name) => liveHandle.connect(name), { op: "ping" }, pingAnswerSchema, ask)).ok;
      } catch (error) {
        void end(toStudioError(error).message, false);
        return false;
      }
    },
    async openTerminal(size) {
      const terminal = await startTerminal((name) => liveHandle.connect(name), size);
      openTerminals += 1;
      say("info", "A terminal was opened.");
      void terminal.ended.then(() => {
        openTerminals -= 1;
        busyAtMs = clock.elapsedMs();
        say("info", "A terminal was closed.");
      });
      return terminal;
    },
    idleMs: () => (liveDaemons.isBusy() || openTerminals > 0 ? 0 : clock.elapsedMs() - busyAtMs),
    async usage() {
      const use = await liveHandle.usage?.().catch(() => null);
      if (use === null || use === undefined || ending !== null) return null;
      const found = liveDaemons.list().flatMap(({ name, digest, pid }) => {
        const own = pid === null ? undefined : use.processes.get(pid);
        return own === undefined ? [] : [{ name, digest, ...own }];
      });
      return { id, cpuMs: use.cpuMs, memoryBytes: use.memoryBytes, daemons: found };
    },
    stop: (reason) => end(reason, true),
  };
}
