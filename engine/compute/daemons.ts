/** The daemons of one sandbox: one per bundle name, a new one per digest, the old one drained. Owns no sandbox and runs nothing. */
import { join } from "node:path";
import type { DaemonInfo, SandboxEvent } from "../contract/index.ts";
import { randomId, type Clock } from "../support/clock.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { createTurns } from "../support/lifecycle.ts";
import { askAgent, type AgentEvent } from "./agent-client.ts";
import { layOutBundle, removeBundleVersions } from "./bundles.ts";
import { slowLoadError, startError } from "./daemon-errors.ts";
import { wasWantOfRoom, whoLeavesAfterFailure, whoMakesRoom } from "./daemon-room.ts";
import type { LogBus } from "./log-bus.ts";
import { startAnswerSchema, stopAnswerSchema, type ProcessExit } from "./protocol.ts";
import { describeExit, sentenceOf } from "./failure.ts";
import type { Bundle, DriverSandbox, SandboxLimits } from "./types.ts";

/** A daemon that accepts, or accepted, invocations. */
export interface Daemon {
  readonly socketName: string;
  /** What every connection to it has to show; undefined where it looks at who connects instead. */
  readonly token: string | undefined;
  /** Nobody else in the sandbox sees what it has open. */
  readonly isHidden: boolean;
  readonly info: Readonly<DaemonInfo>;
  /** Resolves when it has ended, with how; null where its sandbox ended. */
  readonly ended: Promise<ProcessExit | null>;
  /** Counts an invocation in; the returned function counts it out again. */
  hold(): () => void;
}

interface DaemonRecord {
  key: string;
  /** What bundles it serves have in common: `groupOf`. */
  group: string;
  socketName: string;
  token: string | undefined;
  isHidden: boolean;
  directoryName: string;
  info: DaemonInfo;
  idleSinceMs: number;
  ended: Promise<ProcessExit | null>;
  resolveEnded(exit: ProcessExit | null): void;
}

interface DaemonsOptions {
  scope: string;
  sandbox: DriverSandbox;
  bundlesDirectory: string;
  logs: LogBus;
  clock: Clock;
  places: number;
  limits: SandboxLimits;
  startMs: number;
  stopMs: number;
  /** The path of the Java runtime's jar as seen from inside; builds it where it is missing. */
  javaRuntime(): Promise<string>;
  onChange(): void;
  /** Told of each beginning and end, with one sentence that says why. */
  onEvent(kind: Extract<SandboxEvent["kind"], `daemon-${string}`>, info: DaemonInfo, reason: string): void;
}

export interface Daemons {
  /** The daemon of this version; starts it where it does not run, and sends an older version into retirement. */
  ensure(bundle: Bundle, run?: string): Promise<{ daemon: Daemon; started: boolean }>;
  /** Ends the daemons of a bundle name. */
  stop(name: string): Promise<void>;
  stopIdle(idleMs: number): void;
  onAgentEvent(event: AgentEvent): void;
  /** The sandbox has ended, and every daemon with it. */
  onSandboxGone(): void;
  /** A daemon did not answer although nobody said that it ended: it takes no more invocations. */
  distrust(daemon: Daemon): void;
  list(): DaemonInfo[];
  /** True while something runs, or is being loaded for that. */
  isBusy(): boolean;
}

