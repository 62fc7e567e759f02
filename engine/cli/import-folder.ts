/** Walks a folder and hands its files on, a few at a time. Owns the walk and what is told of it; storing is the caller's. */
import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { StudioError } from "../support/errors.ts";
import { formatSize } from "../support/format.ts";
import type { CliHost } from "./host.ts";

const atOnce = 4;
const tellEveryMs = 500;

interface ImportOptions {
  readonly host: Pick<CliHost, "stdout" | "stderr" | "colour" | "signal">;
  readonly folder: string;
  readonly container: string;
  store(file: string, sizeBytes: number, name: string): Promise<void>;
}

interface Found {
  readonly file: string;
  /** Path below the folder, with `/` everywhere. */
  readonly name: string;
}

/** The files below a folder, deepest first; links and other special files come as null. */
async function* walk(folder: string, prefix = ""): AsyncGenerator<Found | null> {
  for await (const entry of await opendir(folder)) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(file, `${prefix}${entry.name}/`);
    else yield entry.isFile() ? { file, name: prefix + entry.name } : null;
  }
}

/** Stores every file of a folder. The first failure ends it; what was stored by then stays. */
export async function importFolder({ host, folder, container, store }: ImportOptions): Promise<void> {
  const facts = await stat(folder).catch(() => null);
  if (facts === null || !facts.isDirectory()) throw new StudioError("NOT_FOUND", `${folder} is not a folder.`);
  const found = walk(folder);
  let files = 0;
  let bytes = 0;
  let passedOver = 0;
  let toldAtMs = performance.now();
  let failed = false;

  function tell(): void {
    if (!host.colour || performance.now() - toldAtMs < tellEveryMs) return;
    toldAtMs = performance.now();
    host.stderr.write(`\r${files} files, ${formatSize(bytes)} so far `);
  }

  /** One of several that share the walk. */
  async function work(): Promise<void> {
    try {
      for (let next = await found.next(); next.done !== true && !failed; next = await found.next()) {
        if (host.signal.aborted) throw new StudioError("CANCELLED", `Stopped after ${files} files.`);
        if (next.value === null) {
          passedOver += 1;
          continue;
        }
        const { size } = await stat(next.value.file);
        await store(next.value.file, size, next.value.name);
        files += 1;
        bytes += size;
        tell();
      }
    } catch (thrown) {
      failed = true;
      throw thrown;
    }
  }

  const results = await Promise.allSettled(Array.from({ length: atOnce }, work));
  await found.return(undefined);
  if (host.colour) host.stderr.write("\r\u001b[K");
  for (const result of results) if (result.status === "rejected") throw result.reason;
  host.stdout.write(`${files} files, ${formatSize(bytes)}, are in ${container}.\n`);
  if (passedOver > 0) host.stderr.write(`${passedOver} links and special files were passed over.\n`);
}
