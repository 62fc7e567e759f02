import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { randomId, systemClock } from "../../../support/clock.ts";
import type { StudioError } from "../../../support/errors.ts";
import { receiveBytes } from "../../channel.ts";
import type { DriverSandbox, SandboxSpec } from "../../types.ts";
import { createDockerClient } from "./client.ts";
import { defaultImageName } from "./container.ts";
import { createDockerDriver, type DockerDriverOptions } from "./driver.ts";
import { findTestDocker } from "./test-docker.ts";

const { connection, missing } = await findTestDocker(process.env);
const docker = createDockerClient(connection);
const run = promisify(execFile);
const megabyte = 1024 * 1024;
const clientEnvironment = { ...process.env, DOCKER_HOST: docker.address };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Watched {
  readonly spec: SandboxSpec;
  readonly lines: string[];
  readonly exited: Promise<string>;
  /** Resolves when a line holds the text. */
  line(text: string): Promise<string>;
}

interface Rig {
  readonly dataId: string;
  create(options?: Partial<DockerDriverOptions>): ReturnType<typeof createDockerDriver>;
  spec(changes?: Partial<SandboxSpec>): Promise<Watched>;
}

async function createRig(): Promise<Rig> {
  const directory = await mkdtemp(join(tmpdir(), "ssd-"));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const runtimeDirectory = join(directory, "runtime");
  await cp(join(import.meta.dirname, "fixtures"), runtimeDirectory, { recursive: true });
  await cp(join(import.meta.dirname, "../../../../resources/runtime/python/relay.py"), join(runtimeDirectory, "python/relay.py"));
  for (const path of [directory, runtimeDirectory, join(runtimeDirectory, "python")]) await chmod(path, 0o755);
  const dataId = `test${randomId(6)}`;
  return {
    dataId,
    create(options = {}) {
      const driver = createDockerDriver({ connection, runtimeDirectory, dataId, clock: systemClock, ...options });
      cleanups.push(async () => driver[Symbol.asyncDispose]());
      return driver;
    },
    async spec(changes = {}) {
      const id = randomId(4);
      const channelsDirectory = join(directory, id, "c");
      const bundlesDirectory = join(directory, id, "b");
      await mkdir(channelsDirectory, { recursive: true });
      await mkdir(bundlesDirectory, { recursive: true });
      await writeFile(join(bundlesDirectory, "hello.txt"), "from the host\n", { mode: 0o644 });
      const lines: string[] = [];
      const waiting: { text: string; resolve: (line: string) => void }[] = [];
      const exited = Promise.withResolvers<string>();
      const spec: SandboxSpec = {
        id,
        scope: `scope${id}`,
        limits: { memoryBytes: 128 * megabyte, pids: 40, cpus: 1 },
        channelsDirectory,
        bundlesDirectory,
        onOutput(stream, text) {
          const line = `${stream}: ${text}`;
          lines.push(line);
          for (const { text: wanted, resolve } of waiting) if (line.includes(wanted)) resolve(line);
        },
        onExit: (reason) => exited.resolve(reason),
        ...changes,
      };
      const line = (text: string): Promise<string> => {
        const found = lines.find((one) => one.includes(text));
        return found === undefined ? new Promise((resolve) => waiting.push({ text, resolve })) : Promise.resolve(found);
      };
      return { spec, lines, exited: exited.promise, line };
    },
  };
}

/** Reads a connection to its end; rejects where it breaks. */
function readAll(stream: Duplex, onBytes: (bytes: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const take = (bytes: Uint8Array): boolean => {
      onBytes(bytes);
      return true;
    };
    receiveBytes(stream, { take, end: (error) => (error === null ? resolve() : reject(error)) });
  });
}

async function ask(sandbox: DriverSandbox, command: string): Promise<string> {
  const stream = await sandbox.connect("agent.sock");
  const chunks: Buffer[] = [];
  const reading = readAll(stream, (bytes) => chunks.push(Buffer.from(bytes)));
  stream.write(`${command}\n`);
  try {
    await reading;
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks).toString();
}

