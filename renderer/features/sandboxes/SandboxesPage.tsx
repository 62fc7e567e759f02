/** Every sandbox with its daemons, what they use, why they were restarted, and the images they are made of. */
import { useState } from "react";
import type { DaemonInfo, SandboxEvent, SandboxInfo, UsageSample } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import { useEngineAwayReason, useEngineStatus, useSandboxes } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { showFailure } from "../../commands/show-failure.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorBlock, ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes } from "../../ui/format.ts";
import { Icon, type IconName, type Tone } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Sparkline } from "./Chart.tsx";
import { storletTitle } from "../runs/index.ts";
import { formatShare, pointsOf, type Subject } from "./chart.ts";
import { ImagesSection } from "./ImagesSection.tsx";
import { useSandboxHistory, useSandboxSelection, useUsage } from "./sandbox-data.ts";
import {
  countSentence,
  daemonStates,
  formatUptime,
  openInvocations,
  openTrouble,
  sandboxStates,
  sandboxTitle,
  troubleTitle,
} from "./sandbox-words.ts";
import { SelectionDetails } from "./SelectionDetails.tsx";
import "./sandboxes.css";

export function SandboxesPage() {
  const { data: sandboxes, error, refetch } = useSandboxes();
  const { data: history = [] } = useSandboxHistory();
  const samples = useUsage();
  if (sandboxes === undefined) {
    return error === null ? (
      <Loading label="Reading the sandboxes" rows={6} />
    ) : (
      <ProblemBlock
        className="sandboxes-notice"
        problem={problemOf(error)}
        actions={[{ label: "Read again", onPress: () => void refetch() }]}
      />
    );
  }
  return <Sandboxes sandboxes={sandboxes} history={history} samples={samples} />;
}

interface SandboxesProps {
  sandboxes: readonly SandboxInfo[];
  history: readonly SandboxEvent[];
  samples: readonly UsageSample[];
}

/** What is selected, or the first sandbox there is. */
function useSelected(sandboxes: readonly SandboxInfo[]): { sandbox: SandboxInfo; daemon: DaemonInfo | null } | null {
  const wanted = useSandboxSelection();
  const sandbox = sandboxes.find(({ id }) => id === wanted.sandbox) ?? sandboxes[0];
  if (sandbox === undefined) return null;
  return { sandbox, daemon: sandbox.daemons.find(({ name }) => name === wanted.daemon) ?? null };
}

/** The work on the selected row, as commands; what goes on disables the next. */
function useSandboxActions(selected: ReturnType<typeof useSelected>) {
  const away = useEngineAwayReason();
  const [busy, setBusy] = useState<{ label: string; startedAt: number } | null>(null);
  const reason = away ?? (selected === null ? "No sandbox runs." : busy === null ? null : `${busy.label}.`);
  const work = async (label: string, action: () => Promise<unknown>) => {
    setBusy({ label, startedAt: Date.now() });
    try {
      await action();
    } catch (error) {
      showFailure(error);
    } finally {
      setBusy(null);
    }
  };
  useCommandHandler(
    "sandbox.stop",
    () => {
      if (selected === null) return;
      const { sandbox, daemon } = selected;
      return work("Stopping", () => api.sandboxes.stop.mutate({ scope: sandbox.scope, daemon: daemon?.name ?? null }));
    },
    reason,
  );
  useCommandHandler(
    "sandbox.restart",
    () => (selected === null ? undefined : work("Restarting", () => api.sandboxes.restart.mutate({ scope: selected.sandbox.scope }))),
    reason,
  );
  useCommandHandler(
    "sandbox.terminal",
    async () => {
      if (selected !== null) await runCommand("terminal.open", { scope: selected.sandbox.scope });
    },
    reason,
  );
  return { reason, busy };
}

function Sandboxes({ sandboxes, history, samples }: SandboxesProps) {
  const selected = useSelected(sandboxes);
  const { reason, busy } = useSandboxActions(selected);
  const trouble = openTrouble(history);
  return (
    <div className="sandboxes">
      <div className="sandboxes-bar">
        <h2 className="hidden-visually">Sandboxes</h2>
        <span className="tone-2 grow cut" role="status">
          {busy === null ? countSentence(sandboxes) : `${busy.label}…`}
        </span>
        <Button size="small" icon="terminal" disabledReason={reason} onPress={() => void runCommand("sandbox.terminal")}>
          Terminal
        </Button>
        <Button size="small" icon="refresh" disabledReason={reason} onPress={() => void runCommand("sandbox.restart")}>
          Restart sandbox
        </Button>
        <Button
          size="small"
          icon="debug-stop"
          disabledReason={reason}
          title={selected?.daemon == null ? undefined : "Open invocations are finished first; the next run starts it again."}
          onPress={() => void runCommand("sandbox.stop")}
        >
          {selected?.daemon == null ? "Stop sandbox" : `Stop ${storletTitle(selected.daemon.name)}`}
        </Button>
      </div>
      <div className="sandboxes-body">
        {sandboxes.length === 0 ? (
          <NoSandbox history={history} />
        ) : (
          <SandboxTable sandboxes={sandboxes} samples={samples} selected={selected} />
        )}
        {trouble !== null && <Trouble event={trouble} />}
        <SelectionDetails selected={selected} samples={samples} history={history} />
        <ImagesSection />
      </div>
    </div>
  );
}

