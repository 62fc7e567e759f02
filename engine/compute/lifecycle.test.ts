/** Sandboxes and daemons over time: redeploys, losses, idle stops, disposal, and an engine that is killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StudioError } from "../support/errors.ts";
import { readBody, streamOf } from "../support/streams.ts";
import { probeProcessDriver } from "./drivers/process/facts.ts";
import { failureOf } from "./failure.ts";
import { identityStorlet, pythonBundle, runOf, storletOf, testCompute, type TestCompute } from "./test-compute.ts";
import type { Bundle, Compute } from "./types.ts";

const { bubblewrap } = await probeProcessDriver();
const isolations = [
  { isolation: "bubblewrap", works: bubblewrap.works },
  { isolation: "plain", works: true },
] as const;

/** How long helpers sleep: a number that marks them as this test's. */
const nap = String(10_000_000 + process.pid);

/** Processes whose command line contains this text. */
async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (commandLine.includes(text)) found.push(pid);
  }
  return found;
}

/** True for a process that is gone, or that nobody has asked after yet. */
async function isDead(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "0 () X");
  return /\) [ZX]/.test(stat);
}

/** Polls until the condition holds; for things of which the system sends no event. */
async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function untilChange(compute: Compute, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (condition()) return resolve();
    const stop = compute.onChange(() => {
      if (!condition()) return;
      stop();
      resolve();
    });
  });
}

async function socketsOfThisProcess(): Promise<number> {
  const names = await readdir("/proc/self/fd");
  return names.length;
}