/** The containers of a data directory, by Docker's own client. */
async function list(dataId: string): Promise<string[]> {
  const args = ["ps", "-aq", "--no-trunc", "--filter", `label=storlet_studio_data=${dataId}`];
  const { stdout } = await run("docker", args, { env: clientEnvironment });
  return stdout.split("\n").filter((id) => id !== "");
}

interface Inspected {
  HostConfig: Record<string, unknown>;
  Config: Record<string, unknown>;
}

async function inspect(id: string): Promise<Inspected> {
  const { stdout } = await run("docker", ["inspect", id], { env: clientEnvironment });
  return (JSON.parse(stdout) as Inspected[])[0] as Inspected;
}

describe.skipIf(missing !== null)("a sandbox container", () => {
  it("is hardened as inspected and as seen from inside", async () => {
    const rig = await createRig();
    const driver = rig.create();
    const { spec } = await rig.spec();
    const sandbox = await driver.createSandbox(spec);
    expect(sandbox).toMatchObject({
      image: defaultImageName,
      isolated: true,
      bundlesInside: "/var/lib/storlets",
      channelsInside: "/mnt/channels",
    });

    const [id] = await list(rig.dataId);
    const { HostConfig: host, Config: config } = await inspect(id as string);
    const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
    expect(config).toMatchObject({ User: `${uid}:${process.getuid?.() === 0 ? 65_534 : process.getgid?.()}`, NetworkDisabled: true });
    expect(config["Labels"]).toMatchObject({ managed_by: "storlet-studio", storlet_studio_data: rig.dataId });
    expect(host).toMatchObject({
      NetworkMode: "none",
      Init: false,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Memory: 128 * megabyte,
      MemorySwap: 128 * megabyte,
      PidsLimit: 40,
      NanoCpus: 1e9,
      Privileged: false,
    });

    const facts = JSON.parse(await ask(sandbox, "facts")) as Record<string, unknown>;
    const none = "0000000000000000";
    expect(facts).toMatchObject({
      uid,
      caps: [none, none, none, none, none],
      noNewPrivs: "1",
      interfaces: ["lo"],
      writeRoot: "Read-only file system",
      writeRuntime: "Read-only file system",
      writeBundles: "Read-only file system",
      writeTemporary: "done",
      fillTemporary: "No space left on device",
      bundle: "from the host",
      memory: 128 * megabyte,
      pids: 40,
      init: "python3",
      devices: [],
    });
    expect(facts["forks"]).toBeGreaterThan(20);
    expect(facts["forks"]).toBeLessThan(40);
  });

  it("stops within a second and leaves nothing", async () => {
    const rig = await createRig();
    const driver = rig.create();
    const { spec, exited } = await rig.spec();
    const sandbox = await driver.createSandbox(spec);
    const startedMs = performance.now();
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    const tookMs = performance.now() - startedMs;
    expect(await exited).toBe("The sandbox was stopped.");
    expect(await list(rig.dataId)).toEqual([]);
    expect(tookMs).toBeLessThan(1_500);
    await expect(sandbox.connect("agent.sock")).rejects.toMatchObject({ code: "SANDBOX_GONE" });
  });

  it("ends where Docker drops its connections, and says so", async () => {
    const rig = await createRig();
    const path = join(await mkdtemp(join(tmpdir(), "proxy-")), "d.sock");
    cleanups.push(() => rm(dirname(path), { recursive: true, force: true }));
    const open = new Set<Duplex>();
    const proxy = createServer((near) => {
      const far = connection.kind === "socket" ? connect(connection.path) : connect(connection.port, connection.host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(from);
        from.on("error", () => to.destroy());
        from.on("close", () => to.destroy());
        from.pipe(to);
      }
    }).listen(path);
    await once(proxy, "listening");
    const { spec, exited } = await rig.spec();
    await rig.create({ connection: { kind: "socket", path } }).createSandbox(spec);
    proxy.close();
    for (const stream of open) stream.destroy();
    expect(await exited).toMatch(/Docker does not answer any more/);
    // The agent holds on to the engine by its stdin, so the container is going, too.
    for (const id of await list(rig.dataId)) await docker.waitForContainer(id, "removed", AbortSignal.timeout(10_000)).catch(() => null);
    expect(await list(rig.dataId)).toEqual([]);
  });

  it("hands on what the agent prints", async () => {
    const rig = await createRig();
    const driver = rig.create();
    const { spec, line } = await rig.spec();
    const sandbox = await driver.createSandbox(spec);
    await ask(sandbox, "print grüße");
    expect(await line("stdout: gr")).toBe("stdout: grüße");
    expect(await line("stderr: gr")).toBe("stderr: grüße");
  });

  it("tells at once that it was killed from outside", async () => {
    const rig = await createRig();
    const driver = rig.create();
    const { spec, exited } = await rig.spec();
    const sandbox = await driver.createSandbox(spec);
    const open = await sandbox.connect("agent.sock");
    const ended = readAll(open, () => {});
    const [id] = await list(rig.dataId);
    await run("docker", ["kill", id as string], { env: clientEnvironment });
    const startedMs = performance.now();
    expect(await exited).toBe("The sandbox was killed from outside (SIGKILL).");
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    await ended;
    await expect(sandbox.connect("agent.sock")).rejects.toMatchObject({ code: "SANDBOX_GONE" });
    const again = await driver.createSandbox((await rig.spec()).spec);
    expect(await ask(again, "facts")).toContain("uid");
  });

  it.each([
    ["ends by itself", "exit 7", "The sandbox ended with exit code 7."],
    ["eats all memory", "eat 400", "The sandbox ran out of memory: its limit is 134 MB."],
  ])("tells why it is gone when the agent %s", async (_name, command, reason) => {
    const rig = await createRig();
    const driver = rig.create();
    const { spec, exited } = await rig.spec();
    const sandbox = await driver.createSandbox(spec);
    await ask(sandbox, command).catch(() => "");
    expect(await exited).toBe(reason);
  });

  it("lives on when memory runs out in a child, and says so", async () => {
    const rig = await createRig();
    const driver = rig.create();
    const { spec, line } = await rig.spec();
    const sandbox = await driver.createSandbox(spec);
    // The kernel may take either process; the child holds nearly all memory and is taken.
    expect(await ask(sandbox, "eat-in-child 400")).toBe("9");
    expect(await line("memory limit")).toContain("reached its memory limit of 134 MB");
    expect(await ask(sandbox, "facts")).toContain("uid");
  });

  it("goes with the engine that started it", async () => {
    const rig = await createRig();
    const { spec } = await rig.spec();
    const plain = { ...spec, onOutput: undefined, onExit: undefined };
    const script = `
      import { createDockerDriver } from ${JSON.stringify(join(import.meta.dirname, "driver.ts"))};
      import { systemClock } from ${JSON.stringify(join(import.meta.dirname, "../../../support/clock.ts"))};
      const driver = createDockerDriver({ connection: ${JSON.stringify(connection)}, dataId: ${JSON.stringify(rig.dataId)},
        runtimeDirectory: ${JSON.stringify(join(spec.channelsDirectory, "../../runtime"))}, clock: systemClock });
      await driver.createSandbox({ ...${JSON.stringify(plain)}, onOutput() {}, onExit() {} });
      process.kill(process.pid, "SIGKILL");`;
    await run(process.execPath, ["--input-type=module-typescript", "-e", script]).catch((error: { signal: string; stderr: string }) => {
      expect({ signal: error.signal, stderr: error.stderr }).toMatchObject({ signal: "SIGKILL" });
    });
    for (const id of await list(rig.dataId)) await docker.waitForContainer(id, "removed", AbortSignal.timeout(10_000)).catch(() => null);
    expect(await list(rig.dataId)).toEqual([]);
  });
});

