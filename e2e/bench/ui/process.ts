/** What the system says of a process: CPU time, private memory, wake-ups. Linux only; null elsewhere. */
import { readdirSync, readFileSync } from "node:fs";

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Private bytes: what would be free if the process ended. */
export function privateBytes(pid: number): number | null {
  const text = read(`/proc/${pid}/smaps_rollup`);
  if (text === null) return null;
  return [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].reduce((sum, match) => sum + Number(match[1]) * 1024, 0);
}

/** CPU time used so far, in seconds. */
export function cpuSeconds(pid: number): number | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // Clock ticks are 1/100 s on every Linux that Node runs on.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** How often each thread of the process went to sleep and was woken, by its id; none where the process is gone. */
export function wakeUps(pid: number): Map<string, number> {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return new Map(
      threads.map((thread) => {
        const status = read(`/proc/${pid}/task/${thread}/status`) ?? "";
        return [thread, Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0)];
      }),
    );
  } catch {
    return new Map();
  }
}

/** Wake-ups between two looks. A thread that ended takes its count with it: its last wake-ups are not in the sum, and nothing is taken off. */
export function wakeUpsBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  return [...after].reduce((sum, [thread, count]) => sum + Math.max(0, count - (before.get(thread) ?? 0)), 0);
}

/** The processes that a process started, and theirs. */
export function descendants(pid: number): number[] {
  const children = (read(`/proc/${pid}/task/${pid}/children`) ?? "").trim().split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}
