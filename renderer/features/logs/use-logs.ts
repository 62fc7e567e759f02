/** The page's one log: its subscription, the lines it holds and how they are looked at. Lives as long as the page. */
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { create } from "zustand";
import type { LogLine } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { useConnectionStore } from "../../api/connection.ts";
import { createLogHub } from "./log-hub.ts";
import { formatMomentary, formatView, parseMomentary, parseView } from "./kept-view.ts";
import { createLogFind, type LogFind } from "./log-find.ts";
import { everything, type LogQuery } from "./log-query.ts";
import { createLogRate, type LogRate } from "./log-rate.ts";
import { createLogStore, type LogStore, type LogStoreTurns } from "./log-store.ts";
import { createPatternMarks } from "./pattern-marks.ts";
import { createPatternRunner } from "./pattern-runner.ts";
import { createRunLog, type RunLog } from "./run-log.ts";
import PatternWorker from "./pattern-worker.ts?worker";

/** While lines pour in, a log is drawn every other frame: nobody reads them, and the hands on the editor need the frames between. */
const redrawMs = 30;

function makeTurns(): LogStoreTurns {
  let drawnAt = -Infinity;
  let hurried = false;
  return {
    ...sharedTurns,
    hurry() {
      hurried = true;
    },
    onFrame(callback) {
      const frame = (now: number) => {
        if (!hurried && now - drawnAt < redrawMs) return void requestAnimationFrame(frame);
        hurried = false;
        drawnAt = now;
        callback();
      };
      requestAnimationFrame(frame);
    },
  };
}

const sharedTurns = {
  // A message comes after input and paint had their turn, without the 4 ms that nested timers wait.
  onSlice: (callback: () => void) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(null);
  },
  elapsedMs: () => performance.now(),
};

