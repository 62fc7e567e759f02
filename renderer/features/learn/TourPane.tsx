/** The tour that is under way: its steps, what the one in front asks for, and whether that holds. */
import { useEffect, useRef, useState } from "react";
import type { Tour, TourStep } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { useTours } from "./learn-data.ts";
import { hidePoint, showPoint } from "./point.ts";
import { runActions } from "./tour-actions.ts";
import { describeCheck, holds } from "./tour-checks.ts";
import { goToStep, isStepOpen, passCheck, type TourProgress } from "./tour-progress.ts";
import { changeTours, useTourStore } from "./tour-store.ts";
import { TourText } from "./TourText.tsx";
import { useTourFacts } from "./use-tour-facts.ts";
import "./tour.css";

export function TourPane({ view, below }: { view: string | null; below: boolean }) {
  const active = useTourStore((state) => state.active);
  const progress = useTourStore((state) => (active === null ? undefined : state.progress[active]));
  const { data } = useTours();
  const tour = data?.tours.find(({ id }) => id === active);
  useEffect(() => hidePoint, []);
  return (
    <aside className={classNames("tour", below && "tour-below")} aria-label="Tour" data-region="tour">
      <header className="tour-head">
        <h2 className="grow cut" title={tour?.title}>
          {tour?.title ?? "Tour"}
        </h2>
        <IconButton icon="close" label="Leave the tour" onPress={() => void runCommand("tour.leave")} />
      </header>
      {tour !== undefined && progress !== undefined && <TourBody key={tour.id} tour={tour} progress={progress} view={view} />}
      {tour === undefined && data === undefined && <Loading label="Reading the tour" rows={6} />}
      {tour === undefined && data !== undefined && (
        <EmptyState
          title="This tour is not there any more."
          reason="Its file was renamed, removed or changed so that it cannot be taken."
          action={{ label: "Show Learn", onPress: () => void runCommand("view.learn") }}
        />
      )}
    </aside>
  );
}

interface StepProps {
  tour: Tour;
  progress: TourProgress;
}

function TourBody({ tour, progress, view }: StepProps & { view: string | null }) {
  const count = tour.steps.length;
  const minutesLeft = Math.max(1, Math.round((tour.minutes * (count - progress.step)) / count));
  return (
    <>
      <div className="tour-state">
        <p>
          <span>{progress.done ? `All ${count} steps` : `Step ${progress.step + 1} of ${count}`}</span>
          <span className="tone-3">{progress.done ? "done" : `about ${minutesLeft} min left`}</span>
        </p>
        <div className="tour-segments" aria-hidden="true">
          {tour.steps.map((step, at) => (
            <span
              key={step.title}
              className={classNames(at < progress.step && "tour-segment-done", at === progress.step && "tour-segment-here")}
            />
          ))}
        </div>
      </div>
      {progress.done ? <TourDone tour={tour} /> : <Steps key={progress.step} tour={tour} progress={progress} view={view} />}
    </>
  );
}

function TourDone({ tour }: { tour: Tour }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => void heading.current?.focus(), []);
  const again = () => void runCommand("tour.start", { tour: tour.id });
  return (
    <div className="tour-done" role="status">
      <h3 ref={heading} tabIndex={-1}>
        <Icon name="pass" tone="success" size={20} /> Tour done
      </h3>
      <p className="tone-2">Everything it asked for was checked. Go on with another one, or try things out: your files and runs stay.</p>
      <div className="tour-buttons">
        <Button variant="primary" onPress={() => void runCommand("view.learn")}>
          More tours
        </Button>
        <Button onPress={again}>Begin again</Button>
        <Button variant="quiet" onPress={() => void runCommand("tour.leave")}>
          Close
        </Button>
      </div>
    </div>
  );
}

/** Notes every check that holds, for as long as the step is in front. */
function useChecks({ tour, progress }: StepProps, step: TourStep, view: string | null): readonly boolean[] {
  const facts = useTourFacts(step.checks, progress.since, view);
  const now = step.checks.map((check, at) => progress.passed[at] === true || holds(check, facts));
  const held = now.map(Number).join("");
  useEffect(() => {
    [...held].forEach((one, at) => {
      if (one === "1") changeTours((state) => passCheck(state, tour.id, progress.step, at));
    });
  }, [held, tour.id, progress.step]);
  return now;
}

