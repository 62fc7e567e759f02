/** Which storlets can be run from Welcome, and in what order. Pure. */
import type { Example, StorletSummary } from "../../../engine/contract/index.ts";

export type SampleStorlet = StorletSummary & { example: Example };

/** The one of our samples that shows the most with the least, where the workspace has it. */
export const bestFirst = "line_filter";

/** Storlets with an example, the best first one in front, those whose last deploy failed last. */
export function sampleStorlets(storlets: readonly StorletSummary[]): SampleStorlet[] {
  const samples = storlets.filter((storlet): storlet is SampleStorlet => storlet.example !== null);
  const later = (storlet: StorletSummary) => (storlet.problem !== null ? 2 : storlet.name === bestFirst ? 0 : 1);
  return samples
    .map((storlet, order) => ({ storlet, order }))
    .sort((a, b) => later(a.storlet) - later(b.storlet) || a.order - b.order)
    .map(({ storlet }) => storlet);
}
