/** The page of one run: how it ended, where the time went, what was sent and what came back, its log, and what people wrote on it. */
import { useState, type ReactNode } from "react";
import type { Run, RunExchange } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { useEngineAwayReason, useStorlets } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes, formatClock, formatCount, formatDuration, formatExactBytes } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { MenuButton } from "../../ui/Menu.tsx";
import { RunStateIcon, runStateWord, StartBadge } from "../../ui/run-state.tsx";
import {
  isOpen,
  markRun,
  replayEntries,
  RunGone,
  runTitle,
  storletTitle,
  timingSentence,
  useExchange,
  useRecentRuns,
  useReplay,
  useReplayChoice,
  useRun,
  useRunInFront,
} from "../runs/index.ts";
import { contractStripOf } from "./contract-strip.ts";
import { ContractStripView } from "./ContractStripView.tsx";
import { ExchangePanes } from "./ExchangePanes.tsx";
import { RunFailure } from "./RunFailure.tsx";
import { replayWords } from "./replay-words.ts";
import { RunMarks } from "./RunMarks.tsx";
import { counterpartSentence, findCounterpart, waterfallText } from "./waterfall.ts";
import { Waterfall, type WaterfallColumn } from "./Waterfall.tsx";
import "./run-page.css";

export function RunPage({ id }: { id: string }) {
  const { data: run, error, refetch } = useRun(id);
  const { data: exchange } = useExchange(id);
  useRunInFront(id);
  if (run === undefined) {
    return error === null ? (
      <Loading label={`Reading run ${id.slice(0, 4)}`} rows={8} />
    ) : (
      <ProblemBlock className="run-notice" problem={problemOf(error)} actions={[{ label: "Read again", onPress: () => void refetch() }]} />
    );
  }
  if (run === null) return <RunGone id={id} />;
  return <RunView run={run} exchange={exchange} />;
}

function RunView({ run, exchange }: { run: Run; exchange: RunExchange | null | undefined }) {
  const strip = contractStripOf(run);
  useCommandHandler("run.pin", () => markRun(run.id, { pinned: run.mark?.pinned !== true }));
  return (
    <div className="run-page">
      <header className="run-head">
        <div className="run-title">
          <RunStateIcon state={run.state} size={20} />
          <h2 className="run-name cut">{runTitle(run)}</h2>
          <RunBadges
            run={run}
            kept={strip === null ? null : `${strip.kept} of ${strip.checked} checks`}
            allKept={strip?.kept === strip?.checked}
          />
          <span className="grow" />
          <RunActions run={run} exchange={exchange} />
        </div>
        <ReplayNote run={run} />
        <RunFacts run={run} />
        <RunMarks run={run} />
        <RunFailure run={run} />
      </header>
      <Timing run={run} />
      {strip !== null && <ContractStripView strip={strip} />}
      <ExchangePanes run={run} exchange={exchange} />
    </div>
  );
}

function RunBadges({ run, kept, allKept }: { run: Run; kept: string | null; allKept: boolean }) {
  const tone = run.state === "succeeded" ? "success" : run.state === "failed" ? "error" : run.state === "timed-out" ? "warn" : "neutral";
  return (
    <>
      <Badge tone={tone}>{isOpen(run) ? runStateWord(run.state) : [runStateWord(run.state), run.status].filter(Boolean).join(", ")}</Badge>
      {run.bodyCut && <Badge tone="error">{run.status}, body cut</Badge>}
      {kept !== null && <Badge tone={allKept ? "neutral" : "warn"}>{kept}</Badge>}
      {!isOpen(run) && <StartBadge cold={run.cold} />}
      {!run.isolated && (
        <Badge tone="warn" icon="warning" title="This storlet ran as a process and could read your files.">
          not isolated
        </Badge>
      )}
    </>
  );
}

function RunActions({ run, exchange }: { run: Run; exchange: RunExchange | null | undefined }) {
  const { data: choice } = useReplayChoice(run, exchange);
  const away = useEngineAwayReason();
  const active = useReplay((state) => state.active);
  const own = active?.run === run.id;
  const pinned = run.mark?.pinned === true;
  const common = away ?? (active === null ? null : own ? "This run is being replayed." : "Another replay is under way.");
  const reasons = { exact: common ?? choice?.exact ?? null, today: common ?? choice?.today ?? null };
  return (
    <div className="run-actions">
      <Button
        variant="quiet"
        icon={pinned ? "pinned" : "pin"}
        aria-pressed={pinned}
        disabledReason={away}
        onPress={() => void runCommand("run.pin")}
      >
        {pinned ? "Pinned" : "Pin"}
      </Button>
      <Button
        icon="git-compare"
        keys={keysOf("run.compareWithPrevious")}
        disabledReason={away}
        onPress={() => void runCommand("run.compareRun", { run: run.id })}
      >
        Compare with previous
      </Button>
      <Button
        variant="primary"
        icon="refresh"
        keys={keysOf("run.replay")}
        title="Sends the same request again, to the code and the objects of today."
        disabledReason={own ? null : reasons.today}
        busy={own && active !== null ? { label: "Replaying", startedAt: active.startedAt, onCancel: active.cancel } : null}
        onPress={() => void runCommand("run.replayRun", { run: run.id, mode: "today" })}
      >
        Replay
      </Button>
      <MenuButton
        label="Ways to replay"
        className="button button-primary run-replay-more"
        groups={[{ id: "Ways to replay", entries: replayEntries(run.id, reasons) }]}
      >
        <Icon name="chevron-down" size={14} />
      </MenuButton>
    </div>
  );
}

