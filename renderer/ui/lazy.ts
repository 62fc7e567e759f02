/** Parts of the screen that are loaded when they are first shown. An engine that is away for a while must not take them away for good. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

const firstPauseMs = 500;
const longestPauseMs = 5_000;

/** Calls `load` until it goes well, with growing pauses. */
export async function keepTrying<T>(load: () => Promise<T>): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** As React's `lazy`, for a part that comes from the engine: what cannot be loaded now is asked for again, and waits in its Suspense. */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await keepTrying(load) }));
}
