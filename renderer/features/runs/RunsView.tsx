/** The Runs side bar, and the short list of runs at the foot of another one. */
import { useDeferredValue } from "react";
import type { RunPage } from "../../../engine/contract/index.ts";
import { openStates } from "../../../engine/contract/replays.ts";
import { useEngineAwayReason } from "../../api/queries.ts";
import { problemOf } from "../../api/problems.ts";
import { runCommand } from "../../commands/registry.ts";
import { Chip } from "../../ui/Badge.tsx";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatCount, formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { MenuButton, type MenuGroup } from "../../ui/Menu.tsx";
import { runStateWord } from "../../ui/run-state.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { describeFilter, emptyFilter, failedStates, isFiltered, type RunFilter } from "./filter-runs.ts";
import { useFrontRun } from "./run-front.ts";
import { RunList } from "./RunList.tsx";
import { storletTitle } from "./timing.ts";
import { useRecentRuns } from "./use-recent-runs.ts";
import { changeFilter, pageSize, useRunFilter, useRunSearch } from "./use-run-search.ts";

/** Every run on record, with search and filters. */
export function RunsView() {
  const { filter, limit } = useRunFilter();
  const asked = useDeferredValue(filter);
  const { data: page, error, isPending, refetch } = useRunSearch(asked, limit);
  if (page === undefined) {
    return isPending && error === null ? (
      <Loading label="Reading the runs" rows={6} />
    ) : (
      <RunsFailure error={error} onRetry={() => void refetch()} />
    );
  }
  if (page.total === 0) return <NoRuns />;
  return (
    <div className="runs-view">
      <FilterBar filter={filter} page={page} />
      {page.runs.length > 0 ? <FoundRuns page={page} filter={asked} limit={limit} /> : <NothingFound filter={asked} page={page} />}
    </div>
  );
}

const openPage = ({ id }: { id: string }): void => void runCommand("run.open", { run: id });

function FoundRuns({ page, filter, limit }: { page: RunPage; filter: RunFilter; limit: number }) {
  const front = useFrontRun((state) => state.run);
  const hidden = page.total - page.matching;
  const older = page.matching - page.runs.length;
  return (
    <>
      <RunList label="Runs" runs={page.runs} twoLines onOpen={openPage} selected={front} />
      {(isFiltered(filter) || older > 0) && (
        <div className="runs-foot">
          {isFiltered(filter) && (
            <span role="status">
              {hidden === 0 ? "The filter hides no run." : `${formatCounted(hidden, "run is", "runs are")} hidden by the filter.`}
            </span>
          )}
          {isFiltered(filter) && <LinkButton onPress={() => changeFilter(emptyFilter)}>Clear filter</LinkButton>}
          {older > 0 && (
            <LinkButton onPress={() => useRunFilter.setState({ limit: Math.min(10_000, limit + 5 * pageSize) })}>
              Show {formatCounted(Math.min(older, 5 * pageSize), "older run")}
            </LinkButton>
          )}
        </div>
      )}
    </>
  );
}

function NothingFound({ filter, page }: { filter: RunFilter; page: RunPage }) {
  return (
    <EmptyState
      title={`No ${describeFilter(filter, runStateWord)}.`}
      reason={`${formatCounted(page.total, "run is", "runs are")} hidden by the filter.`}
      action={{ label: "Clear filter", onPress: () => changeFilter(emptyFilter) }}
    />
  );
}

const sameStates = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join();

function FilterBar({ filter, page }: { filter: RunFilter; page: RunPage }) {
  const onlyFailed = sameStates(filter.states, failedStates);
  return (
    <>
      <div className="runs-filter">
        <TextInput
          className="grow"
          size="small"
          icon="search"
          placeholder="Storlet, object, name or note"
          aria-label="Filter runs"
          value={filter.text}
          onChange={(text) => changeFilter({ text })}
        />
        <FilterMenu filter={filter} page={page} />
      </div>
      <div className="runs-chips" role="group" aria-label="Kinds of runs">
        <Chip
          on={filter.states.length === 0 && !filter.pinned}
          count={page.total}
          label={`All, ${formatCount(page.total)}`}
          onPress={() => changeFilter({ states: [], pinned: false })}
        >
          All
        </Chip>
        <Chip
          on={onlyFailed}
          count={page.failed}
          label={`Failed, ${formatCount(page.failed)}`}
          onPress={() => changeFilter({ states: onlyFailed ? [] : failedStates })}
        >
          Failed
        </Chip>
        <Chip
          on={filter.pinned}
          count={page.pinned}
          label={`Pinned, ${formatCount(page.pinned)}`}
          onPress={() => changeFilter({ pinned: !filter.pinned })}
        >
          Pinned
        </Chip>
      </div>
    </>
  );
}

const stateChoices: readonly { id: string; label: string; states: RunFilter["states"] }[] = [
  { id: "any-state", label: "Any state", states: [] },
  { id: "open", label: "Going on", states: [...openStates] },
  { id: "succeeded", label: "Succeeded", states: ["succeeded"] },
  { id: "failed", label: "Failed", states: ["failed"] },
  { id: "timed-out", label: "Timed out", states: ["timed-out"] },
  { id: "cancelled", label: "Cancelled", states: ["cancelled"] },
];

function FilterMenu({ filter, page }: { filter: RunFilter; page: RunPage }) {
  const groups: MenuGroup[] = [
    {
      id: "State",
      title: "State",
      entries: stateChoices.map(({ id, label, states }) => ({
        id,
        label,
        checked: sameStates(states, filter.states),
        onAction: () => changeFilter({ states }),
      })),
    },
    {
      id: "Storlet",
      title: "Storlet",
      entries: [null, ...page.storlets].map((storlet) => ({
        id: `storlet:${storlet ?? ""}`,
        label: storlet === null ? "Any storlet" : storletTitle(storlet),
        checked: storlet === filter.storlet,
        onAction: () => changeFilter({ storlet }),
      })),
    },
  ];
  return (
    <MenuButton label="Filter by state and storlet" groups={groups}>
      <Icon name={filter.storlet === null && filter.states.length === 0 ? "filter" : "filter-filled"} />
    </MenuButton>
  );
}

const recentCount = 10;

/** The last runs in one line each. Draws nothing of its own where there are none: a sentence says so. */
export function RecentRuns() {
  const { data: runs, error } = useRecentRuns();
  if (runs === undefined)
    return error === null ? <Loading label="Reading the runs" /> : <p className="runs-note">The runs could not be read.</p>;
  if (runs.length === 0) return <p className="runs-note">No run yet. Ctrl+Enter runs the storlet.</p>;
  return (
    <>
      <RunList label="Recent runs" runs={runs.slice(0, recentCount)} />
      {runs.length > recentCount && (
        <LinkButton className="runs-all" onPress={() => void runCommand("view.show", { view: "runs" })}>
          All runs
        </LinkButton>
      )}
    </>
  );
}

function NoRuns() {
  const away = useEngineAwayReason();
  return (
    <div className="runs-empty">
      <EmptyState
        title="Every run of a storlet appears here, with what was sent, what came back, its timing and log."
        reason="No storlet has run yet."
      />
      <Button variant="primary" icon="play" disabledReason={away} onPress={() => void runCommand("sample.runFirst")}>
        Run a sample now
      </Button>
    </div>
  );
}

function RunsFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div className="runs-empty">
      <ProblemBlock problem={problemOf(error)} actions={[{ label: "Read again", onPress: onRetry }]} />
    </div>
  );
}
