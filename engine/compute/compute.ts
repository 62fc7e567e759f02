/** The compute core: invocations on daemons, each told how it ended, tried again once where its sandbox was lost. Knows no Docker and no Swift. */
import type { SandboxEvent } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { createEmitter } from "../support/lifecycle.ts";
import { discardBody } from "../support/streams.ts";
import { AttemptLost, startExecution } from "./execution.ts";
import { cancelledError, describeExit, failureOf, rememberFailure, sandboxGoneError, stateOf } from "./failure.ts";
import type { LogBus } from "./log-bus.ts";
import { createRunLog } from "./run-log.ts";
import type { ComputeTimers, Sandbox, SandboxSettings } from "./sandbox.ts";
import { createScopes, type ReadyDaemon } from "./scopes.ts";
import type { Compute, Driver, Invocation, InvocationSpec, SandboxLimits } from "./types.ts";

export interface ComputeOptions {
  /** Stays its maker's: disposing the core ends the sandboxes, not the driver. */
  driver: Driver;
  logs: LogBus;
  clock: Clock;
  /** Where bundles and sockets live. Short: socket paths are limited to 107 bytes. */
  stateDirectory: string;
  limits?: Partial<SandboxLimits>;
  /** Invocations that run at once per daemon; more wait. */
  places?: number;
  timers?: Partial<ComputeTimers>;
}

const defaultLimits: SandboxLimits = { memoryBytes: 1024 * 1024 * 1024, pids: 1024, cpus: 2 };

const defaultTimers: ComputeTimers = {
  sandboxStartMs: 20_000,
  daemonStartMs: 30_000,
  daemonStopMs: 2_000,
  checkMs: 10_000,
  compileMs: 60_000,
  daemonIdleMs: 300_000,
  sandboxIdleMs: null,
};

const defaultPlaces = 5;

/** How long to wait for the reason when a daemon hangs up in the middle of a run. */
const lossReasonMs = 1_000;

interface OpenInvocation {
  readonly controller: AbortController;
  readonly over: Promise<void>;
}

/** An invocation that has begun, and the end of everything that belongs to it. */
interface Begun {
  readonly invocation: Invocation;
  readonly over: Promise<void>;
}

