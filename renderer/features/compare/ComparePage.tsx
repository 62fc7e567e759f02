/** Two runs side by side: outcome, headers, body, log. F7 and Shift+F7 walk the differences. */
import { useMemo, useRef, useState, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import type { KeptBody, Run, RunExchange } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatClock, formatCounted } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { Select, type SelectOption } from "../../ui/Select.tsx";
import { readKeptBody, RunGone, runTitle, useExchange, useRecentRuns, useRun, useRunInFront } from "../runs/index.ts";
import { compareSentence, headerRows, logKey, sameBodies, summaryRows, timeRows } from "./compare-runs.ts";
import { countDifferences, diffLines, type DiffBlock } from "./diff.ts";
import { DiffView } from "./DiffView.tsx";
import { BodySection, RowsSection, SectionHead } from "./CompareSections.tsx";
import "./compare.css";

export function ComparePage({ a, b }: { a: string; b: string }) {
  const left = useRun(a);
  const right = useRun(b);
  const { data: leftExchange } = useExchange(a);
  const { data: rightExchange } = useExchange(b);
  useRunInFront(b);
  const error = left.error ?? right.error;
  if (error !== null) return <ProblemBlock className="compare-notice" problem={problemOf(error)} />;
  if (left.data === undefined || right.data === undefined || leftExchange === undefined || rightExchange === undefined) {
    return <Loading label="Reading the two runs" rows={8} />;
  }
  if (left.data === null || right.data === null) return <RunGone id={left.data === null ? a : b} />;
  return <Comparison key={`${a} ${b}`} a={left.data} b={right.data} left={leftExchange} right={rightExchange} />;
}

/** The bytes that are kept of both, and the lines that the storlets wrote. */
function useContents(a: Run, b: Run, left: RunExchange | null, right: RunExchange | null) {
  const same = left !== null && right !== null && sameBodies(left.response.body, right.response.body) === true;
  const bodies = useQuery({
    queryKey: ["compare-bodies", a.id, b.id, left?.response.body?.ref, right?.response.body?.ref],
    enabled: left !== null && right !== null && !same,
    queryFn: async ({ signal }) => {
      const [x, y] = await Promise.all([readKeptBody(a.id, "response", signal), readKeptBody(b.id, "response", signal)]);
      return { a: x, b: y };
    },
    gcTime: 60_000,
  });
  const logs = useQuery({
    queryKey: ["compare-logs", a.id, b.id],
    queryFn: ({ signal }) =>
      Promise.all([a.id, b.id].map((run) => api.logs.history.query({ filter: { run, sources: ownSources }, limit: 10_000 }, { signal }))),
    gcTime: 60_000,
  });
  return { same, bodies, logs };
}

/** What the storlet itself says; the engine's lines hold times and sizes that stand above. */
const ownSources: ("storlet" | "stdout" | "stderr" | "traceback")[] = ["storlet", "stdout", "stderr", "traceback"];

interface ComparisonProps {
  a: Run;
  b: Run;
  left: RunExchange | null;
  right: RunExchange | null;
}

function Comparison({ a, b, left, right }: ComparisonProps) {
  const root = useRef<HTMLDivElement>(null);
  const [inline, setInline] = useState(false);
  const { same, bodies, logs } = useContents(a, b, left, right);
  const summary = summaryRows(a, b);
  const headers = headerRows(left?.response.headers ?? [], right?.response.headers ?? []);
  const logBlocks = useMemo(() => (logs.data === undefined ? null : logDiff(logs.data)), [logs.data]);
  const logDifferences = countDifferences(logBlocks ?? []);
  const walk = useDifferenceWalk(root);
  const sentence = compareSentence(a, b, left, right);
  const outcomeSame = summary[0]?.same === true;
  return (
    <div className="compare">
      <header className="compare-head">
        <Pickers a={a} b={b} />
        <div className="compare-verdict">
          <h2>{sentence}</h2>
          <Fact same={outcomeSame}>{outcomeSame ? "Outcome same" : "Outcome differs"}</Fact>
          {left !== null && right !== null && (
            <>
              <Fact same={headers.rows.length === 0}>
                {headers.rows.length === 0 ? "Headers same" : formatCounted(headers.rows.length, "header differs", "headers differ")}
              </Fact>
              <BodyFact left={left.response.body} right={right.response.body} />
            </>
          )}
          {logBlocks !== null && (
            <Fact same={logDifferences === 0}>
              {logDifferences === 0 ? "Log same" : `Log: ${formatCounted(logDifferences, "difference")}`}
            </Fact>
          )}
          <span className="grow" />
          <span className="tone-2 compare-place" role="status">
            {walk.words}
          </span>
          <IconButton icon="arrow-up" label="Previous difference" keys={keysOf("difference.previous")} onPress={() => walk.go(-1)} />
          <IconButton icon="arrow-down" label="Next difference" keys={keysOf("difference.next")} onPress={() => walk.go(1)} />
        </div>
      </header>
      <div ref={root} className="compare-body">
        <RowsSection title="Summary" note="times are not counted as differences" rows={summary} />
        {left !== null && right !== null && (
          <>
            <RowsSection
              title="Response headers"
              note={`${formatCounted(headers.equal, "equal header")} hidden; ids and dates left out`}
              rows={headers.rows}
            />
            <BodySection
              same={same}
              bodies={bodies}
              left={left.response.body}
              right={right.response.body}
              inline={inline}
              onInline={setInline}
            />
          </>
        )}
        <RowsSection title="Time" note="phase by phase; not counted as differences" rows={timeRows(a, b)} />
        <section className="compare-section" aria-label="Log">
          <SectionHead title="Log" note="the storlets' own lines; times and process ids left out" />
          {logs.error !== null && <ProblemBlock className="compare-notice" problem={problemOf(logs.error)} />}
          {logBlocks === null && logs.error === null && <Loading label="Reading the logs" />}
          {logBlocks !== null &&
            (logBlocks.length === 0 ? (
              <p className="compare-none">Neither storlet wrote a line.</p>
            ) : (
              <DiffView label="Log" blocks={logBlocks} inline={inline} />
            ))}
        </section>
      </div>
    </div>
  );
}

