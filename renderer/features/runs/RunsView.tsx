/** The Runs side bar, and the short list of runs at the foot of another one. */
import { useState } from "react";
import { useEngineAwayReason } from "../../api/queries.ts";
import { problemOf } from "../../api/problems.ts";
import { runCommand } from "../../commands/registry.ts";
import { Chip } from "../../ui/Badge.tsx";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatCounted } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { filterRuns } from "./filter-runs.ts";
import { RunList } from "./RunList.tsx";
import { useRecentRuns } from "./use-recent-runs.ts";

/** Every recent run, with a filter. */
export function RunsView() {
  const { data: runs, error, isPending, refetch } = useRecentRuns();
  const [text, setText] = useState("");
  const [onlyFailed, setOnlyFailed] = useState(false);
  if (runs === undefined) {
    return isPending && error === null ? (
      <Loading label="Reading the runs" rows={6} />
    ) : (
      <RunsFailure error={error} onRetry={() => void refetch()} />
    );
  }
  if (runs.length === 0) return <NoRuns />;
  const shown = filterRuns(runs, text, onlyFailed);
  return (
    <div className="runs-view">
      <div className="runs-filter">
        <TextInput
          className="grow"
          size="small"
          icon="search"
          placeholder="Storlet or object"
          aria-label="Filter runs"
          value={text}
          onChange={setText}
        />
        <Chip on={onlyFailed} onPress={() => setOnlyFailed(!onlyFailed)}>
          Failed
        </Chip>
      </div>
      {shown.length > 0 ? (
        <RunList label="Runs" runs={shown} twoLines />
      ) : (
        <EmptyState
          title={text === "" ? "No run has failed." : `No ${onlyFailed ? "failed run" : "run"} matches "${text}".`}
          reason={`${formatCounted(runs.length, "run is", "runs are")} hidden by the filter.`}
          action={{
            label: "Clear filter",
            onPress: () => {
              setText("");
              setOnlyFailed(false);
            },
          }}
        />
      )}
    </div>
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
      <EmptyState title="Every run of a storlet appears here, with its result, timing and log." reason="No storlet has run yet." />
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
