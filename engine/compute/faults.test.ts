/** Many invocations of which some fail, time out or are cancelled: nothing leaks, neighbours are unaffected, every outcome is told. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBody } from "../support/streams.ts";
import { failureOf } from "./failure.ts";
import { runOf, storletOf, testDeadlines, type TestCompute } from "./test-compute.ts";
import { openHandles, processesWith, testSandboxes } from "./test-sandboxes.ts";

// oxlint-disable-next-line node/no-process-env
const count = process.env["STUDIO_LONG_TESTS"] === "1" ? 1000 : 200;

/** One storlet, so that runs that end badly are neighbours of those that end well. What it starts carries `nap` as its mark. */
const mixed = (nap: string) =>
  storletOf(`
import subprocess
def leave_something():
    # In a session of its own, twice removed: no group of the run has it.
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv("/bin/sleep", ["sleep", "${nap}"])
        os._exit(0)
kind = p["kind"]
if kind != "good" or p["n"].endswith("0"):
    leave_something()
if kind == "fails":
    raise ValueError(p["n"])
if kind == "silent":
    time.sleep(1000)
o.set_metadata({"n": p["n"]})
if kind == "endless":
    while True:
        o.write(b"x" * 4096)
        time.sleep(0.001)
o.write(i.read())
o.close()
`);

type Kind = "good" | "fails" | "silent" | "endless";

function kindOf(n: number): Kind {
  const share = n % 20;
  return share === 3 ? "fails" : share === 9 ? "silent" : share === 15 ? "endless" : "good";
}

const expected: Record<Kind, string> = { good: "succeeded", fails: "failed", silent: "timed-out", endless: "cancelled" };

for (const sandbox of await testSandboxes()) {
  describe.skipIf(sandbox.missing !== null)(`on ${sandbox.name}`, () => {
    const nap = String(30_000_000 + process.pid);
    let test: TestCompute;
    beforeAll(async () => {
      test = await sandbox.create();
    }, 60_000);
    afterAll(() => test[Symbol.asyncDispose](), 60_000);

    async function invoke(n: number): Promise<{ kind: Kind; state: string }> {
      const kind = kindOf(n);
      const abort = new AbortController();
      const deadlines = kind === "silent" ? { ...testDeadlines, replyMs: 400 } : testDeadlines;
      const spec = runOf(mixed(nap), Buffer.from(`body ${n}`), { params: { kind, n: String(n) }, deadlines, signal: abort.signal });
      try {
        const invocation = await test.compute.invoke(spec);
        if (kind === "endless") {
          await invocation.output[Symbol.asyncIterator]().next();
          abort.abort();
        } else {
          expect((await readBody(invocation.output, 1000)).toString()).toBe(`body ${n}`);
          expect(invocation.metadata).toEqual({ n: String(n) });
        }
        return { kind, state: (await invocation.outcome).state };
      } catch (error) {
        return { kind, state: failureOf(error)?.outcome.state ?? String(error) };
      }
    }

    it(`runs ${count}, of which each twentieth fails, times out or is cancelled, and leaks nothing`, async () => {
      await invoke(0);
      const before = await openHandles();
      let next = 0;
      const worker = async (): Promise<void> => {
        while (next < count) {
          const { kind, state } = await invoke(next++);
          expect([kind, state]).toEqual([kind, expected[kind]]);
        }
      };
      await Promise.all(Array.from({ length: 5 }, worker));

      // The last run that left something behind is over; its daemon has ended that by the time it answers again.
      await invoke(1);
      await expect.poll(() => processesWith(nap), { timeout: 5000 }).toEqual([]);
      const [id = ""] = await readdir(join(test.directory, "s", "channels"));
      expect(await readdir(join(test.directory, "s", "channels"))).toEqual([id]);
      const channels = await readdir(join(test.directory, "s", "channels", id), { recursive: true });
      expect(channels.filter((name) => name !== "given")).toEqual([]);
      const sockets = await readdir(join(test.directory, "s", "sockets", id));
      expect(sockets.filter((name) => !name.endsWith(".sock"))).toEqual([]);
      expect(sockets).toHaveLength(2);
      expect(test.compute.list().flatMap(({ daemons }) => daemons.map(({ openInvocations }) => openInvocations))).toEqual([0]);
      await expect
        .poll(
          async () => {
            const after = await openHandles();
            return { descriptors: Math.max(after.descriptors, before.descriptors), threads: Math.max(after.threads, before.threads) };
          },
          { timeout: 5000 },
        )
        .toEqual(before);
    }, 240_000);

    it("leaves what a neighbour has started alone", async () => {
      const starts = storletOf(
        `
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["sleep", "${nap}1"])
    os._exit(0)
o.set_metadata({})
o.write(b"started")
i.read()
o.close()
`,
        { name: "starts.py" },
      );
      const gate = Promise.withResolvers<Uint8Array>();
      async function* held(): AsyncGenerator<Uint8Array> {
        yield await gate.promise;
      }
      const long = await test.compute.invoke(runOf(starts, { [Symbol.asyncIterator]: held, cancel: () => gate.resolve(Buffer.alloc(0)) }));
      const short = await test.compute.invoke(runOf(starts, Buffer.from("x")));
      await readBody(short.output, 100);
      await short.outcome;
      // The short run's own is gone, the long one's is there.
      await expect.poll(async () => (await processesWith(`${nap}1`)).length, { timeout: 5000 }).toBe(1);
      gate.resolve(Buffer.from("x"));
      await readBody(long.output, 100);
      expect((await long.outcome).state).toBe("succeeded");
      await expect.poll(() => processesWith(`${nap}1`), { timeout: 5000 }).toEqual([]);
    });
  });
}
