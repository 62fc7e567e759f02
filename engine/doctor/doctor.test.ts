import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { doctorReportSchema, type DoctorItem, type DoctorReport } from "../contract/index.ts";
import { systemClock } from "../support/clock.ts";
import { runDoctor, type DoctorOptions } from "./doctor.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A search path of its own with programs made of shell lines. */
async function createPrograms(programs: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "doctor-"));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(directory, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, name), 0o755);
  }
  return directory;
}

const working = { python3: "echo Python 3.12.1", javac: "echo javac 21.0.1", bwrap: "echo bubblewrap 0.9.0" };

function optionsWith(changes: Partial<DoctorOptions>): DoctorOptions {
  return {
    clock: systemClock,
    platform: "linux",
    nodeVersion: "v24.21.0",
    searchPath: "",
    dataDirectory: join(tmpdir(), "not-there-yet", "data"),
    ports: [],
    probeDocker: async () => ({ available: true, version: "27.3.1", reason: null, hint: null }),
    findImage: async () => ({ name: "storlet_engine_image", sizeBytes: 1e8 }),
    ...changes,
  };
}

const find = (report: DoctorReport, id: DoctorItem["id"]): DoctorItem => report.items.find((item) => item.id === id) as DoctorItem;

it("reports a machine where everything works", async () => {
  const report = doctorReportSchema.parse(await runDoctor(optionsWith({ searchPath: await createPrograms(working) })));
  expect(report.items.filter((item) => item.state !== "ok")).toEqual([]);
  expect(find(report, "python").fact).toBe("3.12.1");
  expect(find(report, "java").fact).toBe("21.0.1");
});

it.each([
  ["not there", {}, "not installed"],
  ["broken", { python3: "echo cannot load library >&2; exit 127" }, /python3: cannot load library/],
  ["old", { python3: "echo Python 2.7.18" }, "2.7.18 found, 3.7 wanted"],
] as const)("reports a Python that is %s", async (_name, programs, fact) => {
  const report = await runDoctor(optionsWith({ searchPath: await createPrograms(programs) }));
  expect(find(report, "python").fact).toMatch(fact);
});

it("tries bubblewrap instead of trusting that it is there", async () => {
  const script = 'if [ "$1" = --version ]; then echo bubblewrap 0.9.0; else echo "bwrap: No permissions" >&2; exit 1; fi';
  const probeDocker = async (): ReturnType<DoctorOptions["probeDocker"]> => ({
    available: false,
    version: null,
    reason: "off",
    hint: null,
  });
  const report = await runDoctor(optionsWith({ searchPath: await createPrograms({ ...working, bwrap: script }), probeDocker }));
  expect(find(report, "bubblewrap")).toMatchObject({ state: "limited", fact: "bwrap: No permissions" });
  expect(find(report, "docker").why).toContain("They can read your files.");
});

it("ends whatever hangs, and leaves no program running", async () => {
  const hang = "exec sleep 1000";
  const searchPath = await createPrograms({ python3: `echo $$ > "$(dirname "$0")/pid"; ${hang}`, javac: hang, bwrap: hang });
  const startedMs = performance.now();
  const never = new Promise<never>(() => {});
  const report = await runDoctor(
    optionsWith({ searchPath: `${searchPath}:/usr/bin:/bin`, probeDocker: () => never, findImage: () => never }),
  );
  // Its deadline is far shorter; what hangs here hangs for a quarter of an hour.
  expect(performance.now() - startedMs).toBeLessThan(60_000);
  for (const id of ["docker", "python", "java"] as const)
    expect(find(report, id)).toMatchObject({ fact: "The check did not end in time." });
  const { readFile } = await import("node:fs/promises");
  const pid = Number(await readFile(join(searchPath, "pid"), "utf8"));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it("tells free ports from taken ones and its own", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  cleanups.push(async () => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const taken = await runDoctor(optionsWith({ ports: [{ use: "Swift API", port, ours: false }] }));
  expect(find(taken, "ports")).toMatchObject({ state: "missing", fact: `${port} (Swift API) used by another program` });
  const ours = await runDoctor(optionsWith({ ports: [{ use: "Swift API", port, ours: true }] }));
  expect(find(ours, "ports").state).toBe("ok");
});

it("looks at the disk of a directory that is not there yet", async () => {
  expect(find(await runDoctor(optionsWith({})), "disk").fact).toMatch(/^[\d.]+ [MGT]B free$/);
});
