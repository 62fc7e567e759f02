import { describe, expect, it } from "vitest";
import type { ReadyLine } from "../../engine/contract/index.ts";
import { createFakeClock, FakeEngine } from "./electron-stand-in.ts";
import { createEngineHost, readyDeadlineMs, stopDeadlineMs, type EngineState } from "./engine-host.ts";

function setUp({ forkFails = false } = {}) {
  const clock = createFakeClock();
  const engines: FakeEngine[] = [];
  const previous: (ReadyLine | null)[] = [];
  const states: EngineState[] = [];
  const killed: number[] = [];
  const host = createEngineHost({
    clock,
    fork(last) {
      if (forkFails) return Promise.reject(new Error("no such file"));
      previous.push(last);
      const engine = new FakeEngine(100 + engines.length);
      engines.push(engine);
      return Promise.resolve(engine);
    },
    onState: (state) => states.push(state),
    kill(pid) {
      killed.push(pid);
      engines.find((engine) => engine.pid === pid)?.end(137);
    },
  });
  const engine = (index: number): FakeEngine => {
    const found = engines[index];
    if (found === undefined) throw new Error(`No engine ${index} was started.`);
    return found;
  };
  return { clock, host, engine, engines, previous, states, killed };
}

// Forking is asynchronous: the process is watched one turn after it was asked for.
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("createEngineHost", () => {
  it("is ready when the engine says so, and not before", async () => {
    const { host, engine, states } = setUp();
    host.start();
    await turn();
    expect(host.state.kind).toBe("starting");
    engine(0).stdout.write("Starting up, be patient\n");
    await engine(0).sayReady(28080);
    expect(states.map(({ kind }) => kind)).toEqual(["starting", "ready"]);
    expect(host.state).toMatchObject({ kind: "ready", ready: { control: "http://127.0.0.1:28080/?token=t" } });
  });

  it("starts the engine again after a crash, with its last words and its old ports", async () => {
    const { host, engine, clock, states, previous } = setUp();
    host.start();
    await turn();
    await engine(0).sayReady(28080);
    await engine(0).sayError("TypeError: something broke");
    engine(0).end(1);
    expect(states.at(-1)).toEqual({
      kind: "restarting",
      attempt: 1,
      delayMs: 250,
      lastWords: "TypeError: something broke\nThe engine ended with code 1.",
    });
    clock.advance(249);
    await turn();
    expect(previous).toHaveLength(1);
    clock.advance(1);
    await turn();
    expect(previous.map((line) => line?.control)).toEqual([undefined, "http://127.0.0.1:28080/?token=t"]);
    await engine(1).sayReady(28080, "new");
    expect(host.state).toMatchObject({ kind: "ready", ready: { control: "http://127.0.0.1:28080/?token=new" } });
  });

  it("waits longer after each crash, then gives up", async () => {
    const { host, engine, clock, states } = setUp();
    host.start();
    for (let index = 0; index < 6; index += 1) {
      await turn();
      engine(index).end(1);
      clock.advance(10_000);
    }
    await turn();
    const delays = states.flatMap((state) => (state.kind === "restarting" ? [state.delayMs] : []));
    expect(delays).toEqual([250, 500, 1000, 2000, 4000]);
    expect(host.state).toMatchObject({ kind: "failed", crashes: 6 });
    expect(clock.waiting).toBe(0);
  });

  it("counts a process that cannot be forked as a crash", async () => {
    const { host } = setUp({ forkFails: true });
    host.start();
    await turn();
    expect(host.state).toMatchObject({ kind: "restarting", attempt: 1, lastWords: "no such file" });
  });

  it("ends an engine that never becomes ready", async () => {
    const { host, clock, killed } = setUp();
    host.start();
    await turn();
    clock.advance(readyDeadlineMs);
    expect(killed).toEqual([100]);
    expect(host.state).toMatchObject({ kind: "restarting", lastWords: expect.stringContaining("60 seconds") });
  });

  it("stops an engine that ends when asked, without calling it a crash", async () => {
    const { host, engine, killed, states, clock } = setUp();
    host.start();
    await turn();
    await engine(0).sayReady(28080);
    await Promise.all([host.stop(), host.stop()]);
    expect(engine(0).killed).toBe(1);
    expect(killed).toEqual([]);
    expect(states.at(-1)).toEqual({ kind: "stopped" });
    expect(clock.waiting).toBe(0);
  });

  it("kills an engine that does not end within the deadline", async () => {
    const { host, engine, killed, clock } = setUp();
    host.start();
    await turn();
    engine(0).endsWhenAsked = false;
    const stopped = host.stop();
    await turn();
    clock.advance(stopDeadlineMs - 1);
    expect(killed).toEqual([]);
    clock.advance(1);
    await stopped;
    expect(killed).toEqual([100]);
  });

  it("does not restart once it was asked to stop", async () => {
    const { host, engine, engines, clock } = setUp();
    host.start();
    await turn();
    engine(0).end(1);
    await host.stop();
    clock.advance(60_000);
    await turn();
    expect(engines).toHaveLength(1);
    expect(host.state).toEqual({ kind: "stopped" });
  });
});
