/** A workspace for tests and measurements: the samples, cut to so few that the tree shows all of them at once. */
import { cpSync } from "node:fs";
import { resolve } from "node:path";

const samples = resolve(import.meta.dirname, "../resources/samples");
const shown = ["broken_totals", "csv_columns", "gzip", "half", "line_filter", "mask_addresses", "thumbnail", "word_count"];

export function copySamples(workspace: string): void {
  const isWanted = (path: string): boolean => {
    const [, storlet] = /[\\/]samples[\\/]storlets[\\/]([^\\/]+)/.exec(path) ?? [];
    return storlet === undefined || shown.includes(storlet);
  };
  cpSync(samples, workspace, { recursive: true, filter: isWanted });
}
