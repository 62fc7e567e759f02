/** The Logs tab of the panel: filters above, lines below. Owns how the log is looked at; the lines belong to the store. */
import { useEffect, useRef, useState } from "react";
import type { LogLevel, LogSource } from "../../../engine/contract/index.ts";
import { useConnection } from "../../api/queries.ts";
import { Chip, RemovableChip } from "../../ui/Badge.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatCount, formatCounted } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { Select } from "../../ui/Select.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { Toolbar, ToolbarSeparator, ToolbarSpace } from "../../ui/Toolbar.tsx";
import { linesAsText } from "./copy-lines.ts";
import { everything, logLevels, logSources, narrows, toggleLevel } from "./log-query.ts";
import type { LogStore } from "./log-store.ts";
import { LogList, type LogListHandle } from "./LogList.tsx";
import { levelLooks } from "./LogRow.tsx";
import { cutLogTo, useSlowLogVersion, useLogView, usePageLogStore, useRunLog, type RunLogState } from "./use-logs.ts";

const alwaysShown: readonly LogLevel[] = ["debug", "info", "warn", "error"];

export function LogsPanel() {
  const run = useLogView((view) => view.run);
  const query = useLogView((view) => view.query);
  const wrap = useLogView((view) => view.wrap);
  const pageStore = usePageLogStore();
  const runLog = useRunLog(run);
  const store = run === null ? pageStore : (runLog?.store ?? null);
  const list = useRef<LogListHandle>(null);

  useEffect(() => {
    if (store !== null && store.query !== query) store.setQuery(query);
  }, [store, query]);

  if (store === null) return <Loading label="Reading the log of the run" />;
  return (
    <div className="logs">
      <LogToolbar store={store} run={run} onShowRow={(row) => list.current?.showRow(row)} />
      {store.paused && <PausedBar store={store} />}
      <LogList
        store={store}
        label={run === null ? "Log" : `Log of run ${run.slice(0, 4)}`}
        wrap={wrap}
        handle={list}
        empty={<NoLines store={store} run={run} state={runLog?.state ?? null} />}
      />
    </div>
  );
}

function LogToolbar({ store, run, onShowRow }: { store: LogStore; run: string | null; onShowRow: (row: number) => void }) {
  useSlowLogVersion(store);
  const query = useLogView((view) => view.query);
  const wrap = useLogView((view) => view.wrap);
  const setQuery = (next: typeof query) => useLogView.setState({ query: next });
  const newestError = store.counts.error + store.counts.fatal === 0 ? null : store.newestErrorRow();
  return (
    <Toolbar label="Log filters" className="logs-toolbar">
      <TextInput
        size="small"
        icon="search"
        placeholder="Filter"
        aria-label="Filter lines by text"
        className="logs-filter"
        value={query.text}
        onChange={(text) => setQuery({ ...query, text })}
        after={
          query.text === "" ? undefined : (
            <IconButton icon="close" label="Clear the text" onPress={() => setQuery({ ...query, text: "" })} />
          )
        }
      />
      {run !== null && (
        <RemovableChip removeLabel={`Show every line, not only run ${run.slice(0, 4)}`} onRemove={() => cutLogTo(null)}>
          run {run.slice(0, 4)}
        </RemovableChip>
      )}
      <ToolbarSeparator />
      {logLevels
        .filter((level) => alwaysShown.includes(level) || store.counts[level] > 0 || !query.levels.has(level))
        .map((level) => (
          <LevelChip
            key={level}
            level={level}
            count={store.counts[level]}
            on={query.levels.has(level)}
            onPress={() => setQuery(toggleLevel(query, level))}
          />
        ))}
      <ToolbarSeparator />
      <Select
        label="Source of lines"
        size="small"
        quiet
        className="logs-source"
        value={query.source ?? "all"}
        options={[{ value: "all" as const, label: "All sources" }, ...logSources.map((source) => ({ value: source, label: source }))]}
        onChange={(source: LogSource | "all") => setQuery({ ...query, source: source === "all" ? null : source })}
      />
      <ToolbarSpace />
      <IconButton
        icon="error"
        label="Go to the newest error"
        disabledReason={newestError === null ? "no error is shown" : null}
        onPress={() => newestError !== null && onShowRow(newestError)}
      />
      <IconButton
        icon={store.paused ? "debug-continue" : "debug-pause"}
        label={store.paused ? "Resume" : "Pause"}
        pressed={store.paused}
        onPress={() => store.setPaused(!store.paused)}
      />
      <IconButton icon="word-wrap" label="Wrap lines" pressed={wrap} onPress={() => useLogView.setState({ wrap: !wrap })} />
      <CopyButton store={store} />
      {run === null && (
        <IconButton
          icon="clear-all"
          label="Clear this view"
          disabledReason={store.lineCount === 0 ? "it is empty" : null}
          onPress={() => store.clear()}
        />
      )}
    </Toolbar>
  );
}

function LevelChip({ level, count, on, onPress }: { level: LogLevel; count: number; on: boolean; onPress: () => void }) {
  const { word } = levelLooks[level];
  return (
    <Chip on={on} onPress={onPress} label={`${word}, ${formatCounted(count, "line")}`}>
      {word}
      {count > 0 && <span className={`chip-count logs-count-${level}`}>{formatCount(count)}</span>}
    </Chip>
  );
}

/** Newest lines that go to the clipboard at once. */
const copiedLines = 20_000;

function CopyButton({ store }: { store: LogStore }) {
  const [copied, setCopied] = useState<number | null>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    const lines = store.shownLines().slice(-copiedLines);
    await navigator.clipboard.writeText(linesAsText(lines));
    setCopied(lines.length);
  };
  return (
    <IconButton
      icon={copied === null ? "copy" : "check"}
      label={copied === null ? "Copy the shown lines" : `Copied ${formatCounted(copied, "line")}`}
      disabledReason={store.shownCount === 0 ? "none is shown" : null}
      onPress={() => void copy()}
    />
  );
}

function PausedBar({ store }: { store: LogStore }) {
  useSlowLogVersion(store);
  return (
    <div className="logs-paused">
      <span className="grow cut">
        Paused. {store.waiting === 0 ? "No line has come since." : `${formatCounted(store.waiting, "line")} waiting.`}
      </span>
      <Button size="small" onPress={() => store.setPaused(false)}>
        Resume
      </Button>
    </div>
  );
}

function NoLines({ store, run, state }: { store: LogStore; run: string | null; state: RunLogState | null }) {
  const query = useLogView((view) => view.query);
  const connection = useConnection();
  if (store.lineCount > 0 && narrows(query)) {
    const wanted = query.text === "" ? "No line has these levels and this source." : `No line matches "${query.text}".`;
    return (
      <EmptyState
        title={wanted}
        reason={`${formatCounted(store.lineCount, "line is", "lines are")} hidden by the filter.`}
        action={{ label: "Clear filter", onPress: () => useLogView.setState({ query: everything }) }}
      />
    );
  }
  if (run !== null) {
    if (state === "loading") return <Loading label="Reading the log of the run" />;
    const reason = state === "failed" ? "The engine did not answer." : "Nothing of it is in the log any more, or it wrote nothing.";
    return (
      <EmptyState
        title={`Run ${run.slice(0, 4)} has no lines.`}
        reason={reason}
        action={{ label: "Show every line", onPress: () => cutLogTo(null) }}
      />
    );
  }
  const away = connection.state !== "connected";
  return (
    <EmptyState
      title="What storlets, daemons and the engine write appears here."
      reason={away ? "The engine is not running." : "Nothing has come yet. Run a storlet."}
    />
  );
}