describe.skipIf(missing !== null)("leftovers", () => {
  it("are removed for the same data directory only, and never the driver's own", async () => {
    const [mine, other] = [await createRig(), await createRig()];
    const crashed = mine.create();
    await crashed.createSandbox((await mine.spec()).spec);
    await other.create().createSandbox((await other.spec()).spec);

    const next = mine.create();
    await next.createSandbox((await mine.spec()).spec);
    expect(await next.removeLeftovers()).toBe(1);
    expect(await list(mine.dataId)).toHaveLength(1);
    expect(await list(other.dataId)).toHaveLength(1);
    expect(await next.removeLeftovers()).toBe(0);
  });
});

describe.skipIf(missing !== null)("image choice", () => {
  const tag = (from: string, to: string): Promise<unknown> => run("docker", ["tag", from, to], { env: clientEnvironment });
  const untag = (name: string): Promise<unknown> => run("docker", ["rmi", name], { env: clientEnvironment });

  it("takes the scope's own image by the first 13 characters in lower case", async () => {
    const rig = await createRig();
    const scope = `Ab${randomId(8)}`;
    const own = scope.slice(0, 13).toLowerCase();
    await tag(defaultImageName, own);
    cleanups.push(() => untag(own));
    const sandbox = await rig.create().createSandbox((await rig.spec({ scope })).spec);
    expect(sandbox.image).toBe(own);
  });

  it("falls back to the default image where the scope's own does not start", async () => {
    const rig = await createRig();
    const scope = `b${randomId(6)}`;
    await run("sh", ["-c", `tar -c -T /dev/null | docker import - ${scope}`], { env: clientEnvironment });
    cleanups.push(() => untag(scope));
    const { spec, line } = await rig.spec({ scope });
    const sandbox = await rig.create().createSandbox(spec);
    expect(sandbox.image).toBe(defaultImageName);
    expect(await line("does not start")).toMatch(/python3/);
  });

  it("says what to do where there is none", async () => {
    const rig = await createRig();
    const driver = rig.create({ defaultImage: `none${randomId(4)}` });
    const failure = (await driver.createSandbox((await rig.spec()).spec).catch((error: unknown) => error)) as StudioError;
    expect(failure).toMatchObject({ code: "IMAGE_MISSING", hint: "Run studio image build." });
  });
});

