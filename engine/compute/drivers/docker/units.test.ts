import fc from "fast-check";
import { createServer } from "node:net";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { splitImageName, type DockerInfo } from "./client.ts";
import { findDockerConnection, formatDockerHost, parseDockerHost, type DockerConnection } from "./connection.ts";
import { chooseSandboxUser, containerName, describeExit, needsRelay, planContainer, scopeImageName } from "./container.ts";
import { createFrameParser, createLineSplitter } from "./output.ts";
import { explainConnectionFailure, judgeDocker, probeDocker } from "./probe.ts";
import { createRelayParser, formatFrame, formatFrameHeader, frameType } from "./relay-frames.ts";

const linux: DockerInfo = {
  version: "27.3",
  apiVersion: "1.47",
  containerOs: "linux",
  operatingSystem: "Debian GNU/Linux 12",
  securityOptions: [],
};

describe("the connection", () => {
  it.each<[string, DockerConnection | null]>([
    ["unix:///var/run/docker.sock", { kind: "socket", path: "/var/run/docker.sock" }],
    ["/var/run/docker.sock", { kind: "socket", path: "/var/run/docker.sock" }],
    ["npipe:////./pipe/docker_engine", { kind: "socket", path: "//./pipe/docker_engine" }],
    ["tcp://127.0.0.1:2375", { kind: "http", host: "127.0.0.1", port: 2375 }],
    ["tcp://[::1]:2376", { kind: "http", host: "::1", port: 2376 }],
    ["http://docker", { kind: "http", host: "docker", port: 2375 }],
    ["ssh://me@there", null],
    ["unix://", null],
    ["nonsense", null],
  ])("%s", (value, expected) => {
    expect(parseDockerHost(value)).toEqual(expected);
    if (expected !== null) expect(parseDockerHost(formatDockerHost(expected))).toEqual(expected);
  });

  it.each<[Partial<Parameters<typeof findDockerConnection>[0]>, DockerConnection | null]>([
    [{}, { kind: "socket", path: "/var/run/docker.sock" }],
    [{ dockerHost: "unix:///tmp/d.sock" }, { kind: "socket", path: "/tmp/d.sock" }],
    [{ dockerHost: "ssh://x" }, null],
    [{ platform: "win32" }, { kind: "socket", path: "//./pipe/docker_engine" }],
    [{ exists: (path: string) => path.startsWith("/home") }, { kind: "socket", path: "/home/u/.docker/run/docker.sock" }],
    [{ exists: () => true }, { kind: "socket", path: "/var/run/docker.sock" }],
  ])("is found (%#)", (facts, expected) => {
    const none = { dockerHost: null, platform: "linux" as const, homeDirectory: "/home/u", exists: () => false };
    expect(findDockerConnection({ ...none, ...facts })).toEqual(expected);
  });
});

it.each([
  ["test", "test"],
  ["AbCdEf0123456789", "abcdef0123456"],
  ["0a1b2c3d4e5f6", "0a1b2c3d4e5f6"],
  ["a_b", "a_b"],
  ["ends-", null],
  ["a b", null],
  ["ä", null],
  ["", null],
])("the image of scope %j is %j", (scope, name) => {
  expect(scopeImageName(scope)).toBe(name);
});

it.each([
  ["a", "a", "latest"],
  ["a:1", "a", "1"],
  ["host:5000/a", "host:5000/a", "latest"],
  ["host:5000/a:b", "host:5000/a", "b"],
])("image %s is %s with tag %s", (name, repository, tag) => {
  expect(splitImageName(name)).toEqual({ repository, tag });
});

it.each([
  ["root engine", linux, 0, 0, "65534:65534"],
  ["user's engine", linux, 1000, 100, "1000:100"],
  ["rootless Docker", { ...linux, securityOptions: ["name=seccomp,profile=builtin", "name=rootless"] }, 1000, 100, "0:0"],
  ["Windows", linux, null, null, "65534:65534"],
])("runs as another user than root: %s", (_name, info, uid, gid, inside) => {
  expect(chooseSandboxUser(info, uid, gid).inside).toBe(inside);
});

