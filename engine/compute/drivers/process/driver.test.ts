/** The process driver by itself: what it finds, what it refuses, and how it reports a sandbox that does not come up. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runtimeDirectory } from "../../test-compute.ts";
import type { SandboxSpec } from "../../types.ts";
import { bubblewrapArguments } from "./bubblewrap.ts";
import { createProcessDriver } from "./driver.ts";
import { canLimitTemporaryFiles, probeProcessDriver, type ProcessDriverFacts } from "./facts.ts";

const facts = await probeProcessDriver();

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "process-"));
  await mkdir(join(directory, "channels"));
  await mkdir(join(directory, "bundles"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function specOf(events: string[]): SandboxSpec {
  return {
    id: "0badc0de",
    scope: "test",
    limits: { memoryBytes: 512 * 1024 * 1024, pids: 64, cpus: 1 },
    channelsDirectory: join(directory, "channels"),
    bundlesDirectory: join(directory, "bundles"),
    onOutput: (stream, text) => events.push(`${stream} ${text}`),
    onExit: (reason) => events.push(`exit ${reason}`),
  };
}

describe("probeProcessDriver", () => {
  it("finds a Python that is no shim", () => {
    expect(facts.python?.version).toMatch(/^3\.\d+\.\d+$/);
    expect(facts.python?.path).not.toContain("shims");
  });

  it("finds no Python where none is", async () => {
    const found = await probeProcessDriver({ python: "/nowhere/python3" });
    expect(found.python).toBeNull();
    expect(found.bubblewrap.works).toBe(false);
    expect(() => createProcessDriver({ facts: found, runtimeDirectory, stateDirectory: directory })).toThrow("There is no Python");
  });

  it("says in one line how bubblewrap is", () => expect(facts.bubblewrap.reason).toMatch(/^bubblewrap .+\.$|refused: /));

  it.each([
    ["0.4.1", false],
    ["0.5.9", false],
    ["0.6.0", true],
    ["0.11.0", true],
    ["1.0", true],
  ])("bubblewrap %s can limit /tmp: %s", (version, can) => expect(canLimitTemporaryFiles(version)).toBe(can));
});

describe("bubblewrapArguments", () => {
  it("shows what it is given and nothing else", () => {
    const args = bubblewrapArguments({
      system: [
        { kind: "bind", path: "/usr" },
        { kind: "link", path: "/lib", target: "usr/lib" },
      ],
      python: { prefix: "/home/me/python" },
      readOnly: [{ from: "/a", to: "/b" }],
      writable: [{ from: "/c", to: "/d" }],
      temporaryBytes: null,
      command: ["run", "it"],
    }).join(" ");
    expect(args).toContain("--unshare-all --die-with-parent --new-session --cap-drop ALL");
    expect(args).toContain("--ro-bind /usr /usr --symlink usr/lib /lib --proc /proc --dev /dev --tmpfs /tmp");
    expect(args).toContain("--ro-bind /home/me/python /home/me/python --ro-bind /a /b --bind /c /d --remount-ro /");
    expect(args).toMatch(/--clearenv .*-- run it$/);
    expect(args.match(/--(ro-)?bind /g)).toHaveLength(4);
  });
});

const isolations = facts.bubblewrap.works ? (["bubblewrap", "plain"] as const) : (["plain"] as const);

describe.each(isolations)("createProcessDriver (%s)", (isolation) => {
  const driverOf = (found: ProcessDriverFacts = facts, runtime = runtimeDirectory): ReturnType<typeof createProcessDriver> =>
    createProcessDriver({ facts: found, runtimeDirectory: runtime, stateDirectory: directory, isolation });

  it("starts, connects, stops, and reports the end once", async () => {
    await using driver = driverOf();
    expect(driver).toMatchObject({ kind: "process", isolated: isolation === "bubblewrap" });
    const events: string[] = [];
    const sandbox = await driver.createSandbox(specOf(events));
    expect(sandbox).toMatchObject({ image: null, isolated: isolation === "bubblewrap" });
    expect(await readdir(join(directory, "process"))).toContain("0badc0de.pid");
    const connection = await sandbox.connect("agent.sock");
    connection.destroy();
    const startMs = performance.now();
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    expect(performance.now() - startMs).toBeLessThan(1_500);
    expect(events).toEqual(["exit The agent ended with exit code 0."]);
    expect(await readdir(join(directory, "process"))).toEqual([]);
    await expect(sandbox.connect("agent.sock")).rejects.toMatchObject({ code: "SANDBOX_GONE" });
  });

  it("tells why a sandbox does not come up, and leaves nothing", async () => {
    await using driver = driverOf(facts, join(directory, "bundles"));
    const events: string[] = [];
    await expect(driver.createSandbox(specOf(events))).rejects.toMatchObject({
      code: "SANDBOX_START_FAILED",
      detail: expect.stringMatching(/can't open file .*agent\.py[^]*exit code 2/) as string,
    });
    expect(await readdir(join(directory, "process"))).toEqual([]);
  });

  it("ends its sandboxes when it is disposed", async () => {
    const events: string[] = [];
    {
      await using driver = driverOf();
      await driver.createSandbox(specOf(events));
    }
    expect(events).toEqual(["exit The agent ended with exit code 0."]);
  });

  it("refuses bubblewrap where it does not work", () => {
    const broken = { ...facts, bubblewrap: { ...facts.bubblewrap, works: false, reason: "bubblewrap refused." } };
    if (isolation === "plain") expect(driverOf(broken).isolated).toBe(false);
    else expect(() => driverOf(broken)).toThrow("bubblewrap does not work");
  });
});
