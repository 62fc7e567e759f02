/** One attempt to run an invocation on a running daemon: its connections, timers and end. Starts no daemon and retries nothing. */
import type { Duplex } from "node:stream";
import type { StorletException } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import { StudioError } from "../support/errors.ts";
import { receiveJsonLines } from "./channel.ts";
import { watchContract } from "./contract-check.ts";
import { chooseInline } from "./inline.ts";
import { earlyBody } from "./input-feed.ts";
import { createFeeds } from "./input-feeds.ts";
import { lendBody, type Loan, type Loans } from "./loans.ts";
import { createOutputReader } from "./output-reader.ts";
import { runEventSchema, type RunEvent, type RunExit } from "./protocol.ts";
import * as failed from "./failure.ts";
import type { RunLog } from "./run-log.ts";
import type { Invocation, InvocationSpec, Outcome, Placement } from "./types.ts";
import { createWatchdog } from "./watchdog.ts";

/** Why the daemon's end of the control connection vanished, and whether another attempt may run. */
interface Loss {
  readonly error: StudioError;
}

export interface ExecutionOptions {
  readonly spec: InvocationSpec;
  /** Distinguishes attempts of one invocation. */
  readonly attemptId: string;
  readonly placement: Placement;
  readonly places: number;
  /** Shown on every connection where the daemon asks for it. */
  readonly token?: string | undefined;
  /** Shows a stored file to the daemon; null where it is to be fed. */
  readonly lend: Loans["lend"];
  readonly clock: Clock;
  readonly log: RunLog;
  /** Opens a connection to the daemon. */
  connect(): Promise<Duplex>;
  /** Asked when the daemon hangs up in the middle: what happened to it. */
  explainLoss(): Promise<Loss>;
}

/** The run never touched its input and the daemon is gone: it can be tried again elsewhere. */
export class AttemptLost extends Error {
  readonly reason: StudioError;
  /** False where the daemon itself is well. */
  readonly isDaemonLost: boolean;

  constructor(reason: StudioError, isDaemonLost = true) {
    super(reason.message);
    this.reason = reason;
    this.isDaemonLost = isDaemonLost;
  }
}

interface Execution {
  /** Resolves when the storlet has begun to answer. Rejects with a StudioError that `failureOf` knows, or with AttemptLost. */
  readonly begun: Promise<Invocation>;
  /** Resolves when everything is over, also after a lost attempt. */
  readonly over: Promise<void>;
}

/** Connects, sends, and follows the run to its end. */
export function startExecution(options: ExecutionOptions): Execution {
  let resolveOver: () => void = () => {};
  const over = new Promise<void>((resolve) => (resolveOver = resolve));
  const begun = openConnections(options).then(
    (connections) => followRun(options, connections, resolveOver),
    (error: unknown) => {
      resolveOver();
      throw error instanceof StudioError && error.code === "SANDBOX_GONE" ? new AttemptLost(error) : error;
    },
  );
  return { begun, over };
}

interface Connections {
  readonly control: Duplex;
  /** By input; null for those that were lent, or have gone with the invocation itself. */
  readonly inputs: readonly (Duplex | null)[];
  /** Or what opens it, where the output begins on `control`. */
  readonly output: Duplex | (() => Promise<Duplex>);
  readonly loans: readonly Loan[];
}