/** Makes the core. Nothing is started before somebody asks for it. */
export function createCompute(options: ComputeOptions): Compute {
  const { driver, logs, clock, stateDirectory } = options;
  const changes = createEmitter<void>();
  const events = createEmitter<SandboxEvent>();
  const settings: SandboxSettings = {
    driver,
    logs,
    clock,
    stateDirectory,
    limits: { ...defaultLimits, ...options.limits },
    places: options.places ?? defaultPlaces,
    timers: { ...defaultTimers, ...options.timers },
    onChange: () => changes.emit(),
    onEvent: (event) => events.emit(event),
  };
  const scopes = createScopes(settings);
  const open = new Map<string, OpenInvocation>();
  let disposing: Promise<void> | null = null;

  async function runOnce(spec: InvocationSpec, attempt: number): Promise<Begun> {
    const ready = await scopes.ensureDaemon(spec.scope, spec.bundle, spec);
    if (spec.signal.aborted) throw cancelledError();
    const release = ready.daemon.hold();
    const execution = startExecution({
      spec,
      attemptId: `${spec.id}.${attempt}`,
      placement: ready.placement,
      places: settings.places,
      token: ready.daemon.token,
      // A second attempt takes no chances.
      lend: ready.daemon.isHidden && attempt === 1 ? (file) => ready.sandbox.lend(file) : () => null,
      clock,
      log: createRunLog(logs, { scope: spec.scope, storlet: spec.bundle.name, run: spec.id }),
      connect: () => ready.sandbox.connect(ready.daemon),
      explainLoss: () => explainLoss(ready),
    });
    void execution.over.then(release);
    try {
      return { invocation: await execution.begun, over: execution.over };
    } catch (error) {
      if (error instanceof AttemptLost && error.isDaemonLost && (await ready.sandbox.isAlive()))
        ready.sandbox.daemons.distrust(ready.daemon);
      throw error;
    }
  }

  async function runTwiceIfLost(spec: InvocationSpec): Promise<Begun> {
    try {
      return await runOnce(spec, 1);
    } catch (error) {
      if (!(error instanceof AttemptLost) || spec.signal.aborted) throw error;
    }
    try {
      return await runOnce(spec, 2);
    } catch (error) {
      throw error instanceof AttemptLost ? error.reason : error;
    }
  }

  async function invoke(spec: InvocationSpec): Promise<Invocation> {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const over = Promise.withResolvers<void>();
    const finish = (): void => {
      spec.signal.removeEventListener("abort", abort);
      for (const { body } of spec.inputs) discardBody(body);
      open.delete(spec.id);
      over.resolve();
    };
    open.set(spec.id, { controller, over: over.promise });
    spec.signal.addEventListener("abort", abort);
    if (spec.signal.aborted) abort();
    try {
      const begun = await untilAborted(runTwiceIfLost({ ...spec, signal: controller.signal }), controller.signal);
      void begun.over.then(finish);
      return begun.invocation;
    } catch (error) {
      finish();
      throw asFailure(error);
    }
  }

  /** Asks a scope's sandbox, and once more a new one where that does not answer. */
  async function askSandbox<T>(scope: string, ask: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    const { sandbox } = await scopes.ensure(scope);
    try {
      return await ask(sandbox);
    } catch (error) {
      if (toStudioError(error).code !== "SANDBOX_GONE") throw error;
      await sandbox.stop("its agent does not answer");
      return ask((await scopes.ensure(scope)).sandbox);
    }
  }

  async function dispose(): Promise<void> {
    const running = [...open.values()];
    for (const { controller } of running) controller.abort();
    const stopped = scopes[Symbol.asyncDispose]();
    await Promise.all(running.map(({ over }) => over));
    await stopped;
  }

  return {
    kind: driver.kind,
    isolated: driver.isolated,
    ensureSandbox: async (scope) => (await scopes.ensure(scope)).sandbox.info,
    async ensureDaemon(scope, bundle) {
      await scopes.ensureDaemon(scope, bundle, null);
    },
    invoke,
    cancel(invocationId) {
      const found = open.get(invocationId);
      found?.controller.abort();
      return found !== undefined;
    },
    check: (scope, language, path, source) => askSandbox(scope, (sandbox) => sandbox.check(language, path, source)),
    build: (scope, request) => askSandbox(scope, (sandbox) => sandbox.build(request)),
    openTerminal: (scope, size) => askSandbox(scope, (sandbox) => sandbox.openTerminal(size)),
    async stop(scope, daemonName) {
      const sandbox = await scopes.find(scope);
      if (daemonName === undefined) await sandbox?.stop("it was asked to");
      else await sandbox?.daemons.stop(daemonName);
    },
    list: () => scopes.list().map(({ info }) => info),
    onChange: (listener) => changes.on(listener),
    onEvent: (listener) => events.on(listener),
    usage: async () => (await Promise.all(scopes.list().map((sandbox) => sandbox.usage()))).filter((use) => use !== null),
    [Symbol.asyncDispose]: () => (disposing ??= dispose()),
  };
}

/** Tells whether the sandbox, the daemon or only the connection was lost. */
async function explainLoss({ sandbox, daemon }: ReadyDaemon): Promise<{ error: StudioError }> {
  let timer: NodeJS.Timeout | undefined;
  const unknown = new Promise<null>((resolve) => (timer = setTimeout(resolve, lossReasonMs, null)));
  const sandboxGone = sandbox.gone.then((reason) => sandboxGoneError(reason));
  const daemonEnded = daemon.ended.then((exit) => {
    if (exit === null) return sandboxGone;
    return new StudioError("STORLET_KILLED", `The daemon of ${daemon.info.name} ${describeExit(exit)} during the run.`, {
      hint: "The next run starts it again.",
    });
  });
  const error = await Promise.race([sandboxGone, daemonEnded, unknown]);
  clearTimeout(timer);
  if (error !== null) return { error };
  sandbox.daemons.distrust(daemon);
  return { error: sandboxGoneError("The daemon closed the connection.") };
}

/** Every rejection of `invoke` tells how the invocation ended. */
function asFailure(thrown: unknown): StudioError {
  const error = toStudioError(thrown);
  if (failureOf(error) !== null) return error;
  const outcome = { state: stateOf(error), error, exception: null, bytesIn: 0, bytesOut: 0, contract: null };
  return rememberFailure(error, { placement: null, outcome });
}

/** Rejects with CANCELLED on abort, also while a sandbox is still being made for it. What begins too late ends by the same signal. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      // A run that is under way reports its own cancelling, with its placement: let it go first.
      setImmediate(() => reject(cancelledError()));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
