/** The search in the log: what to find, where the reader is among the lines that have it, and on to the next. Hides no line. */
import { useState, useSyncExternalStore } from "react";
import { IconButton } from "../../ui/Button.tsx";
import { formatCount, formatCounted } from "../../ui/format.ts";
import { TextInput } from "../../ui/TextInput.tsx";
import { Toolbar } from "../../ui/Toolbar.tsx";
import type { LogFind } from "./log-find.ts";
import { PatternToggles } from "./PatternToggles.tsx";
import { noPattern, type TextPattern } from "./text-pattern.ts";

interface FindBarProps {
  find: LogFind;
  onGo: (direction: 1 | -1) => void;
  onClose: () => void;
}

export function FindBar({ find, onGo, onClose }: FindBarProps) {
  useSyncExternalStore(find.subscribe, () => find.version);
  const [pattern, setPattern] = useState(noPattern);
  const set = (changes: Partial<TextPattern>) => {
    const next = { ...pattern, ...changes };
    setPattern(next);
    find.setPattern(next);
  };
  const nothing = find.total === 0 ? "No line has it." : null;
  return (
    <Toolbar label="Find in the log" className="logs-find">
      <TextInput
        size="small"
        icon="search"
        placeholder="Find"
        aria-label="Find in the log"
        aria-invalid={find.problem !== null || undefined}
        autoFocus
        mono={pattern.regex}
        value={pattern.text}
        onChange={(text) => set({ text })}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
          else if (event.key === "Enter") onGo(event.shiftKey ? -1 : 1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        after={<PatternToggles pattern={pattern} onChange={set} />}
      />
      <span className={find.problem === null ? "logs-find-place tone-2" : "logs-find-place tone-error"} role="status">
        {describePlace(find, pattern)}
      </span>
      <span className="grow" />
      <IconButton icon="arrow-up" label="Previous line that has it" keys="Shift+F3" disabledReason={nothing} onPress={() => onGo(-1)} />
      <IconButton icon="arrow-down" label="Next line that has it" keys="F3" disabledReason={nothing} onPress={() => onGo(1)} />
      <IconButton icon="close" label="Close the search" keys="Escape" onPress={onClose} />
    </Toolbar>
  );
}

function describePlace({ problem, total, place, searching }: LogFind, { text }: TextPattern): string {
  if (problem !== null) return problem;
  if (text === "") return "";
  if (total === 0) return searching ? "Looking" : "No line has it";
  return place === 0 ? formatCounted(total, "line") : `${formatCount(place)} of ${formatCounted(total, "line")}`;
}
