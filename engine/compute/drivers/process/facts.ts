/** What this machine offers for running sandboxes as processes: Python, bubblewrap. Looks and tries; starts no sandbox. */
import { execFile } from "node:child_process";
import { lstat, readdir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { bubblewrapArguments, type SystemMount } from "./bubblewrap.ts";

export interface PythonFacts {
  readonly path: string;
  /** `3.11.2`. */
  readonly version: string;
  /** Directory of its library, for a Python outside `/usr`. */
  readonly prefix: string;
}

export interface ProcessDriverFacts {
  readonly python: PythonFacts | null;
  readonly bubblewrap: {
    /** True where a process could really be started in it. */
    readonly works: boolean;
    readonly path: string | null;
    /** `0.8.0`; null where it was not found. */
    readonly version: string | null;
    /** One line for a person. */
    readonly reason: string;
  };
}

const toolTimeoutMs = 10_000;
// Interpreters of version managers are scripts on PATH that choose by the current directory: the system's own comes first.
const pythonPaths = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"];
const bubblewrapPaths = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"];
const pythonQuestion = "import sys; print('.'.join(map(str, sys.version_info[:3]))); print(sys.executable); print(sys.base_prefix)";

function run(path: string, args: readonly string[]): Promise<{ ok: boolean; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(path, args, { timeout: toolTimeoutMs, env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" }, cwd: "/" }, (error, stdout, stderr) => {
      resolve({ ok: error === null, stdout, stderr: stderr.trim() || (error?.message ?? "") });
    });
  });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function firstFile(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if (await isFile(path)) return path;
  return null;
}

/** The Python that runs agents: `wanted`, else the system's own, else one on `searchPath`. Null where there is none from 3.7 on. */
export async function findPython(options: { wanted?: string | undefined; searchPath?: string | undefined }): Promise<PythonFacts | null> {
  const onPath = (options.searchPath ?? "").split(":").flatMap((directory) => (directory === "" ? [] : [join(directory, "python3")]));
  const candidates = options.wanted === undefined ? [...pythonPaths, ...onPath] : [options.wanted];
  for (const path of candidates) {
    if (!(await isFile(path))) continue;
    const answer = await run(path, ["-I", "-c", pythonQuestion]);
    const [version = "", executable = "", prefix = ""] = answer.stdout.trim().split("\n");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (answer.ok && (major > 3 || (major === 3 && minor >= 7))) return { path: executable || path, version, prefix };
  }
  return null;
}

/** The system directories a sandbox sees, read-only, as they lie on this machine. */
export async function findSystemMounts(): Promise<SystemMount[]> {
  const mounts: SystemMount[] = [{ kind: "bind", path: "/usr" }];
  for (const path of ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]) {
    const found = await lstat(path).catch(() => null);
    if (found?.isSymbolicLink()) mounts.push({ kind: "link", path, target: await readlink(path) });
    else if (found?.isDirectory()) mounts.push({ kind: "bind", path });
  }
  const javaSettings = (await readdir("/etc").catch(() => [])).filter((name) => name.startsWith("java"));
  for (const name of ["ld.so.cache", "alternatives", "localtime", "timezone", "mime.types", ...javaSettings]) {
    const path = `/etc/${name}`;
    if ((await stat(path).catch(() => null)) !== null) mounts.push({ kind: "bind", path });
  }
  return mounts;
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True where this bubblewrap can limit the size of a temporary file system. */
export function canLimitTemporaryFiles(version: string): boolean {
  return compareVersions(version, "0.6.0") >= 0;
}

async function probeBubblewrap(python: PythonFacts | null): Promise<ProcessDriverFacts["bubblewrap"]> {
  if (process.platform !== "linux") return { works: false, path: null, version: null, reason: "bubblewrap exists on Linux only." };
  const path = await firstFile(bubblewrapPaths);
  if (path === null) return { works: false, path, version: null, reason: "bubblewrap is not installed." };
  const version = /\d+(\.\d+)+/.exec((await run(path, ["--version"])).stdout)?.[0] ?? "0";
  if (python === null) return { works: false, path, version, reason: "bubblewrap was not tried: there is no Python to run in it." };
  const args = bubblewrapArguments({
    system: await findSystemMounts(),
    python,
    readOnly: [],
    writable: [],
    temporaryBytes: canLimitTemporaryFiles(version) ? 1024 * 1024 : null,
    command: [python.path, "-I", "-c", "import os; print(os.getpid())"],
  });
  const answer = await run(path, args);
  if (answer.ok) return { works: true, path, version, reason: `bubblewrap ${version} works.` };
  return {
    works: false,
    path,
    version,
    reason: `bubblewrap ${version} is installed but refused: ${answer.stderr.split("\n").at(-1) ?? ""}`,
  };
}

/** Looks for Python and tries bubblewrap by really running a process in it. Takes some 50 ms; never throws. */
export async function probeProcessDriver(
  options: { python?: string | undefined; searchPath?: string | undefined } = {},
): Promise<ProcessDriverFacts> {
  const python = await findPython({ wanted: options.python, searchPath: options.searchPath });
  return { python, bubblewrap: await probeBubblewrap(python) };
}
