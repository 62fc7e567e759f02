/** A listening Swift, and a folder in which real programs talk to it, for tests. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { createTemporaryDirectory } from "../store/test-store.ts";
import { createTestSwift } from "./test-swift.ts";

const execute = promisify(execFile);

export interface ClientBench extends AsyncDisposable {
  readonly url: string;
  /** The folder that programs run in. */
  readonly path: string;
  /** What a program writes. Rejects where it fails. */
  run(program: string, args: readonly string[]): Promise<string>;
}

export async function createClientBench(): Promise<ClientBench> {
  const server = await createTestSwift();
  const directory = await createTemporaryDirectory();
  return {
    url: server.url,
    path: directory.path,
    run: async (program, args) => (await execute(program, args, { cwd: directory.path })).stdout,
    async [Symbol.asyncDispose]() {
      await directory[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

export const digest = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");
