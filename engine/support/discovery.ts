/** How the command line finds the engine of a data directory: one small file that lives as long as the engine. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const discoverySchema = z.object({ pid: z.number(), control: z.url(), swift: z.url(), account: z.string() });

/** Where a running engine is. `control` holds the session token: the file is for its owner only. */
export type Discovery = z.infer<typeof discoverySchema>;

const pathOf = (dataDirectory: string): string => join(dataDirectory, "engine.json");

/** Announces an engine; the returned function takes the announcement back. */
export function announceEngine(dataDirectory: string, discovery: Discovery): () => void {
  rmSync(pathOf(dataDirectory), { force: true });
  writeFileSync(pathOf(dataDirectory), `${JSON.stringify(discovery)}\n`, { mode: 0o600 });
  return () => rmSync(pathOf(dataDirectory), { force: true });
}

/** The engine that announced itself for a data directory, if its process is alive. */
export function findEngine(dataDirectory: string): Discovery | null {
  try {
    const discovery = discoverySchema.parse(JSON.parse(readFileSync(pathOf(dataDirectory), "utf8")));
    process.kill(discovery.pid, 0);
    return discovery;
  } catch {
    return null;
  }
}