/** All at once; each says what it is as soon as it stands. */
async function openConnections({ spec, attemptId, connect, token, lend }: ExecutionOptions): Promise<Connections> {
  const open = async (hello: object, body?: Uint8Array): Promise<Duplex> => {
    const connection = await connect();
    const line = `${JSON.stringify(token === undefined ? hello : { ...hello, token })}\n`;
    if (body === undefined) connection.write(line);
    else connection.end(Buffer.concat([Buffer.from(line), body]));
    return connection;
  };
  const stream = (name: string, body?: Uint8Array): Promise<Duplex> => open({ op: "stream", invocation: attemptId, name }, body);
  // Where the daemon cuts, the storlet must not have the file itself.
  const lent = spec.inputs.map(({ body, range }) => (range === undefined ? lendBody(body, lend) : null));
  const inline = chooseInline(spec);
  const inputs = spec.inputs.map(({ metadata, range }, index) => ({
    metadata,
    ...(range === undefined ? {} : { range }),
    ...inline.inputs[index],
    ...(lent[index] === null ? {} : { file: lent[index]?.name }),
  }));
  const isFed = (index: number): boolean => inline.inputs[index] === null && lent[index] === null;
  const opened = await Promise.allSettled([
    open({ op: "invoke", invocation: attemptId, params: spec.params, inputs, ...inline.output }),
    inline.output === null ? stream("out") : null,
    ...spec.inputs.map(({ body }, index) => (isFed(index) ? stream(`in${index}`, earlyBody(body)) : null)),
  ]);
  const loans = lent.filter((loan) => loan !== null);
  const connections = opened.map((result) => (result.status === "fulfilled" ? result.value : null));
  const refused = opened.find((result) => result.status === "rejected");
  if (refused !== undefined) {
    for (const connection of connections) connection?.destroy();
    for (const loan of loans) loan.end();
    throw refused.reason;
  }
  const [control, output, ...feeds] = connections as [Duplex, Duplex | null, ...(Duplex | null)[]];
  return { control, output: output ?? (() => stream("out")), inputs: feeds, loans };
}

