import { expect, it } from "vitest";
import type { LogLine } from "../../../engine/contract/index.ts";
import { createLogHub, type FollowLogs } from "./log-hub.ts";
import { createLogRate } from "./log-rate.ts";

const line = (seq: number): LogLine => ({ seq, time: seq, level: "info", source: "engine", text: `line ${seq}` });

/** A transport in the hands of the test. */
function handTransport() {
  type Handlers = Parameters<FollowLogs>[1];
  const opened: { input: Parameters<FollowLogs>[0]; handlers: Handlers; closed: boolean }[] = [];
  const follow: FollowLogs = (input, handlers) => {
    const entry = { input, handlers, closed: false };
    opened.push(entry);
    return { unsubscribe: () => (entry.closed = true) };
  };
  return { follow, opened, newest: () => opened.at(-1) as (typeof opened)[number] };
}

function collector() {
  const seqs: number[] = [];
  return { seqs, listen: (lines: readonly LogLine[]) => void seqs.push(...lines.map((each) => each.seq)) };
}

it("opens one subscription for all and closes it with the last listener", () => {
  const { follow, opened, newest } = handTransport();
  const hub = createLogHub(follow);
  expect(opened).toHaveLength(0);
  const stopOne = hub.listen(() => {});
  const stopTwo = hub.listen(() => {});
  expect(opened).toHaveLength(1);
  expect(newest().input).toEqual({ filter: {}, afterSeq: null, backlog: 5000 });
  stopOne();
  expect(newest().closed).toBe(false);
  stopTwo();
  expect(newest().closed).toBe(true);
});

it("hands every line on once, also where the transport repeats itself", () => {
  const { follow, newest } = handTransport();
  const { seqs, listen } = collector();
  createLogHub(follow).listen(listen);
  newest().handlers.onData({ lines: [line(1), line(2)], dropped: 0 });
  newest().handlers.onData({ lines: [line(1), line(2), line(3)], dropped: 0 });
  newest().handlers.onData({ lines: [], dropped: 0 });
  expect(seqs).toEqual([1, 2, 3]);
});

it("asks for what it missed after a break, and does not hear the old connection any more", () => {
  const { follow, opened, newest } = handTransport();
  const { seqs, listen } = collector();
  createLogHub(follow).listen(listen);
  const first = newest();
  first.handlers.onConnectionStateChange({ state: "connecting" });
  first.handlers.onConnectionStateChange({ state: "pending" });
  first.handlers.onData({ lines: [line(1), line(2)], dropped: 0 });
  expect(opened).toHaveLength(1);
  first.handlers.onConnectionStateChange({ state: "connecting", error: new Error("gone") });
  first.handlers.onConnectionStateChange({ state: "pending" });
  expect(opened).toHaveLength(2);
  expect(first.closed).toBe(true);
  expect(newest().input).toEqual({ filter: {}, afterSeq: 2, backlog: 10_000 });
  first.handlers.onData({ lines: [line(3)], dropped: 0 });
  first.handlers.onConnectionStateChange({ state: "pending" });
  expect(opened).toHaveLength(2);
  newest().handlers.onData({ lines: [line(3), line(4)], dropped: 0 });
  expect(seqs).toEqual([1, 2, 3, 4]);
});

it("waits while the engine is away and opens again when it is back", () => {
  const { follow, opened, newest } = handTransport();
  let up = false;
  const hub = createLogHub(follow, () => up);
  const { seqs, listen } = collector();
  const stop = hub.listen(listen);
  expect(opened).toHaveLength(0);
  up = true;
  hub.reopen();
  newest().handlers.onData({ lines: [line(1)], dropped: 0 });
  hub.reopen();
  expect(opened.map((entry) => entry.closed)).toEqual([true, false]);
  expect(newest().input.afterSeq).toBe(1);
  newest().handlers.onData({ lines: [line(1), line(2)], dropped: 0 });
  expect(seqs).toEqual([1, 2]);
  stop();
  hub.reopen();
  expect(opened).toHaveLength(2);
});

it("passes on that lines were dropped", () => {
  const { follow, newest } = handTransport();
  const losses: number[] = [];
  createLogHub(follow).listen((_lines, dropped) => losses.push(dropped));
  newest().handlers.onData({ lines: [line(5)], dropped: 7 });
  expect(losses).toEqual([7]);
});

it("measures a rate while lines come, and then rests", () => {
  const due: (() => void)[] = [];
  const second = () => due.splice(0).forEach((callback) => callback());
  const rate = createLogRate((callback) => due.push(callback));
  const heard: number[] = [];
  rate.subscribe(() => heard.push(rate.perSecond));
  rate.add(30);
  rate.add(8);
  expect(rate.perSecond).toBe(0);
  second();
  expect(rate.perSecond).toBe(38);
  rate.add(2);
  second();
  second();
  expect(heard).toEqual([38, 2, 0]);
  expect(due).toHaveLength(0);
  rate.add(1);
  expect(due).toHaveLength(1);
});
