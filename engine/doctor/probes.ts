/** Looks at the machine: programs, ports, disk. Every probe has an end of its own and none throws. */
import { spawn } from "node:child_process";
import { access, constants, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import type { PortFinding, ProgramFinding } from "./findings.ts";

/** Output of a version call that is read. */
const maxOutputLength = 4_096;

interface Ran {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs a program for its few lines of output; null where it cannot be started. Killed when the signal aborts. */
function runProgram(path: string, args: readonly string[], signal: AbortSignal): Promise<Ran | null> {
  return new Promise((resolve) => {
    const child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], signal, killSignal: "SIGKILL", windowsHide: true });
    let output = "";
    const collect = (chunk: Buffer): void => {
      if (output.length < maxOutputLength) output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", () => resolve(null));
    child.once("close", (exitCode) => resolve({ exitCode, output: output.trim() }));
  });
}

/** The first program of these names on a search path; null where there is none. */
export async function findProgram(names: readonly string[], searchPath: string, platform: NodeJS.Platform): Promise<string | null> {
  const endings = platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const name of names) {
    for (const directory of searchPath.split(delimiter)) {
      if (directory === "") continue;
      for (const ending of endings) {
        const path = join(directory, name + ending);
        const found = await access(path, constants.X_OK).then(
          () => true,
          () => false,
        );
        if (found) return path;
      }
    }
  }
  return null;
}

interface ProgramQuestion {
  readonly names: readonly string[];
  readonly args: readonly string[];
  /** Finds the version in the output. */
  readonly pattern: RegExp;
}

/** Finds a program and asks for its version. */
export async function probeProgram(
  question: ProgramQuestion,
  searchPath: string,
  platform: NodeJS.Platform,
  signal: AbortSignal,
): Promise<ProgramFinding> {
  const path = await findProgram(question.names, searchPath, platform);
  if (path === null) return { version: null, trouble: null };
  const ran = await runProgram(path, question.args, signal);
  const version = ran === null ? null : (question.pattern.exec(ran.output)?.[1] ?? null);
  if (ran?.exitCode === 0 && version !== null) return { version, trouble: null };
  return { version, trouble: `${path}: ${ran?.output.split("\n")[0] || "does not start"}` };
}

/** bubblewrap, tried for real: many systems have the program and forbid the name spaces it needs. */
export async function probeBubblewrap(searchPath: string, platform: NodeJS.Platform, signal: AbortSignal): Promise<ProgramFinding> {
  const question = { names: ["bwrap"], args: ["--version"], pattern: /(\d+(?:\.\d+)+)/ };
  const found = await probeProgram(question, searchPath, platform, signal);
  if (found.version === null || found.trouble !== null) return found;
  const path = (await findProgram(["bwrap"], searchPath, platform)) as string;
  const args = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--unshare-net", "--unshare-pid", "true"];
  const ran = await runProgram(path, args, signal);
  return ran?.exitCode === 0 ? found : { ...found, trouble: ran?.output.split("\n")[0] || "bwrap does not start" };
}

/** Whether a port of 127.0.0.1 can be listened at. Port 0 is always free. */
export function probePort(wanted: { use: string; port: number; ours: boolean }): Promise<PortFinding> {
  const { use, port, ours } = wanted;
  if (ours || port === 0) return Promise.resolve({ use, port, state: ours ? "ours" : "free" });
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve({ use, port, state: "taken" }));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve({ use, port, state: "free" })));
  });
}

/** Free bytes for this user where a directory lies or will lie. */
export async function probeDisk(directory: string): Promise<{ freeBytes: number } | null> {
  for (let path = directory; ; path = dirname(path)) {
    try {
      const facts = await statfs(path);
      return { freeBytes: facts.bavail * facts.bsize };
    } catch {
      if (path === dirname(path)) return null;
    }
  }
}
