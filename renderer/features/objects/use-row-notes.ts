/** The badges of the rows on screen: asked by HEAD for those alone, a few at a time, and kept until the object changes. */
import { useEffect, useState } from "react";
import { swiftPath } from "../../api/swift.ts";
import { notesOf, type Note } from "./row-notes.ts";
import { accountName, headObject, type ListedRow, type ObjectPlace } from "./swift-requests.ts";

const maxKept = 2000;
const atOnce = 4;
/** Scrolling past asks nothing. */
const restMs = 120;

const kept = new Map<string, readonly Note[]>();
const keyOf = (container: string, row: ListedRow): string => `${container}\u0000${row.name}\u0000${row.lastModified}`;

async function countSegments({ container, object }: ObjectPlace): Promise<number | null> {
  const url = `${swiftPath(await accountName(), container, object)}?multipart-manifest=get`;
  const response = await fetch(url, { cache: "no-store" });
  const parts: unknown = response.ok ? await response.json().catch(() => null) : null;
  return Array.isArray(parts) ? parts.length : null;
}

async function ask(container: string, row: ListedRow, signal: AbortSignal): Promise<readonly Note[]> {
  const place = { container, object: row.name };
  const headers = await headObject(place, signal);
  if (headers === null) return [];
  const isSlo = headers.get("x-static-large-object")?.toLowerCase() === "true";
  return notesOf(headers, Date.now(), isSlo ? await countSegments(place) : null);
}

/** The notes of a row; none while they are not known. Asks for `rows`, the ones on screen. */
export function useRowNotes(container: string, rows: readonly ListedRow[]): (row: ListedRow) => readonly Note[] {
  const [, redraw] = useState(0);
  const wanted = rows
    .filter(({ folder }) => !folder)
    .map((row) => keyOf(container, row))
    .join("\n");
  useEffect(() => {
    const missing = rows.filter((row) => !row.folder && !kept.has(keyOf(container, row)));
    if (missing.length === 0) return;
    const abort = new AbortController();
    const work = async (): Promise<void> => {
      for (let row = missing.shift(); row !== undefined && !abort.signal.aborted; row = missing.shift()) {
        kept.set(keyOf(container, row), await ask(container, row, abort.signal));
        for (const old of kept.keys()) if (kept.size > maxKept) kept.delete(old);
      }
    };
    const timer = setTimeout(() => {
      void Promise.allSettled(Array.from({ length: atOnce }, work)).then(() => {
        if (!abort.signal.aborted) redraw((count) => count + 1);
      });
    }, restMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `wanted` says the same as rows, and stays the same while they do
  }, [container, wanted]);
  return (row) => kept.get(keyOf(container, row)) ?? [];
}