describe.skipIf(missing !== null)("a start that fails", () => {
  it("tells the agent's last words and leaves no container", async () => {
    const rig = await createRig();
    const { spec } = await rig.spec();
    await writeFile(join(spec.bundlesDirectory, "mode"), "BROKEN");
    await expect(rig.create().createSandbox(spec)).rejects.toMatchObject({
      code: "SANDBOX_START_FAILED",
      detail: "The sandbox ended with exit code 3. broken on purpose",
    });
    expect(await list(rig.dataId)).toEqual([]);
  });

  it("uses Docker's own words where Docker refuses", async () => {
    const rig = await createRig();
    const { spec } = await rig.spec();
    await rm(spec.bundlesDirectory, { recursive: true });
    await expect(rig.create().createSandbox(spec)).rejects.toMatchObject({
      code: "SANDBOX_START_FAILED",
      detail: expect.stringContaining("bind source path does not exist"),
    });
    expect(await list(rig.dataId)).toEqual([]);
  });

  it.each([
    ["a socket path beyond 107 bytes", {}, { channelsDirectory: `/tmp/${"d".repeat(100)}` }, "SANDBOX_START_FAILED"],
    ["too many sandboxes", { maxSandboxes: 1 }, {}, "SANDBOX_LIMIT"],
    ["no daemon", { connection: { kind: "socket", path: "/nonexistent/docker.sock" } }, {}, "DOCKER_UNAVAILABLE"],
  ] as const)("refuses %s", async (_name, options, changes, code) => {
    const rig = await createRig();
    if (code === "SANDBOX_LIMIT") await rig.create().createSandbox((await rig.spec()).spec);
    await expect(rig.create(options).createSandbox((await rig.spec(changes)).spec)).rejects.toMatchObject({ code });
  });

  it("does not outlive a driver that is disposed meanwhile", async () => {
    const rig = await createRig();
    const driver = rig.create();
    const work = driver.createSandbox((await rig.spec()).spec);
    await driver[Symbol.asyncDispose]();
    await work.catch(() => null);
    expect(await list(rig.dataId)).toEqual([]);
  });
});

