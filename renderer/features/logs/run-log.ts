/** The lines of one run, from its first to whatever it still writes. Owns the seam between history and live lines. */
import type { LogLine } from "../../../engine/contract/index.ts";
import type { LogListener } from "./log-hub.ts";
import type { TestTexts } from "./log-search.ts";
import { createLogStore, type LogStore, type LogStoreTurns } from "./log-store.ts";

export interface RunLog {
  readonly store: LogStore;
  /** Resolves once the lines of the past are in; rejects where they could not be had. */
  readonly loaded: Promise<void>;
  dispose(): void;
}

export interface RunLogSources {
  history(run: string): Promise<readonly LogLine[]>;
  listen(listener: LogListener): () => void;
  turns: LogStoreTurns;
  testTexts?: TestTexts;
}

const runLogCapacity = 20_000;

export function createRunLog(run: string, { history, listen, turns, testTexts }: RunLogSources): RunLog {
  const store = createLogStore(turns, runLogCapacity, testTexts);
  let early: LogLine[] | null = [];
  let lastSeq = -1;
  let disposed = false;
  const stop = listen((lines) => {
    // A subscription that opens late begins with lines that the history has.
    const own = lines.filter((line) => line.run === run && line.seq > lastSeq);
    if (early === null) store.append(own);
    else early.push(...own);
  });

  async function load(): Promise<void> {
    try {
      const past = await history(run);
      if (disposed) return;
      store.append(past);
      lastSeq = past.at(-1)?.seq ?? -1;
      store.append((early ?? []).filter((line) => line.seq > lastSeq));
    } catch (error) {
      store.append(early ?? []);
      throw error;
    } finally {
      early = null;
    }
  }

  const loaded = load();
  // The promise is looked at by whoever shows the log; unseen, it is no failure of the page.
  loaded.catch(() => {});
  return {
    store,
    loaded,
    dispose() {
      disposed = true;
      stop();
    },
  };
}
