/** Lines per second, measured only while lines arrive: a quiet log costs no timer. */

export interface LogRate {
  add(lines: number): void;
  /** Lines in the last full second. */
  readonly perSecond: number;
  subscribe(listener: () => void): () => void;
}

/** `afterOneSecond` calls back once, a second later. */
export function createLogRate(afterOneSecond: (callback: () => void) => void): LogRate {
  const listeners = new Set<() => void>();
  let gathered = 0;
  let perSecond = 0;
  let measuring = false;

  function measure(): void {
    const changed = perSecond !== gathered;
    perSecond = gathered;
    gathered = 0;
    measuring = perSecond > 0;
    if (measuring) afterOneSecond(measure);
    if (changed) for (const listener of listeners) listener();
  }

  return {
    add(lines) {
      gathered += lines;
      if (measuring || lines === 0) return;
      measuring = true;
      afterOneSecond(measure);
    },
    get perSecond() {
      return perSecond;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
