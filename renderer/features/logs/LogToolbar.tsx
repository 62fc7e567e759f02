/** The controls of the log: text, levels, and what is done with the lines. Filters that are needed less lie behind one button. */
import { Suspense } from "react";
import type { LogLevel } from "../../../engine/contract/index.ts";
import { CommandIcon } from "../../commands/CommandButton.tsx";
import { runCommand, useCommandReason } from "../../commands/registry.ts";
import { commandOf, keysOf } from "../../commands/table.ts";
import { Chip } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/Button.tsx";
import { formatCount, formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { MenuButton, type MenuEntry } from "../../ui/Menu.tsx";
import { PopoverButton } from "../../ui/PopoverButton.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { Toolbar, ToolbarSeparator, ToolbarSpace } from "../../ui/Toolbar.tsx";
import { countHiddenFilters, logLevels, toggleLevel } from "./log-query.ts";
import type { LogStore } from "./log-store.ts";
import { levelLooks } from "./LogRow.tsx";
import { PatternToggles } from "./PatternToggles.tsx";
import { changeQuery, useLogView, useSlowLogVersion } from "./use-logs.ts";
import { lazyPart } from "../../ui/lazy.ts";

const LogFilters = lazyPart(async () => (await import("./LogFilters.tsx")).LogFilters);

const alwaysShown: readonly LogLevel[] = ["debug", "info", "warn", "error"];

interface LogToolbarProps {
  store: LogStore;
  run: string | null;
  filtersOpen: boolean;
  onFiltersOpen: (open: boolean) => void;
}

export function LogToolbar({ store, run, filtersOpen, onFiltersOpen }: LogToolbarProps) {
  useSlowLogVersion(store);
  const query = useLogView((view) => view.query);
  const wrap = useLogView((view) => view.wrap);
  const count = countHiddenFilters(query) + (run === null ? 0 : 1);
  return (
    <Toolbar label="Log filters" className="logs-toolbar">
      <FilterText bad={store.problem !== null} />
      <PopoverButton
        label={count === 0 ? "More filters" : `More filters, ${count} on`}
        className={count === 0 ? "chip logs-more" : "chip chip-filter logs-more"}
        open={filtersOpen}
        onOpenChange={onFiltersOpen}
        face={
          <>
            <Icon name={count === 0 ? "filter" : "filter-filled"} size={14} />
            {count > 0 && <span className="chip-count">{count}</span>}
          </>
        }
      >
        <Suspense fallback={null}>
          <LogFilters store={store} />
        </Suspense>
      </PopoverButton>
      <ToolbarSeparator />
      {logLevels
        .filter((level) => alwaysShown.includes(level) || store.counts[level] > 0 || !query.levels.has(level))
        .map((level) => (
          <LevelChip
            key={level}
            level={level}
            count={store.counts[level]}
            on={query.levels.has(level)}
            onPress={() => changeQuery(toggleLevel(query, level))}
          />
        ))}
      <ToolbarSpace />
      <CommandIcon id="logs.find" icon="search" label="Find in these lines" />
      <CommandIcon id="logs.newestError" icon="error" label="Go to the newest error" />
      <CommandIcon
        id="logs.pause"
        icon={store.paused ? "debug-continue" : "debug-pause"}
        label={store.paused ? "Resume" : "Pause"}
        pressed={store.paused}
      />
      <CommandIcon id="logs.wrap" icon="word-wrap" label="Wrap lines" pressed={wrap} />
      <CommandIcon id="logs.copy" icon="copy" label="Copy the shown lines" />
      <SaveMenu />
      {run === null && <CommandIcon id="logs.clear" icon="clear-all" label="Clear this view" />}
    </Toolbar>
  );
}

function FilterText({ bad }: { bad: boolean }) {
  const pattern = useLogView((view) => view.query.pattern);
  const set = (changes: Partial<typeof pattern>) => changeQuery({ pattern: { ...pattern, ...changes } });
  return (
    <TextInput
      size="small"
      icon="filter"
      placeholder="Filter"
      aria-label="Filter lines by text"
      aria-invalid={bad || undefined}
      className="logs-filter"
      mono={pattern.regex}
      value={pattern.text}
      onChange={(text) => set({ text })}
      after={
        <>
          {pattern.text !== "" && <IconButton icon="close" label="Clear the text" onPress={() => set({ text: "" })} />}
          <PatternToggles pattern={pattern} onChange={set} />
        </>
      }
    />
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

const saves = ["logs.saveText", "logs.saveJson", "logs.saveAllText", "logs.saveAllJson"] as const;

function SaveMenu() {
  // The reason is the same for both forms.
  const shownReason = useCommandReason("logs.saveText");
  const allReason = useCommandReason("logs.saveAllText");
  const entry = (id: (typeof saves)[number]): MenuEntry => ({
    id,
    label: commandOf(id).title,
    keys: keysOf(id),
    disabledReason: id.startsWith("logs.saveAll") ? allReason : shownReason,
    onAction: () => void runCommand(id),
  });
  return (
    <MenuButton label="Save lines as a file" groups={[{ id: "save", entries: saves.map(entry) }]}>
      <Icon name="save-as" />
    </MenuButton>
  );
}
