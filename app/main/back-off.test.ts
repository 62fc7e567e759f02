import { describe, expect, it } from "vitest";
import { decideRestart } from "./back-off.ts";

const now = 10_000_000;
const minutes = (count: number): number => count * 60_000;

describe("decideRestart", () => {
  it.each([
    { name: "first crash", crashes: [now], expected: { kind: "restart", delayMs: 250, attempt: 1 } },
    { name: "second crash", crashes: [now - 500, now], expected: { kind: "restart", delayMs: 500, attempt: 2 } },
    { name: "fifth crash", crashes: [now - 4, now - 3, now - 2, now - 1, now], expected: { kind: "restart", delayMs: 4000, attempt: 5 } },
    { name: "sixth crash", crashes: [now - 5, now - 4, now - 3, now - 2, now - 1, now], expected: { kind: "give-up", crashes: 6 } },
    {
      name: "old crashes are forgiven",
      crashes: [now - minutes(50), now - minutes(40), now - minutes(30), now - minutes(20), now - minutes(6), now],
      expected: { kind: "restart", delayMs: 250, attempt: 1 },
    },
    { name: "exactly at the edge counts", crashes: [now - minutes(5), now], expected: { kind: "restart", delayMs: 500, attempt: 2 } },
  ])("$name", ({ crashes, expected }) => {
    expect(decideRestart(crashes, now)).toEqual(expected);
  });

  it("never waits longer than ten seconds", () => {
    for (let count = 1; count < 6; count += 1) {
      const decision = decideRestart(Array.from({ length: count }).fill(now) as number[], now);
      expect(decision.kind === "restart" && decision.delayMs <= 10_000).toBe(true);
    }
  });
});
