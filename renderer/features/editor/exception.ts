/** From a storlet's traceback to a place in a workspace file. Pure. */
import type { Frame, StorletException } from "../../../engine/contract/index.ts";

export interface ExceptionPlace {
  path: string;
  line: number;
  /** The source line as it was when it failed. */
  text: string;
  function: string;
}

/** The innermost frame that lies in one of the storlet's files; null where none does. */
export function placeOfException(exception: StorletException, paths: readonly string[]): ExceptionPlace | null {
  const frame = exception.frames.findLast((candidate) => pathOfFrame(candidate, paths) !== null);
  const path = frame === undefined ? null : pathOfFrame(frame, paths);
  return frame === undefined || path === null ? null : { path, line: frame.line, text: frame.text, function: frame.function };
}

/** In the sandbox a file has another folder: the longest common end of both paths decides, at least the file name. */
function pathOfFrame(frame: Frame, paths: readonly string[]): string | null {
  const wanted = frame.file.split("/").filter(Boolean);
  let best: { path: string; parts: number } | null = null;
  for (const path of paths) {
    const own = path.split("/");
    let parts = 0;
    while (parts < own.length && parts < wanted.length && own.at(-1 - parts) === wanted.at(-1 - parts)) parts += 1;
    if (parts > 0 && (best === null || parts > best.parts)) best = { path, parts };
  }
  return best?.path ?? null;
}

/** Where the failing line is now: its own number, else the nearest line with the same text, else null. Lines count from 1. */
export function findFailingLine(lines: readonly string[], line: number, text: string): number | null {
  const wanted = text.trim();
  if (wanted === "") return line >= 1 && line <= lines.length ? line : null;
  let best: number | null = null;
  lines.forEach((candidate, index) => {
    const number = index + 1;
    if (candidate.trim() === wanted && (best === null || Math.abs(number - line) < Math.abs(best - line))) best = number;
  });
  return best;
}
