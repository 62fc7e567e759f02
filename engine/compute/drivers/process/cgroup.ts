/** Control groups for process sandboxes of an engine that runs as root: its processes escape the limits that others have per user. Linux only. */
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../../../support/files.ts";

const root = "/sys/fs/cgroup";

export interface ControlGroup {
  /** Arguments that put a command before themselves: it joins the group, then runs. */
  readonly joinAnd: readonly string[];
  remove(): Promise<void>;
}

const groupName = (sandboxId: string): string => `storlet-studio-${sandboxId}`;

/** The directories of a sandbox's group, one per controller, whether they exist or not. */
async function groupDirectories(sandboxId: string): Promise<{ unified: boolean; directories: string[] }> {
  const unified = await exists(join(root, "cgroup.controllers"));
  const parents = unified ? [root] : [join(root, "pids"), join(root, "memory")];
  return { unified, directories: parents.map((parent) => join(parent, groupName(sandboxId))) };
}

/** Makes a group with these limits. Null where the engine may not, or where the system has none. */
export async function createControlGroup(sandboxId: string, limits: { pids: number; memoryBytes: number }): Promise<ControlGroup | null> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const { unified, directories } = await groupDirectories(sandboxId);
  const [first = "", second = first] = directories;
  try {
    if (unified) await writeFile(join(root, "cgroup.subtree_control"), "+pids +memory");
    for (const directory of directories) await mkdir(directory);
    await writeFile(join(first, "pids.max"), String(limits.pids));
    await writeFile(join(second, unified ? "memory.max" : "memory.limit_in_bytes"), String(limits.memoryBytes));
  } catch {
    await removeControlGroup(sandboxId);
    return null;
  }
  const joining = directories.map((directory) => `echo $$ > ${directory}/cgroup.procs`).join(" && ");
  return { joinAnd: ["/bin/sh", "-c", `${joining} && exec "$0" "$@"`], remove: () => removeControlGroup(sandboxId) };
}

/** Removes a sandbox's group, and ends whatever is still in it. */
export async function removeControlGroup(sandboxId: string): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return;
  const { directories } = await groupDirectories(sandboxId);
  for (const directory of directories) {
    // The kernel takes a moment to let the last process go.
    for (let round = 0; round < 200; round++) {
      const failure = await rmdir(directory).then(
        () => null,
        (error: NodeJS.ErrnoException) => error.code,
      );
      if (failure !== "EBUSY") break;
      for (const pid of (await readFile(join(directory, "cgroup.procs"), "utf8").catch(() => "")).split("\n")) endProcess(Number(pid));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

function endProcess(pid: number): void {
  if (pid <= 1) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
