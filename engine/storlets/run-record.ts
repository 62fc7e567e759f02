/** How one storlet request becomes a recorded run: states, phases, and the engine's own log lines about it. */
import type { LogBus } from "../compute/log-bus.ts";
import type { Outcome, Placement } from "../compute/types.ts";
import type { Door, Phase, PhaseName, Profile, Run } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import { randomId } from "../support/clock.ts";
import type { StudioError } from "../support/errors.ts";
import { formatDuration } from "../support/format.ts";
import { createTimeline } from "../support/timeline.ts";

export interface RunFacts {
  /** When the request came in, as Unix milliseconds. */
  startedAtMs: number;
  transactionId: string;
  account: string;
  scope: string;
  storlet: string;
  door: Door;
  object: string;
  params: Record<string, string>;
  profile: Profile;
  replay?: NonNullable<Run["replay"]>;
}

export interface RunRecord {
  readonly id: string;
  enter(phase: PhaseName): void;
  setDigest(digest: string): void;
  /** The storlet has begun to answer: the client is being sent `status`. */
  streaming(placement: Placement, status: number): void;
  /** Everything is over. `status` is what the client was sent. */
  finish(end: { placement: Placement | null; outcome: Outcome; status: number | null }): void;
}

const coldPhases: ReadonlySet<PhaseName> = new Set(["sandbox", "daemon"]);
const count = new Intl.NumberFormat("en").format;

/** One line about how a run ended, as the log shows it. */
export function describeEnd(run: Run): string {
  const time = formatDuration(run.durationMs);
  const sizes = `${count(run.bytesIn)} bytes in, ${count(run.bytesOut)} bytes out`;
  if (run.state === "succeeded") return `${run.status ?? ""} after ${time}, ${sizes}`;
  const word = run.state === "timed-out" ? "timed out" : run.state;
  const sent = run.bodyCut ? `, ${run.status ?? ""} was sent and the body is cut` : run.status === null ? "" : `, ${run.status} was sent`;
  return `run ${word} after ${time}${run.problem === null ? "" : `: ${run.problem.code}`}${sent}`;
}

/** Begins the record of a run. `put` is told of every change of state. */
export function beginRun(options: { facts: RunFacts; defaults: Placement; clock: Clock; logs: LogBus; put(run: Run): void }): RunRecord {
  const { facts, defaults, clock, logs, put } = options;
  const startedMsAgo = Math.max(0, clock.nowMs() - facts.startedAtMs);
  const timeline = createTimeline(clock, "authorise", startedMsAgo);
  const id = randomId(8);
  const { startedAtMs, ...recorded } = facts;
  let run: Run = {
    ...recorded,
    id,
    state: "starting",
    status: null,
    startedAt: startedAtMs,
    durationMs: 0,
    phases: [],
    cold: false,
    sandbox: defaults.kind,
    isolated: defaults.isolated,
    image: null,
    digest: "",
    bytesIn: 0,
    bytesOut: 0,
    bodyCut: false,
    problem: null,
    exception: null,
    contract: null,
  };
  const log = (level: "info" | "error" | "warn", text: string): void =>
    logs.write({ level, source: "engine", scope: facts.scope, storlet: facts.storlet, run: id, text });
  log("info", `${facts.door} ${facts.account}/${facts.object} through ${facts.storlet}`);
  put(run);

  /** The phases so far. Looking for what is already up is no phase: only starting it is. */
  function phases(cold: boolean): Phase[] {
    return timeline.phases().filter(({ name }) => cold || !coldPhases.has(name));
  }

  function placed(placement: Placement | null): Partial<Run> {
    return placement === null
      ? {}
      : { sandbox: placement.kind, isolated: placement.isolated, cold: placement.cold, image: placement.image };
  }

  return {
    id,
    enter(phase) {
      timeline.enter(phase);
      if (coldPhases.has(phase) || phase === "execute") put((run = { ...run, state: phase === "execute" ? "running" : "starting" }));
    },
    setDigest(digest) {
      run = { ...run, digest };
    },
    streaming(placement, status) {
      timeline.enter("stream");
      put(
        (run = {
          ...run,
          ...placed(placement),
          state: "streaming",
          status,
          phases: phases(placement.cold),
          durationMs: timeline.totalMs(),
        }),
      );
    },
    finish({ placement, outcome, status }) {
      timeline.end();
      const began = run.state === "streaming";
      const error: StudioError | null = outcome.error;
      run = {
        ...run,
        ...placed(placement),
        state: outcome.state,
        status,
        phases: phases(placement?.cold ?? true),
        durationMs: timeline.totalMs(),
        bytesIn: outcome.bytesIn,
        bytesOut: outcome.bytesOut,
        bodyCut: began && outcome.state !== "succeeded" && facts.door === "GET",
        problem: error === null ? null : error.toProblem(),
        exception: outcome.exception,
        contract: outcome.contract,
      };
      log(run.state === "succeeded" ? "info" : run.state === "cancelled" ? "warn" : "error", describeEnd(run));
      put(run);
    },
  };
}