/** Which run this one repeats and with what, and the runs that repeat this one. */
function ReplayNote({ run }: { run: Run }) {
  const { data: recent } = useRecentRuns();
  const replays = (recent ?? []).filter(({ replay }) => replay?.of === run.id);
  return (
    <>
      {run.replay !== undefined && <KnownReplayNote run={run} replay={run.replay} />}
      {replays.length > 0 && (
        <p className="run-replay tone-2">
          <span>Replayed as</span>
          {replays.slice(0, 5).map(({ id, replay }) => (
            <LinkButton key={id} onPress={() => void runCommand("run.open", { run: id })}>
              {id.slice(0, 4)}, {replay?.mode === "exact" ? "exactly" : "today's code"}
            </LinkButton>
          ))}
          {replays.length > 5 && <span>and {formatCount(replays.length - 5)} more</span>}
        </p>
      )}
    </>
  );
}

function KnownReplayNote({ run, replay }: { run: Run; replay: NonNullable<Run["replay"]> }) {
  const { data: original } = useRun(replay.of);
  const { text, changed } = replayWords(run, original ?? null);
  return (
    <p className={changed ? "run-replay tone-warn" : "run-replay tone-2"} role="status">
      <span>
        {replay.mode === "exact" ? "Exact replay of run " : "Replay of run "}
        {original === null ? (
          <span className="mono">{replay.of.slice(0, 4)}</span>
        ) : (
          <LinkButton onPress={() => void runCommand("run.open", { run: replay.of })}>{replay.of.slice(0, 4)}</LinkButton>
        )}
        {replay.mode === "exact" ? ": the code and the inputs of then." : ", against today's code and objects."}
        {text}
      </span>
      {original !== null && (
        <LinkButton onPress={() => void runCommand("run.compare", { a: replay.of, b: run.id })}>Compare the two</LinkButton>
      )}
    </p>
  );
}

function RunFacts({ run }: { run: Run }) {
  const { data: storlets } = useStorlets();
  const { data: recent } = useRecentRuns();
  const path = storlets?.find(({ objectName }) => objectName === run.storlet)?.source ?? null;
  const newest = recent?.find((other) => other.storlet === run.storlet && other.digest !== "");
  const isOld = newest !== undefined && run.digest !== "" && newest.startedAt > run.startedAt && newest.digest !== run.digest;
  return (
    <dl className="run-facts">
      <Fact term="Run" mono>
        {run.id.slice(0, 4)}
      </Fact>
      <Fact term="Storlet">
        {path === null ? run.storlet : <LinkButton onPress={() => void runCommand("editor.open", { path })}>{run.storlet}</LinkButton>}
      </Fact>
      <Fact term="Code">
        <span title={isOld ? `The newest run of ${storletTitle(run.storlet)} used ${newest.digest.slice(0, 8)}.` : run.digest}>
          <span className="mono">{run.digest === "" ? "none" : run.digest.slice(0, 8)}</span>{" "}
          {isOld && <Badge tone="warn">older code</Badge>}
        </span>
      </Fact>
      <Fact term="Request" mono>
        {run.door} {run.object}
      </Fact>
      {Object.entries(run.params).map(([key, value]) => (
        <Fact key={key} term={key} mono>
          {value}
        </Fact>
      ))}
      <Fact term="Started">{formatClock(run.startedAt, true)}</Fact>
      <Fact term="Total">{formatDuration(run.durationMs)}</Fact>
      <Fact term="Profile">{run.profile}</Fact>
      <Fact term="Sandbox">{run.sandbox === "docker" ? "Docker" : "process"}</Fact>
      {run.image !== null && (
        <Fact term="Image" mono>
          {run.image}
        </Fact>
      )}
      <Fact term="In, out">
        <span title={`${formatExactBytes(run.bytesIn)} in, ${formatExactBytes(run.bytesOut)} out`}>
          {formatBytes(run.bytesIn)}, {formatBytes(run.bytesOut)}
        </span>
      </Fact>
    </dl>
  );
}

function Fact({ term, mono = false, children }: { term: string; mono?: boolean; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd className={mono ? "mono" : undefined}>{children}</dd>
    </div>
  );
}

function Timing({ run }: { run: Run }) {
  const [asText, setAsText] = useState(false);
  const [sameScale, setSameScale] = useState(false);
  const { data: recent } = useRecentRuns();
  const other = findCounterpart(run, recent ?? []);
  useCommandHandler("view.accessible", () => setAsText((shown) => !shown));
  const columns: WaterfallColumn[] = [
    { run, sentence: timingSentence(run), end: other === null ? null : <Badge tone="accent">this run</Badge> },
  ];
  if (other !== null) {
    columns.push({
      run: other,
      sentence: counterpartSentence(run, other),
      end: <LinkButton onPress={() => void runCommand("run.open", { run: other.id })}>Open</LinkButton>,
    });
  }
  return (
    <section className="run-timing" aria-labelledby="run-timing-title">
      <div className="run-timing-head">
        <h3 id="run-timing-title" className="grow">
          Where the time went
        </h3>
        {other !== null && !asText && (
          <Button size="small" variant="quiet" aria-pressed={sameScale} onPress={() => setSameScale(!sameScale)}>
            Same scale
          </Button>
        )}
        <Button
          size="small"
          variant="quiet"
          icon="list-flat"
          aria-pressed={asText}
          keys={keysOf("view.accessible")}
          onPress={() => setAsText(!asText)}
        >
          As text
        </Button>
      </div>
      {asText ? (
        <pre className="run-twin" tabIndex={0} aria-label="Where the time went, as text">
          {columns
            .map((column) => `Run ${column.run.id.slice(0, 4)}, ${column.run.cold ? "cold" : "warm"}. ${waterfallText(column.run)}`)
            .join("\n\n")}
        </pre>
      ) : (
        <Waterfall columns={columns} sameScale={sameScale} />
      )}
    </section>
  );
}
