/** What a process and everything it started use, as Linux tells under `/proc`. Reads only; knows no sandbox. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DriverUsage, ResourceUse } from "../types.ts";

/** Linux counts CPU time for programs in hundredths of a second, whatever the kernel ticks in. */
const msPerTick = 10;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** Of the process and of the children it has waited for. */
  readonly cpuMs: number;
}

/** The line of `/proc/<pid>/stat`: the name in brackets may hold spaces and brackets itself. Null where it is not one. */
export function parseStat(line: string): Stat | null {
  const nameEnd = line.lastIndexOf(")");
  if (nameEnd < 0) return null;
  const fields = line.slice(nameEnd + 2).split(" ");
  const number = (index: number): number => Number(fields[index]);
  const ticks = number(11) + number(12) + number(13) + number(14);
  const stat = { pid: Number.parseInt(line, 10), parent: number(1), cpuMs: ticks * msPerTick };
  return Number.isNaN(stat.pid) || Number.isNaN(stat.parent) || Number.isNaN(stat.cpuMs) ? null : stat;
}

/** A field of `/proc/<pid>/status` or `smaps_rollup`; null where it is not there. */
export function readField(text: string, name: string): string | null {
  return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1]?.trim() ?? null;
}

const readText = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);

async function readStats(proc: string): Promise<Stat[]> {
  const names = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(names.map((name) => readText(join(proc, name, "stat"))));
  return lines.flatMap((line) => (line === null ? [] : (parseStat(line) ?? [])));
}

/** Shared pages are counted in proportion where that may be read, so that processes add up; otherwise whole. */
async function readMemory(proc: string, pid: number): Promise<{ memoryBytes: number; insidePid: number }> {
  const [status, rollup] = await Promise.all([
    readText(join(proc, String(pid), "status")),
    readText(join(proc, String(pid), "smaps_rollup")),
  ]);
  const kilobytes = (rollup === null ? null : readField(rollup, "Pss")) ?? (status === null ? null : readField(status, "VmRSS")) ?? "0";
  const insidePid = Number((status === null ? null : readField(status, "NSpid"))?.split(/\s+/).at(-1) ?? pid);
  return { memoryBytes: Number.parseInt(kilobytes, 10) * 1024, insidePid };
}

/** Sums of a process and everything below it. Null where it is gone, or there is no such file system. Never rejects. */
export async function readProcessTree(rootPid: number, proc = "/proc"): Promise<DriverUsage | null> {
  const stats = await readStats(proc);
  const root = stats.find(({ pid }) => pid === rootPid);
  if (root === undefined) return null;
  const childrenOf = Map.groupBy(stats, ({ parent }) => parent);
  const processes = new Map<number, ResourceUse>();

  async function add(stat: Stat): Promise<ResourceUse> {
    const [own, ...below] = await Promise.all([
      readMemory(proc, stat.pid),
      ...(childrenOf.get(stat.pid) ?? []).filter(({ pid }) => pid !== stat.pid).map(add),
    ]);
    const sum = {
      cpuMs: below.reduce((total, use) => total + use.cpuMs, stat.cpuMs),
      memoryBytes: below.reduce((total, use) => total + use.memoryBytes, own.memoryBytes),
    };
    // The outer of two processes with one inside id is the one that was asked for: inner namespaces begin at 1 again.
    processes.set(own.insidePid, sum);
    return sum;
  }

  return { ...(await add(root)), processes };
}
