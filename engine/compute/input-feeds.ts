/** The inputs of one invocation that are sent over connections, each with the timer that watches its storlet read. Owns no connection. */
import type { Duplex } from "node:stream";
import type { Clock } from "../support/clock.ts";
import { createInputFeed, type InputFeed } from "./input-feed.ts";
import type { RunLog } from "./run-log.ts";
import type { InvocationSpec } from "./types.ts";
import { createWatchdog, type Watchdog } from "./watchdog.ts";

interface WatchedFeed {
  readonly feed: InputFeed;
  readonly watchdog: Watchdog;
}

/** One feed for every input; those without a connection were lent, or have gone with the invocation itself. */
export function createFeeds(
  { spec, clock, log }: { readonly spec: InvocationSpec; readonly clock: Clock; readonly log: RunLog },
  connections: readonly (Duplex | null)[],
  events: { isBackedUp(): boolean; onBytes(sizeBytes: number): void; onFailure(error: unknown): void },
): WatchedFeed[] {
  const { isBackedUp, onBytes, onFailure } = events;
  const { inputMs } = spec.deadlines;
  return connections.map((connection, index) => {
    const watchdog = createWatchdog(clock, inputMs, () => {
      // The storlet may be waiting for its own reader: that is no fault of it.
      if (isBackedUp()) return false;
      log.warn(`The storlet read nothing of input ${index} for ${inputMs / 1000} s: the input ends here.`);
      feed.stop();
      return true;
    });
    const { body } = spec.inputs[index] as InvocationSpec["inputs"][number];
    const feed = createInputFeed({ connection, body, watchdog, onBytes, onFailure });
    return { feed, watchdog };
  });
}
