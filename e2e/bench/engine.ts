/** The engine under measurement: a process of its own, as built, over a new data directory. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ReadyLine } from "../../engine/contract/index.ts";
import { readyLineOf } from "../ready-line.ts";
import { logIn } from "../swift.ts";
import { openConnection } from "./client.ts";

export const root = resolve(import.meta.dirname, "../..");
export const mebibyte = 1024 * 1024;

/** A figure beside what it is read against. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the machine can do at best, in the same run. */
  readonly limit: string;
  /** What is wanted: at least, or at most. */
  readonly goal?: { readonly least: number } | { readonly most: number };
}

export interface BenchEngine {
  ready: ReadyLine;
  port: number;
  token: string;
  stop(): Promise<void>;
}

/** Starts an engine that runs storlets in `sandbox`. */
export async function startEngine(sandbox: string): Promise<BenchEngine> {
  const data = mkdtempSync(join(tmpdir(), "studio-bench-"));
  const child = spawn(
    process.execPath,
    [join(root, "out/engine/main.js"), "serve", "--port", "0", "--data", data, "--sandbox", sandbox, "--no-samples", "--ready-json"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ready = await readyLineOf(child);
  return {
    ready,
    port: Number(new URL(ready.swift).port),
    token: await logIn(ready),
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** MB/s of one request with its body, the best of `times`. */
export async function throughput(engine: BenchEngine, request: Uint8Array, sizeBytes: number, status: number, times = 8): Promise<number> {
  const connection = await openConnection(engine.port);
  let best = 0;
  for (let round = 0; round < times; round++) {
    const beganMs = performance.now();
    const reply = await connection.exchange(request);
    if (reply.status !== status) throw new Error(reply.headers);
    best = Math.max(best, sizeBytes / 1e6 / ((performance.now() - beganMs) / 1000));
  }
  connection.close();
  return best;
}

/** Resident memory of the engine in bytes; null where the system does not say. */
export function residentBytes(pid: number): number | null {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return null;
  }
}
