/** Reading the engine's ready line out of its output. Owns the cutting into lines; the form of the line is in the contract. */
import { readyLineSchema, type ReadyLine } from "../../engine/contract/index.ts";

/** The ready line, or null where the line is something else. */
export function parseReadyLine(line: string): ReadyLine | null {
  if (!line.startsWith("{")) return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = readyLineSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** A function to be called with each piece of output; it calls `onLine` once per full line, without its end. */
export function createLineCutter(onLine: (line: string) => void): (piece: Uint8Array | string) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (piece) => {
    rest += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  };
}
