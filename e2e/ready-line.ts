/** What an engine says of itself when it is ready. */
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { readyLineSchema, type ReadyLine } from "../engine/contract/index.ts";

/** Waits for an engine that was just spawned with `--ready-json`; throws where it ends before. */
export async function readyLineOf(child: ChildProcess & { readonly stdout: Readable }): Promise<ReadyLine> {
  const line = await new Promise<string>((found, reject) => {
    createInterface({ input: child.stdout }).once("line", found);
    child.once("exit", (code) => reject(new Error(`The engine ended with ${code}.`)));
  });
  return readyLineSchema.parse(JSON.parse(line));
}
