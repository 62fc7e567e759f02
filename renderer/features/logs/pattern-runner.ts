/**
 * Has regular expressions tried in a worker, one job after the other, each with a deadline. A worker that misses it is ended and
 * another one takes the next job. Owns the worker; knows no lines.
 */
import type { RegexSource } from "./text-pattern.ts";

export interface PatternJob {
  kind: "test" | "marks";
  regex: RegexSource;
  texts: readonly string[];
}

export interface PatternAnswer {
  /** One per text: 1 where it matches. */
  hits?: Uint8Array;
  /** Per text, the places that match: from, to, from, to … */
  marks?: readonly (readonly number[])[];
}

/** What the runner needs of a worker. The first message it sends says that it listens. */
export interface PatternWorker {
  send(job: PatternJob): void;
  terminate(): void;
}

export type OpenPatternWorker = (onMessage: (message: unknown) => void, onError: () => void) => PatternWorker;

/** Why a regular expression could not be tried: it took longer than its deadline, or no worker could be had. */
export class PatternError extends Error {
  readonly reason: "slow" | "failed";
  constructor(reason: "slow" | "failed") {
    super(reason === "slow" ? "The regular expression took too long." : "The regular expression could not be tried.");
    this.reason = reason;
  }
}

export interface PatternRunner {
  /** Rejects with a PatternError. */
  test(regex: RegexSource, texts: readonly string[]): Promise<Uint8Array>;
  /** Rejects with a PatternError. */
  marks(regex: RegexSource, texts: readonly string[]): Promise<readonly (readonly number[])[]>;
  dispose(): void;
}

interface QueuedJob {
  job: PatternJob;
  resolve(answer: PatternAnswer): void;
  reject(error: PatternError): void;
}

/** How long one job may take, in milliseconds. Jobs are small: thousands of common lines take a hundredth of it. */
const deadlineMs = 1000;

/** `after` calls back once, so many milliseconds later, and returns how to prevent it. */
export function createPatternRunner(openWorker: OpenPatternWorker, after: (ms: number, callback: () => void) => () => void): PatternRunner {
  const queue: QueuedJob[] = [];
  let worker: PatternWorker | null = null;
  let ready = false;
  let stopDeadline: (() => void) | null = null;

  function closeWorker(): void {
    stopDeadline?.();
    stopDeadline = null;
    worker?.terminate();
    worker = null;
    ready = false;
  }

  function giveUp(reason: PatternError["reason"]): void {
    closeWorker();
    queue.shift()?.reject(new PatternError(reason));
    next();
  }

  function open(): void {
    let isOpen = (): boolean => true;
    const opened = openWorker(
      (message) => {
        if (!isOpen()) return;
        if (message === "ready") ready = true;
        else {
          stopDeadline?.();
          stopDeadline = null;
          queue.shift()?.resolve(message as PatternAnswer);
        }
        next();
      },
      () => {
        if (isOpen()) giveUp("failed");
      },
    );
    worker = opened;
    isOpen = () => worker === opened;
  }

  /** Begins with the first job, where none is under way. */
  function next(): void {
    const first = queue[0];
    if (first === undefined || stopDeadline !== null) return;
    if (worker === null) open();
    if (!ready || worker === null) return;
    stopDeadline = after(deadlineMs, () => giveUp("slow"));
    worker.send(first.job);
  }

  function ask(job: PatternJob): Promise<PatternAnswer> {
    return new Promise((resolve, reject) => {
      queue.push({ job, resolve, reject });
      next();
    });
  }

  return {
    test: async (regex, texts) => (await ask({ kind: "test", regex, texts })).hits ?? new Uint8Array(texts.length),
    marks: async (regex, texts) => (await ask({ kind: "marks", regex, texts })).marks ?? [],
    dispose() {
      closeWorker();
      for (const { reject } of queue.splice(0)) reject(new PatternError("failed"));
    },
  };
}
