/** What came of a run: verdict, ribbon, failure, and tabs for body, headers, timing and log. */
import { useState, type ReactNode } from "react";
import type { Run, RunState } from "../../../engine/contract/index.ts";
import { runCommand } from "../../commands/registry.ts";
import { usePresentation } from "../../theme/presentation.ts";
import { Badge, Chip } from "../../ui/Badge.tsx";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes, formatClock, formatDuration, formatExactBytes } from "../../ui/format.ts";
import { Ribbon } from "../../ui/Ribbon.tsx";
import { RunStateIcon, runStateWord, StartBadge } from "../../ui/run-state.tsx";
import { Tabs, tabPanelProps, type TabItem } from "../../ui/Tabs.tsx";
import { RunLog, useLogCount, useRunLog } from "../logs/index.ts";
import { bestMode, BodyView, type BodyMode } from "../objects/index.ts";
import { isOpen, storletTitle, useRecentRuns } from "../runs/index.ts";
import { reuse } from "./actions.ts";
import { CheckList } from "./CheckList.tsx";
import { FailureBlock } from "./FailureBlock.tsx";
import { HeadersTab } from "./HeadersTab.tsx";
import { useSession, type OwnResult, type Result } from "./session.ts";
import { StoredObject } from "./StoredObject.tsx";
import { TimingTab } from "./TimingTab.tsx";
import { judge, judgeRecorded, type Verdict } from "./verdict.ts";

export function ResultView({ result }: { result: Result }) {
  if (result.kind === "not-sent") {
    return (
      <div className="result">
        <div className="result-top">
          <ProblemBlock problem={result.problem} />
        </div>
      </div>
    );
  }
  return result.kind === "own" ? <OwnResultView result={result} /> : <RecordedResultView run={result.run} />;
}

const bodyLimit = 4000;

function OwnResultView({ result }: { result: OwnResult }) {
  const { exchange, run, request } = result;
  const failed = (exchange.head?.status ?? 500) >= 400;
  const verdict = judge({
    storlet: result.storletObject,
    door: request.method,
    target: request.target,
    storedAs: request.storedAs,
    exchange,
    bodyText: failed ? new TextDecoder().decode(exchange.body.bytes.subarray(0, bodyLimit)) : "",
    run,
  });
  const chosen = useSession((session) => session.storlet);
  const stored = request.storedAs !== null && exchange.head?.status === 201;
  // A record that was left open, because the engine went away, knows no sizes and no time.
  const record = run === null || isOpen(run) ? null : run;
  const sizes = record === null ? `${formatBytes(exchange.body.sizeBytes)} out` : sizesOf(record);
  return (
    <div className="result">
      <Top
        verdict={verdict}
        run={run}
        durationMs={record?.durationMs ?? exchange.totalMs}
        sizes={sizes}
        storletObject={result.storletObject}
      >
        {chosen !== result.storlet && (
          <p className="result-note">
            Of {result.storlet} on{" "}
            <span className="mono">
              {request.target.container}/{request.target.object}
            </span>
            .
          </p>
        )}
        {result.expects && result.checks.length > 0 && <CheckList checks={result.checks} />}
      </Top>
      <OwnTabs key={exchange.startedAt} result={result} stored={stored} />
    </div>
  );
}

interface TopProps {
  verdict: Pick<Verdict, "headline" | "badge" | "trouble"> & { state: RunState };
  run: Run | null;
  durationMs: number;
  sizes: string;
  storletObject: string;
  children?: ReactNode;
}

function Top({ verdict, run, durationMs, sizes, storletObject, children }: TopProps) {
  return (
    <div className="result-top" data-tour="result">
      <BigVerdict state={verdict.state} />
      <div className="result-verdict">
        <RunStateIcon state={verdict.state} />
        <h3 className="result-headline">{verdict.headline}</h3>
        {verdict.badge !== null && <Badge tone={verdict.state === "timed-out" ? "warn" : "error"}>{verdict.badge}</Badge>}
        {run !== null && !isOpen(run) && <HowItRan run={run} />}
        <span
          className="result-measures"
          title={run === null ? undefined : `${formatExactBytes(run.bytesIn)} in, ${formatExactBytes(run.bytesOut)} out`}
        >
          <span>{formatDuration(durationMs)}</span>
          <span className="result-sizes">{sizes}</span>
        </span>
      </div>
      {run !== null && run.phases.length > 0 && <Ribbon phases={run.phases} state={run.state} showLabels />}
      {children}
      {verdict.trouble !== null && <FailureBlock trouble={verdict.trouble} run={run} storletObject={storletObject} />}
    </div>
  );
}

/** For an audience: whether it went well, legible from the last row. */
function BigVerdict({ state }: { state: RunState }) {
  const onStage = usePresentation(({ on }) => on);
  if (!onStage || !["succeeded", "failed", "timed-out", "cancelled"].includes(state)) return null;
  return (
    <p className={classNames("big-verdict", state === "succeeded" ? "tone-success" : "tone-error")}>
      <RunStateIcon state={state} size={30} />
      {state === "succeeded" ? "Passed" : runStateWord(state)}
    </p>
  );
}

