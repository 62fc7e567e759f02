/** What a hostile storlet tries to reach from inside an isolated sandbox, each attempt refused, and what is around it unharmed. */
import { mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBody, streamOf } from "../support/streams.ts";
import { identityStorlet, runOf, runtimeDirectory, storletOf, testDeadlines, type TestCompute } from "./test-compute.ts";
import { testSandboxes } from "./test-sandboxes.ts";

const megabyte = 1024 * 1024;

/** Runs Python lines in `attempt()` and answers what they return, or the exception they end with. */
const attempt = (body: string) =>
  storletOf(
    `
import json, socket, subprocess
def attempt():
${body
  .trim()
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
try:
    result = attempt()
except BaseException as error:
    result = "refused: %s" % type(error).__name__
o.set_metadata({})
o.write(json.dumps(result).encode())
o.close()
`,
    { name: "hostile.py" },
  );

for (const sandbox of (await testSandboxes()).filter(({ name }) => name !== "plain")) {
  describe.skipIf(sandbox.missing !== null)(`on ${sandbox.name}`, () => {
    let test: TestCompute;
    let secrets: string;
    const server = createServer((socket) => socket.end("reached"));
    beforeAll(async () => {
      secrets = await mkdtemp(join(tmpdir(), "secret-"));
      await writeFile(join(secrets, "secret.txt"), "secret");
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      test = await sandbox.create({ limits: { memoryBytes: 256 * megabyte, pids: 64, cpus: 2 } });
    }, 60_000);
    afterAll(async () => {
      server.close();
      await rm(secrets, { recursive: true, force: true });
      await test[Symbol.asyncDispose]();
    }, 60_000);

    async function tryTo(body: string): Promise<unknown> {
      const invocation = await test.compute.invoke(runOf(attempt(body)));
      const answer = await readBody(invocation.output, megabyte);
      await invocation.outcome;
      return JSON.parse(answer.toString());
    }

    /** A neighbour still runs, in the same sandbox as before. */
    async function expectUnharmed(work: () => Promise<unknown>): Promise<void> {
      await test.compute.ensureDaemon("test", identityStorlet);
      const [before] = test.compute.list();
      await work();
      const invocation = await test.compute.invoke(runOf(identityStorlet, Buffer.from("alive")));
      expect((await readBody(invocation.output, 100)).toString()).toBe("alive");
      expect(test.compute.list()[0]?.id).toBe(before?.id);
    }

    it("network: no way to the host, none to the world, no interface but its own", async () => {
      const { port } = server.address() as AddressInfo;
      expect(await tryTo(`return socket.create_connection(("127.0.0.1", ${port}), 2).recv(10).decode()`)).toMatch(/^refused/);
      expect(await tryTo(`return socket.create_connection(("192.0.2.1", 80), 2).recv(10).decode()`)).toMatch(/^refused/);
      expect(await tryTo(`return [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]]`)).toContain("lo");
    });

    it("host files: a file beside the engine cannot be seen, by its path or through any process", async () => {
      const path = join(secrets, "secret.txt");
      expect(await tryTo(`return open(${JSON.stringify(path)}).read()`)).toBe("refused: FileNotFoundError");
      const seen = await tryTo(`
found = []
for name in os.listdir("/proc"):
    if name.isdigit():
        for base in ("root", "cwd"):
            try:
                if os.path.exists("/proc/%s/%s${path}" % (name, base)): found.append(name)
            except OSError:
                pass
return found`);
      expect(seen).toEqual([]);
      expect(await tryTo(`return os.listdir("/home") if os.path.isdir("/home") else []`)).toEqual([]);
    });

    it("other accounts: their storlets lie elsewhere, and their processes are not to be seen", async () => {
      const other = storletOf(`o.set_metadata({})\no.write(p["storlet_execution_path"].encode())\no.close()`, { name: "theirs.py" });
      const invocation = await test.compute.invoke(runOf(other, Buffer.alloc(0), { scope: "other" }));
      const path = (await readBody(invocation.output, 1000)).toString();
      expect(path).toContain("theirs.py");
      expect(await tryTo(`return os.listdir(${JSON.stringify(path)})`)).toMatch(/^refused/);
      expect(await tryTo(`return [name for name in os.listdir("/var/lib/storlets") if "theirs" in name]`)).toEqual([]);
    });

    it("channels: neither agent nor another daemon answers a storlet", async () => {
      await expectUnharmed(async () => {
        const answers = await tryTo(`
answers = []
paths = [os.path.join(folder, name) for folder, _, names in os.walk("/mnt") for name in names]
paths += [line.split()[-1] for line in open("/proc/net/unix").readlines()[1:] if "/" in line]
paths += ["/mnt/channels/s/agent.sock", "/mnt/channels/agent.sock"]
for path in paths:
    for line in (b'{"op":"ping"}\\n', b'{"op":"status"}\\n', b'{"op":"invoke","invocation":"x","params":{},"inputs":[]}\\n'):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(2)
        try:
            connection.connect(path)
            connection.sendall(line)
            answers.append(connection.recv(1000).decode())
        except OSError:
            answers.append("")
return answers`);
        expect((answers as string[]).length).toBeGreaterThanOrEqual(6);
        expect(new Set(answers as string[])).toEqual(new Set([""]));
      });
    });

    it("channels: nobody can put a socket of its own in the place of another daemon's", async () => {
      const secret = "what the neighbour is given";
      await expectUnharmed(async () => {
        const [pid] = test.compute.list().flatMap(({ daemons }) => daemons.map((daemon) => daemon.pid));
        const done = await tryTo(`
import threading
done = []
heard = []
def listen(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o777)
    listener.listen(5)
    listener.settimeout(1)
    try:
        heard.append(listener.accept()[0].recv(1000).decode())
    except OSError:
        pass
for folder in ("/mnt/channels", "/mnt/channels/s", "/proc/1/cwd", "/proc/1/fd", "/proc/${pid}/fd"):
    try:
        for name in os.listdir(folder):
            if name.endswith(".sock"): done.append(name)
            if folder.startswith("/proc") and ".sock" in str(os.listdir(folder + "/" + name)): done.append(folder + "/" + name)
    except OSError:
        pass
for pid in (1, ${pid}):
    for name in range(64):
        try:
            done.extend(os.listdir("/proc/%d/fd/%d" % (pid, name)))
        except OSError:
            pass
for name in ("agent.sock", "0123abcd.sock"):
    try:
        listen("/mnt/channels/" + name)
        listen("/mnt/channels/s/" + name)
    except OSError:
        pass
return [done, heard]`);
        expect(done).toEqual([[], []]);
        const invocation = await test.compute.invoke(runOf(identityStorlet, Buffer.from(secret)));
        expect((await readBody(invocation.output, 100)).toString()).toBe(secret);
      });
    }, 30_000);

    it("neighbours: what another daemon's processes have open and in memory cannot be seen", async () => {
      const secret = "cannot be guessed";
      const keeper = storletOf(`o.set_metadata({})\no.write(b"x")\nwhile i.read(1000): pass\no.close()`, { name: "keeper.py" });
      const held = Promise.withResolvers<void>();
      const body = streamOf(
        (async function* () {
          yield Buffer.from(secret);
          await held.promise;
        })(),
      );
      const invocation = await test.compute.invoke(runOf(keeper, body));
      const seen = await tryTo(`
seen = []
own = {os.getpid(), os.getppid()}
for name in os.listdir("/proc"):
    if not name.isdigit() or int(name) in own: continue
    for number in range(64):
        try:
            seen.append(name + " " + os.readlink("/proc/%s/fd/%d" % (name, number)))
        except OSError:
            pass
    # Those of a process that has ended can be opened, and are empty.
    for path in ("/environ", "/maps"):
        try:
            if open("/proc/" + name + path, "rb").read(1): seen.append(name + path)
        except OSError:
            pass
    for path in ("/cwd", "/root"):
        try:
            os.listdir("/proc/" + name + path)
            seen.append(name + path)
        except OSError:
            pass
return seen`);
      held.resolve();
      await readBody(invocation.output, 100);
      expect(seen).toEqual([]);
    });

    it("fork bomb: it ends at the limit of processes, and what it made is gone", async () => {
      await expectUnharmed(async () => {
        const made = await tryTo(`
count = 0
try:
    while count < 2000:
        if os.fork() == 0:
            time.sleep(1000)
            os._exit(0)
        count += 1
except OSError:
    pass
return count`);
        expect(made).toBeLessThan(64);
      });
    }, 30_000);

    it("memory bomb: it fails or is killed alone", async () => {
      await expectUnharmed(async () => {
        const bomb = attempt(`
held = []
while True:
    held.append(bytearray(16 * 1024 * 1024))
    if len(held) > 256:
        return "no limit"`);
        const ending = await test.compute.invoke(runOf(bomb)).then(
          async (invocation) => (await readBody(invocation.output, 1000)).toString(),
          (error: { code: string }) => error.code,
        );
        expect(['"refused: MemoryError"', "STORLET_KILLED"]).toContain(ending);
      });
    }, 30_000);

    it("disk: temporary files end at their limit", async () => {
      const written = await tryTo(`
total = 0
try:
    for n in range(100):
        with open("/tmp/fill%d" % n, "wb", buffering=0) as file:
            for _ in range(64):
                total += file.write(b"x" * 1024 * 1024)
except OSError:
    pass
finally:
    for n in range(100):
        try:
            os.unlink("/tmp/fill%d" % n)
        except OSError:
            pass
return total`);
      expect(written).toBeLessThanOrEqual(513 * megabyte);
    }, 60_000);

    it("disk: who writes beside the sockets loses the sandbox before the host loses space", async () => {
      const free = async (): Promise<number> => {
        const { bavail, bsize } = await statfs(test.directory);
        return bavail * bsize;
      };
      await test.compute.ensureSandbox("greedy");
      const freeBefore = await free();
      const greedy = attempt(`
n = 0
while True:
    n += 1
    with open("/mnt/channels/fill%d" % n, "wb", buffering=0) as file:
        for _ in range(1024):
            file.write(b"x" * 65536)
    if n > 200:
        return "no limit"`);
      const ending = await test.compute
        .invoke(runOf(greedy, Buffer.alloc(0), { scope: "greedy", deadlines: { ...testDeadlines, replyMs: 15_000 } }))
        .then(
          async (invocation) => (await readBody(invocation.output, 1000)).toString(),
          (error: { code: string }) => error.code,
        );
      expect(["SANDBOX_GONE", '"refused: OSError"', '"refused: PermissionError"']).toContain(ending);
      expect(freeBefore - (await free())).toBeLessThan(2048 * megabyte);
    }, 30_000);

    it("runtime and bundles: nothing of them can be changed", async () => {
      const daemon = await readFile(join(runtimeDirectory, "python", "daemon.py"), "utf8");
      const results = await tryTo(`
import sys as system
results = []
own = p["storlet_execution_path"]
runtime = os.path.dirname(os.path.abspath(system.modules["__main__"].__file__))
for path in (runtime + "/daemon.py", runtime + "/new.py", own + "/probe.py", own + "/new.py", "/usr/bin/evil"):
    try:
        open(path, "a").close()
        results.append(path)
    except OSError:
        pass
try:
    os.rename(own, own + ".moved")
    results.append("moved")
except OSError:
    pass
return results`);
      expect(results).toEqual([]);
      expect(await readFile(join(runtimeDirectory, "python", "daemon.py"), "utf8")).toBe(daemon);
    });

    it("signals: the agent takes none from inside", async () => {
      await expectUnharmed(async () => {
        await tryTo(`
import signal
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGSTOP, signal.SIGKILL):
    try:
        os.kill(1, number)
    except OSError:
        pass
return os.getppid()`);
        // The parent of every daemon is the agent: the first process, which signals from inside do not reach.
        expect(await tryTo(`return int(open("/proc/%d/stat" % os.getppid()).read().rsplit(")", 1)[1].split()[1])`)).toBe(1);
      });
    });
  });
}