const runner = createPatternRunner(
  (onMessage, onError) => {
    const worker = new PatternWorker();
    worker.addEventListener("message", ({ data }) => onMessage(data));
    worker.addEventListener("error", onError);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    return { send: (job) => worker.postMessage(job), terminate: () => worker.terminate() };
  },
  (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
);

/** Where patterns occur in drawn rows, for every view of a log. */
export const patternMarks = createPatternMarks(runner);

const hub = createLogHub(
  (input, handlers) => api.logs.follow.subscribe(input, handlers),
  () => useConnectionStore.getState().connection.state === "connected",
);
useConnectionStore.subscribe((now, before) => {
  if (now.epoch !== before.epoch) hub.reopen();
});

interface PageLog {
  store: LogStore;
  rate: LogRate;
}
let pageLog: PageLog | null = null;

/** Begins to gather lines with its first call, and goes on whether or not a view is open. */
function openPageLog(): PageLog {
  if (pageLog !== null) return pageLog;
  const store = createLogStore(makeTurns(), undefined, runner.test);
  const rate = createLogRate((callback) => setTimeout(callback, 1000));
  const openedAt = Date.now();
  hub.listen((lines, dropped, waiting) => {
    store.append(lines, dropped, waiting);
    // The backlog is history, not traffic.
    rate.add(lines.filter((line) => line.time >= openedAt).length + dropped);
  });
  pageLog = { store, rate };
  return pageLog;
}

/** Every line of the engine that the page holds. */
export function usePageLogStore(): LogStore {
  return openPageLog().store;
}

/** Lines per second that arrive now. */
export function useLogRate(): number {
  const { rate } = openPageLog();
  return useSyncExternalStore(rate.subscribe, () => rate.perSecond);
}

/** Draws again, at most once a frame, when the store changed. */
export function useLogVersion(store: LogStore): number {
  return useSyncExternalStore(store.subscribe, () => store.version);
}

/** The same, but not more often than a person reads numbers: for counts beside a log that runs. */
export function useSlowLogVersion(store: LogStore): number {
  return useSyncExternalStore(
    useCallback((listener: () => void) => callNotMoreOften(store.subscribe, listener, 200), [store]),
    () => store.version,
  );
}

export type RunLogState = "loading" | "loaded" | "failed";

/** The lines of one run; null where no run is wanted, and for the moment before its log is open. */
export function useRunLog(run: string | null): { store: LogStore; state: RunLogState } | null {
  const [log, setLog] = useState<{ run: string; store: LogStore; state: RunLogState } | null>(null);
  useEffect(() => {
    if (run === null) return;
    const runLog: RunLog = createRunLog(run, {
      history: (id) => api.logs.history.query({ filter: { run: id }, limit: 10_000 }),
      listen: (listener) => hub.listen(listener),
      turns: makeTurns(),
      testTexts: runner.test,
    });
    const { store } = runLog;
    let shown = true;
    const set = (state: RunLogState) => shown && setLog({ run, store, state });
    set("loading");
    runLog.loaded.then(
      () => set("loaded"),
      () => set("failed"),
    );
    return () => {
      shown = false;
      runLog.dispose();
    };
  }, [run]);
  return log?.run === run ? log : null;
}

/** Hands calls on at once, and those that follow within `pauseMs` as one at its end. */
function callNotMoreOften(subscribe: LogStore["subscribe"], listener: () => void, pauseMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let missed = false;
  const rest = () => {
    timer = missed ? setTimeout(rest, pauseMs) : null;
    if (missed) listener();
    missed = false;
  };
  const stop = subscribe(() => {
    missed = timer !== null;
    if (missed) return;
    timer = setTimeout(rest, pauseMs);
    listener();
  });
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}

const noStore = { subscribe: () => () => {} };

/** How many lines a run's log has so far; null while it is not open. */
export function useLogCount(log: { store: LogStore } | null): number | null {
  const { subscribe } = log?.store ?? noStore;
  return useSyncExternalStore(subscribe, () => log?.store.lineCount ?? null);
}

/** A search in a store while it is wanted. */
export function useLogFind(store: LogStore | null, wanted: boolean): LogFind | null {
  const [held, setHeld] = useState<{ store: LogStore; find: LogFind } | null>(null);
  useEffect(() => {
    if (store === null || !wanted) return;
    const find = createLogFind(store, sharedTurns, runner.test);
    setHeld({ store, find });
    return () => {
      find.dispose();
      setHeld(null);
    };
  }, [store, wanted]);
  return held !== null && held.store === store ? held.find : null;
}

/** Lets the page have its turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => sharedTurns.onSlice(resolve));
}

/** One piece of everything the engine remembers. */
export function readEngineLog(beforeSeq: number | null, limit: number): Promise<LogLine[]> {
  return api.logs.history.query({ filter: {}, limit, ...(beforeSeq === null ? {} : { beforeSeq }) });
}

interface LogView {
  query: LogQuery;
  wrap: boolean;
  /** The run that the view is cut to. */
  run: string | null;
}

const viewKey = "studio.logs.view";

/** How the panel looks at the log; kept while the panel is closed, and over visits. */
export const useLogView = create<LogView>(() => readKeptView());

function readKeptView(): LogView {
  try {
    const { query, wrap } = parseView(localStorage.getItem(viewKey));
    const { run, from, to } = parseMomentary(sessionStorage.getItem(viewKey));
    return { query: { ...query, from, to }, wrap, run };
  } catch {
    return { query: everything, wrap: false, run: null };
  }
}

useLogView.subscribe((view) => {
  try {
    localStorage.setItem(viewKey, formatView(view));
    sessionStorage.setItem(viewKey, formatMomentary(view));
  } catch {
    // Then the next visit begins with every line.
  }
});

/** Changes some of the panel's query. */
export function changeQuery(changes: Partial<LogQuery>): void {
  useLogView.setState(({ query }) => ({ query: { ...query, ...changes } }));
}

/** Shows every line again. */
export function clearLogFilter(): void {
  useLogView.setState({ query: everything, run: null });
}

/** Shows the lines of one storlet. */
export function showOnlyStorlet(storlet: string): void {
  changeQuery({ storlets: new Set([storlet]) });
}

/** Cuts the panel's log to one run; null shows every line again. Opens nothing. */
export function cutLogTo(run: string | null): void {
  useLogView.setState({ run });
}

/** Shows the lines of a run whose id, or transaction id, a person typed. False where the engine knows no such run. */
export async function cutLogToTyped(typed: string): Promise<boolean> {
  const id = typed.trim();
  if (id === "") return false;
  const found = id.startsWith("tx") ? await api.runs.findByTransaction.query({ transactionId: id }) : await api.runs.get.query({ id });
  const run = found?.id ?? (await runThatBegins(id));
  if (run === null) return false;
  cutLogTo(run);
  return true;
}

/** The newest run whose id begins so: rows show the beginning alone. */
async function runThatBegins(beginning: string): Promise<string | null> {
  const runs = await api.runs.list.query({ limit: 1000 });
  return runs.find(({ id, transactionId }) => id.startsWith(beginning) || transactionId === beginning)?.id ?? null;
}

/** True where the panel's log shows one run only. */
export function isLogCut(): boolean {
  return useLogView.getState().run !== null;
}
