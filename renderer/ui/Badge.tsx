/** Badges state a fact in one or two words; chips filter. */
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Icon, type IconName, type Tone } from "./Icon.tsx";
import "./badge.css";

export function Badge({ tone = "neutral", icon, children, title }: { tone?: Tone; icon?: IconName; children: ReactNode; title?: string }) {
  return (
    <span className={classNames("badge", tone !== "neutral" && `badge-${tone}`)} title={title}>
      {icon !== undefined && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

export interface ChipProps {
  on: boolean;
  onPress: () => void;
  children: ReactNode;
  /** Shown after the word, e.g. how many lines it lets through. */
  count?: number | undefined;
  label?: string;
}

/** A filter that is on or off. */
export function Chip({ on, onPress, children, count, label }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={on} aria-label={label} onClick={onPress}>
      {children}
      {count !== undefined && <span className="chip-count">{count}</span>}
    </button>
  );
}

/** A filter somebody added: shows what it cuts to and can be taken away. */
export function RemovableChip({ children, removeLabel, onRemove }: { children: ReactNode; removeLabel: string; onRemove: () => void }) {
  return (
    <button type="button" className="chip chip-filter" aria-label={removeLabel} title={removeLabel} onClick={onRemove}>
      {children}
      <Icon name="close" size={12} />
    </button>
  );
}
