/** What was expected, row by row: whether it holds, and what was there instead. */
import { verdictOf, type Check, type Verdict } from "../../../engine/contract/recipe-checks.ts";
import { Icon, type IconName, type Tone } from "../../ui/Icon.tsx";

export const verdictMarks: Record<Verdict, { icon: IconName; tone: Tone; word: string }> = {
  pass: { icon: "pass", tone: "success", word: "passed" },
  warn: { icon: "warning", tone: "warn", word: "warning" },
  fail: { icon: "error", tone: "error", word: "failed" },
};

function headline(checks: readonly Check[]): string {
  const held = checks.filter(({ state }) => state === "pass").length;
  return held === checks.length
    ? `All ${held === 1 ? "that was expected holds" : `${held} expectations hold`}`
    : `${held} of ${checks.length} expectations hold`;
}

export function CheckList({ checks, label = "Expectations of this run" }: { checks: readonly Check[]; label?: string }) {
  const { icon, tone } = verdictMarks[verdictOf(checks)];
  return (
    <section className={`checks checks-${verdictOf(checks)}`} aria-label={label}>
      <p className="checks-head">
        <Icon name={icon} tone={tone} size={20} />
        <strong>{headline(checks)}</strong>
      </p>
      <ul className="checks-list">
        {checks.map((check, index) => {
          const mark = verdictMarks[check.state];
          return (
            <li key={index} className="check">
              <Icon name={mark.icon} tone={mark.tone} size={14} />
              <span className="hidden-visually">{mark.word}: </span>
              <span className="check-label">{check.label}</span>
              {check.found !== "" && <span className={`check-found tone-${mark.tone}`}>{check.found}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
