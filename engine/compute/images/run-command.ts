/** Runs a program and hands its lines on as they come. Owns the process group: nothing of it outlives the iteration. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { StudioError } from "../../support/errors.ts";

/** Where system programs lie. Fixed, because root must not run what a user's PATH puts first. */
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Lines of a failing program that its error quotes. */
const quotedLines = 6;

/** The path of a system program, or null where it is not installed. */
export function findSystemProgram(name: string): string | null {
  for (const directory of systemPath.split(":")) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

/** The environment of the programs that build an image. */
export function systemEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: systemPath, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive", ...extra };
}

interface CommandOptions {
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The lines of stdout and stderr. Throws CANCELLED on abort, IMAGE_BUILD_FAILED with the last lines where the program fails. Leaving the
 * iteration early kills the program and all it started in its group.
 */
export async function* runCommand(command: string, args: readonly string[], options: CommandOptions): AsyncGenerator<string> {
  const { signal, environment } = options;
  if (signal.aborted) throw new StudioError("CANCELLED", "The image build was cancelled.");
  const child = spawn(command, args, { detached: true, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  let failure: Error | undefined;
  const closed = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      failure = error;
      resolve();
    });
    child.once("close", () => resolve());
  });
  signal.addEventListener("abort", kill, { once: true });

  const queue: { lines: string[]; isOver: boolean } = { lines: [], isOver: false };
  let wake = (): void => {};
  const readers = [child.stdout, child.stderr].map(async (input) => {
    // One reader each: a last line without an end must not run into the other stream's.
    for await (const line of createInterface({ input })) {
      queue.lines.push(line);
      wake();
    }
  });
  void Promise.allSettled([closed, ...readers]).then(() => {
    queue.isOver = true;
    wake();
  });
  const last: string[] = [];
  try {
    while (!queue.isOver || queue.lines.length > 0) {
      if (queue.lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      for (const line of queue.lines.splice(0)) {
        last.push(line);
        if (last.length > quotedLines) last.shift();
        yield line;
      }
    }
  } finally {
    signal.removeEventListener("abort", kill);
    if (child.exitCode === null && child.signalCode === null) kill();
    await closed;
  }
  if (signal.aborted) throw new StudioError("CANCELLED", "The image build was cancelled.");
  if (failure === undefined && child.exitCode === 0) return;
  const how =
    failure?.message ?? (child.exitCode === null ? `was killed by ${child.signalCode}` : `ended with exit code ${child.exitCode}`);
  throw new StudioError("IMAGE_BUILD_FAILED", `${command} failed.`, { detail: [`${command} ${how}.`, ...last].join("\n") });
}

/** The whole output of a short program, or null where it fails. */
export async function readCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string | null> {
  const lines: string[] = [];
  try {
    for await (const line of runCommand(command, args, options)) lines.push(line);
    return lines.join("\n");
  } catch {
    options.signal.throwIfAborted();
    return null;
  }
}

/** A program whose stdout is bytes for somebody else. `finished` rejects with IMAGE_BUILD_FAILED where it fails. */
export function pipeCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): { stdout: PassThrough; finished: Promise<void> } {
  const child = spawn(command, args, { env: options.environment, stdio: ["ignore", "pipe", "pipe"], signal: options.signal });
  const stdout = new PassThrough();
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2_000)));
  const finished = (async () => {
    try {
      const [exitCode] = (await once(child, "close")) as [number | null];
      if (exitCode === 0) return void stdout.end();
      throw new Error(`${command} ended with exit code ${exitCode}. ${words}`);
    } catch (error) {
      stdout.destroy(error as Error);
      throw new StudioError("IMAGE_BUILD_FAILED", `${command} failed.`, { detail: (error as Error).message, cause: error });
    }
  })();
  finished.catch(() => {});
  child.stdout.pipe(stdout, { end: false });
  return { stdout, finished };
}
