/** Whether the engine answers: connects the event stream, notices when it breaks, and tries again with back-off. */
import { create } from "zustand";
import type { EngineEvent, EngineStatus } from "../../engine/contract/index.ts";
import { api } from "./client.ts";
import { isUnauthorized, problemOf } from "./problems.ts";

export type Connection =
  | { state: "connecting" }
  | { state: "connected" }
  /** Lost a moment ago; tried again before anybody needs to know. */
  | { state: "reconnecting"; since: number; reason: string }
  | { state: "down"; since: number; reason: string; nextTryAt: number }
  /** The address carries no session: only a person can help. */
  | { state: "no-session" };

interface ConnectionStore {
  connection: Connection;
  /** Grows with every connection made: subscriptions start again when it does. */
  epoch: number;
}

export const useConnectionStore = create<ConnectionStore>(() => ({ connection: { state: "connecting" }, epoch: 0 }));

/** How long to wait before try number `attempt` (0 is the first), in milliseconds. */
export function backOffMs(attempt: number): number {
  return Math.min(5000, 250 * 2 ** attempt);
}

/** A loss shorter than this is called "reconnecting", a longer one "down". */
const downAfterMs = 2000;
/** A try without an answer for this long counts as failed. */
const tryTimeoutMs = 5000;

type Listener = (events: readonly EngineEvent[]) => void;
const listeners = new Set<Listener>();

/** Calls `listener` with every batch of engine events; returns how to stop. */
export function onEngineEvents(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let retryNow: (() => void) | null = null;

/** Tries at once instead of waiting for the next turn. */
export function retryConnection(): void {
  retryNow?.();
}

/** Keeps the connection for the life of the page; returns how to end it. `onConnected` runs after each connection made. */
export function startConnection(onConnected: (status: EngineStatus) => void): () => void {
  const end = new AbortController();
  let closeStream: (() => void) | null = null;

  const lost = (reason: string) => {
    if (closeStream === null) return;
    closeStream();
    closeStream = null;
    void connect(reason);
  };
  const connect = async (lostBecause: string | null) => {
    const status = await reachEngine(lostBecause, end.signal);
    if (status === null) return;
    closeStream = openEventStream(lost);
    useConnectionStore.setState(({ epoch }) => ({ connection: { state: "connected" }, epoch: epoch + 1 }));
    onConnected(status);
  };

  void connect(null);
  return () => {
    end.abort();
    closeStream?.();
    closeStream = null;
  };
}

/** Opens the event stream; `onLost` hears once why it broke. Returns how to close it. */
function openEventStream(onLost: (reason: string) => void): () => void {
  const subscription = api.engine.events.subscribe(undefined, {
    onData: (events) => {
      if (events.length > 0) for (const listener of listeners) listener(events);
    },
    onError: (error) => onLost(reasonOf(error)),
    onComplete: () => onLost("The engine closed the event stream."),
    onConnectionStateChange: (change) => {
      if (change.state === "connecting" && change.error) onLost(reasonOf(change.error));
    },
  });
  return () => subscription.unsubscribe();
}

function reasonOf(error: unknown): string {
  const problem = problemOf(error);
  return problem.detail ?? problem.message;
}

/** Tries until the engine answers, and shows how that goes. Null where it was ended or a person has to help. */
async function reachEngine(lostBecause: string | null, signal: AbortSignal): Promise<EngineStatus | null> {
  const show = (connection: Connection) => useConnectionStore.setState({ connection });
  const since = Date.now();
  if (lostBecause !== null) show({ state: "reconnecting", since, reason: lostBecause });
  for (let attempt = 0; ; attempt += 1) {
    const answer = await tryOnce();
    if (signal.aborted) return null;
    if (typeof answer === "object") return answer;
    if (answer === "no-session") {
      show({ state: "no-session" });
      return null;
    }
    const waitMs = backOffMs(attempt);
    if (Date.now() - since + waitMs >= downAfterMs) show({ state: "down", since, reason: answer, nextTryAt: Date.now() + waitMs });
    else if (lostBecause !== null) show({ state: "reconnecting", since, reason: answer });
    await wait(waitMs);
    if (signal.aborted) return null;
  }
}

/** Waits, unless somebody asks to try at once. */
function wait(waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      retryNow = null;
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    retryNow = done;
  });
}

/** What the engine answers, `no-session` on 401, else why it does not. */
async function tryOnce(): Promise<EngineStatus | "no-session" | string> {
  try {
    return await api.engine.status.query(undefined, { signal: AbortSignal.timeout(tryTimeoutMs) });
  } catch (error) {
    return isUnauthorized(error) ? "no-session" : reasonOf(error);
  }
}
