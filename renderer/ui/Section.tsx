/** A titled part of a side bar that folds. */
import { useId, type ReactNode } from "react";
import { Icon } from "./Icon.tsx";
import "./section.css";

export interface SectionProps {
  title: string;
  open: boolean;
  onToggle: () => void;
  /** Drawn at the right end of the head. */
  end?: ReactNode;
  children: ReactNode;
}

export function Section({ title, open, onToggle, end, children }: SectionProps) {
  const id = useId();
  return (
    <section className="section" aria-label={title}>
      <div className="section-head">
        <button type="button" className="section-toggle" aria-expanded={open} aria-controls={id} onClick={onToggle}>
          <Icon name={open ? "chevron-down" : "chevron-right"} size={12} className="tone-3" />
          <span>{title}</span>
        </button>
        {end}
      </div>
      <div id={id} className="section-body" hidden={!open}>
        {open && children}
      </div>
    </section>
  );
}
