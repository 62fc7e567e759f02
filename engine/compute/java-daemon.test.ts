/** Java storlets on every kind of sandbox, as jars of Java 8 class files that were compiled against the API's signatures alone. */
import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogLine } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { readBody, streamOf } from "../support/streams.ts";
import { connectUnixSocket, receiveBytes } from "./channel.ts";
import { failureOf } from "./failure.ts";
import { buildJar, findTestJdk, javaBundle, javaHosts } from "./test-java.ts";
import { runOf, testDeadlines, type TestCompute } from "./test-compute.ts";
import type { Invocation, InvocationInput, InvocationSpec } from "./types.ts";

const jdk = await findTestJdk(process.env);
const megabyte = 1024 * 1024;

async function rejectionOf(work: Promise<unknown>): Promise<StudioError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StudioError)) throw new Error(`expected a StudioError, got ${String(error)}`);
  return error;
}

/** Polls until the condition holds; for things of which the system sends no event. */
async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 15_000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.skipIf(jdk.missing !== null).each(await javaHosts(process.env))("Java storlets ($host)", ({ create }) => {
  let test: TestCompute;
  let jar: Uint8Array;
  beforeAll(async () => {
    [test, jar] = await Promise.all([create(), buildJar({ folder: "probe" })]);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  type More = Parameters<typeof runOf>[2] & { name?: string };
  const specOf = (op: string, body: Parameters<typeof runOf>[1] = Buffer.alloc(0), { name, ...more }: More = {}): InvocationSpec =>
    runOf(javaBundle(jar, "probe.Probe", name === undefined ? {} : { name }), body, { ...more, params: { op, ...more.params } });
  const invoke = (...args: Parameters<typeof specOf>): Promise<Invocation> => test.compute.invoke(specOf(...args));
  const bytesOf = (invocation: Invocation): Promise<Buffer> => readBody(invocation.output, 128 * megabyte);
  const textOf = async (invocation: Invocation): Promise<string> => (await bytesOf(invocation)).toString();
  const run = async (...args: Parameters<typeof specOf>): Promise<string> => textOf(await invoke(...args));
  const fail = (...args: Parameters<typeof specOf>): Promise<StudioError> => rejectionOf(invoke(...args));
  const linesOf = (spec: InvocationSpec, source: LogLine["source"]): string[] =>
    test.logs.history({ run: spec.id, sources: [source] }, 20_000).map(({ level, text }) => `${level} ${text}`);
  const logged = (spec: InvocationSpec, text: string): Promise<void> =>
    until(() => linesOf(spec, "storlet").some((line) => line.includes(text)), `${text} in the log`);

  it("hands over parameters, metadata with title-cased keys, and the execution path", async () => {
    const invocation = await invoke("facts", Buffer.alloc(0), { metadata: { "my-key": "é", x_y: "z" }, params: { a: "1" } });
    expect(invocation.metadata).toMatchObject({ Class: "StorletInputStream", Inputs: "1" });
    expect(await textOf(invocation)).toMatch(
      /^\{a=1, op=facts, storlet_execution_path=\/.+\/probe-1\.0\.jar\.[0-9a-f]{12}\} \{My-Key=é, X_Y=z\}$/,
    );
    expect(await invocation.outcome).toMatchObject({ state: "succeeded", error: null, bytesIn: 0 });
  });

  it("shares one instance between runs", async () => {
    const runs = await Promise.all(["1", "2", "3"].map(() => invoke("facts")));
    expect(runs.map(({ metadata }) => metadata["Instance"])).toEqual(["1", "1", "1"]);
    await Promise.all(runs.map(textOf));
  });

  it.each([
    ["a file of the bundle's folder", "folder", {}, "same"],
    ["an empty input", "identity", {}, ""],
    ["the metadata map, emptied as by the real API", "empties", {}, "true"],
    ["data before metadata, as the real API allows", "early", {}, "early"],
    ["metadata written by hand and closed", "md", { how: "close" }, "data"],
    ["metadata written by hand and left open", "md", {}, "data"],
  ])("supports %s", async (_what, op, params, output) => {
    expect(await run(op, Buffer.alloc(0), { params })).toBe(output);
  });

  it("sends metadata of any JSON type", async () => {
    expect((await invoke("types")).metadata).toEqual({ number: 7, flag: true, none: null, text: 'q"\\\né€' });
    expect((await invoke("md")).metadata).toEqual({ By: "hand", n: [1] });
  });

  it("concatenates several inputs in order, and their metadata", async () => {
    const inputs: InvocationInput[] = ["one ", "two ", "three"].map((text, index) => ({
      body: Buffer.from(text),
      metadata: { [`k${index}`]: text.trim(), last: String(index) },
    }));
    const invocation = await invoke("inputs", undefined, { inputs });
    expect(invocation.metadata).toEqual({ K0: "one", K1: "two", K2: "three", Last: "2" });
    expect(await textOf(invocation)).toBe("one two three");
  });

  it.each([
    { range: { start: 0, end: 3 }, skip: undefined, output: "3 false no reset abc -1 0" },
    { range: { start: 5, end: 11 }, skip: undefined, output: "6 false no reset fghijk -1 0" },
    { range: { start: 5, end: 11 }, skip: "2", output: "6 false no reset 2 hijk -1 0" },
    { range: { start: 5, end: 11 }, skip: "99", output: "6 false no reset 6  -1 0" },
    { range: { start: 14, end: 99 }, skip: undefined, output: "85 false no reset op -1 83" },
    { range: { start: 99, end: 120 }, skip: undefined, output: "21 false no reset  -1 21" },
  ])("cuts the range $range.start to $range.end, skipping $skip", async ({ range, skip, output }) => {
    const inputs = [{ body: Buffer.from("abcdefghijklmnop"), metadata: {}, range }];
    expect(await run("range", undefined, { inputs, params: skip === undefined ? {} : { skip } })).toBe(output);
    const facts = await invoke("facts", undefined, { inputs });
    expect(facts.metadata["Class"]).toBe("RangeStorletInputStream");
    await textOf(facts);
  });

  it("works byte by byte", async () => {
    expect(await run("half", Buffer.from("abcdefghijklmnop"))).toBe("acegikmo");
    expect(await run("half", Buffer.from("ab".repeat(100)))).toBe("a".repeat(100));
  });

  // Up to 16 KiB of inputs and of output travel without a connection of their own.
  it.each([0, 1, 16 * 1024, 16 * 1024 + 1, 64 * 1024 + 1, 300_000])("passes %i bytes at hand unchanged", async (sizeBytes) => {
    const sent = randomBytes(sizeBytes);
    for (const op of ["identity", "transfer"]) {
      const invocation = await invoke(op, sent);
      expect((await bytesOf(invocation)).equals(sent)).toBe(true);
      expect(await invocation.outcome).toMatchObject({ state: "succeeded", bytesIn: sizeBytes, bytesOut: sizeBytes });
    }
  });

  it("passes inputs of which some travel without a connection", async () => {
    const bodies = [10_000, 10_000, 5_000].map((sizeBytes) => randomBytes(sizeBytes));
    async function* streamed(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("streamed");
    }
    const inputs: InvocationInput[] = [...bodies.map((body) => ({ body, metadata: {} })), { body: streamOf(streamed()), metadata: {} }];
    const invocation = await invoke("inputs", undefined, { inputs });
    expect((await bytesOf(invocation)).equals(Buffer.concat([...bodies, Buffer.from("streamed")]))).toBe(true);
    expect(await invocation.outcome).toMatchObject({ state: "succeeded", bytesIn: 25_008 });
  });

  it("cancels a run whose reader does not read", async () => {
    const invocation = await invoke("endless");
    test.compute.cancel(invocation.id);
    expect(await invocation.outcome).toMatchObject({ state: "cancelled" });
    expect(await run("folder")).toBe("same");
  });

  it.each(["identity", "transfer"])("passes 64 MiB unchanged (%s)", async (op) => {
    const block = randomBytes(256 * 1024);
    const sent = createHash("sha256");
    async function* blocks(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 256; n++) {
        sent.update(block);
        yield block;
      }
    }
    const received = createHash("sha256");
    const invocation = await invoke(op, streamOf(blocks()));
    for await (const chunk of invocation.output) received.update(chunk);
    expect(received.digest("hex")).toBe(sent.digest("hex"));
    expect(await invocation.outcome).toMatchObject({ state: "succeeded", bytesIn: 64 * megabyte, bytesOut: 64 * megabyte });
  });

  it("logs each call as an entry", async () => {
    const spec = specOf("log");
    await textOf(await test.compute.invoke(spec));
    expect(linesOf(spec, "storlet")).toEqual(["info one", "info two\nlines", "info null"]);
  });

  it("keeps the prints of runs apart, those of their threads included", async () => {
    const specs = ["red", "green", "blue", "black"].map((word) => specOf("print", Buffer.alloc(0), { params: { word, lines: "200" } }));
    await Promise.all(specs.map(async (spec) => textOf(await test.compute.invoke(spec))));
    for (const spec of specs) {
      const word = spec.params["word"] as string;
      const counted = Array.from({ length: 200 }, (_, n) => `info ${word} ${n}`);
      expect(linesOf(spec, "stdout")).toEqual([...counted, "info formatted-7", "info from a thread"]);
      expect(linesOf(spec, "stderr").map((line) => line.replace(/^\w+ /, ""))).toEqual(["no line end"]);
    }
    const own = test.logs.history({ sources: ["daemon"] }, 1000).map(({ text }) => text);
    expect(own).toContain("constructed");
  });

  it.each([
    ["storlet-exception", "org.openstack.storlet.common.StorletException", "it is é", "Probe.run"],
    ["runtime-exception", "java.lang.NullPointerException", /text/, "Probe.deeper"],
    ["error", "java.lang.OutOfMemoryError", "no more", "Probe.run"],
    ["overflow", "java.lang.StackOverflowError", "", "Probe.overflow"],
    ["json-simple", "java.lang.NoClassDefFoundError", /deploy its jar as a dependency/, "Probe.run"],
    ["twice", "org.openstack.storlet.common.StorletException", /already/, "Probe.run"],
    ["late-exception", "java.lang.IllegalStateException", "half-way", "Probe.run"],
  ])("reports %s with its frames", async (op, type, message, innermost) => {
    const spec = specOf(op);
    const work = test.compute.invoke(spec);
    const outcome = await work.then(
      async (invocation) => {
        await rejectionOf(textOf(invocation));
        return invocation.outcome;
      },
      // How much of the output was seen before the failure is a matter of time.
      (error: unknown) => failureOf(error)?.outcome,
    );
    expect(outcome).toMatchObject({ state: "failed", error: { code: "STORLET_EXCEPTION" }, exception: { type } });
    const { exception } = outcome as NonNullable<typeof outcome>;
    expect(exception?.message).toMatch(message);
    const frame = exception?.frames.at(-1);
    expect(frame).toMatchObject({ file: "probe/Probe.java", function: innermost });
    expect(frame?.line).toBeGreaterThan(20);
    // Java itself keeps the innermost 1024 frames only.
    expect(exception?.frames[0]?.function).toBe(op === "overflow" ? innermost : "Probe.invoke");
    expect(exception?.traceback).toContain(`at probe.${innermost}(Probe.java:`);
    expect(exception?.traceback).not.toContain("studio.");
  });

  it.each([
    ["4088 characters", 4088, null],
    ["4089 characters", 4089, "STORLET_BAD_METADATA"],
  ])("limits metadata to 4096 bytes: %s", async (_what, size, code) => {
    const work = invoke("large", Buffer.alloc(0), { params: { size: String(size) } });
    if (code === null) expect(Object.keys((await work).metadata)).toEqual(["k"]);
    else expect(await rejectionOf(work)).toMatchObject({ code, detail: expect.stringContaining("4097 bytes") });
  });

  it("answers at once where metadata is no JSON, or none was set", async () => {
    expect(await fail("badmd")).toMatchObject({ code: "STORLET_BAD_METADATA" });
    expect(await fail("nothing")).toMatchObject({ code: "STORLET_NO_METADATA" });
  });

  it("runs five at once; more wait for a place", async () => {
    const name = "gate-1.jar";
    const specs = Array.from({ length: 8 }, () => specOf("gate", Buffer.alloc(0), { name }));
    const outputs = new Map(specs.map((spec) => [spec, test.compute.invoke(spec).then(textOf)]));
    const waiting = (): InvocationSpec[] => specs.filter((spec) => linesOf(spec, "storlet").length > 0);
    await until(() => waiting().length === 5, "five runs have places");
    const first = waiting();
    // One that is cancelled before it has a place takes none.
    const controller = new AbortController();
    const held = rejectionOf(test.compute.invoke(specOf("gate", Buffer.alloc(0), { name, signal: controller.signal })));
    controller.abort();
    expect(await held).toMatchObject({ code: "CANCELLED" });
    expect(waiting()).toEqual(first);
    for (const spec of first) test.compute.cancel(spec.id);
    await Promise.allSettled(first.map((spec) => outputs.get(spec)));
    await until(() => waiting().length === 8, "the others have places");
    await run("open-gate", Buffer.alloc(0), { name });
    const others = specs.filter((spec) => !first.includes(spec));
    expect(await Promise.all(others.map((spec) => outputs.get(spec)))).toEqual(["passed", "passed", "passed"]);
  });

  it.each(["sleep", "read"])("ends a run that waits (%s) by an interrupt, and keeps the daemon", async (how) => {
    const input = Promise.withResolvers<Uint8Array>();
    async function* never(): AsyncGenerator<Uint8Array> {
      yield await input.promise;
    }
    const before = await invoke("facts");
    const spec = specOf("hold", streamOf(never()), { params: { how } });
    const result = rejectionOf(test.compute.invoke(spec));
    await logged(spec, "holding");
    const [daemon] = test.compute.list()[0]?.daemons.filter(({ name }) => name === "probe-1.0.jar") ?? [];
    test.compute.cancel(spec.id);
    input.resolve(Buffer.alloc(1));
    expect(await result).toMatchObject({ code: "CANCELLED" });
    await textOf(before);
    const after = await invoke("facts");
    expect(after.metadata["Instance"]).toBe("1");
    expect(after.placement.cold).toBe(false);
    await textOf(after);
    expect(test.compute.list()[0]?.daemons.find(({ name }) => name === "probe-1.0.jar")?.pid).toBe(daemon?.pid);
  });

  it("replaces a daemon whose run ignores being cancelled, and lets the neighbours finish", async () => {
    const name = "stuck-1.jar";
    const neighbour = specOf("gate", Buffer.alloc(0), { name });
    const neighbourOutput = test.compute.invoke(neighbour).then(textOf);
    const stuck = specOf("hold", Buffer.alloc(0), { name, params: { how: "ignore" } });
    const stuckResult = rejectionOf(test.compute.invoke(stuck));
    await Promise.all([logged(neighbour, "waiting"), logged(stuck, "holding")]);
    const daemons = () => test.compute.list()[0]?.daemons.filter((daemon) => daemon.name === name) ?? [];
    const [first] = daemons();
    test.compute.cancel(stuck.id);
    expect(await stuckResult).toMatchObject({ code: "CANCELLED" });
    await until(() => daemons().some(({ state }) => state === "draining"), "the daemon drains");
    const next = await invoke("facts", Buffer.alloc(0), { name });
    await textOf(next);
    expect(
      daemons()
        .map(({ state }) => state)
        .toSorted(),
    ).toEqual(["draining", "running"]);
    expect(daemons().find(({ state }) => state === "running")?.pid).not.toBe(first?.pid);
    test.compute.cancel(neighbour.id);
    await neighbourOutput.catch(() => {});
    await until(() => daemons().length === 1, "the old daemon has ended");
  });

  it("ends a run whose reader leaves", async () => {
    const invocation = await invoke("endless");
    for await (const chunk of invocation.output) if (chunk.byteLength > 0) break;
    expect(await invocation.outcome).toMatchObject({ state: "cancelled" });
    expect(await run("folder")).toBe("same");
  });

  it("ends a run that does not answer in time", async () => {
    const error = await fail("hold", Buffer.alloc(0), { deadlines: { ...testDeadlines, replyMs: 300 } });
    expect(error).toMatchObject({ code: "STORLET_TIMEOUT" });
    expect(await run("folder")).toBe("same");
  });

  it("keeps neither descriptors nor threads of 300 runs, of which many end badly", async () => {
    const name = "leaks-1.jar";
    const one = async (n: number): Promise<string> => {
      const kind = n % 10;
      if (kind === 0) return fail("runtime-exception", Buffer.from("x"), { name }).then(({ code }) => code);
      if (kind === 1) return fail("hold", Buffer.alloc(0), { name, deadlines: { ...testDeadlines, replyMs: 50 } }).then(({ code }) => code);
      if (kind === 2) {
        const invocation = await invoke("endless", Buffer.alloc(0), { name });
        invocation.output.cancel();
        return (await invocation.outcome).state;
      }
      return run("identity", Buffer.from(String(n)), { name });
    };
    const batch = async (count: number): Promise<string[]> => {
      const results: string[] = [];
      for (let n = 0; n < count; n += 10) results.push(...(await Promise.all(Array.from({ length: 10 }, (_, index) => one(n + index)))));
      return results;
    };
    await batch(50);
    const daemon = test.compute.list()[0]?.daemons.find((each) => each.name === name);
    // Of a daemon in a name space of its own, the number here is another process.
    const visible = test.compute.kind === "process" && !test.compute.isolated;
    const count = async (folder: string): Promise<number> => (visible ? (await readdir(`/proc/${daemon?.pid}/${folder}`)).length : 0);
    await until(async () => (await count("fd")) < 40, "descriptors are closed");
    const before = { fd: await count("fd"), task: await count("task") };
    const results = await batch(300);
    const expected = (n: number): string => ["STORLET_EXCEPTION", "STORLET_TIMEOUT", "cancelled"][n % 10] ?? String(n);
    expect(results).toEqual(results.map((_, n) => expected(n)));
    await until(async () => (await count("fd")) <= before.fd + 3, "descriptors are closed");
    expect(await count("task")).toBeLessThanOrEqual(before.task + 5);
    expect(test.compute.list()[0]?.daemons.find((each) => each.name === name)?.pid).toBe(daemon?.pid);
  });

  it.each([
    ["that keeps the rules", "identity", { metadata: "before-data", metadataBytes: 15, outputClosed: true, broken: [] }],
    [
      "that writes too early",
      "early",
      { metadata: "after-data", broken: [expect.stringContaining("before the output metadata"), expect.stringContaining("left open")] },
    ],
    [
      "that leaves its output open",
      "transfer",
      { metadata: "before-data", metadataBytes: 2, outputClosed: false, broken: [expect.stringContaining("left open")] },
    ],
  ])("tells how a storlet kept the contract, one %s", async (_what, op, expected) => {
    const invocation = await invoke(op, Buffer.from("data"), { metadata: { key: "value" } });
    await bytesOf(invocation);
    expect((await invocation.outcome).contract).toMatchObject(expected);
  });

  it("tells of a storlet that says nothing", async () => {
    const contract = failureOf(await fail("nothing"))?.outcome.contract;
    expect(contract).toMatchObject({ metadata: "missing", metadataBytes: null, outputClosed: false });
    expect(contract?.broken).toEqual([expect.stringContaining("never set")]);
  });

  it("tells of the size of metadata that is too large, and of the longest wait", async () => {
    const spec = specOf("large", Buffer.alloc(0), { params: { size: "5000" } });
    const outcome = failureOf(await rejectionOf(test.compute.invoke(spec)))?.outcome;
    expect(outcome?.contract).toMatchObject({ metadataBytes: 5008, longestStall: { limitMs: testDeadlines.replyMs } });
    expect(outcome?.contract?.broken).toContainEqual(expect.stringContaining("5008 bytes"));
  });

  it("answers nobody who does not show its token", async () => {
    await run("folder");
    await test.compute.check("test", "java", "A.java", "class A {}");
    const directory = join(test.directory, "s", "sockets", test.compute.list()[0]?.id ?? "");
    const sockets = (await readdir(directory)).filter((name) => name.endsWith(".sock") && name !== "agent.sock");
    expect(sockets.length).toBeGreaterThan(1);
    for (const name of sockets) {
      for (const hello of [{ op: "ping" }, { op: "runtime", token: "0".repeat(32) }]) {
        const socket = await connectUnixSocket(join(directory, name));
        const received: Uint8Array[] = [];
        const closed = new Promise<void>((resolve) =>
          receiveBytes(socket, { take: (bytes) => received.push(Uint8Array.from(bytes)) > 0, end: () => resolve() }),
        );
        socket.write(`${JSON.stringify(hello)}\n`);
        await closed;
        socket.destroy();
        expect(Buffer.concat(received).toString()).toBe("");
      }
    }
  });

  it("ends a run that needs more memory than there is, and no other", async () => {
    const error = await fail("bomb");
    expect(failureOf(error)?.outcome.exception?.type).toBe("java.lang.OutOfMemoryError");
    const after = await invoke("facts");
    expect(after.metadata["Instance"]).toBe("1");
    await textOf(after);
  });

  it("tells of a storlet that ends its daemon, and starts another one", async () => {
    const name = "exit-1.jar";
    expect(await fail("exit", Buffer.alloc(0), { name })).toMatchObject({ code: "STORLET_KILLED" });
    expect(await run("folder", Buffer.alloc(0), { name })).toBe("same");
  });

  it.each([
    ["probe.Absent", "java.lang.ClassNotFoundException", /none of the storlet's jars/],
    ["probe.Bad$NoStorlet", "java.lang.ClassCastException", /does not implement org\.openstack\.storlet\.common\.IStorlet/],
    ["probe.Bad$NeedsArgument", "java.lang.NoSuchMethodException", /NeedsArgument/],
    ["probe.Bad$Throws", "java.lang.IllegalStateException", "cannot be made"],
  ])("says why %s does not load", async (entry, type, message) => {
    const error = await rejectionOf(test.compute.invoke(runOf(javaBundle(jar, entry, { name: "bad-1.jar" }))));
    expect(error.code).toBe("STORLET_LOAD_FAILED");
    const exception = failureOf(error)?.outcome.exception;
    expect(exception?.type).toBe(type);
    expect(exception?.message).toMatch(message);
  });

  it("loads a new version beside the old one, which finishes its runs", async () => {
    const name = "versions-1.jar";
    const version = async (text: string): Promise<Parameters<typeof runOf>[0]> => {
      const source = `package v; import java.util.*; import org.openstack.storlet.common.*;
        public class V implements IStorlet {
          public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log) throws StorletException {
            StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);
            sink.setMetadata(new HashMap<String, String>());
            try { sink.getStream().write("${text}".getBytes()); while (in.get(0).getStream().read() >= 0); sink.getStream().write("${text}".getBytes()); }
            catch (java.io.IOException error) { throw new StorletException(error.getMessage()); }
          } }`;
      return javaBundle(await buildJar({ sources: { "v/V.java": source } }), "v.V", { name });
    };
    const end = Promise.withResolvers<Uint8Array>();
    async function* later(): AsyncGenerator<Uint8Array> {
      yield await end.promise;
    }
    const [first, second] = await Promise.all([version("1"), version("2")]);
    const open = await test.compute.invoke(runOf(first, streamOf(later())));
    expect(await textOf(await test.compute.invoke(runOf(second)))).toBe("22");
    end.resolve(Buffer.alloc(1));
    expect(await textOf(open)).toBe("11");
  });

  it.each([8, 11, 17])("runs class files of Java %i", async (release) => {
    const built = await buildJar({ folder: "probe", release });
    const bundle = javaBundle(built, "probe.Probe", { name: `release-${release}.jar` });
    expect(await textOf(await test.compute.invoke(runOf(bundle, Buffer.from("abc"), { params: { op: "identity" } })))).toBe("abc");
  });

  it("runs jars of the API's older name", async () => {
    const built = await buildJar({ folder: "probe", api: "com.ibm.storlet.common" });
    const bundle = javaBundle(built, "probe.Probe", { name: "older-1.jar" });
    const invocation = await test.compute.invoke(runOf(bundle, Buffer.from("abc"), { params: { op: "identity" }, metadata: { a: "b" } }));
    expect(invocation.metadata).toEqual({ A: "b" });
    expect(await textOf(invocation)).toBe("abc");
    const error = await rejectionOf(test.compute.invoke(runOf(bundle, Buffer.alloc(0), { params: { op: "storlet-exception" } })));
    expect(failureOf(error)?.outcome.exception?.type).toBe("com.ibm.storlet.common.StorletException");
  });

  it("finds classes and executables of dependencies", async () => {
    const library = await buildJar({
      sources: { "lib/Greeting.java": `package lib; public class Greeting { public static String of(String n) { return "hello " + n; } }` },
    });
    const source = `package dep; import java.util.*; import org.openstack.storlet.common.*;
      public class Dep implements IStorlet {
        public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log) throws StorletException {
          StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);
          try {
            int code = new ProcessBuilder(p.get("storlet_execution_path") + "/get42").start().waitFor();
            Map<String, String> md = new HashMap<String, String>(); md.put("code", "" + code); sink.setMetadata(md);
            sink.getStream().write(((String) Class.forName("lib.Greeting").getMethod("of", String.class).invoke(null, "you")).getBytes());
          } catch (Exception error) { throw new StorletException(String.valueOf(error)); }
        } }`;
    const files = {
      "greeting.jar": { content: library, mode: 0o600 },
      get42: { content: Buffer.from("#!/bin/sh\nexit 42\n"), mode: 0o700 },
    };
    const bundle = javaBundle(await buildJar({ sources: { "dep/Dep.java": source } }), "dep.Dep", { name: "dep-1.jar", files });
    const invocation = await test.compute.invoke(runOf(bundle));
    expect(invocation.metadata).toEqual({ code: "42" });
    expect(await textOf(invocation)).toBe("hello you");
  });

  describe("compiling", () => {
    const source = (body: string): string => `package b;
import java.util.*;
import org.openstack.storlet.common.*;
public class B implements IStorlet {
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log) throws StorletException {
        ${body}
    }
}
`;
    const request = (text: string, more: Partial<Parameters<TestCompute["compute"]["build"]>[1]> = {}) =>
      test.compute.build("test", {
        language: "java",
        sources: [{ path: "storlets/b/src/b/B.java", text }],
        resources: [],
        libraries: [],
        release: null,
        ...more,
      });
    const good = source("((StorletObjectOutputStream) out.get(0)).setMetadata(new HashMap<>());");

    it("makes a jar that runs, the same one for the same sources", async () => {
      const resources = [{ name: "b/note.txt", content: Buffer.from("kept") }];
      const [one, two] = [await request(good, { resources }), await request(good, { resources })];
      expect(one.diagnostics).toEqual([]);
      expect(Buffer.compare(one.artifact as Uint8Array, two.artifact as Uint8Array)).toBe(0);
      const invocation = await test.compute.invoke(runOf(javaBundle(one.artifact as Uint8Array, "b.B", { name: "b-1.jar" })));
      expect(await textOf(invocation)).toBe("");
    });

    it("finds mistakes with file, line and column", async () => {
      const { diagnostics, artifact } = await request(source("int n = missing;\n        String s = 1;"));
      expect(artifact).toBeNull();
      expect(diagnostics).toMatchObject([
        { path: "storlets/b/src/b/B.java", line: 6, column: 17, endLine: 6, endColumn: 24, severity: "error" },
        {
          path: "storlets/b/src/b/B.java",
          line: 7,
          column: 20,
          severity: "error",
          message: expect.stringContaining("int cannot be converted to"),
        },
      ]);
      expect(await test.compute.check("test", "java", "B.java", source("class;"))).toMatchObject([
        { path: "B.java", line: 6, severity: "error" },
      ]);
    });

    it("warns without refusing, and compiles against libraries for older releases", async () => {
      const warned = await request(source("int n = 1 / 0; ((StorletObjectOutputStream) out.get(0)).setMetadata(new HashMap<>());"));
      expect(warned.artifact).not.toBeNull();
      expect(warned.diagnostics).toMatchObject([{ line: 6, severity: "warning" }]);
      const library = await buildJar({ sources: { "lib/L.java": "package lib; public class L { public static int n() { return 1; } }" } });
      const built = await request(source("lib.L.n();"), { libraries: [library], release: 8 });
      expect(built.diagnostics).toEqual([]);
      expect((await request(source("var n = 1;"), { release: 8 })).artifact).toBeNull();
    });

    it("survives a compiler that was ended", async () => {
      await request(good);
      const scopeDirectory = join(test.directory, "s", "bundles", "test");
      expect((await readdir(scopeDirectory)).filter((name) => name.startsWith(".java-"))).toHaveLength(1);
      await test.compute.stop("test");
      expect((await request(good)).artifact).not.toBeNull();
    });
  });
});
