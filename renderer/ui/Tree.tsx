/** A tree of rows that are already flat: the caller says level and state, the tree owns focus, keys, and what is drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Icon, type IconName, type Tone } from "./Icon.tsx";
import { isMenuKey, openContextMenu, type MenuOffer } from "./context-menu.ts";
import { treeMove } from "./tree-keys.ts";
import "./tree.css";

export interface TreeRow {
  id: string;
  /** 1 is the top level. */
  level: number;
  label: string;
  /** Quiet words right after the name, e.g. a language. */
  suffix?: string | undefined;
  icon?: IconName | undefined;
  iconTone?: Tone | undefined;
  /** Absent for rows without children. */
  expanded?: boolean | undefined;
  /** One quiet fact on the right. */
  fact?: ReactNode;
  /** The fact in words, for the accessible name. */
  factText?: string | undefined;
  tooltip?: string | undefined;
  /** At most two, shown on hover and focus; each must also be a command. */
  actions?: readonly { icon: IconName; label: string; onPress: () => void; disabledReason?: string | null }[] | undefined;
}

export interface TreeProps {
  label: string;
  rows: readonly TreeRow[];
  selectedId: string | null;
  /** Click or Enter: the row was chosen. Rows with children are also toggled by `onToggle`. */
  onOpen: (id: string) => void;
  onToggle?: (id: string) => void;
  /** Delete key on the active row. */
  onDelete?: (id: string) => void;
  /** What a right click or the menu key offers on a row; null for nothing. */
  menuOf?: (id: string) => MenuOffer | null;
  /** Scrolls on its own (true) or grows with its rows (false). */
  scrolls?: boolean;
  rowHeight?: number;
  className?: string;
}

export function Tree({
  label,
  rows,
  selectedId,
  onOpen,
  onToggle,
  onDelete,
  menuOf,
  scrolls = true,
  rowHeight = 24,
  className,
}: TreeProps) {
  const prefix = useId();
  const root = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const active = Math.max(
    0,
    rows.findIndex((row) => row.id === (activeId ?? selectedId)),
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => root.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: scrolls,
  });
  useEffect(() => {
    if (scrolls && selectedId !== null) {
      const index = rows.findIndex((row) => row.id === selectedId);
      if (index >= 0) virtual.scrollToIndex(index, { align: "auto" });
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only a new selection scrolls; new rows must not
  }, [selectedId]);

  const offerMenu = (row: TreeRow, event: KeyboardEvent | MouseEvent) => {
    const offer = menuOf?.(row.id) ?? null;
    if (offer === null) return;
    setActiveId(row.id);
    openContextMenu(event, document.getElementById(`${prefix}${row.id}`), offer);
  };
  const press = (event: KeyboardEvent) => {
    const row = rows[active];
    if (row !== undefined && isMenuKey(event)) return offerMenu(row, event);
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = treeMove(event.key, active, rows);
    if (move === null && event.key !== "Delete") return;
    if (event.key === "Delete" && onDelete === undefined) return;
    event.preventDefault();
    if (move === null) onDelete?.(row.id);
    else if (move.kind === "toggle") onToggle?.(row.id);
    else if (move.kind === "open") openRow(row);
    else {
      setActiveId(rows[move.index]?.id ?? null);
      if (scrolls) virtual.scrollToIndex(move.index, { align: "auto" });
    }
  };
  const openRow = (row: TreeRow) => {
    setActiveId(row.id);
    if (row.expanded !== undefined) onToggle?.(row.id);
    onOpen(row.id);
  };

  const drawn = scrolls ? virtual.getVirtualItems() : rows.map((_, index) => ({ index, start: index * rowHeight }));
  const activeRow = rows[active];
  return (
    <div
      ref={root}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={activeRow === undefined ? undefined : `${prefix}${activeRow.id}`}
      className={classNames("tree", scrolls && "tree-scrolls", className)}
      onKeyDown={press}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setActiveId(null);
      }}
    >
      <div className="tree-rows" role="presentation" style={{ height: rows.length * rowHeight }}>
        {drawn.map(({ index, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <TreeRowView
              key={row.id}
              id={`${prefix}${row.id}`}
              row={row}
              active={index === active}
              selected={row.id === selectedId}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              onPress={() => openRow(row)}
              onContextMenu={(event) => offerMenu(row, event)}
            />
          );
        })}
      </div>
    </div>
  );
}

interface TreeRowViewProps {
  id: string;
  row: TreeRow;
  active: boolean;
  selected: boolean;
  style: { transform: string; height: number };
  onPress: () => void;
  onContextMenu: (event: MouseEvent) => void;
}

function TreeRowView({ id, row, active, selected, style, onPress, onContextMenu }: TreeRowViewProps) {
  const name = [row.label, row.suffix, row.factText].filter(Boolean).join(", ");
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-expanded={row.expanded}
      aria-selected={selected}
      aria-label={name}
      title={row.tooltip}
      className={classNames("tree-row", selected && "tree-row-selected", active && "tree-row-active")}
      style={{ ...style, paddingLeft: 12 + (row.level - 1) * 14 }}
      onClick={onPress}
      onContextMenu={onContextMenu}
    >
      {row.expanded === undefined ? (
        <span className="tree-twist" />
      ) : (
        <Icon name={row.expanded ? "chevron-down" : "chevron-right"} size={12} className="tree-twist" />
      )}
      {row.icon !== undefined && <Icon name={row.icon} size={14} tone={row.iconTone} className="tree-icon" />}
      <span className="tree-name">
        {row.label}
        {row.suffix !== undefined && <span className="tone-3"> {row.suffix}</span>}
      </span>
      {row.fact !== undefined && <span className="tree-fact">{row.fact}</span>}
      {row.actions?.map((action) => (
        <span
          key={action.label}
          className={classNames("tree-action", Boolean(action.disabledReason) && "tree-action-off")}
          title={action.disabledReason ? `${action.label}: ${action.disabledReason}` : action.label}
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            if (!action.disabledReason) action.onPress();
          }}
        >
          <Icon name={action.icon} size={14} />
        </span>
      ))}
    </div>
  );
}
