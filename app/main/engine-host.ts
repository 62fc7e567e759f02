/** The life of the engine's process: fork, ready line, restart after a crash, end. Decides nothing about windows. */
import type { ReadyLine } from "../../engine/contract/index.ts";
import { decideRestart } from "./back-off.ts";
import type { UtilityProcess } from "./electron-module.ts";
import { createLineCutter, parseReadyLine } from "./ready-line.ts";

export const readyDeadlineMs = 60_000;
export const stopDeadlineMs = 5_000;
const keptErrorLines = 20;

export type EngineState =
  | { kind: "starting" }
  | { kind: "ready"; ready: ReadyLine }
  | { kind: "restarting"; attempt: number; delayMs: number; lastWords: string }
  | { kind: "failed"; crashes: number; lastWords: string }
  | { kind: "stopped" };

/** Timers, so that tests decide what time it is. `later` returns its own undoing. */
export interface ShellClock {
  nowMs(): number;
  later(delayMs: number, work: () => void): () => void;
}

interface EngineHostOptions {
  /** Starts the process; `previous` is the last ready line of one that crashed. */
  fork(previous: ReadyLine | null): Promise<UtilityProcess>;
  clock: ShellClock;
  onState(state: EngineState): void;
  /** Ends a process that did not end when asked to. */
  kill(pid: number): void;
}

export interface EngineHost extends AsyncDisposable {
  readonly state: EngineState;
  start(): void;
  /** Asks the engine to end, and ends it after 5 s. Resolves when it is gone; more calls wait for the same end. */
  stop(): Promise<void>;
}

/** Keeps one engine running until `stop`, or until it has crashed so often that `decideRestart` gives up. */
export function createEngineHost(options: EngineHostOptions): EngineHost {
  const { clock, onState } = options;
  const crashTimesMs: number[] = [];
  let state: EngineState = { kind: "stopped" };
  let previous: ReadyLine | null = null;
  let child: { process: UtilityProcess; gone: Promise<void> } | null = null;
  let forking: Promise<void> = Promise.resolve();
  let cancelRestart = (): void => {};
  let stopping: Promise<void> | null = null;

  function setState(next: EngineState): void {
    state = next;
    onState(next);
  }

  function start(): void {
    if (stopping !== null) return;
    setState({ kind: "starting" });
    forking = options.fork(previous).then(watch, (error: unknown) => onCrash(error instanceof Error ? error.message : String(error)));
  }

  function watch(process: UtilityProcess): void {
    const errorLines: string[] = [];
    const cancelDeadline = clock.later(readyDeadlineMs, () => {
      errorLines.push(`The engine said nothing for ${readyDeadlineMs / 1000} seconds.`);
      forceEnd(process);
    });
    const cutOutput = createLineCutter((line) => {
      const ready = parseReadyLine(line);
      if (ready === null || stopping !== null) return;
      cancelDeadline();
      previous = ready;
      setState({ kind: "ready", ready });
    });
    const cutErrors = createLineCutter((line) => {
      errorLines.push(line);
      if (errorLines.length > keptErrorLines) errorLines.shift();
    });
    process.stdout?.on("data", cutOutput);
    process.stderr?.on("data", cutErrors);
    const gone = new Promise<void>((resolve) => {
      process.on("exit", (code: number) => {
        cancelDeadline();
        child = null;
        resolve();
        if (stopping === null) onCrash([...errorLines, `The engine ended with code ${code}.`].join("\n"));
      });
    });
    child = { process, gone };
  }

  function onCrash(lastWords: string): void {
    if (stopping !== null) return;
    const now = clock.nowMs();
    crashTimesMs.push(now);
    const decision = decideRestart(crashTimesMs, now);
    if (decision.kind === "give-up") return setState({ kind: "failed", crashes: decision.crashes, lastWords });
    setState({ kind: "restarting", attempt: decision.attempt, delayMs: decision.delayMs, lastWords });
    cancelRestart = clock.later(decision.delayMs, start);
  }

  function forceEnd(process: UtilityProcess): void {
    if (process.pid !== undefined) options.kill(process.pid);
  }

  async function end(): Promise<void> {
    cancelRestart();
    await forking;
    if (child !== null) {
      const { process, gone } = child;
      process.kill();
      const cancelDeadline = clock.later(stopDeadlineMs, () => forceEnd(process));
      await gone;
      cancelDeadline();
    }
    setState({ kind: "stopped" });
  }

  function stop(): Promise<void> {
    stopping ??= end();
    return stopping;
  }

  return {
    get state() {
      return state;
    },
    start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
