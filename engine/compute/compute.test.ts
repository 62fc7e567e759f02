/** Invocations on real process sandboxes, with bubblewrap and without: what storlets can do, and every way they can go wrong. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogLine } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { readBody, streamOf, type ByteStream } from "../support/streams.ts";
import { probeProcessDriver } from "./drivers/process/facts.ts";
import { failureOf } from "./failure.ts";
import { identityStorlet, pythonBundle, runOf, storletOf, testCompute, testDeadlines, type TestCompute } from "./test-compute.ts";
import type { Bundle, Invocation, InvocationSpec } from "./types.ts";

const { bubblewrap } = await probeProcessDriver();
const isolations = [
  { isolation: "bubblewrap", works: bubblewrap.works },
  { isolation: "plain", works: true },
] as const;

const megabyte = 1024 * 1024;
/** How long helpers sleep: a number that marks them as this test's. */
const nap = String(20_000_000 + process.pid);

async function* repeat(block: Uint8Array, count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) yield block;
}

/** A source that waits before its one chunk. */
async function* gated(chunk: Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await chunk;
}

/** A stream that tells when it was released. */
function releasable(source: AsyncIterable<Uint8Array>): { stream: ByteStream; released: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const inner = streamOf(source);
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* inner;
    } finally {
      resolve();
    }
  }
  return { stream: streamOf(watched(), () => resolve()), released: promise };
}

async function rejectionOf(work: Promise<unknown>): Promise<StudioError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StudioError)) throw new Error(`expected a StudioError, got ${String(error)}`);
  return error;
}

