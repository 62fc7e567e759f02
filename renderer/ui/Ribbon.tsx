/** The request drawn as eight coloured segments. A run that did not finish ends in a taller cap, so its shape differs too. */
import type { Phase, RunState } from "../../engine/contract/index.ts";
import { formatDuration } from "./format.ts";
import { labelledPhases, orderedPhases, phaseWords, phasesSentence } from "./phases.ts";
import "./ribbon.css";

export interface RibbonProps {
  phases: readonly Phase[];
  state: RunState;
  /** Names three phases below. */
  showLabels?: boolean;
}

const unfinished = (state: RunState) => state === "failed" || state === "timed-out" || state === "cancelled";

/** The full-width ribbon of a result. */
export function Ribbon({ phases, state, showLabels = false }: RibbonProps) {
  return (
    <div className="ribbon-block">
      <div className="ribbon" role="img" aria-label={`Phases: ${phasesSentence(phases)}`}>
        <Segments phases={phases} state={state} />
      </div>
      {showLabels && (
        <div className="ribbon-labels" aria-hidden="true">
          {labelledPhases(phases).map((phase) => (
            <span key={phase.name}>
              {phaseWords[phase.name].toLowerCase()} {formatDuration(phase.durationMs)}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

/** The ribbon of a list row, 56 px wide. Decoration: the row says the duration in words. */
export function MiniRibbon({ phases, state }: Omit<RibbonProps, "showLabels">) {
  return (
    <span className="mini" aria-hidden="true" title={phasesSentence(phases)}>
      <Segments phases={phases} state={state} />
    </span>
  );
}

function Segments({ phases, state }: { phases: readonly Phase[]; state: RunState }) {
  const ordered = orderedPhases(phases);
  const total = ordered.reduce((sum, phase) => sum + phase.durationMs, 0);
  return (
    <>
      {ordered.map((phase) => (
        <i
          key={phase.name}
          title={`${phaseWords[phase.name]} ${formatDuration(phase.durationMs)}`}
          style={{ flexGrow: total === 0 ? 1 : Math.max(phase.durationMs / total, 0.001), background: `var(--ph-${phase.name})` }}
        />
      ))}
      {unfinished(state) && <i className={`ribbon-cap ribbon-cap-${state}`} />}
    </>
  );
}
