import { expect, it } from "vitest";
import { createTimeline } from "./timeline.ts";

it("adds up phases in order of first entry, from a start in the past", () => {
  let nowMs = 100;
  const timeline = createTimeline({ nowMs: () => 0, elapsedMs: () => nowMs }, "authorise", 5);
  nowMs = 110;
  timeline.enter("fetch");
  nowMs = 113;
  timeline.enter("execute");
  nowMs = 120;
  timeline.enter("fetch");
  nowMs = 121;
  timeline.end();
  nowMs = 130;
  timeline.end();
  expect(timeline.phases()).toEqual([
    { name: "authorise", startMs: 0, durationMs: 15 },
    { name: "fetch", startMs: 15, durationMs: 4 },
    { name: "execute", startMs: 18, durationMs: 7 },
  ]);
  expect(timeline.totalMs()).toBe(35);
});
