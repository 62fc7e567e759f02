/** The side bar's list of tours and samples, and what a trainer needs for a demo. */
import { useEffect, useRef, useState } from "react";
import { problemOf } from "../../api/problems.ts";
import { useDemo } from "../../api/queries.ts";
import { runCommand, useCommandReason } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatClock } from "../../ui/format.ts";
import { keyText } from "../../ui/KeyHint.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { toggled } from "../../ui/toggled.ts";
import { Tree, type TreeRow } from "../../ui/Tree.tsx";
import { useGallery, type LanguageFilter } from "./gallery-store.ts";
import { filterSamples, useSamples, useTours } from "./learn-data.ts";
import type { TourProgress } from "./tour-progress.ts";
import { useTourStore } from "./tour-store.ts";
import "./learn.css";

interface LearnRow extends TreeRow {
  run?: () => void;
}

/** How far a tour is, in a word. */
function factOf(progress: TourProgress | undefined, steps: number, minutes: number): string {
  if (progress === undefined) return `${minutes} min`;
  return progress.done ? "done" : `${progress.step + 1} of ${steps}`;
}

function useTourRows(): LearnRow[] {
  const { data } = useTours();
  const { progress } = useTourStore();
  return (data?.tours ?? []).map((tour): LearnRow => {
    const known = progress[tour.id];
    const fact = factOf(known, tour.steps.length, tour.minutes);
    return {
      id: `tour:${tour.id}`,
      level: 2,
      label: tour.title,
      icon: known === undefined ? "circle-large" : known.done ? "pass" : "record",
      iconTone: known === undefined ? "neutral" : known.done ? "success" : "accent",
      fact,
      factText: fact,
      tooltip: [tour.title, tour.summary].filter(Boolean).join("\n"),
      run: () => void runCommand("tour.start", { tour: tour.id }),
    };
  });
}

const filters: readonly { language: LanguageFilter; label: string; icon: NonNullable<TreeRow["icon"]> }[] = [
  { language: "all", label: "All samples", icon: "library" },
  { language: "python", label: "Python", icon: "snake" },
  { language: "java", label: "Java", icon: "coffee" },
];

function useSampleRows(): LearnRow[] {
  const { data = [] } = useSamples();
  return filters.map(({ language, label, icon }): LearnRow => {
    const count = String(filterSamples(data, language, "").length);
    return {
      id: `samples:${language}`,
      level: 2,
      label,
      icon,
      fact: count,
      factText: count,
      run: () => {
        useGallery.setState({ language });
        void runCommand("learn.samples");
      },
    };
  });
}

function useDemoRows(): LearnRow[] {
  const { data } = useDemo();
  const undoReason = useCommandReason("demo.undoReset");
  const keysFact = (keys: string | undefined) => (keys === undefined ? undefined : keyText(keys));
  const point = data?.point;
  const since = point == null ? undefined : formatClock(point.takenAtMs);
  const rows: LearnRow[] = [
    {
      id: "demo:presentation",
      level: 2,
      label: "Presentation mode",
      icon: "vm",
      fact: keysFact(keysOf("presentation.toggle")),
      run: () => void runCommand("presentation.toggle"),
    },
    {
      id: "demo:set",
      level: 2,
      label: "Set demo point",
      icon: "pinned",
      fact: since,
      factText: since,
      run: () => void runCommand("demo.set"),
    },
    {
      id: "demo:reset",
      level: 2,
      label: "Reset demo",
      icon: "history",
      fact: keysFact(keysOf("demo.reset")),
      tooltip: since === undefined ? "There is no demo point yet." : `Objects and files become what they were at ${since}.`,
      run: () => void runCommand("demo.reset"),
    },
  ];
  if (undoReason === null)
    rows.push({ id: "demo:undo", level: 2, label: "Undo the reset", icon: "discard", run: () => void runCommand("demo.undoReset") });
  return rows;
}

const referenceRows: readonly LearnRow[] = [
  { id: "reference:keys", level: 2, label: "Keyboard shortcuts", icon: "record-keys", run: () => void runCommand("help.keys") },
  { id: "reference:welcome", level: 2, label: "Welcome", icon: "home", run: () => void runCommand("welcome.show") },
];

export function LearnSide() {
  const { data, error, refetch } = useTours();
  const active = useTourStore((state) => state.active);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const list = useRef<HTMLDivElement>(null);
  const isThere = data !== undefined;
  useEffect(() => {
    // Who came by key waits in the region while this view is fetched.
    if (isThere && document.activeElement?.matches('[data-region="side"]'))
      list.current?.querySelector<HTMLElement>('[role="tree"]')?.focus();
  }, [isThere]);
  const groups: readonly (readonly [string, readonly LearnRow[]])[] = [
    ["Tours", useTourRows()],
    ["Samples", useSampleRows()],
    ["Demo", useDemoRows()],
    ["Reference", referenceRows],
  ];
  if (data === undefined) {
    return error === null ? (
      <Loading label="Reading the tours" rows={6} />
    ) : (
      <div className="side-notice">
        <ProblemBlock problem={problemOf(error)} actions={[{ label: "Try again", onPress: () => void refetch() }]} />
      </div>
    );
  }
  const rows = groups.flatMap(([title, inside]): LearnRow[] => [
    { id: title, level: 1, label: title, expanded: !folded.has(title) },
    ...(folded.has(title) ? [] : inside),
  ]);
  const toggle = (id: string) => setFolded(toggled(folded, id));
  return (
    <div ref={list} className="learn-side" data-tour="learn">
      <Tree
        label="Learn"
        rows={rows}
        scrolls={false}
        selectedId={active === null ? null : `tour:${active}`}
        onToggle={toggle}
        onOpen={(id) => rows.find((row) => row.id === id)?.run?.()}
      />
      {data.faults.map(({ path, problem }) => (
        <div key={path} className="side-notice">
          <ProblemBlock problem={problem} actions={[{ label: "Open file", onPress: () => void runCommand("editor.open", { path }) }]} />
        </div>
      ))}
    </div>
  );
}
