/** The engine as a program of its own, as users start it: for tests of its memory, its signals and its sudden death. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readyLineSchema, type ReadyLine } from "../contract/index.ts";
import { projectRoot } from "./test-engine.ts";

export interface EngineProcess extends AsyncDisposable {
  readonly ready: ReadyLine;
  readonly process: ChildProcess;
  readonly dataDirectory: string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Token of test:tester. */
  login(): Promise<string>;
}

export function createDataDirectory(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "studio-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts `studio serve` from source and waits for its ready line. */
export async function startEngineProcess(
  dataDirectory: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<EngineProcess> {
  const child = spawn(
    process.execPath,
    [join(projectRoot, "engine/main.ts"), "serve", "--port", "0", "--data", dataDirectory, "--no-samples", "--ready-json", ...args],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env,
    },
  );
  let errors = "";
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    void exited.then(({ code }) => reject(new Error(`The engine ended with ${code}: ${errors}`)));
  });
  const ready = readyLineSchema.parse(JSON.parse(line));
  return {
    ready,
    process: child,
    dataDirectory,
    exited,
    async login() {
      const response = await fetch(ready.auth, { headers: { "X-Auth-User": "test:tester", "X-Auth-Key": "testing" } });
      return response.headers.get("x-auth-token") ?? "";
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Runs `studio …` from source to its end, with a data directory and, where that is given, standard input. */
export async function runStudio(
  dataDirectory: string,
  words: readonly string[],
  input = "",
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(projectRoot, "engine/main.ts"), ...words, "--data", dataDirectory], {
    stdio: "pipe",
    env: { ...process.env, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
}

/** Processes whose command line mentions `text`, this one left out. */
export function processesWith(text: string): { pid: number; command: string }[] {
  const pids = readProcessIds();
  return pids.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return command.includes(text) && pid !== process.pid ? [{ pid, command }] : [];
    } catch {
      return [];
    }
  });
}

function readProcessIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
