/**
 * Many requests through the whole engine, of which each twentieth fails, times out or loses its client: neighbours are unaffected, every outcome is
 * recorded, and nothing is left of any, in both languages on every kind of sandbox.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildJar, findTestJdk } from "../compute/test-java.ts";
import type { Run, SandboxInfo } from "../contract/index.ts";
import { actsSource, callApi, putObject, registrationOf, sandboxHosts } from "./conformance.ts";
import { createTestEngine, eventually, type TestEngine } from "./test-engine.ts";

const jdk = await findTestJdk(process.env);
const count = 1000;
/** More at once than a daemon has places: some wait. */
const workers = 8;

const languages = [
  { language: "Python" as const, storlet: "acts.py", source: async (): Promise<string | Uint8Array> => actsSource },
  { language: "Java" as const, storlet: "acts-1.0.jar", source: (): Promise<string | Uint8Array> => buildJar({ folder: "acts" }) },
].filter(({ language }) => language === "Python" || jdk.missing === null);

type Kind = "identity" | "raise" | "silent" | "endless";

function kindOf(n: number): Kind {
  const share = n % 20;
  return share === 3 ? "raise" : share === 9 ? "silent" : share === 15 ? "endless" : "identity";
}

const states: Record<Kind, Run["state"]> = { identity: "succeeded", raise: "failed", silent: "timed-out", endless: "cancelled" };

interface Reply {
  readonly transactionId: string;
  readonly status: number;
  readonly text: string;
}

/** A GET on a connection of its own; with `leaves`, the client is gone after the first bytes. */
function get(engine: TestEngine, storlet: string, n: number, leaves: boolean): Promise<Reply> {
  const url = new URL(engine.storageUrl);
  const headers = { "X-Auth-Token": engine.token, "X-Run-Storlet": storlet };
  const options = { host: url.hostname, port: url.port, agent: false, headers } as const;
  return new Promise((resolve, reject) => {
    const path = `${url.pathname}/c/o${n % 5}?op=${kindOf(n)}&n=${n}`;
    const sent = httpRequest({ ...options, path }, (reply) => {
      let text = "";
      const done = (): void => resolve({ transactionId: String(reply.headers["x-trans-id"]), status: reply.statusCode ?? 0, text });
      reply.setEncoding("utf8");
      reply.on("error", () => {});
      reply.on("data", (chunk: string) => {
        text += chunk;
        if (!leaves) return;
        done();
        sent.destroy();
      });
      reply.on("end", done);
    });
    sent.on("error", (error) => (leaves ? undefined : reject(error)));
    sent.end();
  });
}

/** Ids of this process and of all that come from it. */
function descendants(): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      if (/^\d+$/.test(name)) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It has ended.
    }
  }
  const found = new Set([process.pid]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => pid !== process.pid);
}