it.each([
  ["linux", "Debian GNU/Linux 12", false],
  ["linux", "Docker Desktop", true],
  ["darwin", "Docker Desktop", true],
  ["win32", "Docker Desktop", true],
] as const)("on %s with %s a relay is needed: %s", (platform, operatingSystem, expected) => {
  expect(needsRelay({ ...linux, operatingSystem }, platform)).toBe(expected);
});

it("names containers with what Docker allows", () => {
  expect(containerName("ab/../c", { id: "0f", scope: "test tenant" })).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
});

it("keeps the channels inside the container where a relay is used", () => {
  const spec = {
    id: "1",
    scope: "s",
    limits: { memoryBytes: 1e8, pids: 9, cpus: 0.5 },
    channelsDirectory: "/c",
    bundlesDirectory: "/b",
    onOutput() {},
    onExit() {},
  };
  const base = { spec, image: "i", user: { inside: "7:8", uid: 7, gid: 8 }, dataId: "d", runtimeDirectory: "/r", usernsRemapped: false };
  const sources = (relay: boolean): (string | undefined)[] =>
    planContainer({ ...base, relay }).HostConfig?.Mounts?.map((mount) => mount.Source) ?? [];
  expect(sources(false)).toEqual(["/r", "/b", "/c"]);
  expect(sources(true)).toEqual(["/r", "/b"]);
  expect(planContainer({ ...base, relay: true }).HostConfig?.Tmpfs?.["/mnt/channels"]).toContain("uid=7,gid=8");
  expect(planContainer({ ...base, relay: false }).HostConfig).toMatchObject({ NanoCpus: 5e8, ReadonlyRootfs: true });
});

it.each([
  [0, false, "The sandbox ended with exit code 0."],
  [137, false, "The sandbox was killed from outside (SIGKILL)."],
  [137, true, "The sandbox ran out of memory: its limit is 512 MB."],
  [1, true, "The sandbox ended with exit code 1."],
  [143, false, "The sandbox was stopped from outside (SIGTERM)."],
  [null, false, "The sandbox was removed from outside."],
])("exit code %s, out of memory %s: %s", (exitCode, sawOom, expected) => {
  expect(describeExit(exitCode, sawOom, 512e6)).toBe(expected);
});

/** The bytes cut into pieces at arbitrary places. */
const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 30 });
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let rest = bytes;
  for (const size of sizes) {
    pieces.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  return [...pieces, rest];
}

describe("output", () => {
  it("comes out of Docker's frames however they are cut", () => {
    const frames = fc.array(fc.record({ stderr: fc.boolean(), bytes: fc.uint8Array({ maxLength: 60 }) }), { maxLength: 8 });
    fc.assert(
      fc.property(frames, cuts, (entries, sizes) => {
        const whole = Buffer.concat(
          entries.flatMap(({ stderr, bytes }) => {
            const header = Buffer.from([stderr ? 2 : 1, 0, 0, 0, 0, 0, 0, bytes.length]);
            return [header, Buffer.from(bytes)];
          }),
        );
        const got = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
        const parse = createFrameParser((stream, bytes) => (got[stream] = Buffer.concat([got[stream], bytes])));
        for (const piece of cut(whole, sizes)) parse(piece);
        const wanted = (stderr: boolean): Buffer =>
          Buffer.concat(entries.filter((entry) => entry.stderr === stderr).map((entry) => Buffer.from(entry.bytes)));
        expect(got.stdout.equals(wanted(false)) && got.stderr.equals(wanted(true))).toBe(true);
      }),
    );
  });

  it("comes as whole lines, and in pieces where a line never ends", () => {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line));
    for (const piece of cut(Buffer.from("eins\r\nzwei ü\n\nrest"), [3, 8, 1, 1])) splitter.push(piece);
    expect(lines).toEqual(["eins", "zwei ü", ""]);
    splitter.flush();
    expect(lines.at(-1)).toBe("rest");
    splitter.push(Buffer.alloc(200_000, "x"));
    expect(Math.max(...lines.map((line) => line.length))).toBe(65_536);
  });
});