for (const { isolation, works } of isolations) {
  describe.skipIf(!works)(`compute (${isolation})`, () => {
    let test: TestCompute;

    beforeAll(async () => {
      test = await testCompute({ isolation });
    });
    afterAll(() => test[Symbol.asyncDispose]());

    const invoke = (
      bundle: Bundle,
      body: Parameters<typeof runOf>[1] = Buffer.alloc(0),
      more: Parameters<typeof runOf>[2] = {},
    ): Promise<Invocation> => test.compute.invoke(runOf(bundle, body, more));
    const textOf = async (invocation: Invocation): Promise<string> => (await readBody(invocation.output, 64 * megabyte)).toString();
    const linesOf = (spec: InvocationSpec, source: LogLine["source"]): string[] =>
      test.logs.history({ run: spec.id, sources: [source] }, 100_000).map(({ level, text }) => `${level} ${text}`);

    it("says what it is", async () => {
      expect(test.compute).toMatchObject({ kind: "process", isolated: isolation === "bubblewrap" });
      const info = await test.compute.ensureSandbox("test");
      expect(info).toMatchObject({ scope: "test", state: "ready", isolated: isolation === "bubblewrap", image: null });
    });

    it("passes bytes, metadata and parameters", async () => {
      const bundle = storletOf(`
o.set_metadata(dict(i.get_metadata(), params=p, number=1, none=None))
o.write(i.read().upper())
`);
      const invocation = await invoke(bundle, Buffer.from("abc"), { metadata: { color: "blue", "a-b": "é" }, params: { op: "x" } });
      expect(invocation.metadata).toMatchObject({ Color: "blue", "A-B": "é", number: 1, none: null });
      const { storlet_execution_path: path, ...params } = invocation.metadata["params"] as Record<string, string>;
      expect(params).toEqual({ op: "x" });
      expect(path).toMatch(/\/probe\.py\.[0-9a-f]{12}$/);
      expect(await textOf(invocation)).toBe("ABC");
      expect(await invocation.outcome).toMatchObject({ state: "succeeded", error: null, exception: null, bytesIn: 3, bytesOut: 3 });
      expect(invocation.placement).toMatchObject({ kind: "process", cold: true });
    });

    it("tells its phases and whether it was cold", async () => {
      const phases: string[] = [];
      const run = (): Promise<Invocation> => invoke(identityStorlet, Buffer.from("abc"), { onPhase: (name) => void phases.push(name) });
      await textOf(await run());
      const warm = await run();
      await textOf(warm);
      const eachRun = ["sandbox", "daemon", "execute", "metadata", "first-byte", "stream"];
      expect(phases).toEqual([...eachRun, ...eachRun]);
      expect(warm.placement.cold).toBe(false);
    });

    it("answers with no output at all", async () => {
      const invocation = await invoke(storletOf("o.set_metadata({'a': 'b'})"));
      expect(invocation.metadata).toEqual({ a: "b" });
      expect(await textOf(invocation)).toBe("");
      expect((await invocation.outcome).state).toBe("succeeded");
    });

    it("sends output as it is produced", async () => {
      const input = Promise.withResolvers<Uint8Array>();
      async function* later(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("first\n");
        yield await input.promise;
      }
      const bundle = storletOf(`
o.set_metadata({})
for line in iter(i.readline, b""):
    o.write(line)
`);
      const invocation = await invoke(bundle, streamOf(later()));
      const chunks = invocation.output[Symbol.asyncIterator]();
      expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe("first\n");
      input.resolve(Buffer.from("second\n"));
      expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe("second\n");
      expect((await chunks.next()).done).toBe(true);
    });

    it("gives several inputs and ranges", async () => {
      const bundle = storletOf(`
o.set_metadata({"names": ",".join(f.get_metadata()["Name"] for f in in_files)})
for f in in_files:
    o.write(f.read() + b"|")
`);
      const data = Buffer.from("0123456789");
      const invocation = await invoke(bundle, Buffer.alloc(0), {
        inputs: [
          { body: data, metadata: { name: "a" }, range: { start: 1, end: 4 } },
          { body: streamOf(repeat(data, 1)), metadata: { name: "b" } },
          { body: data, metadata: { name: "c" }, range: { start: 8, end: 100 } },
        ],
      });
      expect(invocation.metadata["names"]).toBe("a,b,c");
      expect(await textOf(invocation)).toBe("123|0123456789|89|");
    });

    it("64 MiB come back unchanged in flat memory", async () => {
      const block = Buffer.alloc(256 * 1024);
      for (let n = 0; n < block.length; n++) block[n] = (n * 31 + (n >> 8)) & 255;
      const sent = createHash("sha256");
      const received = createHash("sha256");
      async function* blocks(): AsyncGenerator<Uint8Array> {
        for (let n = 0; n < 256; n++) {
          // The source reuses its buffer, as object files do.
          block.writeUInt32LE(n, 0);
          sent.update(block);
          yield block;
        }
      }
      await textOf(await invoke(identityStorlet, Buffer.from("warm")));
      const before = process.memoryUsage.rss();
      let highest = before;
      const invocation = await invoke(identityStorlet, streamOf(blocks()));
      for await (const chunk of invocation.output) {
        received.update(chunk);
        highest = Math.max(highest, process.memoryUsage.rss());
      }
      expect(received.digest("hex")).toBe(sent.digest("hex"));
      expect(await invocation.outcome).toMatchObject({ state: "succeeded", bytesIn: 64 * megabyte, bytesOut: 64 * megabyte });
      expect(highest - before).toBeLessThan(24 * megabyte);
    });

    it("feeds a large body at hand piece by piece", async () => {
      const body = Buffer.alloc(5 * megabyte + 3, "x");
      const invocation = await invoke(identityStorlet, body);
      expect((await readBody(invocation.output, 6 * megabyte)).equals(body)).toBe(true);
    });

    it("starts a fresh process for each run", async () => {
      const bundle = pythonBundle(`
import os
count = 0
class Storlet:
    def __init__(self, logger): pass
    def __call__(self, i, o, p):
        global count
        count += 1
        o[0].set_metadata({"count": count, "pid": os.getpid()})
`);
      const [first, second] = [await invoke(bundle), await invoke(bundle)];
      expect([first.metadata["count"], second.metadata["count"]]).toEqual([1, 1]);
      expect(first.metadata["pid"]).not.toBe(second.metadata["pid"]);
    });

    it("sees its own files first, and the runtime not at all", async () => {
      const bundle = pythonBundle(
        `
import json, helper, sys
class Storlet:
    def __init__(self, logger): pass
    def __call__(self, i, o, p):
        try:
            import daemon
            found = "daemon"
        except ImportError:
            found = "nothing"
        o[0].set_metadata({"json": json.WHOSE, "helper": helper.VALUE, "found": found})
`,
        { files: { "json.py": "WHOSE = 'mine'\n", "helper.py": "VALUE = 'h'\n" } },
      );
      expect((await invoke(bundle)).metadata).toEqual({ json: "mine", helper: "h", found: "nothing" });
    });

    it("puts logger, prints and subprocess output on the log bus", async () => {
      const bundle = storletOf(`
import subprocess
log.debug("d"); log.warning("w\\n"); log.error("two\\nlines")
print("printed", "ü")
sys.stderr.write("no line end")
subprocess.check_call(["/bin/sh", "-c", "echo child; echo oops >&2"])
o.set_metadata({})
`);
      const spec = runOf(bundle, Buffer.alloc(0), { scope: "test" });
      const invocation = await test.compute.invoke(spec);
      await textOf(invocation);
      await invocation.outcome;
      expect(linesOf(spec, "storlet")).toEqual(["debug d", "warn w", "error two\nlines"]);
      expect(linesOf(spec, "stdout")).toEqual(["info printed ü", "info child"]);
      // Python keeps an unfinished line of stderr until the end.
      expect(linesOf(spec, "stderr")).toEqual(["warn oops", "warn no line end"]);
      const [line] = test.logs.history({ run: spec.id }, 1);
      expect(line).toMatchObject({ scope: "test", storlet: "probe.py", run: spec.id });
    });

    it("has what was logged before the run failed", async () => {
      const spec = runOf(storletOf(`print("before"); log.info("logged"); os.kill(os.getpid(), 9)`));
      await rejectionOf(test.compute.invoke(spec));
      expect([...linesOf(spec, "stdout"), ...linesOf(spec, "storlet")]).toEqual(["info before", "info logged"]);
    });

    it("loses no line of a storlet that logs 10,000 a second", async () => {
      const paced = storletOf(`
o.set_metadata({})
began = time.monotonic()
for n in range(30000):
    log.info(str(n))
    if n % 100 == 99:
        time.sleep(max(0, began + n / 10000.0 - time.monotonic()))`);
      const spec = runOf(paced);
      const invocation = await test.compute.invoke(spec);
      await textOf(invocation);
      expect((await invocation.outcome).state).toBe("succeeded");
      expect(linesOf(spec, "storlet")).toEqual(Array.from({ length: 30_000 }, (_, n) => `info ${n}`));
    });

    it("drops lines of a storlet that prints too much, and says how many", async () => {
      const spec = runOf(storletOf(`o.set_metadata({})\nfor n in range(200000): print(n)\nfor n in range(80000): log.info(str(n))`));
      const invocation = await test.compute.invoke(spec);
      await textOf(invocation);
      expect((await invocation.outcome).state).toBe("succeeded");
      for (const [source, total] of [
        ["stdout", 200_000],
        ["storlet", 80_000],
      ] as const) {
        const lines = linesOf(spec, source);
        const kept = lines.filter((line) => line.startsWith("info")).length;
        const dropped = lines.flatMap((line) => Number(/^warn (\d+) lines? dropped/.exec(line)?.[1] ?? 0)).reduce((a, b) => a + b, 0);
        expect({ source, lines: kept + dropped }).toEqual({ source, lines: total });
        expect(kept).toBeGreaterThan(5_000);
        expect(dropped).toBeGreaterThan(1_000);
      }
    });

    it.each([
      {
        title: "module that raises",
        source: "import os\nraise ValueError('at the top')\n",
        type: "ValueError",
        frame: { file: "probe.py", line: 2 },
      },
      { title: "syntax error", source: "class Storlet:\n    def broken(\n", type: "SyntaxError", frame: { file: "probe.py", line: 2 } },
      { title: "missing class", source: "x = 1\n", type: "AttributeError", frame: undefined },
      { title: "missing dependency", source: "import not_there\n", type: "ModuleNotFoundError", frame: { file: "probe.py", line: 1 } },
      { title: "module that exits", source: "import sys\nsys.exit(3)\n", type: "SystemExit", frame: { file: "probe.py", line: 2 } },
    ])("reports a $title with its traceback", async ({ source, type, frame }) => {
      const bundle = pythonBundle(source, { name: `load-${type}.py` });
      const error = await rejectionOf(test.compute.ensureDaemon("test", bundle));
      expect(error.code).toBe("STORLET_LOAD_FAILED");
      const exception = failureOf(error)?.outcome.exception;
      expect(exception?.type).toBe(type);
      if (frame === undefined) expect(exception?.frames).toEqual([]);
      else expect(exception?.frames.at(-1)).toMatchObject(frame);
      const entries = test.logs.history({ storlet: bundle.name, sources: ["traceback"] }, 10);
      expect(entries).toHaveLength(1);
      expect(entries[0]?.text).toContain(type);
      const again = await rejectionOf(invoke(bundle));
      expect(failureOf(again)).toMatchObject({ outcome: { state: "failed", exception: { type } } });
    });

    it("reports a module that dies while it is loaded, and keeps what it printed", async () => {
      const bundle = pythonBundle("import os\nprint('loading', flush=True)\nos._exit(7)\n", { name: "dies.py" });
      const error = await rejectionOf(test.compute.ensureDaemon("test", bundle));
      expect(error).toMatchObject({
        code: "STORLET_LOAD_FAILED",
        detail: "The daemon ended with exit code 7 while it was loading the code.",
      });
      expect(test.logs.history({ storlet: "dies.py", sources: ["daemon"] }, 10).map(({ text }) => text)).toContain("loading");
    });

    it("refuses a language version that is not there", async () => {
      const bundle = pythonBundle("class Storlet: pass\n", { languageVersion: "3.99", name: "future.py" });
      expect(await rejectionOf(test.compute.ensureDaemon("test", bundle))).toMatchObject({
        code: "RUNTIME_MISSING",
        message: "future.py needs Python 3.99, which the sandbox does not have.",
      });
    });

    const beforeMetadata = [
      { title: "an exception", body: "raise ValueError('boom')", code: "STORLET_EXCEPTION", message: "probe.py raised ValueError: boom" },
      { title: "a wrong type", body: "o.set_metadata({})\no.write('text')", code: "STORLET_EXCEPTION", message: /raised TypeError/ },
      {
        title: "an exception after metadata without output",
        body: "o.set_metadata({})\nraise KeyError('k')",
        code: "STORLET_EXCEPTION",
        message: /raised KeyError: 'k'/,
      },
      { title: "no metadata", body: "pass", code: "STORLET_NO_METADATA", message: /without setting output metadata/ },
      {
        title: "data before metadata",
        body: "o.write(b'x')",
        code: "STORLET_EXCEPTION",
        message: /OSError: Body should be sent after metadata is sent/,
      },
      {
        title: "metadata twice",
        body: "o.set_metadata({})\no.set_metadata({})",
        code: "STORLET_EXCEPTION",
        message: /OSError: Sending metadata twice/,
      },
      { title: "too much metadata", body: "o.set_metadata({'k': 'v' * 5000})", code: "STORLET_BAD_METADATA", message: /cannot be sent/ },
      { title: "metadata that is no dict", body: "o.set_metadata([1])", code: "STORLET_BAD_METADATA", message: /cannot be sent/ },
      { title: "a signal", body: "os.kill(os.getpid(), 9)", code: "STORLET_KILLED", message: "probe.py was killed by SIGKILL." },
      { title: "a crash", body: "os.kill(os.getpid(), 11)", code: "STORLET_KILLED", message: "probe.py was killed by SIGSEGV." },
      { title: "an exit code", body: "os._exit(3)", code: "STORLET_KILLED", message: "The process of probe.py ended with exit code 3." },
      { title: "sys.exit with a text", body: "sys.exit('no')", code: "STORLET_EXCEPTION", message: /raised SystemExit: no/ },
      { title: "sys.exit without metadata", body: "sys.exit()", code: "STORLET_NO_METADATA", message: /without setting/ },
    ];
    it.each(beforeMetadata)("rejects on $title before the first byte", async ({ body, code, message }) => {
      const spec = runOf(storletOf(body), Buffer.from("input"));
      const error = await rejectionOf(test.compute.invoke(spec));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(message);
      expect(failureOf(error)).toMatchObject({ placement: { kind: "process" }, outcome: { state: "failed", error, bytesOut: 0 } });
    });

    it("reports an exception with frames of the author's code, and one traceback entry", async () => {
      const spec = runOf(storletOf("def helper():\n    return {}['missing']\nhelper()"));
      const error = await rejectionOf(test.compute.invoke(spec));
      const exception = failureOf(error)?.outcome.exception;
      expect(exception).toMatchObject({ type: "KeyError", message: "'missing'" });
      expect(exception?.frames.map(({ file, line, function: name, text }) => [file, line, name, text])).toEqual([
        ["probe.py", 11, "__call__", "helper()"],
        ["probe.py", 10, "helper", "return {}['missing']"],
      ]);
      const entries = test.logs.history({ run: spec.id, sources: ["traceback"] }, 10);
      expect(entries).toHaveLength(1);
      expect(entries[0]).toMatchObject({ level: "error", text: exception?.traceback.trimEnd() });
      expect(exception?.traceback).not.toContain("storlet_runtime");
    });

    it("fails the output where the storlet fails after its first byte", async () => {
      const gate = Promise.withResolvers<Uint8Array>();
      const bundle = storletOf("o.set_metadata({})\no.write(b'x' * 100000)\ni.read(1)\nraise ValueError('late')");
      const invocation = await invoke(bundle, streamOf(gated(gate.promise)));
      gate.resolve(Buffer.from("now"));
      let received = 0;
      const error = await rejectionOf(
        (async () => {
          for await (const chunk of invocation.output) received += chunk.byteLength;
        })(),
      );
      expect(error).toMatchObject({ code: "STORLET_EXCEPTION", message: "probe.py raised ValueError: late" });
      expect(received).toBe(100_000);
      expect(await invocation.outcome).toMatchObject({ state: "failed", error, exception: { type: "ValueError" }, bytesOut: 100_000 });
    });

    it("fails the output where the storlet is killed after its first byte", async () => {
      const gate = Promise.withResolvers<Uint8Array>();
      const bundle = storletOf("o.set_metadata({})\no.write(b'x')\ni.read(1)\nos.kill(os.getpid(), 9)");
      const invocation = await invoke(bundle, streamOf(gated(gate.promise)));
      gate.resolve(Buffer.from("now"));
      expect((await rejectionOf(textOf(invocation))).code).toBe("STORLET_KILLED");
      expect((await invocation.outcome).state).toBe("failed");
    });

    it("takes sys.exit(0) after the answer for a good end", async () => {
      const invocation = await invoke(storletOf("o.set_metadata({})\no.write(b'x')\nsys.exit(0)"));
      expect(await textOf(invocation)).toBe("x");
      expect((await invocation.outcome).state).toBe("succeeded");
    });

    const silent = { ...testDeadlines, replyMs: 150 };
    it.each([
      { title: "no metadata", body: "time.sleep(100)", message: /set no output metadata within 0.15 s/ },
      { title: "no first byte", body: "o.set_metadata({})\ntime.sleep(100)", message: /wrote no output after its metadata within 0.15 s/ },
    ])("gives up on a storlet that sends $title", async ({ body, message }) => {
      const error = await rejectionOf(invoke(storletOf(body), Buffer.alloc(0), { deadlines: silent }));
      expect(error.code).toBe("STORLET_TIMEOUT");
      expect(error.message).toMatch(message);
      expect(failureOf(error)?.outcome.state).toBe("timed-out");
      expect(await openRuns()).toBe(0);
    });

    it("gives up on a storlet that stalls between two chunks", async () => {
      const bundle = storletOf("o.set_metadata({})\no.write(b'x')\ntime.sleep(100)\no.write(b'y')");
      const invocation = await invoke(bundle, Buffer.alloc(0), { deadlines: { ...testDeadlines, gapMs: 150 } });
      expect(await rejectionOf(textOf(invocation))).toMatchObject({
        code: "STORLET_STALLED",
        message: "probe.py wrote no output for 0.15 s.",
      });
      expect((await invocation.outcome).state).toBe("timed-out");
    });

    it("gives up on a storlet that closes its output and does not end", async () => {
      const bundle = storletOf("o.set_metadata({})\no.write(b'x')\no.close()\ntime.sleep(100)");
      const invocation = await invoke(bundle, Buffer.alloc(0), { deadlines: { ...testDeadlines, gapMs: 150 } });
      expect(await rejectionOf(textOf(invocation))).toMatchObject({
        code: "STORLET_STALLED",
        message: /closed its output but did not end/,
      });
    });

    it("does not blame a storlet for a slow reader", async () => {
      const invocation = await invoke(identityStorlet, streamOf(repeat(Buffer.alloc(megabyte), 4)), {
        deadlines: { replyMs: 20_000, inputMs: 400, gapMs: 400 },
      });
      const chunks = invocation.output[Symbol.asyncIterator]();
      let received = ((await chunks.next()).value as Uint8Array).byteLength;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      for (let chunk = await chunks.next(); chunk.done !== true; chunk = await chunks.next()) received += chunk.value.byteLength;
      expect(received).toBe(4 * megabyte);
    });

    it("stops feeding a storlet that reads nothing, and releases the input", async () => {
      const endless = releasable(repeat(Buffer.alloc(megabyte), Infinity));
      const invocation = await invoke(storletOf("o.set_metadata({})\no.write(b'done')"), endless.stream);
      expect(await textOf(invocation)).toBe("done");
      await endless.released;
      expect((await invocation.outcome).state).toBe("succeeded");
    });

    it("ends an input that nobody reads for too long, and says so", async () => {
      const endless = releasable(repeat(Buffer.alloc(megabyte), Infinity));
      // Reads only once the engine has given up, which closes the input.
      const bundle = storletOf(`
o.set_metadata({})
o.write(b"x")
import select
poll = select.poll()
poll.register(i.fileno(), select.POLLHUP | select.POLLRDHUP)
poll.poll(20000)
o.write(str(len(i.read())).encode())
`);
      const spec = runOf(bundle, endless.stream, { deadlines: { ...testDeadlines, inputMs: 150 } });
      const invocation = await test.compute.invoke(spec);
      expect(Number((await textOf(invocation)).slice(1))).toBeLessThan(2 * megabyte);
      await endless.released;
      expect(linesOf(spec, "engine").join()).toMatch(/read nothing of input 0 for 0.15 s/);
    });

    it("ends the run where the input breaks off", async () => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("abc");
        throw new Error("reset by peer");
      }
      const error = await rejectionOf(invoke(storletOf("o.set_metadata({})\no.write(i.read())"), streamOf(broken())));
      expect(error).toMatchObject({ code: "REMOTE_FAILED", detail: "reset by peer" });
    });

    it("bounds a storlet that writes forever, and kills it when the reader leaves", async () => {
      const endless = releasable(repeat(Buffer.alloc(1024), Infinity));
      const invocation = await invoke(storletOf("o.set_metadata({'pid': os.getpid()})\nwhile True: o.write(b'x' * 65536)"), endless.stream);
      for await (const chunk of invocation.output) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      expect(await invocation.outcome).toMatchObject({ state: "cancelled", error: { code: "CANCELLED" } });
      await endless.released;
      expect(await openRuns()).toBe(0);
    });

    /** Runs that the daemons still know of, asked of the processes themselves. */
    async function openRuns(): Promise<number> {
      const spec = runOf(storletOf("o.set_metadata({'n': 0})"));
      await textOf(await test.compute.invoke(spec));
      return test.compute.list().reduce((sum, { daemons }) => sum + daemons.reduce((open, daemon) => open + daemon.openInvocations, 0), 0);
    }

    it("cancels one run and leaves its neighbours alone", async () => {
      const bundle = storletOf(`
o.set_metadata({})
o.write(b"running ")
o.write(i.read())
`);
      const gate = Promise.withResolvers<Uint8Array>();
      const specs = [0, 1, 2].map(() => runOf(bundle, streamOf(gated(gate.promise))));
      const runs = await Promise.all(specs.map((spec) => test.compute.invoke(spec)));
      expect(test.compute.cancel(specs[1]?.id as string)).toBe(true);
      expect(await runs[1]?.outcome).toMatchObject({ state: "cancelled" });
      expect(test.compute.cancel(specs[1]?.id as string)).toBe(false);
      gate.resolve(Buffer.from("end"));
      expect(await textOf(runs[0] as Invocation)).toBe("running end");
      expect(await textOf(runs[2] as Invocation)).toBe("running end");
      expect((await rejectionOf(textOf(runs[1] as Invocation))).code).toBe("CANCELLED");
    });

    it("kills what a cancelled storlet has started, too", async () => {
      const bundle = storletOf(`
import subprocess
reader, writer = os.pipe()
child = subprocess.Popen(["/bin/sleep", "${nap}"], pass_fds=[writer])
o.set_metadata({})
o.write(b"x")
time.sleep(1000)
`);
      const spec = runOf(bundle);
      const invocation = await test.compute.invoke(spec);
      test.compute.cancel(spec.id);
      await invocation.outcome;
      const survivors = storletOf(`
import subprocess
for n in range(200):
    found = [p for p in os.listdir("/proc") if p.isdigit() and os.path.exists("/proc/" + p + "/cmdline")
             and b"sleep\\x00${nap}" in open("/proc/" + p + "/cmdline", "rb").read()]
    if not found: break
    time.sleep(0.01)
o.set_metadata({"found": found})
`);
      expect((await invoke(survivors)).metadata["found"]).toEqual([]);
    });

    it("cancels through the signal of the caller, before and while it runs", async () => {
      const early = new AbortController();
      early.abort();
      const released = releasable(repeat(Buffer.alloc(10), 1));
      const error = await rejectionOf(invoke(identityStorlet, released.stream, { signal: early.signal }));
      expect(error.code).toBe("CANCELLED");
      expect(failureOf(error)?.outcome.state).toBe("cancelled");
      await released.released;

      const late = new AbortController();
      const waiting = invoke(storletOf("time.sleep(1000)"), Buffer.alloc(0), {
        signal: late.signal,
        onPhase: (name) => {
          if (name === "metadata") late.abort();
        },
      });
      expect((await rejectionOf(waiting)).code).toBe("CANCELLED");
    });

    it("runs five at a time, lets the others wait, and cancels one that waits", async () => {
      const bundle = storletOf("o.set_metadata({})\no.write(b'x')\no.write(i.read())", { name: "queue.py" });
      const gate = Promise.withResolvers<Uint8Array>();
      const running = await Promise.all(Array.from({ length: 5 }, () => invoke(bundle, streamOf(gated(gate.promise)))));
      const phases: string[] = [];
      const spec = runOf(bundle, Buffer.from("sixth"), { onPhase: (name) => void phases.push(name) });
      const sixth = test.compute.invoke(spec);
      const seventhSpec = runOf(bundle, Buffer.from("seventh"));
      const seventh = rejectionOf(test.compute.invoke(seventhSpec));
      // Another daemon is not held up, so its answer proves that the sixth has been sent and waits.
      await textOf(await invoke(identityStorlet, Buffer.from("other")));
      await textOf(await invoke(identityStorlet, Buffer.from("other")));
      expect(phases).not.toContain("metadata");
      expect(test.compute.cancel(seventhSpec.id)).toBe(true);
      expect((await seventh).code).toBe("CANCELLED");
      gate.resolve(Buffer.from("y"));
      expect(await textOf(await sixth)).toBe("xsixth");
      for (const invocation of running) expect(await textOf(invocation)).toBe("xy");
    });

    it("tells why a run could not begin in time", async () => {
      const bundle = storletOf("o.set_metadata({})\no.write(b'x')\no.write(i.read())", { name: "full.py" });
      const abort = new AbortController();
      async function* never(): AsyncGenerator<Uint8Array> {
        await once(abort.signal, "abort");
        yield Buffer.alloc(0);
      }
      const running = await Promise.all(Array.from({ length: 5 }, () => invoke(bundle, streamOf(never()), { signal: abort.signal })));
      const error = await rejectionOf(invoke(bundle, Buffer.alloc(0), { deadlines: silent }));
      expect(error).toMatchObject({ code: "STORLET_TIMEOUT", detail: "All 5 places of its daemon were taken by other runs." });
      abort.abort();
      await Promise.all(running.map(({ outcome }) => outcome));
    });

    it("runs many at once", async () => {
      const results = await Promise.all(
        Array.from({ length: 40 }, async (_, n) => {
          const invocation = await invoke(identityStorlet, Buffer.from(`run ${n}`));
          return textOf(invocation);
        }),
      );
      expect(results).toEqual(Array.from({ length: 40 }, (_, n) => `run ${n}`));
    });

    it("a neighbour that prints without end does not slow others", async () => {
      const noisy = runOf(storletOf("o.set_metadata({})\no.write(b'x')\nwhile True:\n    print('y' * 100)\n    log.info('z' * 100)"));
      const invocation = await test.compute.invoke(noisy);
      const quiet = storletOf("o.set_metadata({})\no.write(b'quiet')\nif False: print('y' * 100)");
      const startMs = performance.now();
      for (let n = 0; n < 20; n++) expect(await textOf(await invoke(quiet))).toBe("quiet");
      expect(performance.now() - startMs).toBeLessThan(5_000);
      test.compute.cancel(noisy.id);
      expect((await invocation.outcome).state).toBe("cancelled");
    });

    it("checks source text without running it", async () => {
      const bad = await test.compute.check("test", "python", "storlets/a.py", "import os\nx = (\nprint(os.getpid())\n");
      expect(bad).toEqual([expect.objectContaining({ path: "storlets/a.py", severity: "error", line: 2, column: 5 })]);
      expect(await test.compute.check("test", "python", "a.py", "raise SystemExit\n")).toEqual([]);
      const large = `${"x = 1  # padding\n".repeat(50_000)}y = (\n`;
      expect(await test.compute.check("test", "python", "a.py", large)).toMatchObject([{ line: 50_001 }]);
    });
  });
}

