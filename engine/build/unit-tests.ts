/** How the unit tests of a storlet folder are run, by language, and running them as a program of this machine. Owns no container. */
import { spawn } from "node:child_process";
import { join, type posix } from "node:path";
import { createInterface } from "node:readline";
import type { Language } from "../contract/index.ts";

/** What to do with Java's helpers: run a folder's tests, or write the API and the helpers as a jar. */
export type TestTask = { readonly kind: "test"; readonly folder: string } | { readonly kind: "library"; readonly file: string };

export interface TestCommand {
  readonly program: "python3" | "java";
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The oldest Java that runs tests: the one that runs storlets. */
export const oldestJava = 17;

/** The command that tests a folder. `runtime` is `resources/runtime` as the command will see it; `join` fits its paths. Pure. */
export function planTests(language: Language, task: TestTask, runtime: string, joined: typeof posix.join = join): TestCommand {
  if (language === "python") {
    const folder = task.kind === "test" ? task.folder : ".";
    return {
      program: "python3",
      args: ["-B", "-m", "unittest", "discover", "-s", folder],
      environment: { PYTHONPATH: joined(runtime, "python") },
    };
  }
  const java = joined(runtime, "java");
  return {
    program: "java",
    args: [
      "-Djava.awt.headless=true",
      joined(java, "testing", "RunTests.java"),
      java,
      task.kind,
      task.kind === "test" ? task.folder : task.file,
    ],
    environment: {},
  };
}

/** Runs a command here and hands its lines on. Resolves with its exit code; null where a signal ended it. */
export async function runTestsHere(
  path: string,
  command: TestCommand,
  options: { searchPath: string; signal: AbortSignal; onLine(line: string): void },
): Promise<number | null> {
  const child = spawn(path, command.args, {
    env: { PATH: options.searchPath, LANG: "C.UTF-8", ...command.environment },
    stdio: ["ignore", "pipe", "pipe"],
    signal: options.signal,
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", options.onLine);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}
