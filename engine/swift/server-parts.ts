/** What the HTTP side needs of the rest: the pipeline, the clock, and somebody to tell of bugs. */
import type { Clock } from "../support/clock.ts";
import type { Handler, SwiftRequest } from "./types.ts";

export interface ServerParts {
  readonly handle: Handler;
  readonly clock: Clock;
  /** The request is null for errors outside of one. */
  onBug(error: unknown, request: SwiftRequest | null): void;
}
