import { describe, expect, it } from "vitest";
import type { SandboxEvent, SandboxInfo } from "../../../engine/contract/index.ts";
import { countSentence, formatUptime, historyOf, openTrouble, troubleTitle } from "./sandbox-words.ts";

const event = (kind: SandboxEvent["kind"], storlet: string | null = null, time = 0): SandboxEvent => ({
  time,
  scope: "test",
  sandbox: "sb",
  kind,
  storlet,
  digest: null,
  reason: "Because.",
});

it.each([
  [0, "0 s"],
  [59_999, "59 s"],
  [31 * 60_000, "31 min"],
  [72 * 60_000, "1 h 12 min"],
  [3_600_000, "1 h"],
  [27 * 3_600_000, "1 d 3 h"],
])("%d ms is %s", (ms, text) => expect(formatUptime(ms)).toBe(text));

it("counts", () => {
  expect(countSentence([])).toBe("0 sandboxes, 0 daemons, 0 open invocations");
  const sandbox = { daemons: [{ openInvocations: 1 }, { openInvocations: 0 }] } as SandboxInfo;
  expect(countSentence([sandbox])).toBe("1 sandbox, 2 daemons, 1 open invocation");
});

describe("open trouble", () => {
  it.each<[string, SandboxEvent[], SandboxEvent["kind"] | null]>([
    ["none", [event("sandbox-started"), event("daemon-started", "a.py")], null],
    ["a crash", [event("daemon-started", "a.py"), event("daemon-crashed", "a.py")], "daemon-crashed"],
    ["a crash made good", [event("daemon-crashed", "a.py"), event("daemon-started", "a.py")], null],
    ["a crash that another start does not make good", [event("daemon-failed", "a.py"), event("daemon-started", "b.py")], "daemon-failed"],
    [
      "an older one behind one that is made good",
      [event("daemon-failed", "a.py"), event("sandbox-ended"), event("sandbox-started")],
      "daemon-failed",
    ],
  ])("%s", (_name, history, kind) => {
    expect(openTrouble(history)?.kind ?? null).toBe(kind);
  });
  it("is told by name", () => {
    expect(troubleTitle(event("daemon-failed", "redact.py"))).toBe("redact could not be loaded");
    expect(troubleTitle(event("sandbox-ended"))).toBe("The sandbox ended by itself");
  });
});

it("shows a storlet's history with that of its sandbox, the newest first", () => {
  const history = [event("sandbox-started", null, 1), event("daemon-started", "a.py", 2), event("daemon-started", "b.py", 3)];
  expect(historyOf(history, "test", "a.py").map(({ time }) => time)).toEqual([2, 1]);
  expect(historyOf(history, "test", null).map(({ time }) => time)).toEqual([3, 2, 1]);
  expect(historyOf(history, "other", null)).toEqual([]);
});
