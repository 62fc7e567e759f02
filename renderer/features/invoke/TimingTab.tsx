/** Where the time of a run went: the sentence, then a labelled row for each phase. */
import type { Run } from "../../../engine/contract/index.ts";
import { formatDuration } from "../../ui/format.ts";
import { timingRows, timingSentence } from "../runs/index.ts";

export function TimingTab({ run }: { run: Run }) {
  return (
    <div className="timing" tabIndex={0} role="region" aria-label="Timing">
      <p className="timing-sentence">{timingSentence(run)}</p>
      <table className="timing-table">
        <thead className="hidden-visually">
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">When</th>
            <th scope="col">How long</th>
          </tr>
        </thead>
        <tbody>
          {timingRows(run).map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.word}</th>
              <td className="timing-track">
                {row.bar !== null && (
                  <span
                    className="timing-bar"
                    style={{ left: `${row.bar.start * 100}%`, width: `${row.bar.width * 100}%`, background: `var(--ph-${row.name})` }}
                  />
                )}
              </td>
              <td className={row.bar === null ? "timing-none" : "timing-number"}>{row.text}</td>
            </tr>
          ))}
          <tr className="timing-total">
            <th scope="row">Total</th>
            <td />
            <td className="timing-number">{formatDuration(run.durationMs)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
