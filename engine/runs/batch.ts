/** Gathers work that is cheaper done together: what comes alone is done in the same turn of the event loop, what comes in numbers waits a moment. */

export interface Batch extends Disposable {
  /** There is something to do. */
  ask(): void;
  /** Does it now, where somebody asked. */
  flush(): void;
}

/** Two turns of `work` are at least `pauseMs` apart, unless somebody flushes. `work` must not throw. Disposing does what is asked for. */
export function createBatch(work: () => void, pauseMs: number): Batch {
  let immediate: NodeJS.Immediate | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isPausing = false;
  let isAsked = false;
  let isDisposed = false;

  function run(): void {
    if (immediate !== null) clearImmediate(immediate);
    immediate = null;
    if (!isAsked) return;
    isAsked = false;
    isPausing = true;
    timer ??= setTimeout(endPause, pauseMs);
    work();
  }

  function endPause(): void {
    timer = null;
    isPausing = false;
    run();
  }

  return {
    ask() {
      if (isDisposed) return;
      isAsked = true;
      if (!isPausing) immediate ??= setImmediate(run);
    },
    flush: run,
    [Symbol.dispose]() {
      run();
      isDisposed = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
