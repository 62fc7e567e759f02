/** Tells listeners that something changed: at once, or at most once a frame. */

export interface ChangeSignal {
  changed(): void;
  subscribe(listener: () => void): () => void;
  /** Grows with every telling. */
  readonly version: number;
}

/** `onFrame` runs a callback before the next paint; without it listeners are told at once. */
export function createChangeSignal(onFrame: (callback: () => void) => void = (callback) => callback()): ChangeSignal {
  const listeners = new Set<() => void>();
  let version = 0;
  let frameAsked = false;
  return {
    changed() {
      if (frameAsked) return;
      frameAsked = true;
      onFrame(() => {
        frameAsked = false;
        version++;
        for (const listener of listeners) listener();
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get version() {
      return version;
    },
  };
}