function followRun(options: ExecutionOptions, connections: Connections, onOver: () => void): Promise<Invocation> {
  const { spec, placement, clock, log, places } = options;
  const { name } = spec.bundle;
  const { replyMs, gapMs } = spec.deadlines;

  let bytesIn = 0;
  let bytesOut = 0;
  let metadata: Record<string, unknown> | null = null;
  let exception: StorletException | null = null;
  let badMetadata = false;
  let readerGone = false;
  let exit: RunExit | null = null;
  let outputEnded = false;
  let isOver = false;
  let waitingFor: "place" | "metadata" | "first byte" | null = "place";
  let resolveBegun: ((invocation: Invocation) => void) | null = null;
  let rejectBegun: ((error: unknown) => void) | null = null;
  let resolveOutcome: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => (resolveOutcome = resolve));
  const contract = watchContract();
  let hasStarted = false;

  const reply = createWatchdog(clock, replyMs, () => {
    if (waitingFor !== null) end(failed.timeoutError(name, waitingFor, replyMs, places));
    return true;
  });
  const gap = createWatchdog(clock, gapMs, () => {
    if (output.isBackedUp()) return false;
    end(failed.stalledError(name, outputEnded, gapMs));
    return true;
  });

  const output = createOutputReader(connections.output, gap, {
    onBytes(sizeBytes) {
      bytesOut += sizeBytes;
      if (metadata !== null) begin();
    },
    onEnd() {
      outputEnded = true;
      if (exit !== null) endAfterExit(exit);
      else if (!isOver && resolveBegun === null) gap.begin();
    },
    onTaken() {
      for (const { watchdog } of feeds) watchdog.restart();
    },
    // Every reader cancels what it has read to its end, too.
    onCancel: () => (isOver ? undefined : end(failed.cancelledError())),
    onFailure: (error) => end(error),
  });

  const feeds = createFeeds(options, connections.inputs, {
    isBackedUp: () => output.isBackedUp(),
    onBytes: (sizeBytes) => (bytesIn += sizeBytes),
    onFailure: (error) => end(spec.signal.aborted ? failed.cancelledError() : failed.inputError(error)),
  });

  /** The wait for metadata or the first byte is over, well or badly. */
  function endReply(): void {
    const tookMs = reply.end();
    if (waitingFor === "metadata") contract.waited("metadata", tookMs, replyMs);
    else if (waitingFor === "first byte") contract.waited("first-byte", tookMs, replyMs);
  }

  function enter(next: "metadata" | "first byte"): void {
    endReply();
    waitingFor = next;
    reply.begin();
    spec.onPhase?.(next === "metadata" ? "metadata" : "first-byte");
  }

  /** The storlet answers: the caller gets its invocation. */
  function begin(): void {
    if (resolveBegun === null) return;
    endReply();
    waitingFor = null;
    spec.onPhase?.("stream");
    resolveBegun({ id: spec.id, placement, metadata: metadata ?? {}, output: output.stream, outcome });
    resolveBegun = rejectBegun = null;
  }

  function handle(event: RunEvent): void {
    if (isOver) return;
    log.event(event);
    switch (event.event) {
      case "opened":
        for (const loan of connections.loans) loan.end();
        break;
      case "unreadable":
        lose(failed.sandboxGoneError("The daemon could not open a file that was lent to it."), false);
        break;
      case "started":
        hasStarted = true;
        enter("metadata");
        for (const { feed } of feeds) feed.start();
        break;
      case "metadata":
        if (metadata !== null) break;
        metadata = event.metadata;
        enter("first byte");
        if (bytesOut > 0) begin();
        break;
      case "exception":
        exception = { type: event.type, message: event.message, traceback: event.traceback, frames: event.frames };
        badMetadata = event.badMetadata === true;
        break;
      case "data":
      case "more":
      case "output-end":
        output.told(event);
        break;
      case "contract":
        contract.told(event);
        bytesIn += event.fileBytes;
        break;
      case "reader-gone":
        readerGone = true;
        break;
      case "refused":
        end(failed.refusedError(name, event.message));
        break;
      case "exit":
        exit = event;
        endReply();
        endAfterExit(event);
        break;
      default:
    }
  }

  /** Once the child has ended, a failure counts at once; a success only with the whole output. */
  function endAfterExit(ended: RunExit): void {
    if (isOver) return;
    gap.end();
    const error = endingOf(ended);
    if (error !== null && resolveBegun !== null) end(error);
    else if (outputEnded) {
      if (error === null) begin();
      end(error);
    } else {
      // What it wrote before it ended still reaches the reader; of the input it needs no more.
      for (const { feed } of feeds) feed.stop();
      gap.begin();
    }
  }

  function endingOf(ended: RunExit): StudioError | null {
    if (exception !== null) {
      return badMetadata ? failed.badMetadataError(name, exception) : failed.exceptionError(name, exception, metadata !== null);
    }
    return readerGone ? failed.cancelledError() : failed.exitError(name, ended, metadata !== null);
  }

  function close(): void {
    isOver = true;
    spec.signal.removeEventListener("abort", onAbort);
    reply[Symbol.dispose]();
    gap[Symbol.dispose]();
    for (const { feed, watchdog } of feeds) {
      watchdog[Symbol.dispose]();
      feed.stop();
    }
    for (const loan of connections.loans) loan.end();
    connections.control.destroy();
  }

  /** Nothing has been used up: another attempt may run. */
  function lose(error: StudioError, isDaemonLost: boolean): void {
    close();
    output.close();
    rejectBegun?.(new AttemptLost(error, isDaemonLost));
    onOver();
  }

  function end(error: StudioError | null): void {
    if (isOver) return;
    endReply();
    if (gap.longestMs() > 0) contract.waited("output", gap.longestMs(), gapMs);
    close();
    const state = error === null ? "succeeded" : failed.stateOf(error);
    const check = hasStarted ? contract.conclude({ metadataSet: metadata !== null, failed: error !== null }) : null;
    const result: Outcome = { state, error, exception, bytesIn, bytesOut, contract: check };
    if (error === null) output.finish();
    else output.fail(error, !outputEnded);
    output.close();
    resolveOutcome(result);
    if (error !== null) rejectBegun?.(failed.rememberFailure(error, { placement, outcome: result }));
    onOver();
  }

  async function onControlEnd(): Promise<void> {
    if (isOver || exit !== null) return;
    const { error } = await options.explainLoss();
    // Waiting may have seen another end.
    if (isOver || exit !== null) return;
    const canRetry = rejectBegun !== null && metadata === null && !feeds.some(({ feed }) => feed.isConsumed());
    if (!canRetry) {
      end(error);
      return;
    }
    lose(error, true);
  }

  const onAbort = (): void => end(failed.cancelledError());

  return new Promise<Invocation>((resolve, reject) => {
    resolveBegun = resolve;
    rejectBegun = reject;
    spec.onPhase?.("execute");
    reply.begin();
    receiveJsonLines(
      connections.control,
      (message) => {
        const event = runEventSchema.safeParse(message);
        if (event.success) handle(event.data);
        else end(new StudioError("INTERNAL", "The daemon sent a message that is not understood.", { detail: event.error.message }));
      },
      () => void onControlEnd(),
    );
    if (spec.signal.aborted) onAbort();
    else spec.signal.addEventListener("abort", onAbort);
  });
}