const sizesOf = (run: Run): string => `${formatBytes(run.bytesIn)} in, ${formatBytes(run.bytesOut)} out`;

function HowItRan({ run }: { run: Run }) {
  return (
    <>
      <StartBadge cold={run.cold} />
      {!run.isolated && (
        <Badge tone="warn" icon="warning" title="This storlet ran as a process and could read your files.">
          not isolated
        </Badge>
      )}
    </>
  );
}

/** The number of lines in a run's log, as it grows. */
function useLogTab(run: Run | null) {
  const log = useRunLog(run?.id ?? null);
  return { log, count: useLogCount(log) };
}

type OwnTab = "body" | "headers" | "timing" | "log";

function OwnTabs({ result, stored }: { result: OwnResult; stored: boolean }) {
  const { exchange, run, request } = result;
  const { body, head } = exchange;
  const { log, count } = useLogTab(run);
  const [tab, setTab] = useState<OwnTab>(head === null ? "log" : "body");
  const complete = body.bytes.byteLength >= body.sizeBytes && !body.cut;
  const [mode, setMode] = useState<BodyMode>(() => bestMode(body.bytes, complete));
  const items: TabItem<OwnTab>[] = [];
  if (head !== null) {
    items.push({ id: "body", label: stored ? "Stored" : "Body", count: body.sizeBytes > 0 ? formatBytes(body.sizeBytes) : null });
    items.push({ id: "headers", label: "Headers", count: head.headers.length });
  }
  if (run !== null) items.push({ id: "timing", label: "Timing" }, { id: "log", label: "Log", count });
  if (items.length === 0) return null;
  const label = "Result";
  return (
    <>
      <Tabs
        label={label}
        className="result-tabs"
        items={items}
        selected={tab}
        onSelect={setTab}
        end={tab === "body" && !stored && body.sizeBytes > 0 ? <ModeChips mode={mode} onChange={setMode} /> : undefined}
      />
      <div className="result-panel" {...tabPanelProps(label, tab)}>
        {tab === "body" &&
          (stored && request.storedAs !== null ? (
            <StoredObject target={request.storedAs} />
          ) : (
            <BodyView bytes={body.bytes} sizeBytes={body.sizeBytes} cut={body.cut} mode={mode} label="Body of the answer" />
          ))}
        {tab === "headers" && <HeadersTab request={request.headers} answer={head?.headers ?? []} />}
        {tab === "timing" && run !== null && <TimingTab run={run} />}
        {tab === "log" && <RunLog log={log} />}
      </div>
      {run !== null && <Footer run={run} />}
    </>
  );
}

export function ModeChips({ mode, onChange }: { mode: BodyMode; onChange: (mode: BodyMode) => void }) {
  return (
    <>
      <Chip on={mode === "text"} onPress={() => onChange("text")}>
        Text
      </Chip>
      <Chip on={mode === "hex"} onPress={() => onChange("hex")}>
        Hex
      </Chip>
    </>
  );
}

function Footer({ run }: { run: Run }) {
  return (
    <div className="result-foot">
      <span className="grow cut">
        run {run.id.slice(0, 4)}, {formatClock(run.startedAt)}
      </span>
      <LinkButton onPress={() => void runCommand("run.open", { run: run.id })}>Open the run</LinkButton>
      <LinkButton onPress={() => void runCommand("logs.showRun", { run: run.id })}>Show in the log</LinkButton>
    </div>
  );
}

type RecordedTab = "timing" | "log";

function RecordedResultView({ run: shown }: { run: Run }) {
  const { data: recent } = useRecentRuns();
  const run = recent?.find(({ id }) => id === shown.id) ?? shown;
  const { log, count } = useLogTab(run);
  const [tab, setTab] = useState<RecordedTab>("log");
  const verdict = isOpen(run) ? { state: run.state, headline: runStateWord(run.state), badge: null, trouble: null } : judgeRecorded(run);
  const label = "Run";
  return (
    <div className="result">
      <Top verdict={verdict} run={run} durationMs={run.durationMs} sizes={sizesOf(run)} storletObject={run.storlet}>
        <dl className="result-facts">
          <dt>Storlet</dt>
          <dd>{storletTitle(run.storlet)}</dd>
          <dt>Request</dt>
          <dd className="mono">
            {run.door} {run.object}
          </dd>
          {Object.entries(run.params).map(([key, value]) => (
            <div key={key} className="result-fact">
              <dt className="mono">{key}</dt>
              <dd className="mono">{value}</dd>
            </div>
          ))}
        </dl>
        <div className="result-actions">
          <Button size="small" icon="edit" onPress={() => void reuse(run)}>
            Fill in this request
          </Button>
          <Button size="small" icon="history" onPress={() => void runCommand("run.open", { run: run.id })}>
            Open the run
          </Button>
        </div>
      </Top>
      <Tabs
        label={label}
        className="result-tabs"
        items={[
          { id: "log", label: "Log", count },
          { id: "timing", label: "Timing" },
        ]}
        selected={tab}
        onSelect={setTab}
      />
      <div className="result-panel" {...tabPanelProps(label, tab)}>
        {tab === "timing" ? <TimingTab run={run} /> : <RunLog log={log} />}
      </div>
      <Footer run={run} />
    </div>
  );
}