describe("relay frames", () => {
  it("come out as they went in, however they are cut", () => {
    const entry = fc.record({ control: fc.boolean(), stream: fc.nat({ max: 0xffffffff }), text: fc.string({ maxLength: 50 }) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), cuts, (entries, sizes) => {
        const whole = entries.flatMap(({ control, stream, text }) => {
          if (control) return [formatFrame(frameType.close, stream, text)];
          return [formatFrameHeader(frameType.data, stream, Buffer.byteLength(text)), Buffer.from(text)];
        });
        const closes: [number, string][] = [];
        const data = new Map<number, Buffer[]>();
        const parse = createRelayParser({
          onData: (stream, bytes) => data.set(stream, [...(data.get(stream) ?? []), Buffer.from(bytes)]),
          onControl: (_type, stream, payload) => closes.push([stream, payload.toString()]),
        });
        for (const piece of cut(Buffer.concat(whole), sizes)) parse(piece);
        expect(closes).toEqual(entries.filter(({ control }) => control).map(({ stream, text }) => [stream, text]));
        const sent = Buffer.concat(entries.filter(({ control }) => !control).map(({ text }) => Buffer.from(text))).length;
        expect([...data.values()].flat().reduce((sum, bytes) => sum + bytes.length, 0)).toBe(sent);
      }),
    );
  });

  it.each([
    ["an unknown type", Buffer.from([9, 0, 0, 0, 1, 0, 0, 0, 0])],
    ["a control frame without end", Buffer.from([6, 0, 0, 0, 1, 0x7f, 0, 0, 0])],
  ])("are refused: %s", (_name, bytes) => {
    const parse = createRelayParser({ onData() {}, onControl() {} });
    expect(() => parse(bytes)).toThrow(/The relay sent/);
  });
});

describe("the probe", () => {
  it.each([
    ["ENOENT", /not installed or not running: there is no unix:\/\/\/x/],
    ["EACCES", /This user may not use Docker/],
    ["ECONNREFUSED", /Docker is not running: nobody listens/],
    ["EPROTO", /does not answer at unix:\/\/\/x: odd/],
  ])("explains %s", (code, reason) => {
    const probe = explainConnectionFailure(code, { kind: "socket", path: "/x" }, "odd");
    expect(probe).toMatchObject({ available: false, version: null, hint: expect.any(String) });
    expect(probe.reason).toMatch(reason);
  });

  it("takes Linux containers only", () => {
    expect(judgeDocker(linux)).toMatchObject({ available: true, version: "27.3", reason: null });
    expect(judgeDocker({ ...linux, containerOs: "windows" })).toMatchObject({
      available: false,
      hint: "Switch Docker to Linux containers.",
    });
  });

  async function socketPath(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), "probe-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    return join(directory, "d.sock");
  }

  it("gives up on a daemon that says nothing", async () => {
    const path = await socketPath();
    const server = createServer(() => {}).listen(path);
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const startedMs = performance.now();
    const probe = await probeDocker({ connection: { kind: "socket", path }, deadlineMs: 200 });
    expect(probe.reason).toMatch(/did not answer within 0.2 s/);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it("finds nobody", async () => {
    const probe = await probeDocker({ connection: { kind: "socket", path: await socketPath() } });
    expect(probe).toMatchObject({ available: false, reason: expect.stringContaining("not installed or not running") });
    expect(await probeDocker({ connection: null })).toMatchObject({ available: false, reason: "DOCKER_HOST names no socket or port." });
  });
});
