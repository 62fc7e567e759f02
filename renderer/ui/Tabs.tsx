/** Sub-tabs: a tab list with roving focus. The panel is drawn by the caller with `tabPanelProps`. */
import { createContext, use, useRef, type KeyboardEvent, type ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Icon, type IconName } from "./Icon.tsx";
import "./tabs.css";

export interface TabItem<Id extends string> {
  id: Id;
  label: string;
  icon?: IconName;
  /** Shown in quiet figures after the word. */
  count?: number | string | null | undefined;
}

export interface TabsProps<Id extends string> {
  /** Accessible name of the list; also the prefix of element ids, so unique on the page. */
  label: string;
  items: readonly TabItem<Id>[];
  selected: Id;
  onSelect: (id: Id) => void;
  /** Drawn at the right end, outside of the list. */
  end?: ReactNode;
  className?: string;
}

/** Sets the ids of one part of the page apart from those of another that shows the same things. */
export const TabScope = createContext("");

const tabIdIn = (scope: string, label: string, id: string) => `tab-${scope}-${label}-${id}`.replaceAll(/\W+/g, "-").toLowerCase();

/** Attributes of the element that shows the selected tab's content. To be called while the tabs' owner renders. */
export function tabPanelProps(label: string, id: string): { id: string; role: "tabpanel"; "aria-labelledby": string } {
  // oxlint-disable-next-line react/rules-of-hooks -- `use` may be called anywhere in a render, and this is
  const own = tabIdIn(use(TabScope), label, id);
  return { id: `${own}-panel`, role: "tabpanel", "aria-labelledby": own };
}

/** The index a key moves to in a list of `count`, or null where the key does not move. */
export function movedIndex(key: string, index: number, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowRight") return (index + 1) % count;
  if (key === "ArrowLeft") return (index - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return null;
}

export function Tabs<Id extends string>({ label, items, selected, onSelect, end, className }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  const scope = use(TabScope);
  const tabId = (id: string) => tabIdIn(scope, label, id);
  const move = (event: KeyboardEvent) => {
    const index = items.findIndex((item) => item.id === selected);
    const next = movedIndex(event.key, index, items.length);
    const item = next === null ? undefined : items[next];
    if (item === undefined) return;
    event.preventDefault();
    onSelect(item.id);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(tabId(item.id))}`)?.focus();
  };
  return (
    <div className={classNames("tabs", className)}>
      <div ref={list} className="tabs-list" role="tablist" aria-label={label} onKeyDown={move}>
        {items.map((item) => (
          <button
            key={item.id}
            id={tabId(item.id)}
            type="button"
            role="tab"
            className="tabs-tab"
            aria-selected={item.id === selected}
            aria-controls={item.id === selected ? `${tabId(item.id)}-panel` : undefined}
            tabIndex={item.id === selected ? 0 : -1}
            onClick={() => onSelect(item.id)}
          >
            {item.icon !== undefined && <Icon name={item.icon} size={14} />}
            <span>{item.label}</span>
            {item.count !== undefined && item.count !== null && <span className="tabs-count">{item.count}</span>}
          </button>
        ))}
      </div>
      {end !== undefined && <div className="tabs-end">{end}</div>}
    </div>
  );
}
