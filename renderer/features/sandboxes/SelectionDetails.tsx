/** The selected sandbox or daemon: facts, charts with a table as their twin, and what happened to it. */
import { useState } from "react";
import type { DaemonInfo, SandboxEvent, SandboxInfo, UsageSample } from "../../../engine/contract/index.ts";
import { useCommandHandler } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Button } from "../../ui/Button.tsx";
import { formatClock } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { storletTitle } from "../runs/index.ts";
import { Chart } from "./Chart.tsx";
import { pointsOf, usageRows, type Subject } from "./chart.ts";
import { eventWords, historyOf, sandboxTitle } from "./sandbox-words.ts";

interface SelectionDetailsProps {
  selected: { sandbox: SandboxInfo; daemon: DaemonInfo | null } | null;
  samples: readonly UsageSample[];
  history: readonly SandboxEvent[];
}

export function SelectionDetails({ selected, samples, history }: SelectionDetailsProps) {
  if (selected === null) return history.length === 0 ? null : <HistorySection events={history.toReversed()} />;
  const { sandbox, daemon } = selected;
  return (
    <div className="sandboxes-details">
      <section aria-labelledby="sandboxes-selected">
        <h3 id="sandboxes-selected">{daemon === null ? sandboxTitle(sandbox) : storletTitle(daemon.name)}</h3>
        <Facts sandbox={sandbox} daemon={daemon} />
        <Use subject={{ sandbox: sandbox.id, daemon }} samples={samples} />
      </section>
      <HistorySection events={historyOf(history, sandbox.scope, daemon?.name ?? null)} />
    </div>
  );
}

function Facts({ sandbox, daemon }: { sandbox: SandboxInfo; daemon: DaemonInfo | null }) {
  const facts: readonly (readonly [string, string])[] =
    daemon === null
      ? [
          ["Account", sandbox.scope],
          ["Kind", sandbox.kind === "docker" ? "Docker container" : "processes"],
          ["Image", sandbox.image ?? "none: this computer's own programs"],
          ["Isolated", sandbox.isolated ? "yes: own files, no network" : "no: storlets can read your files"],
        ]
      : [
          ["Process", daemon.pid === null ? "not started yet" : `${daemon.pid} in ${sandboxTitle(sandbox)}`],
          ["Code", daemon.digest.slice(0, 12)],
          ["Language", daemon.language === "java" ? "Java" : "Python"],
          ["Open invocations", String(daemon.openInvocations)],
        ];
  return (
    <dl className="sandboxes-facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Use({ subject, samples }: { subject: Subject; samples: readonly UsageSample[] }) {
  const [asTable, setAsTable] = useState(false);
  useCommandHandler("view.accessible", () => setAsTable((shown) => !shown));
  const memory = pointsOf(samples, subject, "memoryBytes");
  const now = samples.at(-1)?.time ?? 0;
  if (memory.length === 0) {
    return (
      <p className="tone-2 sandboxes-none">
        {samples.length === 0
          ? "Measuring what it uses."
          : "This system does not tell what it uses. Docker on another machine tells of whole sandboxes only."}
      </p>
    );
  }
  return (
    <>
      <p className="sandboxes-use-head">
        <Button
          size="small"
          variant="quiet"
          icon="table"
          aria-pressed={asTable}
          keys={keysOf("view.accessible")}
          onPress={() => setAsTable(!asTable)}
        >
          As table
        </Button>
      </p>
      {asTable ? (
        <UseTable subject={subject} samples={samples} />
      ) : (
        <>
          <Chart title="CPU" points={pointsOf(samples, subject, "cpuShare")} what="cpuShare" now={now} />
          <Chart title="Memory" points={memory} what="memoryBytes" now={now} />
        </>
      )}
    </>
  );
}

function UseTable({ subject, samples }: { subject: Subject; samples: readonly UsageSample[] }) {
  return (
    <div className="use-table-scroll" tabIndex={0} role="region" aria-label="CPU and memory, one row per second">
      <table className="use-table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">CPU</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          {usageRows(samples, subject).map(({ time, cpu, memory }) => (
            <tr key={time}>
              <td>{time}</td>
              <td>{cpu}</td>
              <td>{memory}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HistorySection({ events }: { events: readonly SandboxEvent[] }) {
  return (
    <section aria-labelledby="sandboxes-history" className="sandboxes-history">
      <h3 id="sandboxes-history">Why was it restarted?</h3>
      {events.length === 0 && <p className="tone-2 sandboxes-none">Nothing began or ended since the engine started.</p>}
      <ol tabIndex={0} aria-label="What began and ended, the newest first">
        {events.map((event, index) => {
          const { icon, tone, word } = eventWords[event.kind];
          return (
            <li key={`${event.time} ${index}`}>
              <Icon name={icon} size={14} tone={tone} />
              <span className="mono tone-2">{formatClock(event.time)}</span>
              <span>
                {event.storlet !== null && <span className="strong">{storletTitle(event.storlet)} </span>}
                {word} {event.reason}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
