/** What the waterfall of a run shows: axis, bars, and which other run is worth standing beside it. Pure; draws nothing. */
import type { Run } from "../../../engine/contract/index.ts";
import { formatDuration } from "../../ui/format.ts";
import { isOpen, spanOf, timingRows, timingSentence } from "../runs/index.ts";

export interface Axis {
  endMs: number;
  ticks: readonly { ms: number; label: string }[];
}

const steps = [1, 2, 5];

/** An axis from zero to a round number at or above `maxMs`, with three to six ticks. */
export function axisOf(maxMs: number): Axis {
  const wanted = Math.max(maxMs, 0.01) / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = ([...steps, 10].find((factor) => factor * power >= wanted) ?? 10) * power;
  const count = Math.max(1, Math.ceil(Math.max(maxMs, 0.01) / step - 1e-9));
  const inSeconds = count * step >= 1000;
  const unit = inSeconds ? 1000 : 1;
  // Floating point: 0.30000000000000004 is no label.
  const number = (ms: number) => String(Number((ms / unit).toPrecision(6)));
  const ticks = Array.from({ length: count + 1 }, (_, index) => {
    const ms = index * step;
    return { ms, label: index === 0 ? "0" : `${number(ms)} ${inSeconds ? "s" : "ms"}` };
  });
  return { endMs: count * step, ticks };
}

const sameRequest = (a: Run, b: Run): boolean =>
  a.storlet === b.storlet && a.object === b.object && a.door === b.door && JSON.stringify(a.params) === JSON.stringify(b.params);

/** The run of the same request nearest in time that was cold where this one was warm, or the other way round. */
export function findCounterpart(run: Run, runs: readonly Run[]): Run | null {
  const candidates = runs.filter(
    (other) => other.id !== run.id && other.cold !== run.cold && !isOpen(other) && other.state === run.state && sameRequest(run, other),
  );
  const distance = (other: Run) => Math.abs(other.startedAt - run.startedAt);
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** What the counterpart shows, in a sentence. */
export function counterpartSentence(run: Run, other: Run): string {
  const gap = formatDuration(Math.max(1, Math.abs(other.startedAt - run.startedAt)));
  const when = `Same request ${gap} ${other.startedAt > run.startedAt ? "later" : "earlier"}.`;
  const [slow, fast] = [spanOf(run.cold ? run : other), spanOf(run.cold ? other : run)];
  const factor = slow / fast;
  if (factor < 1.2) return `${when} About as fast.`;
  const times = factor >= 10 ? Math.round(factor) : Number(factor.toFixed(1));
  return run.cold ? `${when} Nothing had to start: ${times} times faster.` : `${when} It had to start things: ${times} times slower.`;
}

/** The picture in words: what Alt+F2 shows and "copy as text" gives. */
export function waterfallText(run: Run): string {
  const rows = timingRows(run).map(({ word, text, name }) => {
    const phase = run.phases.find((candidate) => candidate.name === name);
    const from = phase === undefined ? "" : `  from ${formatDuration(phase.startMs)}`;
    return `  ${word.padEnd(14)}${text.padStart(10)}${from}`;
  });
  return [timingSentence(run), ...rows, `  ${"Total".padEnd(14)}${formatDuration(run.durationMs).padStart(10)}`].join("\n");
}
