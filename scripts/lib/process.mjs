/** Running other programs from the scripts. Owns signals, exit codes and PATH; knows nothing of the project's steps. Node 18 built-ins only. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** An expected failure of a script: its message is all the user needs to see. */
export class ScriptError extends Error {}

/** The environment for tools: ours come first on the PATH, so that `node` is the pinned one. */
export function toolEnvironment(extra = {}) {
  const path = process.env.PATH ?? "";
  return { ...process.env, PATH: [join(root, "node_modules", ".bin"), path].join(delimiter), ...extra };
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} parameters
 * @param {{ output?: "inherit" | "capture" | "both", env?: Record<string, string>, timeoutMs?: number, shell?: boolean }} [options]
 * `inherit` gives it our terminal, `capture` collects stdout and stderr in order, `both` does both.
 * @returns {Promise<{ code: number, output: string, timedOut: boolean, interrupted: boolean }>} `interrupted`: we were asked to end it.
 * Never rejects: a program that cannot be started has code 127.
 */
export function run(command, parameters, { output = "inherit", env = {}, timeoutMs = 0, shell = false } = {}) {
  return new Promise((resolve) => {
    const stdio = output === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"];
    const child = spawn(command, parameters, { cwd: root, env: toolEnvironment(env), stdio: /** @type {any} */ (stdio), shell });
    const signals = passSignals(child);
    /** @type {Buffer[]} */
    const pieces = [];
    let timedOut = false;
    const timer =
      timeoutMs === 0
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill("SIGKILL");
          }, timeoutMs);
    const collect = (/** @type {Buffer} */ piece) => {
      pieces.push(piece);
      if (output === "both") process.stdout.write(piece);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", (error) => {
      pieces.push(Buffer.from(error.message));
      finish(127);
    });
    child.on("close", (code, signal) => finish(code ?? signalCode(signal)));
    function finish(/** @type {number} */ code) {
      clearTimeout(timer);
      signals.forget();
      resolve({ code, output: Buffer.concat(pieces).toString(), timedOut, interrupted: signals.seen() });
    }
  });
}

/** The exit code a shell reports for a program ended by a signal. */
function signalCode(/** @type {NodeJS.Signals | null} */ signal) {
  return signal === null ? 1 : 128 + (constants.signals[signal] ?? 0);
}

// The terminal sends Ctrl+C to the whole group, a supervisor sends SIGTERM to us alone, and npm sends what it gets once more.
// Each signal is passed on once at most; the child decides how it ends, and we follow.
function passSignals(/** @type {import("node:child_process").ChildProcess} */ child) {
  const seen = new Set();
  const pass = (/** @type {NodeJS.Signals} */ signal) => {
    if (!seen.has(signal)) child.kill(signal);
    seen.add(signal);
  };
  const handlers = /** @type {NodeJS.Signals[]} */ (["SIGINT", "SIGTERM", "SIGHUP"]).map((signal) => {
    const handler = () => (signal === "SIGINT" && process.stdin.isTTY ? void seen.add(signal) : pass(signal));
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  // A SIGTERM for npm ends npm and the shell it started, and never arrives here; what does is that our parent is gone.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && pass("SIGTERM"), 500);
  if (process.env.npm_lifecycle_event === undefined) clearInterval(watch);
  return {
    seen: () => seen.size > 0,
    forget() {
      clearInterval(watch);
      for (const forget of handlers) forget();
    },
  };
}

/** Runs a script's main function: a ScriptError is shown as its message, anything else with its stack; both exit with 1. */
export async function runMain(/** @type {() => Promise<number | void>} */ main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof ScriptError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
