/** A row of controls that is one tab stop: arrows move inside. */
import { useRef, type KeyboardEvent, type ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { movedIndex } from "./Tabs.tsx";
import "./toolbar.css";

const controls = "button, input, select, a[href], [tabindex]";

export function Toolbar({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  const root = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.defaultPrevented) return;
    // Arrows, Home and End belong to the text while one is typed.
    if (event.target instanceof HTMLInputElement) return;
    const items = [...(root.current?.querySelectorAll<HTMLElement>(controls) ?? [])].filter((item) => item.offsetParent !== null);
    const next = movedIndex(event.key, items.indexOf(event.target), items.length);
    if (next === null) return;
    event.preventDefault();
    items[next]?.focus();
  };
  return (
    <div ref={root} role="toolbar" aria-label={label} className={classNames("toolbar", className)} onKeyDown={move}>
      {children}
    </div>
  );
}

export function ToolbarSeparator() {
  return <span className="toolbar-separator" aria-hidden="true" />;
}

export function ToolbarSpace() {
  return <span className="grow" aria-hidden="true" />;
}
