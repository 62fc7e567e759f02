/** What the core tells of beginnings and ends, and of use. */
import { expect, it } from "vitest";
import type { SandboxEvent } from "../contract/index.ts";
import { readBody } from "../support/streams.ts";
import { identityStorlet, runOf, storletOf, testCompute } from "./test-compute.ts";

const changed = storletOf("o.set_metadata({})\no.write(b'new')", { name: identityStorlet.name });
const broken = storletOf("pass", { name: "broken.py", files: { "probe.py": "raise ValueError('no')" } });

it("tells why things began and ended, and what they use", async () => {
  await using test = await testCompute({ isolation: "plain" });
  const events: SandboxEvent[] = [];
  test.compute.onEvent((event) => events.push(event));
  const told = (): string[] =>
    events.map(({ kind, storlet, reason }) => `${kind} ${storlet ?? ""} ${reason.replaceAll(/\d+|\b[0-9a-f]{8}\b/g, "#")}`);

  const first = await test.compute.invoke(runOf(identityStorlet, Buffer.from("x")));
  await readBody(first.output, 10);
  await first.outcome;
  const [usage] = await test.compute.usage();
  expect(usage?.memoryBytes).toBeGreaterThan(0);
  expect(usage?.daemons.map(({ name }) => name)).toEqual([identityStorlet.name]);
  expect(usage?.daemons[0]?.memoryBytes).toBeLessThan(usage?.memoryBytes ?? 0);

  await test.compute.ensureDaemon("test", changed);
  await expect(test.compute.ensureDaemon("test", broken)).rejects.toThrow("ValueError");
  await test.compute.stop("test");
  expect(told()).toEqual([
    "sandbox-started  It was ready after # ms.",
    "daemon-started probe.py It was loaded in # ms.",
    "daemon-started probe.py New code was deployed: it takes over from version #.",
    expect.stringContaining("daemon-stopped probe.py A newer version runs."),
    expect.stringContaining("daemon-failed broken.py broken.py could not be loaded"),
    "sandbox-stopped  It was asked to.",
  ]);
  expect(await test.compute.usage()).toEqual([]);
});

it("tells how a sandbox was lost", async () => {
  await using test = await testCompute({ isolation: "plain" });
  const ended = new Promise<SandboxEvent>((resolve) => {
    test.compute.onEvent((event) => {
      if (event.kind === "sandbox-ended") resolve(event);
    });
  });
  await test.compute.ensureSandbox("test");
  const pid = await test.compute.ensureDaemon("test", identityStorlet).then(() => test.compute.list()[0]?.daemons[0]?.pid);
  const { readFile } = await import("node:fs/promises");
  const agent = Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1]);
  process.kill(agent, "SIGKILL");
  expect((await ended).reason).toContain("The agent was ended by SIGKILL.");
});
