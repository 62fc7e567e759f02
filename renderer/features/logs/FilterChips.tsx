/** What the log is cut to besides levels and text, each to be taken away with one press. Nothing where nothing is. */
import { RemovableChip } from "../../ui/Badge.tsx";
import { LinkButton } from "../../ui/Button.tsx";
import { toggled } from "../../ui/toggled.ts";
import { Toolbar } from "../../ui/Toolbar.tsx";
import { momentText } from "./clock-input.ts";
import { countHiddenFilters } from "./log-query.ts";
import { changeQuery, clearLogFilter, cutLogTo, useLogView } from "./use-logs.ts";

export function FilterChips({ run }: { run: string | null }) {
  const query = useLogView((view) => view.query);
  const { sources, storlets, from, to } = query;
  const count = countHiddenFilters(query) + (run === null ? 0 : 1);
  if (count === 0) return null;
  return (
    <Toolbar label="Filters that are on" className="logs-chips">
      {run !== null && (
        <RemovableChip removeLabel={`Show every line, not only run ${run.slice(0, 4)}`} onRemove={() => cutLogTo(null)}>
          run {run.slice(0, 4)}
        </RemovableChip>
      )}
      {[...storlets].map((storlet) => (
        <RemovableChip
          key={storlet}
          removeLabel={`Do not filter by storlet ${storlet}`}
          onRemove={() => changeQuery({ storlets: toggled(storlets, storlet) })}
        >
          <span className="cut logs-chip-name">{storlet}</span>
        </RemovableChip>
      ))}
      {[...sources].map((source) => (
        <RemovableChip
          key={source}
          removeLabel={`Do not filter by source ${source}`}
          onRemove={() => changeQuery({ sources: toggled(sources, source) })}
        >
          {source}
        </RemovableChip>
      ))}
      {from !== null && (
        <RemovableChip removeLabel={`Show lines before ${momentText(from)} too`} onRemove={() => changeQuery({ from: null })}>
          from {momentText(from)}
        </RemovableChip>
      )}
      {to !== null && (
        <RemovableChip removeLabel={`Show lines after ${momentText(to)} too`} onRemove={() => changeQuery({ to: null })}>
          to {momentText(to)}
        </RemovableChip>
      )}
      {count > 1 && <LinkButton onPress={clearLogFilter}>Clear filter</LinkButton>}
    </Toolbar>
  );
}
