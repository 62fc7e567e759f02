/** Waits and their limits, on a clock that the test moves; the timers are real. */
import { open } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { systemClock } from "../support/clock.ts";
import { createWatchdog } from "./watchdog.ts";

describe("watchdog", () => {
  it("expires once a wait is too long", async () => {
    const expired = Promise.withResolvers<number>();
    const startMs = performance.now();
    using watchdog = createWatchdog(systemClock, 30, () => (expired.resolve(performance.now() - startMs), true));
    watchdog.begin();
    expect(await expired.promise).toBeGreaterThanOrEqual(29);
  });

  it("does not add up waits, nor expire between them", async () => {
    let expiries = 0;
    using watchdog = createWatchdog(systemClock, 40, () => (expiries++, true));
    for (let n = 0; n < 8; n++) {
      watchdog.begin();
      await new Promise((resolve) => setTimeout(resolve, 10));
      watchdog.end();
    }
    expect(expiries).toBe(0);
  });

  it("looks at what has arrived before it blames a wait that the engine itself slept through", async () => {
    let expiries = 0;
    using watchdog = createWatchdog(systemClock, 20, () => (expiries++, true));
    const pipe = await open("/dev/zero");
    await new Promise((resolve) => setImmediate(resolve));
    watchdog.begin();
    // The answer is there long before the limit, but the event loop is busy beyond it.
    const answer = pipe.read(Buffer.alloc(1)).then(() => watchdog.end());
    const endMs = performance.now() + 60;
    while (performance.now() < endMs);
    await answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(expiries).toBe(0);
    await pipe.close();
  });

  it("waits on for as long again where it is told so", async () => {
    const asked: number[] = [];
    const done = Promise.withResolvers<void>();
    const startMs = performance.now();
    using watchdog = createWatchdog(systemClock, 20, () => {
      asked.push(performance.now() - startMs);
      if (asked.length === 3) done.resolve();
      return asked.length === 3;
    });
    watchdog.begin();
    await done.promise;
    expect(asked[2]).toBeGreaterThanOrEqual(57);
  });

  it("a restarted wait counts from then", async () => {
    const expired = Promise.withResolvers<number>();
    const startMs = performance.now();
    using watchdog = createWatchdog(systemClock, 40, () => (expired.resolve(performance.now() - startMs), true));
    watchdog.begin();
    await new Promise((resolve) => setTimeout(resolve, 20));
    watchdog.restart();
    expect(await expired.promise).toBeGreaterThanOrEqual(58);
  });
});