const docker = (...words: string[]): string[] =>
  execFileSync("docker", words, { encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");

function ownContainers(engine: TestEngine): string[] {
  const all = docker("ps", "-q", "--filter", "label=managed_by=storlet-studio");
  return all.filter((id) => docker("inspect", id).some((line) => line.includes(engine.dataDirectory)));
}

const countOf = (pid: number | "self", what: "fd" | "task"): number => {
  try {
    return readdirSync(`/proc/${pid}/${what}`).length;
  } catch {
    return 0;
  }
};

/** What a leak would show in. */
function takeStock(engine: TestEngine, isDocker: boolean): Record<string, number | string[]> {
  const containers = isDocker ? ownContainers(engine) : [];
  const inside = isDocker
    ? containers.flatMap((id) => docker("top", id, "-eo", "pid").slice(1).map(Number))
    : descendants().filter((pid) => !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("vitest"));
  const sum = (what: "fd" | "task"): number => inside.reduce((total, pid) => total + countOf(pid, what), 0);
  const channels = join(engine.dataDirectory, "sandboxes/channels");
  const files = readdirSync(engine.dataDirectory, { recursive: true, encoding: "utf8" });
  return {
    containers: containers.length,
    processes: inside.length,
    "their descriptors": sum("fd"),
    "their threads": sum("task"),
    descriptors: countOf("self", "fd"),
    threads: countOf("self", "task"),
    "temporary files": files.filter((name) => /(^|\/)(tmp\/.|\.new-)/.test(name)),
    "temporary files inside": containers.flatMap((id) => docker("exec", id, "ls", "-A", "/tmp")).toSorted(),
    sockets: files.filter((name) => join(engine.dataDirectory, name).startsWith(`${channels}/`)).length,
  };
}

/** The same once nothing moves any more: a daemon forks children ahead while it has nothing else to do. */
function settle(engine: TestEngine, isDocker: boolean): Promise<ReturnType<typeof takeStock>> {
  let last = "";
  return eventually("nothing moves", async () => {
    const now = takeStock(engine, isDocker);
    const isSettled = JSON.stringify(now) === last;
    last = JSON.stringify(now);
    if (!isSettled) await new Promise((resolve) => setTimeout(resolve, 700));
    return isSettled && now;
  });
}

/** Threads and descriptors that come and go in a runtime on its own. */
const slack: Record<string, number> = { "their descriptors": 3, "their threads": 5, descriptors: 2, threads: 2 };

describe.each(sandboxHosts)("on %s", (host, options) => {
  describe.each(languages)("$language", ({ language, storlet, source }) => {
    let engine: TestEngine;
    beforeAll(async () => {
      engine = await createTestEngine({ ...options, storletTimeoutMs: 1500 });
      await engine.fetch("PUT", "/c");
      for (let n = 0; n < 5; n++) await putObject(engine, `/c/o${n}`, `body ${n}`, { "X-Object-Meta-N": String(n) });
      await putObject(engine, `/storlet/${storlet}`, await source(), registrationOf(language, "acts.Acts"));
    });
    afterAll(() => engine[Symbol.asyncDispose]());

    const daemons = async (): Promise<SandboxInfo["daemons"]> =>
      (await callApi<SandboxInfo[]>(engine, "sandboxes.list", undefined)).flatMap((sandbox) => sandbox.daemons);

    async function runMany(from: number, to: number): Promise<Map<string, Kind>> {
      const kinds = new Map<string, Kind>();
      let next = from;
      const worker = async (): Promise<void> => {
        while (next < to) {
          const n = next++;
          const kind = kindOf(n);
          const reply = await get(engine, storlet, n, kind === "endless");
          kinds.set(reply.transactionId, kind);
          const seen = [n, kind, reply.status, kind === "identity" ? reply.text : ""];
          expect(seen).toEqual([n, kind, kind === "raise" || kind === "silent" ? 503 : 200, kind === "identity" ? `body ${n % 5}` : ""]);
        }
      };
      await Promise.all(Array.from({ length: workers }, worker));
      return kinds;
    }

    it(`${count} requests, of which each twentieth fails, times out or is cancelled, leave nothing but their records`, async () => {
      // What runtimes make once is there after some of each kind.
      await runMany(0, 40);
      await eventually("the first runs are over", async () => (await daemons()).every(({ openInvocations }) => openInvocations === 0));
      const before = await settle(engine, host === "Docker");
      const [daemon] = await daemons();

      const kinds = await runMany(0, count);

      const runs = await eventually("every run is recorded with its end", async () => {
        const all = await callApi<Run[]>(engine, "runs.list", { limit: count });
        return all.every(({ state }) => Object.values(states).includes(state)) && all;
      });
      expect(new Set(runs.map(({ transactionId }) => transactionId))).toEqual(new Set(kinds.keys()));
      const wrong = runs.filter(({ transactionId, state }) => state !== states[kinds.get(transactionId) as Kind]);
      expect(wrong.map(({ transactionId, state, problem }) => [kinds.get(transactionId), state, problem])).toEqual([]);

      await expect
        .poll(
          () => {
            const after = takeStock(engine, host === "Docker");
            return Object.entries(after).filter(([what, now]) =>
              Array.isArray(now) ? now.join() !== (before[what] as string[]).join() : now > (before[what] as number) + (slack[what] ?? 0),
            );
          },
          { timeout: 20_000, interval: 500 },
        )
        .toEqual([]);
      // The same daemon served them all, and is ready for more.
      expect(await daemons()).toMatchObject([{ pid: daemon?.pid, state: "running", openInvocations: 0 }]);
      expect((await get(engine, storlet, 0, false)).text).toBe("body 0");
    }, 240_000);
  });
});
