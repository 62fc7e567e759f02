/** Curves of use: a small one for a row, a big one with its axis. Decoration beside words that say the same. */
import { useId } from "react";
import { formatBytes } from "../../ui/format.ts";
import { chartSentence, chartSpanS, formatShare, pathOf, topOf, type Point } from "./chart.ts";

type What = "cpuShare" | "memoryBytes";

function Curve({ points, what, now, top }: { points: readonly Point[]; what: What; now: number; top: number }) {
  return (
    <svg className={`curve curve-${what}`} viewBox="0 0 60 40" preserveAspectRatio="none" aria-hidden="true">
      <path className="curve-area" d={pathOf(points, now, top, true)} />
      <path className="curve-line" d={pathOf(points, now, top, false)} />
    </svg>
  );
}

export function Sparkline({ points, what, now }: { points: readonly Point[]; what: What; now: number }) {
  return (
    <span className="sparkline">
      <Curve points={points} what={what} now={now} top={topOf(points, what)} />
    </span>
  );
}

export function Chart({ title, points, what, now }: { title: string; points: readonly Point[]; what: What; now: number }) {
  const id = useId();
  const top = topOf(points, what);
  const label = (share: number) => (what === "cpuShare" ? formatShare(top * share) : formatBytes(top * share));
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id}>
        <span className="strong">{title}</span> <span className="tone-2">{chartSentence(points, what)}</span>
      </figcaption>
      <div className="chart-box" aria-hidden="true">
        <Curve points={points} what={what} now={now} top={top} />
        <span className="chart-scale">
          <i>{label(1)}</i>
          <i>{label(0.5)}</i>
          <i>0</i>
        </span>
      </div>
      <div className="chart-times" aria-hidden="true">
        <i>{chartSpanS} s ago</i>
        <i>{chartSpanS / 2} s</i>
        <i>now</i>
      </div>
    </figure>
  );
}