describe.skipIf(!bubblewrap.works)("isolation (bubblewrap)", () => {
  it("shows no network, none of the user's files and no other processes; only /tmp can be written", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await using test = await testCompute({ isolation: "bubblewrap" });
    const probe = storletOf(`
import socket
def attempt(work):
    try:
        work()
        return "done"
    except OSError as error:
        return type(error).__name__
here = p["storlet_execution_path"]
o.set_metadata({
    "network": attempt(lambda: socket.create_connection(("127.0.0.1", ${port}), 1)),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "usr": attempt(lambda: open("/usr/x", "w")),
    "root": attempt(lambda: open("/x", "w")),
    "bundle": attempt(lambda: open(here + "/probe.py", "a")),
    "tmp": attempt(lambda: open("/tmp/x", "w").write("x")),
    "home": os.path.exists(${JSON.stringify(process.cwd())}),
    "pids": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "env": sorted(os.environ),
})
`);
    const { metadata } = await test.compute.invoke(runOf(probe));
    server.close();
    expect(metadata).toEqual({
      network: "ConnectionRefusedError",
      interfaces: ["lo"],
      usr: "OSError",
      root: "OSError",
      bundle: "OSError",
      tmp: "done",
      home: false,
      pids: expect.any(Number) as number,
      env: expect.not.arrayContaining(["USER", "LOGNAME", "SSH_AUTH_SOCK"]) as string[],
    });
    expect(metadata["pids"]).toBeLessThan(12);
  });

  it("holds a storlet to its memory", async () => {
    await using test = await testCompute({ isolation: "bubblewrap", limits: { memoryBytes: 256 * megabyte } });
    const greedy = storletOf("held = bytearray(300 * 1024 * 1024)");
    await expect(test.compute.invoke(runOf(greedy))).rejects.toMatchObject({ code: "STORLET_EXCEPTION", message: /MemoryError/ });
    expect((await test.compute.invoke(runOf(identityStorlet))).placement.isolated).toBe(true);
  });
});
