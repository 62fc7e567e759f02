/** The form behind the filter button: sources, storlets, a run and times. Every change applies at once. */
import { useId, useState, type ReactNode } from "react";
import { useStorlets } from "../../api/queries.ts";
import { Chip } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { toggled } from "../../ui/toggled.ts";
import { momentText, parseMoment } from "./clock-input.ts";
import { logSources, narrows } from "./log-query.ts";
import type { LogStore } from "./log-store.ts";
import { changeQuery, clearLogFilter, cutLogToTyped, useLogView } from "./use-logs.ts";

const spans: readonly (readonly [label: string, ms: number])[] = [
  ["Last minute", 60_000],
  ["Last 5 minutes", 300_000],
  ["Last hour", 3_600_000],
];

export function LogFilters({ store }: { store: LogStore }) {
  const query = useLogView((view) => view.query);
  const run = useLogView((view) => view.run);
  const { data: known } = useStorlets();
  const names = new Set([...store.storlets, ...(known ?? []).map(({ objectName }) => objectName), ...query.storlets]);
  return (
    <div className="log-filters">
      <Group label="Sources">
        {logSources.map((source) => (
          <Chip key={source} on={query.sources.has(source)} onPress={() => changeQuery({ sources: toggled(query.sources, source) })}>
            {source}
          </Chip>
        ))}
      </Group>
      <Group label="Storlets">
        {names.size === 0 && <span className="tone-3">No storlet has written yet.</span>}
        {[...names].sort().map((name) => (
          <Chip key={name} on={query.storlets.has(name)} onPress={() => changeQuery({ storlets: toggled(query.storlets, name) })}>
            <span className="cut logs-chip-name" title={name}>
              {name}
            </span>
          </Chip>
        ))}
      </Group>
      <Group label="Time">
        <Moment label="From" time={query.from} onChange={(from) => changeQuery({ from })} />
        <Moment label="To" time={query.to} onChange={(to) => changeQuery({ to })} />
        <div className="log-filters-spans">
          {spans.map(([label, ms]) => (
            <Button key={label} size="small" variant="quiet" onPress={() => changeQuery({ from: Date.now() - ms, to: null })}>
              {label}
            </Button>
          ))}
        </div>
      </Group>
      <RunField run={run} />
      <div className="log-filters-foot">
        <Button size="small" disabledReason={narrows(query) || run !== null ? null : "Nothing is filtered."} onPress={clearLogFilter}>
          Clear filter
        </Button>
      </div>
    </div>
  );
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <div id={id} className="field-label">
        {label}
      </div>
      <div className="log-filters-group">{children}</div>
    </div>
  );
}

/** A time that is taken when the field is left, or with Enter. */
function Moment({ label, time, onChange }: { label: string; time: number | null; onChange: (time: number | null) => void }) {
  const shown = time === null ? "" : momentText(time);
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const take = () => {
    if (typed === null) return;
    const moment = typed.trim() === "" ? null : parseMoment(typed, Date.now());
    if (moment === null && typed.trim() !== "") return setError("Write 14:03, 14:03:22 or 5m.");
    setError(null);
    setTyped(null);
    onChange(moment);
  };
  return (
    <TextInput
      label={label}
      size="small"
      placeholder="14:03 or 5m"
      className="log-filters-time"
      value={typed ?? shown}
      error={error}
      onChange={setTyped}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
    />
  );
}

/** A run by its id, the beginning of it, or its transaction id. */
function RunField({ run }: { run: string | null }) {
  const [typed, setTyped] = useState(run ?? "");
  const [error, setError] = useState<string | null>(null);
  // Another run was chosen, here or elsewhere; the field keeps the focus.
  const [shown, setShown] = useState(run);
  if (shown !== run) {
    setShown(run);
    setTyped(run ?? "");
    setError(null);
  }
  const take = async () => {
    try {
      setError((await cutLogToTyped(typed)) ? null : "No run has this id.");
    } catch {
      setError("The engine did not answer.");
    }
  };
  return (
    <div className="log-filters-run">
      <TextInput
        label="Run"
        size="small"
        mono
        placeholder="id or X-Trans-Id"
        className="grow"
        value={typed}
        error={error}
        onChange={setTyped}
        onKeyDown={(event) => {
          if (event.key === "Enter") void take();
        }}
      />
      <Button size="small" disabledReason={typed.trim() === "" ? "Write an id first." : null} onPress={() => void take()}>
        Show run
      </Button>
    </div>
  );
}