function NoSandbox({ history }: { history: readonly SandboxEvent[] }) {
  const { data: status } = useEngineStatus();
  const away = useEngineAwayReason();
  return (
    <EmptyState
      title="Sandboxes and the storlets that are loaded in them appear here."
      reason={`${history.length === 0 ? "None has run since the engine started" : "None runs now"}: the next run starts one.${status === undefined ? "" : ` ${status.sandbox.reason}`}`}
      action={{ label: "Run a sample now", onPress: () => void runCommand("sample.runFirst"), disabledReason: away }}
    />
  );
}

function Trouble({ event }: { event: SandboxEvent }) {
  return (
    <ErrorBlock
      className="sandboxes-notice"
      title={troubleTitle(event)}
      why={event.reason}
      todo={
        event.storlet === null
          ? "The next run starts another sandbox."
          : "Mend the storlet and save it, or run it again: that starts it anew."
      }
      actions={[{ label: "Show logs", onPress: () => void runCommand("logs.showRun", { run: null }) }]}
      details={event}
    />
  );
}

interface SandboxTableProps {
  sandboxes: readonly SandboxInfo[];
  samples: readonly UsageSample[];
  selected: ReturnType<typeof useSelected>;
}

function SandboxTable({ sandboxes, samples, selected }: SandboxTableProps) {
  const [openedAt] = useState(() => Date.now());
  const now = samples.at(-1)?.time ?? openedAt;
  return (
    <div className="sandboxes-table-scroll" tabIndex={0} role="region" aria-label="Sandboxes and daemons">
      <table className="sandboxes-table">
        <thead>
          <tr>
            <th scope="col">Sandbox, daemon</th>
            <th scope="col">State</th>
            <th scope="col">CPU, last 60 s</th>
            <th scope="col">Memory</th>
            <th scope="col">Open</th>
            <th scope="col">Up</th>
          </tr>
        </thead>
        <tbody>
          {sandboxes.flatMap((sandbox) => [
            <UsageRow
              key={sandbox.id}
              name={sandboxTitle(sandbox)}
              fact={sandbox.scope}
              icon="server"
              isolated={sandbox.isolated}
              state={sandboxStates[sandbox.state]}
              subject={{ sandbox: sandbox.id, daemon: null }}
              samples={samples}
              now={now}
              open={openInvocations(sandbox)}
              startedAt={sandbox.startedAt}
              selected={selected?.sandbox.id === sandbox.id && selected.daemon === null}
              onSelect={() => useSandboxSelection.setState({ sandbox: sandbox.id, daemon: null })}
            />,
            ...sandbox.daemons.map((daemon) => (
              <UsageRow
                key={`${sandbox.id} ${daemon.name} ${daemon.digest}`}
                name={storletTitle(daemon.name)}
                fact={daemon.digest.slice(0, 8)}
                icon={daemon.language === "java" ? "coffee" : "storlet"}
                below
                state={daemonStates[daemon.state]}
                subject={{ sandbox: sandbox.id, daemon }}
                samples={samples}
                now={now}
                open={daemon.openInvocations}
                startedAt={daemon.startedAt}
                selected={selected?.sandbox.id === sandbox.id && selected.daemon === daemon}
                onSelect={() => useSandboxSelection.setState({ sandbox: sandbox.id, daemon: daemon.name })}
              />
            )),
          ])}
        </tbody>
      </table>
    </div>
  );
}

interface UsageRowProps {
  name: string;
  fact: string;
  icon: IconName;
  below?: boolean;
  isolated?: boolean;
  state: { icon: IconName; tone: Tone; word: string; spins?: true };
  subject: Subject;
  samples: readonly UsageSample[];
  now: number;
  open: number;
  startedAt: number;
  selected: boolean;
  onSelect: () => void;
}

function UsageRow(props: UsageRowProps) {
  const { name, fact, icon, below = false, isolated = true, state, subject, samples, now, open, startedAt, selected, onSelect } = props;
  const cpu = pointsOf(samples, subject, "cpuShare");
  const memory = pointsOf(samples, subject, "memoryBytes");
  const lastCpu = cpu.at(-1);
  const lastMemory = memory.at(-1);
  return (
    <tr className={classNames(selected && "sandboxes-row-selected")} onClick={onSelect}>
      <th scope="row">
        <button
          type="button"
          className={classNames("sandboxes-name", below && "sandboxes-below")}
          aria-pressed={selected}
          onClick={onSelect}
        >
          <Icon name={icon} size={14} />
          <span className="cut">{name}</span>
          <span className="tone-2 sandboxes-fact">{fact}</span>
        </button>
        {!isolated && (
          <Badge tone="warn" icon="warning" title="Storlets run as processes and can read your files.">
            not isolated
          </Badge>
        )}
      </th>
      <td>
        <span className="sandboxes-state">
          <Icon name={state.icon} size={14} tone={state.tone} spin={state.spins ?? false} />
          {state.word}
        </span>
      </td>
      <td>
        <span className="sandboxes-use">
          <Sparkline points={cpu} what="cpuShare" now={now} />
          <span>{lastCpu === undefined ? "not known" : formatShare(lastCpu.value)}</span>
        </span>
      </td>
      <td>
        <span className="sandboxes-use">
          <Sparkline points={memory} what="memoryBytes" now={now} />
          <span>{lastMemory === undefined ? "not known" : formatBytes(lastMemory.value)}</span>
        </span>
      </td>
      <td className="sandboxes-number">{open}</td>
      <td className="sandboxes-number">{formatUptime(now - startedAt)}</td>
    </tr>
  );
}