export function createDaemons(options: DaemonsOptions): Daemons {
  const { scope, sandbox, bundlesDirectory, logs, clock, places } = options;
  const records = new Set<DaemonRecord>();
  const starting = new Map<string, Promise<DaemonRecord>>();

  /** Laying a version out and removing others take turns: what is found to be there must not go meanwhile. */
  const inTurn = createTurns();
  let isGone = false;

  const isLive = ({ info }: DaemonRecord): boolean => info.state !== "stopped" && info.state !== "crashed";
  const current = (group: string): DaemonRecord | undefined =>
    [...records].find((record) => record.group === group && record.info.state === "running");

  function say(record: DaemonRecord, level: "info" | "warn" | "error", text: string, run?: string): void {
    logs.write({ level, source: "daemon", scope, storlet: record.info.name, text, ...(run === undefined ? {} : { run }) });
  }

  function setState(record: DaemonRecord, state: DaemonInfo["state"]): void {
    record.info = { ...record.info, state };
    options.onChange();
  }

  function forget(record: DaemonRecord, state: "stopped" | "crashed", exit: ProcessExit | null): void {
    if (!records.delete(record)) return;
    setState(record, state);
    record.resolveEnded(exit);
  }

  /** Makes room first where the sandbox is full, and once more where that was not enough. */
  async function start(bundle: Bundle, run: string | undefined): Promise<DaemonRecord> {
    const reason = `${bundle.name} needed its room`;
    for (const record of whoMakesRoom(records, bundle.language, options.limits)) void end(record, reason);
    try {
      return await startOnce(bundle, run);
    } catch (thrown) {
      const error = toStudioError(thrown);
      const leaving = wasWantOfRoom(error) ? whoLeavesAfterFailure(records) : [];
      if (leaving.length === 0) throw error;
      logs.write({
        level: "warn",
        source: "daemon",
        scope,
        storlet: bundle.name,
        text: `There was no room for the daemon: ${leaving.length} that waited are stopped. ${error.detail ?? ""}`.trimEnd(),
        ...(run === undefined ? {} : { run }),
      });
      await Promise.all(leaving.map((record) => end(record, reason)));
      return await startOnce(bundle, run);
    }
  }

  async function startOnce(bundle: Bundle, run: string | undefined): Promise<DaemonRecord> {
    const startedMs = clock.elapsedMs();
    const record = await inTurn(async () => {
      const made = createRecord(bundle, await layOutBundle(bundlesDirectory, bundle, sandbox.bundleOwner), clock);
      records.add(made);
      return made;
    });
    options.onChange();
    try {
      const { pid, token, hidden } = await askToStart(record, bundle, run);
      record.info = { ...record.info, pid };
      record.token = token;
      record.isHidden = hidden;
    } catch (error) {
      options.onEvent("daemon-failed", record.info, toStudioError(error).message);
      forget(record, "crashed", null);
      throw error;
    }
    // It may have ended between its answer and now.
    if (!records.has(record)) throw new StudioError("SANDBOX_GONE", `The daemon of ${bundle.name} ended right after it started.`);
    const replaced = current(groupOf(bundle));
    setState(record, "running");
    const tookMs = Math.round(clock.elapsedMs() - startedMs);
    say(record, "info", `Daemon started: ${bundle.entry}, version ${bundle.digest.slice(0, 12)}, in ${tookMs} ms.`, run);
    options.onEvent("daemon-started", record.info, describeStart(tookMs, replaced?.info));
    if (replaced !== undefined) retire(replaced);
    void removeUnusedVersions(bundle.name);
    return record;
  }

  async function askToStart(
    record: DaemonRecord,
    bundle: Bundle,
    run: string | undefined,
  ): Promise<{ pid: number; token?: string | undefined; hidden: boolean }> {
    const request = {
      op: "start",
      key: record.key,
      name: bundle.name,
      language: bundle.language,
      ...(bundle.languageVersion === undefined ? {} : { languageVersion: bundle.languageVersion }),
      entry: bundle.entry,
      directory: join(sandbox.bundlesInside, record.directoryName),
      poolSize: places,
      ...(bundle.language === "java" ? { runtime: await options.javaRuntime() } : {}),
    };
    const answer = await askAgent((name) => sandbox.connect(name), request, startAnswerSchema, {
      ms: options.startMs,
      onExpiry: () => slowLoadError(bundle, options.startMs),
    });
    if (answer.ok) return answer;
    throw startError(logs, scope, bundle, answer, run);
  }

  async function removeUnusedVersions(name: string): Promise<void> {
    // Once the sandbox is gone the directory is the next one's.
    const isUsed = (directoryName: string): boolean => isGone || [...records].some((record) => record.directoryName === directoryName);
    await inTurn(() => removeBundleVersions(bundlesDirectory, name, isUsed)).catch(() => {});
  }

  /** Takes no new invocations, finishes the open ones, then ends. */
  function retire(record: DaemonRecord): void {
    setState(record, "draining");
    if (record.info.openInvocations === 0) void end(record, "a newer version runs");
  }

  async function end(record: DaemonRecord, reason: string): Promise<void> {
    if (!records.has(record)) return;
    if (record.info.state !== "draining") setState(record, "draining");
    await askAgent((name) => sandbox.connect(name), { op: "stop", key: record.key }, stopAnswerSchema, {
      ms: options.stopMs,
      onExpiry: () => new StudioError("SANDBOX_GONE", "The sandbox did not answer."),
    }).catch(() => {});
    options.onEvent("daemon-stopped", record.info, sentenceOf(reason));
    if (records.has(record)) forget(record, "stopped", null);
    say(record, "info", `Daemon stopped: ${reason}.`);
    await removeUnusedVersions(record.info.name);
  }

  function hold(record: DaemonRecord): () => void {
    record.info = { ...record.info, openInvocations: record.info.openInvocations + 1 };
    options.onChange();
    let released = false;
    return () => {
      if (released) return;
      released = true;
      record.info = { ...record.info, openInvocations: record.info.openInvocations - 1 };
      record.idleSinceMs = clock.elapsedMs();
      options.onChange();
      if (record.info.state === "draining" && record.info.openInvocations === 0) void end(record, "a newer version runs");
    };
  }

  return {
    async ensure(bundle, run) {
      const running = current(groupOf(bundle));
      if (running?.info.digest === bundle.digest) return { daemon: asDaemon(running, hold), started: false };
      const id = `${groupOf(bundle)}\n${bundle.digest}`;
      let pending = starting.get(id);
      if (pending === undefined) {
        pending = start(bundle, run).finally(() => starting.delete(id));
        starting.set(id, pending);
      }
      return { daemon: asDaemon(await pending, hold), started: true };
    },
    async stop(name) {
      await Promise.all([...records].filter((record) => record.info.name === name).map((record) => end(record, "it was asked to")));
    },
    stopIdle(idleMs) {
      for (const record of records) {
        const isIdle = record.info.state === "running" && record.info.openInvocations === 0;
        if (isIdle && clock.elapsedMs() - record.idleSinceMs >= idleMs) void end(record, `nothing to do for ${idleMs / 1000} s`);
      }
    },
    onAgentEvent(event) {
      const record = [...records].find(({ key }) => key === event.key);
      if (record === undefined) return;
      if (event.event === "output") {
        logs.write({
          level: event.stream === "stdout" ? "info" : "warn",
          source: "daemon",
          scope,
          storlet: record.info.name,
          text: event.text,
        });
      } else if (event.event === "daemon-retiring") {
        if (record.info.state !== "running") return;
        say(record, "warn", `Daemon replaced: ${event.reason}. The next invocation starts another one; those that run here finish.`);
        retire(record);
      } else if (event.event === "dropped") {
        say(record, "warn", `${event.lines} lines dropped: the module printed more than can be kept.`);
      } else if (record.info.state !== "starting") {
        // A daemon that fails to start is told of by the answer to `start`.
        if (!event.expected) {
          options.onEvent("daemon-crashed", record.info, `It ${describeExit(event)}.`);
          say(record, "error", `Daemon crashed: it ${describeExit(event)}. The next invocation starts it again.`);
        }
        forget(record, event.expected ? "stopped" : "crashed", event);
      }
    },
    onSandboxGone() {
      isGone = true;
      for (const record of records) forget(record, "crashed", null);
    },
    distrust(daemon) {
      for (const record of records) if (record.socketName === daemon.socketName) void end(record, "it did not answer");
    },
    list: () => [...records].filter(isLive).map(({ info }) => info),
    isBusy: () => starting.size > 0 || [...records].some(({ info }) => info.openInvocations > 0),
  };
}

