/** Notices the end of a container at once and tells why; stops and removes it on request. Owns nothing else of the sandbox. */
import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "../../../support/lifecycle.ts";
import type { DockerClient } from "./client.ts";
import { describeExit } from "./container.ts";

/** Milliseconds for a stop before it is left to the next start's clean-up. */
const stopTimeoutMs = 10_000;
/** Seconds between SIGTERM and SIGKILL. */
const stopGraceSeconds = 1;
/** Milliseconds that Docker's report of memory running out may come after the end of the container it killed. */
const oomReportMs = 250;
/** Milliseconds for which a daemon may be away before its containers count as gone. */
const daemonAwayMs = 3_000;
const retryMs = 200;
/** Milliseconds that a container's end may be told after the end of its output. */
const endReportMs = 500;

export interface ExitWatch {
  /** Resolves with one line for a person when the container has ended. Never rejects. */
  readonly exited: Promise<string>;
  /** That line, once it has ended; null until then. */
  reason(): string | null;
  /** Begins to watch. Call it once the container is started. */
  begin(): void;
  /** The container's output has ended: either it ended, or the connection to Docker broke and the watch has to begin anew. */
  noteOutputEnd(): void;
  /** Docker has told that memory ran out in the container. */
  noteOom(): void;
  /** Stops and removes the container. Never rejects; every call waits for the same stop. */
  stop(): Promise<void>;
}

/** A watch of one container that exists but need not run yet. */
export function createExitWatch(docker: DockerClient, id: string, memoryBytes: number): ExitWatch {
  const watching = new AbortController();
  const exited = Promise.withResolvers<string>();
  const oom = Promise.withResolvers<void>();
  let attempt = new AbortController();
  let sawOom = false;
  let known: string | null = null;
  let stopping: Promise<void> | undefined;

  function finish(reason: string): void {
    known ??= reason;
    exited.resolve(known);
  }

  async function describe(exitCode: number | null): Promise<string> {
    if (stopping !== undefined) return "The sandbox was stopped.";
    if (exitCode === 137 && !sawOom) await Promise.race([oom.promise, delay(oomReportMs)]);
    return describeExit(exitCode, sawOom, memoryBytes);
  }

  async function watch(): Promise<void> {
    let awaySinceMs: number | null = null;
    while (known === null) {
      try {
        attempt = new AbortController();
        const signal = AbortSignal.any([watching.signal, attempt.signal]);
        const exitCode = await docker.waitForContainer(id, "not-running", signal);
        return finish(await describe(exitCode));
      } catch (thrown) {
        if (watching.signal.aborted) return;
        awaySinceMs ??= performance.now();
        if (performance.now() - awaySinceMs > daemonAwayMs) return finish(`Docker does not answer any more. ${(thrown as Error).message}`);
        await delay(retryMs);
      }
    }
  }

  async function remove(): Promise<void> {
    // Asked before the stop: once the container is gone there is nothing left to wait for.
    const removed = docker.waitForContainer(id, "removed", watching.signal).catch(() => null);
    await docker.stopContainer(id, stopGraceSeconds).catch(() => {});
    await docker.removeContainer(id).catch(() => {});
    await removed;
  }

  async function stop(): Promise<void> {
    try {
      await withDeadline(remove(), stopTimeoutMs, () => new Error("too slow"));
    } catch {
      // Docker is stuck. The next engine of this data directory removes the container by its label.
    }
    finish("The sandbox was stopped.");
    watching.abort();
  }

  return {
    exited: exited.promise,
    reason: () => known,
    begin: () => void watch(),
    noteOutputEnd() {
      void delay(endReportMs, undefined, { ref: false }).then(() => attempt.abort());
    },
    noteOom() {
      sawOom = true;
      oom.resolve();
    },
    stop: () => (stopping ??= stop()),
  };
}
