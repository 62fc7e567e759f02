/** Log lines as files: plain text or JSON lines, put together in pieces so that the page stays at hand. Knows no dialog. */
import type { LogLine } from "../../../engine/contract/index.ts";
import { linesAsText } from "./copy-lines.ts";
import type { LogStore } from "./log-store.ts";

export type ExportForm = "text" | "jsonl";

/** Lines per piece: some milliseconds of work. */
const pieceLines = 1000;

/** The shown lines of a store, oldest first, in pieces. */
export async function* shownPieces(store: LogStore, pause: () => Promise<void>): AsyncGenerator<readonly LogLine[]> {
  // Lines that come while the export runs are not part of what was seen when it was asked for.
  const newest = store.shownBefore(Infinity, 1)[0]?.id ?? -1;
  let last = -1;
  while (last < newest) {
    const piece = store.shownAfter(last, pieceLines).filter(({ id }) => id <= newest);
    if (piece.length === 0) return;
    last = piece.at(-1)?.id ?? newest;
    yield piece.map(({ line }) => line);
    await pause();
  }
}

/** The newest lines at or before a seq, oldest first: `api.logs.history`. */
export type ReadHistory = (beforeSeq: number | null, limit: number) => Promise<readonly LogLine[]>;

/** Everything the engine remembers, newest piece first. */
export async function* enginePieces(read: ReadHistory): AsyncGenerator<readonly LogLine[]> {
  let before: number | null = null;
  for (;;) {
    const piece: readonly LogLine[] = await read(before, pieceLines * 4);
    if (piece.length > 0) yield piece;
    if (piece.length < pieceLines * 4) return;
    before = piece[0]?.seq ?? 0;
  }
}

/** One piece as it is written. JSON lines have every field as the engine gave it. */
export function formatPiece(lines: readonly LogLine[], form: ExportForm): string {
  return form === "text" ? linesAsText(lines) : lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** A file of all pieces. `newestFirst`: they come from the end of the file. */
export async function buildFile(
  pieces: AsyncIterable<readonly LogLine[]>,
  form: ExportForm,
  newestFirst: boolean,
): Promise<{ blob: Blob; lines: number }> {
  const parts: Blob[] = [];
  let lines = 0;
  for await (const piece of pieces) {
    lines += piece.length;
    // A blob is kept outside of the heap.
    parts.push(new Blob([formatPiece(piece, form)]));
  }
  if (newestFirst) parts.reverse();
  return { blob: new Blob(parts, { type: form === "text" ? "text/plain" : "application/x-ndjson" }), lines };
}
