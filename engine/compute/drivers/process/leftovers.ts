/** Process sandboxes of an engine that crashed: noted on disk while they run, ended by the next engine. Ends nothing that is not proven ours. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { removeControlGroup } from "./cgroup.ts";

const graceMs = 1_500;
const pollMs = 20;

export interface ProcessNotes {
  add(sandboxId: string, pid: number): Promise<void>;
  remove(sandboxId: string): Promise<void>;
  /** Ends every noted process that is still one of ours; returns how many there were. */
  endLeftovers(): Promise<number>;
}

/** The command line of a process as one text; null where it does not exist. */
async function commandLineOf(pid: number): Promise<string | null> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return text === "" ? null : text.replaceAll("\0", " ");
  }
  return new Promise((resolve) =>
    execFile("ps", ["-o", "args=", "-p", String(pid)], (error, stdout) => resolve(error === null ? stdout : null)),
  );
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

/** True for an agent (or the bubblewrap around it) that was started for exactly this sandbox. */
function isAgentOf(commandLine: string | null, sandboxId: string): boolean {
  return commandLine !== null && commandLine.includes("/agent.py ") && `${commandLine} `.includes(` --sandbox ${sandboxId} `);
}

/** Home and temporary directory of a plain sandbox, beside its note. */
export function homeOf(directory: string, sandboxId: string): string {
  return join(directory, `${sandboxId}.tmp`);
}

export function createProcessNotes(directory: string): ProcessNotes {
  const pathOf = (sandboxId: string): string => join(directory, `${sandboxId}.pid`);

  async function endOne(sandboxId: string, pid: number): Promise<boolean> {
    if (!isAgentOf(await commandLineOf(pid), sandboxId)) return false;
    signal(pid, "SIGTERM");
    const untilMs = performance.now() + graceMs;
    while (isAgentOf(await commandLineOf(pid), sandboxId)) {
      if (performance.now() > untilMs) {
        signal(-pid, "SIGKILL");
        break;
      }
      await delay(pollMs);
    }
    return true;
  }

  return {
    async add(sandboxId, pid) {
      await mkdir(directory, { recursive: true });
      await writeFile(pathOf(sandboxId), String(pid));
    },
    async remove(sandboxId) {
      await rm(pathOf(sandboxId), { force: true });
    },
    async endLeftovers() {
      let count = 0;
      for (const name of await readdir(directory).catch(() => [])) {
        const sandboxId = /^([0-9a-f]+)\.pid$/.exec(name)?.[1];
        if (sandboxId === undefined) continue;
        const pid = Number(await readFile(pathOf(sandboxId), "utf8"));
        if (Number.isInteger(pid) && pid > 1 && (await endOne(sandboxId, pid))) count++;
        await removeControlGroup(sandboxId);
        await rm(homeOf(directory, sandboxId), { recursive: true, force: true });
        await rm(pathOf(sandboxId), { force: true });
      }
      return count;
    },
  };
}
