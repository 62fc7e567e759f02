/**
 * One live subscription to the log bus, however many views look at it. Owns the connection's gaps: after a break it asks for
 * what was missed, and it hands every line on once. Keeps no lines itself.
 */
import type { LogLine } from "../../../engine/contract/index.ts";

export interface LogBatch {
  lines: LogLine[];
  dropped: number;
  /** Lines that the engine has gathered for this reader and not sent yet. */
  waiting?: number;
}

/** How the hub opens a subscription: `api.logs.follow.subscribe`, or a test's own. */
export type FollowLogs = (
  input: { filter: Record<string, never>; afterSeq: number | null; backlog: number },
  handlers: {
    onData(batch: LogBatch): void;
    onError(error: unknown): void;
    onConnectionStateChange(change: { state: "idle" | "connecting" | "pending"; error?: unknown }): void;
  },
) => { unsubscribe(): void };

export type LogListener = (lines: readonly LogLine[], dropped: number, waiting: number) => void;

export interface LogHub {
  /** Hears every new line from now on. The first listener opens the subscription, the last one to leave closes it. */
  listen(listener: LogListener): () => void;
  /** Opens the subscription again where somebody listens: the engine has come back. */
  reopen(): void;
}

const firstBacklog = 5000;
const fullBacklog = 10_000;

/** `isUp`: whether opening makes sense now; where not, `reopen` does it later. */
export function createLogHub(follow: FollowLogs, isUp: () => boolean = () => true): LogHub {
  const listeners = new Set<LogListener>();
  let opened: { unsubscribe(): void } | null = null;
  /** Which subscription is the present one: what a closed one still delivers is not heard. */
  let generation = 0;
  let lastSeq: number | null = null;

  function hand(batch: LogBatch): void {
    // A reconnect by the transport itself repeats the backlog it was first asked for.
    const since = lastSeq ?? -1;
    const lines = batch.lines.filter((line) => line.seq > since);
    lastSeq = lines.at(-1)?.seq ?? lastSeq;
    if (lines.length === 0 && batch.dropped === 0) return;
    for (const listener of listeners) listener(lines, batch.dropped, batch.waiting ?? 0);
  }

  function close(): void {
    generation++;
    opened?.unsubscribe();
    opened = null;
  }

  function open(): void {
    close();
    const mine = generation;
    let broken = false;
    const input = { filter: {}, afterSeq: lastSeq, backlog: lastSeq === null ? firstBacklog : fullBacklog };
    opened = follow(input, {
      onData: (batch) => {
        if (mine === generation) hand(batch);
      },
      onError: () => {
        broken = true;
      },
      onConnectionStateChange: ({ state, error }) => {
        if (mine !== generation) return;
        if (state === "connecting" && error != null) broken = true;
        // Back again, but with the input of the first connection: ask anew, for what came in between.
        else if (state === "pending" && broken && lastSeq !== null) open();
      },
    });
  }

  return {
    listen(listener) {
      listeners.add(listener);
      if (opened === null && isUp()) open();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) close();
      };
    },
    reopen() {
      if (listeners.size > 0) open();
    },
  };
}
