/** Warnings of what the real system mixes up: told once, in words that fit the profile. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createLogBus, type LogBus } from "../compute/log-bus.ts";
import { systemClock } from "../support/clock.ts";
import { createClashWatch, type ClashWatch } from "./clashes.ts";
import { scopeOf } from "./rules.ts";

let directory: string;
let logs: LogBus;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "studio-clashes-"));
  logs = createLogBus({ directory, clock: systemClock });
});
afterEach(async () => {
  await logs[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const told = (): string[] => logs.history({ levels: ["warn"] }, 10).map(({ text }) => text);
const note = (watch: ClashWatch, account: string, storlet: string, main: string): void =>
  watch.note({ account, scope: scopeOf(account), storlet, main });

it("warns once of accounts that share their first 13 characters", () => {
  const watch = createClashWatch(logs, false);
  note(watch, "AUTH_0123456789abcX", "a.py", "a.A");
  note(watch, "AUTH_0123456789ab", "b.py", "b.B");
  expect(told()).toEqual([]);
  for (let n = 0; n < 2; n++) note(watch, "AUTH_0123456789abcY", "a.py", "a.A");
  expect(told()).toEqual([
    "The accounts AUTH_0123456789abcX and AUTH_0123456789abcY begin with the same 13 characters: they share sandbox and storlets, here as on the real system.",
  ]);
});

it.each([
  [false, "on the real system they overwrite each other. Here each has its own daemon."],
  [true, "they overwrite each other, here as on the real system."],
])("warns once of storlets that share their main class (shared: %s)", (sharesMainClass, words) => {
  const watch = createClashWatch(logs, sharesMainClass);
  note(watch, "AUTH_test", "one-1.jar", "org.example.Same");
  note(watch, "AUTH_other", "two-1.jar", "org.example.Same");
  expect(told()).toEqual([]);
  for (let n = 0; n < 2; n++) note(watch, "AUTH_test", "two-1.jar", "org.example.Same");
  expect(told()).toEqual([`one-1.jar and two-1.jar have the same main class: ${words}`]);
});
