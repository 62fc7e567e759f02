/** What happened in the sandboxes, and what they use. Samples only while somebody watches. Owns the history of this engine's life. */
import type { Compute, SandboxUsage } from "../compute/types.ts";
import type { SandboxEvent, Usage, UsageSample } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import { createEmitter } from "../support/lifecycle.ts";
import { createMailbox } from "../support/mailbox.ts";

/** Milliseconds between two looks. */
const defaultPeriodMs = 1000;
/** Looks that a new watcher gets at once: a minute of them. */
const keptSamples = 61;
const keptEvents = 500;

export interface SandboxWatch extends Disposable {
  /** The oldest first. */
  history(): SandboxEvent[];
  /** Samples, those of the last minute first where somebody watched then. Ends when the signal aborts. */
  usage(signal: AbortSignal): AsyncGenerator<UsageSample[]>;
}

interface Look {
  readonly atMs: number;
  readonly found: readonly SandboxUsage[];
}

/** Shares of CPU between two looks. What was not there before has none yet. */
export function compareLooks(before: Look | null, now: Look, time: number): UsageSample {
  const elapsedMs = before === null ? 0 : now.atMs - before.atMs;
  const shareOf = (use: { cpuMs: number }, earlier: { cpuMs: number } | undefined): number | null =>
    earlier === undefined || elapsedMs <= 0 ? null : Math.max(0, (use.cpuMs - earlier.cpuMs) / elapsedMs);
  const usageOf = (use: { cpuMs: number; memoryBytes: number }, earlier: { cpuMs: number } | undefined): Usage => ({
    cpuShare: shareOf(use, earlier),
    memoryBytes: use.memoryBytes,
  });
  return {
    time,
    sandboxes: now.found.map((sandbox) => {
      const earlier = before?.found.find(({ id }) => id === sandbox.id);
      const daemons = sandbox.daemons.map((daemon) => {
        const own = earlier?.daemons.find(({ name, digest }) => name === daemon.name && digest === daemon.digest);
        return { name: daemon.name, digest: daemon.digest, ...usageOf(daemon, own) };
      });
      return { id: sandbox.id, ...usageOf(sandbox, earlier), daemons };
    }),
  };
}

export function createSandboxWatch(options: {
  compute: Pick<Compute, "usage" | "onEvent">;
  clock: Clock;
  periodMs?: number;
}): SandboxWatch {
  const { compute, clock, periodMs = defaultPeriodMs } = options;
  const events: SandboxEvent[] = [];
  const samples: UsageSample[] = [];
  const emitter = createEmitter<UsageSample>();
  let watchers = 0;
  let timer: NodeJS.Timeout | null = null;
  let last: Look | null = null;
  let isLooking = false;

  const stopEvents = compute.onEvent((event) => {
    events.push(event);
    if (events.length > keptEvents) events.shift();
  });

  async function look(): Promise<void> {
    // A slow Docker is asked again when it has answered.
    if (isLooking) return;
    isLooking = true;
    const found = await compute.usage();
    isLooking = false;
    if (watchers === 0) return;
    const now: Look = { atMs: clock.elapsedMs(), found };
    const sample = compareLooks(last, now, clock.nowMs());
    last = now;
    samples.push(sample);
    if (samples.length > keptSamples) samples.shift();
    emitter.emit(sample);
  }

  function begin(): void {
    watchers += 1;
    if (watchers > 1) return;
    timer = setInterval(() => void look(), periodMs);
    void look();
  }

  function leave(): void {
    watchers -= 1;
    if (watchers > 0) return;
    if (timer !== null) clearInterval(timer);
    timer = null;
    last = null;
    samples.length = 0;
  }

  return {
    history: () => [...events],
    async *usage(signal) {
      const mailbox = createMailbox<UsageSample>({ capacity: keptSamples, signal });
      const stop = emitter.on((sample) => mailbox.post([sample]));
      begin();
      try {
        yield [...samples];
        for await (const { items } of mailbox.batches(0)) yield items;
      } finally {
        stop();
        leave();
      }
    },
    [Symbol.dispose]() {
      stopEvents();
      if (timer !== null) clearInterval(timer);
    },
  };
}