for (const { isolation, works } of isolations) {
  describe.skipIf(!works)(`compute over time (${isolation})`, () => {
    let test: TestCompute;

    beforeEach(async () => {
      test = await testCompute({ isolation });
    });
    afterEach(() => test[Symbol.asyncDispose]());

    const run = async (bundle: Bundle, text = "abc"): Promise<string> => {
      const invocation = await test.compute.invoke(runOf(bundle, Buffer.from(text)));
      return (await readBody(invocation.output, 1024 * 1024)).toString();
    };
    const daemons = (): { name: string; digest: string; state: string }[] => test.compute.list().flatMap((sandbox) => sandbox.daemons);

    it("makes one sandbox per scope, and one daemon per bundle, however many ask at once", async () => {
      const all = await Promise.all([
        ...Array.from({ length: 8 }, () => run(identityStorlet)),
        test.compute.ensureSandbox("other").then(() => "abc"),
      ]);
      expect(new Set(all)).toEqual(new Set(["abc"]));
      expect(
        test.compute
          .list()
          .map(({ scope }) => scope)
          .sort(),
      ).toEqual(["other", "test"]);
      expect(daemons()).toHaveLength(1);
      expect(daemons()[0]).toMatchObject({ name: "probe.py", state: "running", digest: identityStorlet.digest, openInvocations: 0 });
    });

    it("opens the files of a bundle only where this version is not laid out", async () => {
      let opened = 0;
      const counted: Bundle = {
        ...identityStorlet,
        files: identityStorlet.files.map((file) => ({ ...file, open: () => (opened++, file.open()) })),
      };
      await run(counted);
      await test.compute.stop("test");
      expect(await run(counted)).toBe("abc");
      expect(opened).toBe(1);
    });

    it("replaces a daemon when the digest changes: open runs finish on the old one", async () => {
      const versioned = (text: string): Bundle => storletOf(`o.set_metadata({})\no.write(b"${text} ")\no.write(i.read())`);
      const gate = Promise.withResolvers<Uint8Array>();
      async function* gated(): AsyncGenerator<Uint8Array> {
        yield await gate.promise;
      }
      const old = await test.compute.invoke(runOf(versioned("one"), streamOf(gated())));
      expect(await run(versioned("two"), "x")).toBe("two x");
      expect(
        daemons()
          .map(({ state }) => state)
          .sort(),
      ).toEqual(["draining", "running"]);
      gate.resolve(Buffer.from("end"));
      expect((await readBody(old.output, 1000)).toString()).toBe("one end");
      await untilChange(test.compute, () => daemons().length === 1);
      expect(daemons()[0]).toMatchObject({ state: "running", digest: versioned("two").digest });
      const laidOut = join(test.directory, "s", "bundles", "test");
      await until(async () => (await readdir(laidOut)).length === 1, "the old version is removed");
      expect(await readdir(laidOut)).toEqual([`probe.py.${versioned("two").digest.slice(0, 12)}`]);
    });

    it("keeps the old version where the new one does not load", async () => {
      await run(identityStorlet);
      const broken = pythonBundle("raise ValueError('no')\n");
      await expect(test.compute.ensureDaemon("test", broken)).rejects.toMatchObject({ code: "STORLET_LOAD_FAILED" });
      expect(daemons()).toMatchObject([{ state: "running", digest: identityStorlet.digest }]);
      expect(await run(identityStorlet)).toBe("abc");
    });

    it("lays files out with their modes", async () => {
      const bundle: Bundle = {
        ...identityStorlet,
        files: [...identityStorlet.files, { name: "tool.sh", mode: 0o700, open: async () => Buffer.from("#!/bin/sh\necho 42\n") }],
      };
      await test.compute.ensureDaemon("test", bundle);
      const directory = join(test.directory, "s", "bundles", "test", `probe.py.${bundle.digest.slice(0, 12)}`);
      const modes = await Promise.all(
        ["", "probe.py", "tool.sh"].map(async (name) => ((await stat(join(directory, name))).mode & 0o777).toString(8)),
      );
      expect(modes).toEqual(["755", "600", "700"]);
    });

    it.each(["../evil.py", "/etc/evil.py", "", "a/../../evil.py"])("refuses a file called %j", async (name) => {
      const bundle: Bundle = { ...identityStorlet, files: [{ name, mode: 0o600, open: async () => Buffer.alloc(0) }] };
      await expect(test.compute.ensureDaemon("test", bundle)).rejects.toMatchObject({ code: "BAD_INPUT" });
      expect(await readdir(join(test.directory, "s", "bundles", "test"))).toEqual([]);
    });

    it("starts a new sandbox where the old one was killed: the next invocation simply works", async () => {
      await run(identityStorlet);
      const [before] = test.compute.list();
      const killed = await processesWith(`--sandbox ${before?.id}`.replace(" ", "\0"));
      for (const pid of killed) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It went with the one before.
        }
      }
      // Its daemon goes with it: a run that it took up while it was dying would be lost.
      const daemon = isolation === "plain" ? [before?.daemons[0]?.pid ?? 0] : [];
      for (const pid of [...killed, ...daemon]) await until(() => isDead(pid), "the sandbox dies");
      expect(await run(identityStorlet)).toBe("abc");
      // Its daemon may have had the time to answer that run before it noticed.
      await untilChange(test.compute, () => test.compute.list()[0]?.id !== before?.id);
      expect(await run(identityStorlet)).toBe("abc");
      expect(test.compute.list()).toHaveLength(1);
      expect(test.compute.list()[0]?.id).not.toBe(before?.id);
    });

    it("starts a daemon again that was killed, and tells that it crashed", async () => {
      const bundle = storletOf("o.set_metadata({})\no.write(i.read(3))\nif i.read(): os.kill(os.getppid(), 9); time.sleep(100)");
      await run(bundle);
      const gate = Promise.withResolvers<Uint8Array>();
      async function* gated(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("abc");
        yield await gate.promise;
      }
      const killing = await test.compute.invoke(runOf(bundle, streamOf(gated())));
      gate.resolve(Buffer.from("now"));
      await expect(readBody(killing.output, 100)).rejects.toMatchObject({
        code: "STORLET_KILLED",
        message: /The daemon of probe.py was ended by SIGKILL/,
      });
      expect(await run(bundle)).toBe("abc");
      expect(test.logs.history({ sources: ["daemon"], levels: ["error"] }, 10).map(({ text }) => text)).toEqual([
        "Daemon crashed: it was ended by SIGKILL. The next invocation starts it again.",
      ]);
    });

    it("tries a run again that lost its sandbox before it read its input, once", async () => {
      // The first attempt of each run kills the daemon; the marker lies where both attempts see it.
      const flaky = storletOf(`
marker = "/tmp/marker-" + p["marker"]
if os.path.exists(marker) and p["times"] == "1":
    o.set_metadata({}); o.write(b"second time")
else:
    open(marker, "w").close()
    os.kill(os.getppid(), 9)
    time.sleep(100)
`);
      const marker = `${process.pid}-${Date.now()}`;
      const invoke = (times: string): ReturnType<Compute["invoke"]> =>
        test.compute.invoke(runOf(flaky, Buffer.from("in"), { params: { marker, times } }));
      const invocation = await invoke("1");
      expect((await readBody(invocation.output, 100)).toString()).toBe("second time");
      const error: unknown = await invoke("2").catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "STORLET_KILLED" });
      expect(failureOf(error)?.outcome.state).toBe("failed");
      await rm(`/tmp/marker-${marker}`, { force: true });
    });

    it("does not send a stream twice: a run that lost its sandbox while reading fails", async () => {
      const bundle = storletOf("i.read(1)\nos.kill(os.getppid(), 9)\ntime.sleep(100)");
      let started = 0;
      async function* source(): AsyncGenerator<Uint8Array> {
        started++;
        yield Buffer.from("abc");
      }
      await expect(test.compute.invoke(runOf(bundle, streamOf(source())))).rejects.toMatchObject({ code: "STORLET_KILLED" });
      expect(started).toBe(1);
    });

    it("stops a daemon, then a sandbox, when asked to", async () => {
      await run(identityStorlet);
      await test.compute.stop("test", "probe.py");
      expect(daemons()).toEqual([]);
      expect(test.compute.list()).toHaveLength(1);
      await test.compute.stop("test");
      expect(test.compute.list()).toEqual([]);
      expect(await readdir(join(test.directory, "s", "channels"))).toEqual([]);
      expect(await readdir(join(test.directory, "s", "sockets"))).toEqual([]);
      expect(await run(identityStorlet)).toBe("abc");
      await test.compute.stop("nobody");
    });

    it("stops what is idle", async () => {
      await using idle = await testCompute({ isolation, timers: { daemonIdleMs: 50, sandboxIdleMs: 300 } });
      await idle.compute.ensureDaemon("test", identityStorlet);
      const count = (): number => idle.compute.list().reduce((sum, sandbox) => sum + sandbox.daemons.length, 0);
      await untilChange(idle.compute, () => count() === 0);
      expect(idle.compute.list()).toHaveLength(1);
      await untilChange(idle.compute, () => idle.compute.list().length === 0);
    });

    it("refuses a directory whose sockets would have too long a path", async () => {
      const directory = await mkdtemp(join(tmpdir(), "compute-long-".padEnd(90, "x")));
      try {
        await using long = await testCompute({ isolation, directory });
        await expect(long.compute.ensureSandbox("test")).rejects.toMatchObject({
          code: "SANDBOX_START_FAILED",
          message: "The path of a sandbox's socket is too long.",
        });
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });

    it("leaves nothing behind: no process, no socket, no directory", async () => {
      const before = await socketsOfThisProcess();
      const mine = await testCompute({ isolation });
      const endless = storletOf(`
import subprocess
subprocess.Popen(["/bin/sleep", "${nap}"], start_new_session=True)
o.set_metadata({})
while True: o.write(b'x' * 1000)
`);
      const running = await mine.compute.invoke(runOf(endless));
      const waiting = mine.compute.invoke(runOf(storletOf("time.sleep(1000)", { name: "sleeps.py" })));
      // Looked at only after the disposal, which ends it.
      const ending = waiting.catch((thrown: unknown) => thrown);
      await mine.compute.ensureSandbox("other");
      const ids = mine.compute.list().map(({ id }) => id);
      expect(ids).toHaveLength(2);
      await mine[Symbol.asyncDispose]();
      expect(await ending).toMatchObject({ code: "CANCELLED" });
      expect((await running.outcome).state).toBe("cancelled");
      for (const id of ids) expect(await processesWith(id)).toEqual([]);
      expect(await processesWith(nap)).toEqual([]);
      expect(await processesWith(mine.directory)).toEqual([]);
      await expect(stat(mine.directory)).rejects.toMatchObject({ code: "ENOENT" });
      await until(async () => (await socketsOfThisProcess()) <= before, "all descriptors are closed");
      await expect(mine.compute.ensureSandbox("test")).rejects.toBeInstanceOf(StudioError);
    });

    it("an engine that is killed leaves no process, and the next one clears up after it", async () => {
      const directory = await mkdtemp(join(tmpdir(), "compute-killed-"));
      const script = fileURLToPath(new URL("./test-engine.ts", import.meta.url));
      const engine = spawn(process.execPath, [script, isolation, directory, nap], { stdio: ["ignore", "pipe", "inherit"] });
      const [line] = (await once(createInterface({ input: engine.stdout }), "line")) as [string];
      const { id } = JSON.parse(line) as { id: string };
      expect((await processesWith(id)).length).toBeGreaterThan(0);
      expect((await processesWith(`sleep\0${nap}`)).length).toBe(1);
      engine.kill("SIGKILL");
      await until(async () => (await processesWith(id)).length === 0, "the agent has ended");
      await until(async () => (await processesWith(`sleep\0${nap}`)).length === 0, "what the storlet started has ended");
      expect(await readdir(join(directory, "s", "channels"))).toEqual([id]);
      const next = await testCompute({ isolation, directory });
      await next.compute.ensureSandbox("test");
      expect(await readdir(join(directory, "s", "channels"))).not.toContain(id);
      await next[Symbol.asyncDispose]();
      expect(await readdir(join(directory, "s", "process"))).toEqual([]);
      await rm(directory, { recursive: true, force: true });
    });

    it("ends an agent that outlived its engine, and nothing else that has its number", async () => {
      await run(identityStorlet);
      const [sandbox] = test.compute.list();
      const notes = join(test.directory, "s", "process");
      const bystander = spawn("/bin/sleep", ["1000"]);
      await writeFile(join(notes, "00c0ffee.pid"), String(bystander.pid));
      const gone = untilChange(test.compute, () => test.compute.list().length === 0);
      expect(await test.driver.removeLeftovers()).toBe(1);
      await gone;
      await until(async () => (await processesWith(sandbox?.id as string)).length === 0, "the agent has ended");
      expect(bystander.exitCode).toBeNull();
      expect(bystander.kill(0)).toBe(true);
      bystander.kill("SIGKILL");
      await once(bystander, "exit");
      expect((await readdir(notes)).filter((name) => name.endsWith(".pid"))).toEqual([]);
    });
  });
}
