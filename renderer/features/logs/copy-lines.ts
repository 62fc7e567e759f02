/** Log lines as plain text, one after the other: what goes to the clipboard. Pure. */
import type { LogLine } from "../../../engine/contract/index.ts";

/** `2026-03-14T09:14:22.117Z info storlet 4c97 text`; further lines of an entry follow as they are. */
export function linesAsText(lines: readonly LogLine[]): string {
  return lines
    .map((line) =>
      [new Date(line.time).toISOString(), line.level, line.source, line.run, line.text.trimEnd()]
        .filter((part) => part !== undefined)
        .join(" "),
    )
    .map((text) => `${text}\n`)
    .join("");
}