function Steps({ tour, progress, view }: StepProps & { view: string | null }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => void list.current?.querySelector('[aria-current="step"]')?.scrollIntoView({ block: "nearest" }), []);
  const step = tour.steps[progress.step];
  if (step === undefined) return null;
  return (
    <>
      <ol ref={list} className="tour-steps" tabIndex={0} aria-label="Steps">
        {tour.steps.map((each, at) => (
          <li key={each.title} className="tour-step" aria-current={at === progress.step ? "step" : undefined}>
            <Icon
              name={at < progress.step ? "pass" : at === progress.step ? "record" : "circle-large"}
              tone={at < progress.step ? "success" : at === progress.step ? "accent" : "neutral"}
            />
            <div className="grow">
              <h3 className={at === progress.step ? "strong" : "tone-2"}>
                {each.title}
                <span className="hidden-visually">{at < progress.step ? ", done" : ""}</span>
              </h3>
              {at === progress.step && <StepInFront tour={tour} progress={progress} step={each} view={view} />}
            </div>
          </li>
        ))}
      </ol>
      <StepWays tour={tour} progress={progress} step={step} />
    </>
  );
}

function StepInFront({ tour, progress, step, view }: StepProps & { step: TourStep; view: string | null }) {
  const held = useChecks({ tour, progress }, step, view);
  const [note, setNote] = useState<string | null>(null);
  const [busySince, setBusySince] = useState<number | null>(null);
  const { point } = step;
  useEffect(() => hidePoint, []);

  const show = async () => {
    if (point !== undefined) setNote((await showPoint(point)) ? null : "It is not on screen now. “Do it for me” may bring it up.");
  };
  const doIt = async () => {
    setBusySince(Date.now());
    try {
      setNote(await runActions(step.do));
    } catch (error) {
      const problem = problemOf(error);
      setNote([problem.message, problem.hint].filter(Boolean).join(" "));
    } finally {
      setBusySince(null);
    }
  };
  useCommandHandler("tour.show", show, point === undefined ? "This step is about no place." : null);
  useCommandHandler("tour.doIt", doIt, step.do.length === 0 ? "This step is yours to do." : null);

  return (
    <div className="tour-front">
      <TourText text={step.text} />
      {step.checks.length > 0 && (
        <ul className="tour-checks" aria-label="Checks">
          {step.checks.map((check, at) => (
            <li key={at}>
              <Icon name={held[at] ? "pass" : "circle-large"} size={14} tone={held[at] ? "success" : "neutral"} />
              <span className="grow">{describeCheck(check)}</span>
              <span className="tone-3">{held[at] ? "checked" : "waiting"}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="hidden-visually" role="status">
        {`${held.filter(Boolean).length} of ${held.length} checks hold.`}
      </p>
      {note !== null && (
        <p className="tour-note" role="alert">
          <Icon name="info" size={14} tone="info" /> {note}
        </p>
      )}
      {(point !== undefined || step.do.length > 0) && (
        <div className="tour-buttons">
          {point !== undefined && (
            <Button size="small" keys={keysOf("tour.show")} onPress={() => void show()}>
              Show me where
            </Button>
          )}
          {step.do.length > 0 && (
            <Button
              size="small"
              variant="quiet"
              keys={keysOf("tour.doIt")}
              busy={busySince === null ? null : { label: "Doing it", startedAt: busySince }}
              onPress={() => void doIt()}
            >
              Do it for me
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** Back, skip and next. Next says what it waits for. */
function StepWays({ tour, progress, step }: StepProps & { step: TourStep }) {
  const open = isStepOpen(progress, step.checks.length);
  const count = tour.steps.length;
  const go = (to: number) => changeTours((state) => goToStep(state, tour.id, to, count, Date.now()));
  const last = progress.step === count - 1;
  const waiting = open ? null : "The checks of this step do not all hold yet.";
  useCommandHandler("tour.next", () => go(progress.step + 1), waiting);
  useCommandHandler("tour.skip", () => go(progress.step + 1));
  useCommandHandler("tour.back", () => go(progress.step - 1), progress.step === 0 ? "This is the first step." : null);
  return (
    <footer className="tour-foot">
      <Button
        variant="quiet"
        icon="chevron-left"
        disabledReason={progress.step === 0 ? "This is the first step." : null}
        onPress={() => go(progress.step - 1)}
      >
        Back
      </Button>
      <span className="grow" />
      {!open && (
        <Button variant="quiet" onPress={() => go(progress.step + 1)}>
          Skip
        </Button>
      )}
      <Button
        variant={open ? "primary" : "secondary"}
        keys={keysOf("tour.next")}
        disabledReason={waiting}
        onPress={() => go(progress.step + 1)}
      >
        {last ? "Finish" : "Next"}
      </Button>
    </footer>
  );
}