/** Sends bytes through an echo and returns the digests of both sides. */
async function echo(stream: Duplex, sizeBytes: number): Promise<{ sent: string; received: string; receivedBytes: number }> {
  const sent = createHash("sha256");
  const received = createHash("sha256");
  let receivedBytes = 0;
  stream.write("echo\n");
  const reading = readAll(stream, (bytes) => {
    received.update(bytes);
    receivedBytes += bytes.length;
  });
  const block = randomBytes(megabyte + 7);
  for (let left = sizeBytes; left > 0; left -= block.length) {
    const bytes = block.subarray(0, Math.min(left, block.length));
    sent.update(bytes);
    if (!stream.write(bytes)) await once(stream, "drain");
  }
  stream.end();
  await reading;
  return { sent: sent.digest("hex"), received: received.digest("hex"), receivedBytes };
}

describe.skipIf(missing !== null).each([
  ["sockets", false],
  ["the relay", true],
] as const)("connections by %s", (_name, forceRelay) => {
  it("carry 64 MiB there and back unchanged, several at a time", async () => {
    const rig = await createRig();
    const sandbox = await rig.create({ forceRelay }).createSandbox((await rig.spec()).spec);
    const sizes = [64 * megabyte, 3 * megabyte, 1];
    const results = await Promise.all(sizes.map(async (sizeBytes) => echo(await sandbox.connect("agent.sock"), sizeBytes)));
    for (const [index, result] of results.entries()) {
      expect(result.receivedBytes).toBe(sizes[index]);
      expect(result.received).toBe(result.sent);
    }
  });

  it("hold back a writer that nobody reads, and let others pass", async () => {
    const rig = await createRig();
    const { spec, line } = await rig.spec();
    const sandbox = await rig.create({ forceRelay }).createSandbox(spec);
    const idle = await sandbox.connect("agent.sock");
    idle.write("flood\n");
    const other = await echo(await sandbox.connect("agent.sock"), 8 * megabyte);
    expect(other.received).toBe(other.sent);
    idle.on("error", () => {});
    idle.destroy();
    const sentBytes = Number(/after (\d+)/.exec(await line("flood ended"))?.[1]);
    expect(sentBytes).toBeGreaterThan(0);
    expect(sentBytes).toBeLessThan(4 * megabyte);
  });

  it("end at once after a write of nothing", async () => {
    const rig = await createRig();
    const sandbox = await rig.create({ forceRelay }).createSandbox((await rig.spec()).spec);
    const stream = await sandbox.connect("agent.sock");
    let got = "";
    const reading = readAll(stream, (bytes) => (got += Buffer.from(bytes).toString()));
    stream.write("echo\nsmall");
    stream.write(Buffer.alloc(0));
    stream.end(Buffer.alloc(0));
    await reading;
    expect(got).toBe("small");
  });

  it("tell where nobody listens", async () => {
    const rig = await createRig();
    const sandbox = await rig.create({ forceRelay }).createSandbox((await rig.spec()).spec);
    await expect(sandbox.connect("nobody.sock")).rejects.toMatchObject({ code: "SANDBOX_GONE" });
    expect(await ask(sandbox, "facts")).toContain("uid");
  });

  it("end where the other end closes", async () => {
    const rig = await createRig();
    const sandbox = await rig.create({ forceRelay }).createSandbox((await rig.spec()).spec);
    expect(await ask(sandbox, "close")).toBe("");
  });
});

describe.skipIf(missing !== null)("the relay", () => {
  it("starts anew after it was killed", async () => {
    const rig = await createRig();
    const sandbox = await rig.create({ forceRelay: true }).createSandbox((await rig.spec()).spec);
    const [id] = await list(rig.dataId);
    const broken = await sandbox.connect("agent.sock");
    const failed = once(broken, "error");
    const script =
      "import glob,os\nfor p in glob.glob('/proc/[0-9]*/cmdline'):\n  if b'relay.py' in open(p,'rb').read(): os.kill(int(p.split('/')[2]), 9)";
    await run("docker", ["exec", id as string, "python3", "-c", script], { env: clientEnvironment }).catch(() => null);
    await failed;
    expect(await ask(sandbox, "facts")).toContain("uid");
  });
});
