/** The secret of a data directory that opens the control API: made once, readable by its owner alone. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomId } from "../support/clock.ts";

/** The token of a data directory; makes one where there is none, or none that fits. */
export function readToken(dataDirectory: string): string {
  const path = join(dataDirectory, "session-token");
  if (existsSync(path)) {
    const token = readFileSync(path, "utf8").trim();
    if (/^[0-9a-f]{48}$/.test(token)) return token;
  }
  const token = randomId(24);
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return token;
}
