/** Lists that other parts of the screen give to the palette: symbols and lines of the file in front, open tabs. */
import type { PaletteItem } from "./palette-rows.ts";

type SourceName = "symbols" | "line" | "tabs";

/** What the list holds now; `query` is what is typed after the sign. */
type Source = (query: string) => PaletteItem[];

const sources = new Map<SourceName, Source>();

/** Gives a list to the palette; returns how to take it away. */
export function registerPaletteSource(name: SourceName, source: Source): () => void {
  sources.set(name, source);
  return () => {
    if (sources.get(name) === source) sources.delete(name);
  };
}

export function paletteSource(name: SourceName, query: string): PaletteItem[] {
  return sources.get(name)?.(query) ?? [];
}

/** `42` or `42:7`: a line and a column, both from 1; null where the text is not that. */
export function readPlace(query: string): { line: number; column: number } | null {
  const [, line, column = "1"] = /^(\d{1,7})(?:[:,]\s*(\d{0,6}))?$/.exec(query) ?? [];
  return line === undefined || Number(line) === 0 ? null : { line: Number(line), column: Math.max(1, Number(column)) };
}
