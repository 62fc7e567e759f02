/** The page's one log: its subscription, the lines it holds and how they are looked at. Lives as long as the page. */
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { create } from "zustand";
import { api } from "../../api/client.ts";
import { useConnectionStore } from "../../api/connection.ts";
import { createLogHub } from "./log-hub.ts";
import { formatView, parseView } from "./kept-view.ts";
import type { LogQuery } from "./log-query.ts";
import { createLogRate, type LogRate } from "./log-rate.ts";
import { createLogStore, type LogStore, type LogStoreTurns } from "./log-store.ts";
import { createRunLog, type RunLog } from "./run-log.ts";

/** While lines pour in, a log is drawn every other frame: nobody reads them, and the hands on the editor need the frames between. */
const redrawMs = 30;

function makeTurns(): LogStoreTurns {
  let drawnAt = -Infinity;
  return {
    ...sharedTurns,
    onFrame(callback) {
      const frame = (now: number) => {
        if (now - drawnAt < redrawMs) return void requestAnimationFrame(frame);
        drawnAt = now;
        callback();
      };
      requestAnimationFrame(frame);
    },
  };
}

const sharedTurns: Omit<LogStoreTurns, "onFrame"> = {
  // A message comes after input and paint had their turn, without the 4 ms that nested timers wait.
  onSlice: (callback) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(null);
  },
  elapsedMs: () => performance.now(),
};

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
  const store = createLogStore(makeTurns());
  const rate = createLogRate((callback) => setTimeout(callback, 1000));
  const openedAt = Date.now();
  hub.listen((lines, dropped) => {
    store.append(lines, dropped);
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

interface LogView {
  query: LogQuery;
  wrap: boolean;
  /** The run that the view is cut to. */
  run: string | null;
}

const viewKey = "studio.logs.view";

/** How the panel looks at the log; kept while the panel is closed, and over visits. */
export const useLogView = create<LogView>(() => ({ ...readKeptView(), run: null }));

function readKeptView(): ReturnType<typeof parseView> {
  try {
    return parseView(localStorage.getItem(viewKey));
  } catch {
    return parseView(null);
  }
}

useLogView.subscribe((view, before) => {
  if (view.query === before.query && view.wrap === before.wrap) return;
  try {
    localStorage.setItem(viewKey, formatView(view));
  } catch {
    // Then the next visit begins with every line.
  }
});

/** Cuts the panel's log to one run; null shows every line again. Opens nothing. */
export function cutLogTo(run: string | null): void {
  useLogView.setState({ run });
}

/** True where the panel's log shows one run only. */
export function isLogCut(): boolean {
  return useLogView.getState().run !== null;
}
