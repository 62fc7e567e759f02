/** Stored files as inputs: lent where a sandbox's user cannot change them, fed everywhere else, and the same for the storlet. */
import { randomBytes } from "node:crypto";
import { chmod, link, mkdtemp, readdir, rm, stat, unlink, writeFile } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBody, streamOf, type ByteStream } from "../support/streams.ts";
import { identityStorlet, runOf, storletOf, type TestCompute } from "./test-compute.ts";
import { testSandboxes } from "./test-sandboxes.ts";
import { buildJar, findTestJdk, javaBundle } from "./test-java.ts";
import type { Bundle } from "./types.ts";

// oxlint-disable-next-line node/no-process-env
const jdk = await findTestJdk(process.env);
const sizeBytes = 300_000;

interface StoredBody {
  readonly body: ByteStream;
  /** True once somebody has asked for its bytes. */
  wasFed(): boolean;
}

for (const sandbox of await testSandboxes()) {
  describe.skipIf(sandbox.missing !== null)(`on ${sandbox.name}`, () => {
    /** Only there do storlets run as another user than the engine, which may give files away as root. */
    const lends = sandbox.name === "Docker" && process.getuid?.() === 0;
    const whyFed = "files are lent on Docker by root's engine alone, and fed elsewhere";
    const content = randomBytes(sizeBytes);
    let test: TestCompute;
    let store: string;
    let java: Bundle;
    beforeAll(async () => {
      test = await sandbox.create();
      store = await mkdtemp(join(test.directory, "store-"));
      if (jdk.missing === null) java = javaBundle(await buildJar({ folder: "probe" }), "probe.Probe");
    }, 60_000);
    afterAll(() => test[Symbol.asyncDispose](), 60_000);

    let files = 0;
    /** A file as the store keeps it, for its owner alone. */
    async function storeFile(directory = store): Promise<string> {
      const path = join(directory, `blob${++files}`);
      await writeFile(path, content, { mode: 0o600 });
      return path;
    }

    function bodyOf(path: string, startBytes = 0, endBytes = sizeBytes): StoredBody {
      let fed = false;
      async function* read(): AsyncGenerator<Uint8Array> {
        fed = true;
        yield* createReadStream(path, { start: startBytes, end: endBytes - 1 });
      }
      return { body: { ...streamOf(read()), file: { path, startBytes, endBytes } }, wasFed: () => fed };
    }

    const given = async (): Promise<string[]> =>
      readdir(join(test.directory, "s", "channels", test.compute.list()[0]?.id ?? "", "given")).catch(() => []);

    const languages: [string, () => Bundle, Record<string, string>][] = [
      ["Python", () => identityStorlet, {}],
      ...(jdk.missing === null
        ? ([
            ["Java", () => java, { op: "identity" }],
            ["Java's transferTo", () => java, { op: "transfer" }],
          ] as [string, () => Bundle, Record<string, string>][])
        : []),
    ];

    it.each(languages)("reads a stored file whole: %s", async (_language, bundle, params) => {
      const path = await storeFile();
      const stored = bodyOf(path);
      const invocation = await test.compute.invoke(runOf(bundle(), stored.body, { params }));
      expect(await readBody(invocation.output, sizeBytes)).toEqual(content);
      expect(await invocation.outcome).toMatchObject({ state: "succeeded", bytesIn: sizeBytes, bytesOut: sizeBytes });
      expect(stored.wasFed()).toBe(!lends);
      expect(await given()).toEqual([]);
      expect((await stat(path)).nlink).toBe(1);
    });

    it.each(languages)("reads several inputs, some lent and some fed: %s", async (language, bundle, params) => {
      const [first, second] = [bodyOf(await storeFile()), bodyOf(await storeFile())];
      const inputs = [
        { body: first.body, metadata: { a: "1" } },
        { body: Buffer.from("fed"), metadata: { b: "2" } },
        { body: second.body, metadata: { c: "3" } },
      ];
      const all = storletOf(`o.set_metadata({})\nfor f in in_files: o.write(f.read())`, { name: "all.py" });
      const isPython = language === "Python";
      const spec = isPython
        ? runOf(all, undefined, { inputs })
        : runOf(bundle(), undefined, { inputs, params: { ...params, op: "inputs" } });
      const invocation = await test.compute.invoke(spec);
      expect(await readBody(invocation.output, 2 * sizeBytes + 3)).toEqual(Buffer.concat([content, Buffer.from("fed"), content]));
      expect([first.wasFed(), second.wasFed()]).toEqual([!lends, !lends]);
    });

    it.skipIf(jdk.missing !== null)("gives Java a stream that skips and tells what is left", async () => {
      const half = await test.compute.invoke(runOf(java, bodyOf(await storeFile()).body, { params: { op: "half" } }));
      const even = content.filter((_byte, index) => index % 2 === 0);
      expect(await readBody(half.output, sizeBytes)).toEqual(even);
      const params = { op: "range", skip: "299990" };
      const skipped = await test.compute.invoke(runOf(java, bodyOf(await storeFile()).body, { params }));
      const answer = (await readBody(skipped.output, sizeBytes)).toString("latin1");
      if (lends) {
        expect(answer).toBe(`300000 false no reset 299990 ${content.subarray(299_990).toString("latin1")} -1 0`);
      } else {
        expect(answer).toMatch(/^\d+ false no reset \d+ /);
      }
    });

    it.each([
      ["a part of a file", async () => bodyOf(await storeFile(), 1000, 2000), content.subarray(1000, 2000)],
      ["the beginning of a file", async () => bodyOf(await storeFile(), 0, 1000), content.subarray(0, 1000)],
    ])("feeds %s: an open file would show all of it", async (_what, make, expected) => {
      const stored = await make();
      const invocation = await test.compute.invoke(runOf(identityStorlet, stored.body));
      expect(await readBody(invocation.output, sizeBytes)).toEqual(expected);
      expect(stored.wasFed()).toBe(true);
      expect(await given()).toEqual([]);
    });

    it("feeds an input that the daemon cuts", async () => {
      const stored = bodyOf(await storeFile());
      const inputs = [{ body: stored.body, metadata: {}, range: { start: 5, end: 100_000 } }];
      const invocation = await test.compute.invoke(runOf(identityStorlet, undefined, { inputs }));
      expect(await readBody(invocation.output, sizeBytes)).toEqual(content.subarray(5, 100_000));
      expect(stored.wasFed()).toBe(true);
    });

    it("feeds what has no name any more", async () => {
      const path = await storeFile();
      const kept = `${path}.kept`;
      await link(path, kept);
      const { body, wasFed } = bodyOf(kept);
      await unlink(path);
      const invocation = await test.compute.invoke(runOf(identityStorlet, { ...body, file: { path, startBytes: 0, endBytes: sizeBytes } }));
      expect(await readBody(invocation.output, sizeBytes)).toEqual(content);
      expect(wasFed()).toBe(true);
    });

    it("feeds a file of another file system", async () => {
      const other = await mkdtemp(join((await stat("/dev/shm").catch(() => null)) === null ? tmpdir() : "/dev/shm", "store-"));
      try {
        const sameSystem = (await stat(other)).dev === (await stat(test.directory)).dev;
        const { body, wasFed } = bodyOf(await storeFile(other));
        const invocation = await test.compute.invoke(runOf(identityStorlet, body));
        expect(await readBody(invocation.output, sizeBytes)).toEqual(content);
        expect(wasFed()).toBe(!(sameSystem && lends));
      } finally {
        await rm(other, { recursive: true });
      }
    });

    it("keeps the old bytes for a run that goes on while the object is removed", async () => {
      const path = await storeFile();
      const held = storletOf(`o.set_metadata({})\no.write(i.read(10))\nlog.info("begun")\nwhile i.read(1): break\no.write(i.read())`, {
        name: "held.py",
      });
      const invocation = await test.compute.invoke(runOf(held, bodyOf(path).body));
      await unlink(path);
      const read = await readBody(invocation.output, sizeBytes);
      expect(read).toEqual(Buffer.concat([content.subarray(0, 10), content.subarray(11)]));
    });

    it("gives Python a file that reads and iterates as documented, and cannot be written", async () => {
      const probe = storletOf(
        `
import json
o.set_metadata({})
found = {"read": len(i.read(5)), "line": len(i.readline(7)), "none": len(i.read(0))}
for name in ("seek", "write", "flush"):
    try:
        getattr(i, name)(*([0] if name == "seek" else [b"x"] if name == "write" else []))
    except NotImplementedError:
        found[name] = "not implemented"
found["rest"] = sum(len(chunk) for chunk in i)
found["end"] = len(i.read())
def refused(work):
    try:
        work()
        return False
    except OSError:
        return True
fd = i.fileno()
found["refused"] = [
    refused(lambda: os.write(fd, b"x")),
    refused(lambda: os.ftruncate(fd, 1)),
    os.getuid() == 0 or refused(lambda: os.fchmod(fd, 0o777)),
    os.getuid() == 0 or refused(lambda: os.open("/proc/self/fd/%d" % fd, os.O_RDWR)),
]
o.write(json.dumps(found).encode())
`,
        { name: "documented.py" },
      );
      const path = await storeFile();
      const invocation = await test.compute.invoke(runOf(probe, bodyOf(path).body));
      const found = JSON.parse((await readBody(invocation.output, 10_000)).toString());
      const line = content.subarray(5, 12).indexOf(10);
      const lineBytes = line < 0 ? 7 : line + 1;
      const notImplemented = { seek: "not implemented", write: "not implemented", flush: "not implemented" };
      expect(found).toMatchObject({ read: 5, line: lineBytes, none: 0, rest: sizeBytes - 5 - lineBytes, end: 0, ...notImplemented });
      if (lends) expect(found.refused).toEqual([true, true, true, true]);
      const facts = await stat(path);
      expect([facts.size, facts.mode & 0o222 & (lends ? 0o777 : 0o077)]).toEqual([sizeBytes, 0]);
    });

    it("feeds on a second attempt where the daemon cannot open what it was lent", async ({ skip }) => {
      skip(!lends, whyFed);
      await test.compute.ensureDaemon("test", identityStorlet);
      const before = test.compute.list()[0];
      const directory = join(test.directory, "s", "channels", before?.id ?? "", "given");
      const stored = bodyOf(await storeFile());
      await chmod(directory, 0o700);
      try {
        const invocation = await test.compute.invoke(runOf(identityStorlet, stored.body));
        expect(await readBody(invocation.output, sizeBytes)).toEqual(content);
      } finally {
        await chmod(directory, 0o711);
      }
      expect(stored.wasFed()).toBe(true);
      expect(await given()).toEqual([]);
      const pidOf = (info: typeof before): unknown => info?.daemons.find(({ name }) => name === identityStorlet.name)?.pid;
      expect(pidOf(test.compute.list()[0])).toBe(pidOf(before));
    });

    const neighbour = storletOf(
      `
import json
own = {os.getpid(), os.getppid()}
found = []
for folder, folders, names in os.walk("/mnt"):
    found += [os.path.join(folder, name) for name in names]
try:
    found += os.listdir("/mnt/channels/given")
except OSError:
    pass
for name in os.listdir("/proc"):
    if not name.isdigit() or int(name) in own: continue
    for number in range(3, 128):
        try:
            fd = os.open("/proc/%s/fd/%d" % (name, number), os.O_RDONLY | os.O_NONBLOCK)
            found.append("%s %s" % (name, number))
            os.close(fd)
        except OSError:
            pass
for mode in ("w", "x"):
    try:
        open("/mnt/channels/given/" + "0" * 32, mode).close()
        found.append("written")
    except OSError:
        pass
o.set_metadata({})
o.write(json.dumps(found).encode())
`,
      { name: "neighbour.py" },
    );

    const holders: [string, () => Bundle, Record<string, string>][] = [
      ["Python", () => storletOf(`o.set_metadata({})\no.write(i.read(1))\nlog.info("holding")\ntime.sleep(60)`, { name: "holder.py" }), {}],
      ...(jdk.missing === null
        ? ([["Java", () => java, { op: "hold", how: "sleep" }]] as [string, () => Bundle, Record<string, string>][])
        : []),
    ];

    it.for(holders)("shows a lent file to nobody but the run it was lent to: %s", async ([, bundle, params], { skip }) => {
      skip(!lends, whyFed);
      const cancel = new AbortController();
      const stored = bodyOf(await storeFile());
      const spec = runOf(bundle(), stored.body, { params, signal: cancel.signal });
      const holding = test.compute.invoke(spec);
      holding.catch(() => {});
      await expect.poll(() => test.logs.history({ run: spec.id, sources: ["storlet"] }, 10).length, { timeout: 15_000 }).toBeGreaterThan(0);
      const invocation = await test.compute.invoke(runOf(neighbour));
      expect(JSON.parse((await readBody(invocation.output, 10_000)).toString())).toEqual([]);
      expect(stored.wasFed()).toBe(false);
      cancel.abort();
      await holding.then(
        ({ outcome }) => outcome,
        () => null,
      );
      expect(await given()).toEqual([]);
    });
  });
}