function logDiff(logs: readonly (readonly { level: string; text: string }[])[]): DiffBlock[] {
  const linesOf = (side: number): string[] =>
    (logs[side] ?? []).flatMap(({ level, text }) => text.split("\n").map((line) => `${level.padEnd(5)}  ${line}`));
  return diffLines(linesOf(0), linesOf(1), logKey);
}

function Fact({ same, children }: { same: boolean; children: ReactNode }) {
  return (
    <Badge tone={same ? "neutral" : "warn"} icon={same ? "check" : "edit"}>
      {children}
    </Badge>
  );
}

function BodyFact({ left, right }: { left: KeptBody | null; right: KeptBody | null }) {
  const same = sameBodies(left, right);
  return <Fact same={same === true}>{same === null ? "Body kept in part" : same ? "Body same" : "Body differs"}</Fact>;
}

function Pickers({ a, b }: { a: Run; b: Run }) {
  const { data: recent } = useRecentRuns();
  const known = [a, b, ...(recent ?? []).filter(({ id }) => id !== a.id && id !== b.id)];
  const options = known.map((run) => ({
    value: run.id,
    label: `${run.id.slice(0, 4)} ${runTitle(run)}`,
    fact: formatClock(run.startedAt),
  }));
  const open = (next: { a: string; b: string }) => void runCommand("run.compare", next);
  return (
    <div className="compare-pickers">
      <Picker letter="A" run={a} options={options} onChange={(id) => open({ a: id, b: b.id })} />
      <IconButton icon="arrow-swap" label="Swap A and B" onPress={() => open({ a: b.id, b: a.id })} />
      <Picker letter="B" run={b} options={options} onChange={(id) => open({ a: a.id, b: id })} />
    </div>
  );
}

interface PickerProps {
  letter: string;
  run: Run;
  options: readonly SelectOption<string>[];
  onChange: (id: string) => void;
}

function Picker({ letter, run, options, onChange }: PickerProps) {
  return (
    <div className="compare-picker">
      <span className="compare-letter" aria-hidden="true">
        {letter}
      </span>
      <Select label={`Run ${letter}`} value={run.id} options={options} onChange={onChange} />
      <LinkButton onPress={() => void runCommand("run.open", { run: run.id })} aria-label={`Open run ${run.id.slice(0, 4)}`}>
        Open
      </LinkButton>
    </div>
  );
}

/** Walks what is marked as a difference, in the order it stands on the page. */
function useDifferenceWalk(root: { current: HTMLElement | null }) {
  const [place, setPlace] = useState<{ at: number; of: number } | null>(null);
  const go = (step: 1 | -1) => {
    const found = [...(root.current?.querySelectorAll<HTMLElement>("[data-difference]") ?? [])];
    if (found.length === 0) return setPlace({ at: 0, of: 0 });
    const focused = found.findIndex((element) => element === document.activeElement || element.contains(document.activeElement));
    const from = focused >= 0 ? focused : place === null ? (step === 1 ? -1 : 0) : place.at - 1;
    const next = (from + step + found.length) % found.length;
    const target = found[next];
    target?.scrollIntoView({ block: "center" });
    target?.focus({ preventScroll: true });
    setPlace({ at: next + 1, of: found.length });
  };
  useCommandHandler("difference.next", () => go(1));
  useCommandHandler("difference.previous", () => go(-1));
  const words = place === null ? "" : place.of === 0 ? "No difference" : `Difference ${place.at} of ${place.of}`;
  return { go, words };
}