/** Bundles of one group take turns in one daemon. */
function groupOf(bundle: Bundle): string {
  return bundle.daemon ?? bundle.name;
}

function createRecord(bundle: Bundle, directoryName: string, clock: Clock): DaemonRecord {
  const key = randomId(4);
  let resolveEnded: DaemonRecord["resolveEnded"] = () => {};
  const ended = new Promise<ProcessExit | null>((resolve) => (resolveEnded = resolve));
  const info: DaemonInfo = {
    name: bundle.name,
    digest: bundle.digest,
    language: bundle.language,
    state: "starting",
    pid: null,
    openInvocations: 0,
    startedAt: clock.nowMs(),
  };
  const connection = { socketName: `${key}.sock`, token: undefined, isHidden: false };
  const own = { key, group: groupOf(bundle), directoryName, info };
  return { ...own, ...connection, idleSinceMs: clock.elapsedMs(), ended, resolveEnded };
}

function asDaemon(record: DaemonRecord, hold: (record: DaemonRecord) => () => void): Daemon {
  return {
    socketName: record.socketName,
    token: record.token,
    isHidden: record.isHidden,
    ended: record.ended,
    hold: () => hold(record),
    get info() {
      return record.info;
    },
  };
}

function describeStart(tookMs: number, replaced: DaemonInfo | undefined): string {
  if (replaced === undefined) return `It was loaded in ${tookMs} ms.`;
  return `New code was deployed: it takes over from version ${replaced.digest.slice(0, 8)}.`;
}
