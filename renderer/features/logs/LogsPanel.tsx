/** The Logs tab of the panel: filters above, lines below. Owns how the log is looked at; the lines belong to the store. */
import { Suspense, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useConnection } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { FilterChips } from "./FilterChips.tsx";
import { FindBar } from "./FindBar.tsx";
import { countHiddenFilters, everything, narrows } from "./log-query.ts";
import type { LogStore } from "./log-store.ts";
import { LogList, type LogListHandle } from "./LogList.tsx";
import { LogToolbar } from "./LogToolbar.tsx";
import { useLogCommands } from "./use-log-commands.ts";
import { cutLogTo, useLogFind, useLogView, usePageLogStore, useRunLog, useSlowLogVersion, type RunLogState } from "./use-logs.ts";
import { lazyPart } from "../../ui/lazy.ts";

const LogTwin = lazyPart(async () => (await import("./LogTwin.tsx")).LogTwin);

export function LogsPanel() {
  const run = useLogView((view) => view.run);
  const query = useLogView((view) => view.query);
  const pageStore = usePageLogStore();
  const runLog = useRunLog(run);
  const store = run === null ? pageStore : (runLog?.store ?? null);

  useEffect(() => {
    if (store !== null && store.query !== query) store.setQuery(query);
  }, [store, query]);

  return <OpenLog store={store ?? pageStore} run={run} state={runLog?.state ?? null} ready={store !== null} />;
}

interface OpenLogProps {
  store: LogStore;
  run: string | null;
  state: RunLogState | null;
  /** False for the moment until the log of the run is there. */
  ready: boolean;
}

function OpenLog({ store, run, state, ready }: OpenLogProps) {
  const wrap = useLogView((view) => view.wrap);
  const list = useRef<LogListHandle>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [finding, setFinding] = useState(false);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const [inside, setInside] = useState(false);
  const [twin, setTwin] = useState(false);
  const find = useLogFind(store, finding);
  const name = run === null ? "Log" : `Log of run ${run.slice(0, 4)}`;

  const showEntry = (id: number | null) => {
    if (id !== null) list.current?.showRow(store.rowOf(id));
  };
  const go = (direction: 1 | -1) => showEntry(find?.go(direction, list.current?.topEntry() ?? 0) ?? null);
  const startFind = () => {
    setFinding(true);
    panel.current?.querySelector<HTMLInputElement>(".logs-find input")?.select();
  };
  useLogCommands(store, run, {
    showRow: (row) => list.current?.showRow(row),
    focusFilter: () => panel.current?.querySelector<HTMLInputElement>(".logs-filter input")?.focus(),
    openFilters: () => setFiltersOpen(true),
    startFind,
    go: find === null ? null : go,
  });
  // Keys of the log while the focus is in it: everywhere else they belong to the editor.
  const onKeyDown = (event: KeyboardEvent) => {
    const isFind = event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isFind && (event.key !== "F3" || find === null)) return;
    event.preventDefault();
    if (isFind) startFind();
    else go(event.shiftKey ? -1 : 1);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={panel} className="logs" onKeyDown={onKeyDown} onFocus={() => setInside(true)} onBlur={() => setInside(false)}>
      <LogToolbar store={store} run={run} filtersOpen={filtersOpen} onFiltersOpen={setFiltersOpen} />
      <FilterChips run={run} />
      <PatternNote store={store} />
      {find !== null && (
        <FindBar
          find={find}
          onGo={go}
          onClose={() => {
            setFinding(false);
            list.current?.focus();
          }}
        />
      )}
      <WaitingBar store={store} />
      {ready ? (
        <LogList
          key={run ?? ""}
          store={store}
          label={name}
          wrap={wrap}
          find={find}
          handle={list}
          empty={<NoLines store={store} run={run} state={state} />}
        />
      ) : (
        <Loading label="Reading the log of the run" />
      )}
      {inside && <TwinCommand onShow={() => setTwin(true)} />}
      {twin && (
        <Suspense fallback={null}>
          <LogTwin store={store} name={name} onClose={() => setTwin(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Registered anew whenever the focus comes into the log: the newest registration is the one that counts. */
function TwinCommand({ onShow }: { onShow: () => void }) {
  useCommandHandler("view.accessible", onShow);
  return null;
}

/** Says why the text is not applied. */
function PatternNote({ store }: { store: LogStore }) {
  useSlowLogVersion(store);
  const { problem } = store;
  const sentence =
    problem === null
      ? ""
      : problem.kind === "bad"
        ? `Not a regular expression: ${problem.message}. Lines are not filtered by it.`
        : problem.kind === "slow"
          ? "This regular expression takes too long on some lines, and was stopped. Lines are not filtered by it."
          : "Regular expressions cannot be tried here. Lines are not filtered by it.";
  return (
    <div className={sentence === "" ? "hidden-visually" : "logs-bar tone-error"} role="status">
      {sentence !== "" && <Icon name="error" size={14} />}
      <span className="grow">{sentence}</span>
    </div>
  );
}

/** More lines than these are told while the log is not paused: fewer are there in the next moment. */
const toldWaiting = 2000;

function WaitingBar({ store }: { store: LogStore }) {
  useSlowLogVersion(store);
  const { paused, waiting } = store;
  if (!paused && waiting < toldWaiting) return null;
  return (
    <div className="logs-bar">
      <span className="grow cut">
        {paused && "Paused. "}
        {waiting === 0 ? "No line has come since." : `${formatCounted(waiting, "line")} waiting.`}
      </span>
      {paused && (
        <Button size="small" onPress={() => void runCommand("logs.pause")}>
          Resume
        </Button>
      )}
    </div>
  );
}

function NoLines({ store, run, state }: { store: LogStore; run: string | null; state: RunLogState | null }) {
  const query = useLogView((view) => view.query);
  const connection = useConnection();
  if (store.lineCount > 0 && narrows(query)) {
    const { text } = query.pattern;
    const wanted = text !== "" && countHiddenFilters(query) === 0 ? `No line matches "${text}".` : "No line is what the filter asks for.";
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
