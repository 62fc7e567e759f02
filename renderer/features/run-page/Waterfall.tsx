/** The phases of one or two runs as bars on labelled rows, each run on its own scale or both on one. Its twin in words is `waterfallText`. */
import type { ReactNode } from "react";
import type { Run } from "../../../engine/contract/index.ts";
import { StartBadge } from "../../ui/run-state.tsx";
import { formatDuration } from "../../ui/format.ts";
import { spanOf, timingRows } from "../runs/index.ts";
import { axisOf, type Axis } from "./waterfall.ts";

export interface WaterfallColumn {
  run: Run;
  sentence: string;
  /** Drawn after the time: a badge, a link. */
  end: ReactNode;
}

export function Waterfall({ columns, sameScale }: { columns: readonly WaterfallColumn[]; sameScale: boolean }) {
  const longest = Math.max(...columns.map(({ run }) => spanOf(run)));
  return (
    <div className="waterfall">
      {columns.map((column) => (
        <WaterfallTable key={column.run.id} column={column} axis={axisOf(sameScale ? longest : spanOf(column.run))} />
      ))}
    </div>
  );
}

function WaterfallTable({ column, axis }: { column: WaterfallColumn; axis: Axis }) {
  const { run, sentence, end } = column;
  const share = (ms: number) => `${Math.min(100, (ms / axis.endMs) * 100)}%`;
  const span = spanOf(run);
  return (
    <div className="waterfall-column">
      <p className="waterfall-title">
        <span className="mono">{run.id.slice(0, 4)}</span>
        <StartBadge cold={run.cold} />
        <span className="strong">{formatDuration(run.durationMs)}</span>
        {end}
      </p>
      <p className="waterfall-sentence">{sentence}</p>
      <table className="waterfall-table" aria-label={`Phases of run ${run.id.slice(0, 4)}`}>
        <colgroup>
          <col className="waterfall-words" />
          <col />
          <col className="waterfall-figures" />
        </colgroup>
        <thead className="waterfall-names">
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">When</th>
            <th scope="col">How long</th>
          </tr>
        </thead>
        <tbody>
          {timingRows(run).map(({ name, word, text, bar }) => (
            <tr key={name}>
              <th scope="row">
                <span className="waterfall-swatch" style={{ background: `var(--ph-${name})` }} aria-hidden="true" />
                {word}
              </th>
              <td className="waterfall-track">
                {axis.ticks.map(({ ms }) => (
                  <i key={ms} className="waterfall-grid" style={{ left: share(ms) }} />
                ))}
                {bar !== null && (
                  <span
                    className="waterfall-bar"
                    style={{ left: share(bar.start * span), width: share(bar.width * span), background: `var(--ph-${name})` }}
                  />
                )}
                {bar !== null && name === "first-byte" && (
                  <span className="waterfall-moment" style={{ left: share((bar.start + bar.width) * span) }} />
                )}
              </td>
              <td className={bar === null ? "waterfall-none" : "waterfall-number"}>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="waterfall-axis" aria-hidden="true">
        <span />
        <span className="waterfall-ticks">
          {axis.ticks.map(({ ms, label }) => (
            <i key={ms} style={{ left: share(ms) }}>
              {label}
            </i>
          ))}
        </span>
        <span />
      </div>
    </div>
  );
}
