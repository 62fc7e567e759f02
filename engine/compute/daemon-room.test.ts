/** Room for daemons: who leaves by the numbers, and many daemons in a small sandbox. */
import { describe, expect, it } from "vitest";
import { readBody } from "../support/streams.ts";
import type { Language } from "../contract/index.ts";
import { isWantOfRoom, whoLeavesAfterFailure, whoMakesRoom } from "./daemon-room.ts";
import { runOf, storletOf } from "./test-compute.ts";
import { buildJar, findTestJdk, javaBundle } from "./test-java.ts";
import { testSandboxes } from "./test-sandboxes.ts";
import type { Bundle } from "./types.ts";

const mebibyte = 1024 * 1024;
const jdk = await findTestJdk(process.env);

const residents = (
  ...all: [name: string, language: Language, idleSinceMs: number, openInvocations?: number, state?: "running" | "starting" | "draining"][]
) =>
  all.map(([name, language, idleSinceMs, openInvocations = 0, state = "running"]) => ({
    name,
    idleSinceMs,
    info: { language, openInvocations, state } as const,
  }));
const namesOf = (found: readonly { name: string }[]): string[] => found.map(({ name }) => name);

describe("room for daemons", () => {
  const java = (name: string, idleSinceMs: number, open = 0): Parameters<typeof residents>[0] => [name, "java", idleSinceMs, open];
  it.each([
    { what: "nobody leaves a sandbox with room", all: [java("a", 1), java("b", 2)], pids: 1024, memoryMiB: 1024, leaving: [] },
    { what: "the longest idle leave first", all: [java("a", 3), java("b", 1), java("c", 2)], pids: 100, memoryMiB: 1024, leaving: ["b"] },
    { what: "memory counts as well", all: [java("a", 3), java("b", 1), java("c", 2)], pids: 1024, memoryMiB: 128, leaving: ["b", "c"] },
    { what: "who works stays", all: [java("a", 1, 1), java("b", 2), java("c", 3, 2)], pids: 64, memoryMiB: 1024, leaving: ["b"] },
    { what: "a small sandbox still has one", all: [java("a", 1)], pids: 16, memoryMiB: 16, leaving: ["a"] },
  ])("$what", ({ all, pids, memoryMiB, leaving }) => {
    const limits = { pids, memoryBytes: memoryMiB * mebibyte, cpus: 1 };
    expect(namesOf(whoMakesRoom(residents(...all), "java", limits))).toEqual(leaving);
  });

  it("counts those that start, and not those that leave already", () => {
    const limits = { pids: 100, memoryBytes: 1024 * mebibyte, cpus: 1 };
    const starting = residents(java("a", 1), ["b", "java", 2, 0, "starting"], ["c", "java", 3, 0, "starting"]);
    expect(namesOf(whoMakesRoom(starting, "java", limits))).toEqual(["a"]);
    const draining = residents(java("a", 1), ["b", "java", 2, 0, "draining"], ["c", "java", 3, 0, "draining"]);
    expect(namesOf(whoMakesRoom(draining, "java", limits))).toEqual([]);
  });

  it("gives up a third of those that wait after a failure", () => {
    const all = residents(java("a", 4), java("b", 1), java("c", 2), java("d", 3, 1), java("e", 5));
    expect(namesOf(whoLeavesAfterFailure(all))).toEqual(["b", "c"]);
    expect(whoLeavesAfterFailure(residents(java("d", 3, 1)))).toEqual([]);
  });

  it.each([
    [{ code: "START_FAILED" }, "python", true],
    [{ code: "DIED", exitCode: null, signal: "SIGKILL" }, "python", true],
    [{ code: "DIED", exitCode: 1, signal: null }, "python", false],
    [{ code: "DIED", exitCode: 1, signal: null }, "java", true],
    [{ code: "DIED", exitCode: null, signal: "SIGABRT" }, "java", true],
    [{ code: "DIED", exitCode: 3, signal: null }, "java", false],
    [{ code: "LOAD_FAILED", type: "java.lang.OutOfMemoryError" }, "java", true],
    [{ code: "LOAD_FAILED", type: "ImportError" }, "python", false],
  ] as const)("%j of %s: want of room is %s", (refusal, language, expected) => {
    expect(isWantOfRoom(refusal, language)).toBe(expected);
  });
});

for (const sandbox of (await testSandboxes()).filter(({ name }) => name !== "plain")) {
  describe.skipIf(sandbox.missing !== null)(`a small sandbox on ${sandbox.name}`, () => {
    async function runAll(
      bundles: readonly Bundle[],
      op: string,
    ): Promise<{ answers: string[]; most: number; restarted: boolean; lines: string[] }> {
      await using test = await sandbox.create({ limits: { memoryBytes: 256 * mebibyte, pids: 96, cpus: 2 } });
      const answers: string[] = [];
      let most = 0;
      const first = (await test.compute.ensureSandbox("test")).id;
      for (const bundle of bundles) {
        const invocation = await test.compute.invoke(runOf(bundle, Buffer.from("hello"), { params: { op } }));
        answers.push((await readBody(invocation.output, 100)).toString());
        await invocation.outcome;
        const running = test.compute.list()[0]?.daemons.filter(({ state }) => state === "running") ?? [];
        most = Math.max(most, running.length);
      }
      const lines = test.logs.history({ sources: ["daemon"] }, 1000).map(({ text }) => text);
      return { answers, most, restarted: test.compute.list()[0]?.id !== first, lines };
    }

    it("runs more Python storlets than it has room for", async () => {
      const bundles = Array.from({ length: 24 }, (_, index) =>
        storletOf("o.set_metadata({})\no.write(i.read())\no.close()", { name: `many${index}.py` }),
      );
      const { answers, most, restarted, lines } = await runAll(bundles, "identity");
      expect(answers).toEqual(bundles.map(() => "hello"));
      expect(restarted).toBe(false);
      expect(most).toBeLessThan(24);
      expect(lines).toContain("Daemon stopped: many23.py needed its room.");
    }, 60_000);

    it.skipIf(jdk.missing !== null)(
      "runs more Java storlets than it has room for",
      async () => {
        const jar = await buildJar({ folder: "probe" });
        const bundles = Array.from({ length: 8 }, (_, index) => javaBundle(jar, "probe.Probe", { name: `many${index}.jar` }));
        const { answers, most, restarted } = await runAll(bundles, "identity");
        expect(answers).toEqual(bundles.map(() => "hello"));
        expect(restarted).toBe(false);
        expect(most).toBeLessThan(8);
      },
      90_000,
    );
  });
}
