/** The rows of a container as a grid of any length. Owns what is drawn, the cursor and the selection; the listing is given. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import { commandEntry, menuGroups } from "../../commands/menu-entries.ts";
import { runCommand } from "../../commands/registry.ts";
import { Badge } from "../../ui/Badge.tsx";
import { classNames } from "../../ui/class-names.ts";
import { isMenuKey, openContextMenu } from "../../ui/context-menu.ts";
import { formatBytes, formatCount, formatExactBytes } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { changePlace, goToPrefix, parentOf, select, usePlace, useSelectionOf, type SortColumn } from "./browse-store.ts";
import { useIsLeaving } from "./deletes.ts";
import { iconOfName, shortTime, type Note } from "./row-notes.ts";
import { movedCursor, pickOne, pickRange, pickToggle } from "./selection.ts";
import type { ListedRow } from "./swift-requests.ts";
import type { ShownListing } from "./use-listing.ts";
import { useRowNotes } from "./use-row-notes.ts";

export const rowHeight = 28;

const columns: readonly { id: SortColumn; title: string }[] = [
  { id: "name", title: "Name" },
  { id: "bytes", title: "Size" },
  { id: "contentType", title: "Type" },
  { id: "lastModified", title: "Modified" },
];

const rowMenu = {
  label: "Objects",
  groups: () =>
    menuGroups(
      [
        commandEntry("objects.open", "Open"),
        commandEntry("objects.runStorlet", "Run a storlet on it"),
        commandEntry("objects.download", "Download"),
      ],
      [
        commandEntry("objects.copy", "Copy to another place"),
        commandEntry("objects.rename", "Rename"),
        { ...commandEntry("objects.delete", "Delete"), keys: "Delete" },
      ],
      [
        commandEntry("objects.copyPath", "Copy path"),
        commandEntry("objects.copyUrl", "Copy URL"),
        commandEntry("objects.details", "Details"),
      ],
    ),
};

const noNotes: readonly Note[] = [];

/** The part of a name that is not said by the path above the grid. */
function labelOf(row: ListedRow, prefix: string): string {
  return row.name.slice(prefix.length) || "(the folder's own object)";
}

export function ObjectTable({ container, listing }: { container: string; listing: ShownListing }) {
  const place = usePlace(container);
  const selection = useSelectionOf(container);
  const isLeaving = useIsLeaving(container);
  const idPrefix = useId();
  const root = useRef<HTMLDivElement>(null);
  const ranging = useRef<AbortController | null>(null);
  const { count } = listing.state;
  // oxlint-disable-next-line react/incompatible-library -- drawn anew with every scroll, nothing of it is kept
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => root.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
    paddingStart: 0,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => listing.show(first, last));
  const drawn = items.map(({ index }) => listing.row(index));
  const notes = useRowNotes(
    container,
    drawn.filter((row) => row !== undefined),
  );
  const [now] = useState(() => new Date());

  const extend = async (index: number): Promise<void> => {
    ranging.current?.abort();
    const abort = new AbortController();
    ranging.current = abort;
    const anchor = Math.max(0, selection.anchor);
    const rows = await listing.read(Math.min(anchor, index), Math.max(anchor, index), abort.signal);
    if (!abort.signal.aborted) select(container, pickRange({ ...selection, anchor }, rows, index));
  };
  const open = (row: ListedRow): void => {
    if (row.folder) goToPrefix(container, row.name);
    else void runCommand("object.open", { container, object: row.name });
  };
  const offerMenu = (event: KeyboardEvent | MouseEvent, row: ListedRow | undefined, index: number): void => {
    if (row === undefined) return;
    // A menu on a row outside of the selection is about that row.
    if (!selection.picked.has(row.name)) select(container, pickOne(row, index));
    openContextMenu(event, document.getElementById(`${idPrefix}${index}`), rowMenu);
  };
  const press = (event: KeyboardEvent): void => {
    if (isMenuKey(event)) return offerMenu(event, listing.row(selection.cursor), selection.cursor);
    if (event.altKey) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const here = listing.row(selection.cursor);
    const next = movedCursor(
      event.key,
      selection.cursor,
      count,
      Math.max(1, Math.floor((root.current?.clientHeight ?? 0) / rowHeight) - 2),
    );
    const row = next === null ? undefined : listing.row(next);
    const above = parentOf(place.prefix);
    if (next !== null) {
      virtual.scrollToIndex(next, { align: "auto" });
      if (event.shiftKey) void extend(next);
      else if (ctrl || row === undefined) select(container, { ...selection, cursor: next });
      else select(container, pickOne(row, next));
    } else if (event.key === " " && here !== undefined) select(container, pickToggle(selection, here, selection.cursor));
    else if (event.key === "Enter" && !ctrl && here !== undefined) open(here);
    else if (event.key === "Backspace" && above !== null) goToPrefix(container, above);
    else if (event.key === "Delete") void runCommand("objects.delete");
    else if (event.key === "Escape" && selection.picked.size > 0) select(container, { ...selection, picked: new Map() });
    else if (event.key.toLowerCase() === "a" && ctrl && count > 0) {
      select(container, { ...selection, anchor: 0 });
      void listing
        .read(0, count - 1, new AbortController().signal)
        .then((rows) => select(container, pickRange({ ...selection, anchor: 0 }, rows, Math.max(0, selection.cursor))));
    } else return;
    event.preventDefault();
  };
  const click = (event: MouseEvent, row: ListedRow, index: number): void => {
    if (event.shiftKey) void extend(index);
    else if (event.ctrlKey || event.metaKey) select(container, pickToggle(selection, row, index));
    else select(container, pickOne(row, index));
  };
  const cursorShown = selection.cursor >= first && selection.cursor <= last && selection.cursor < count;
  return (
    <div className="object-table">
      <div
        ref={root}
        role="grid"
        aria-label={`Objects of ${container}/${place.prefix}`}
        aria-rowcount={listing.state.counted ? count + 1 : -1}
        aria-multiselectable="true"
        aria-activedescendant={cursorShown ? `${idPrefix}${selection.cursor}` : undefined}
        tabIndex={0}
        className="object-grid"
        onKeyDown={press}
        onFocus={() => {
          const row = listing.row(0);
          if (selection.cursor < 0 && row !== undefined) select(container, { ...selection, cursor: 0, anchor: 0 });
        }}
      >
        <TableHead container={container} sort={place.sort} sortReason={listing.sortReason} />
        <div role="rowgroup" className="object-rows" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = listing.row(index);
            const style = { transform: `translateY(${start}px)` };
            if (row === undefined) return <WaitingRow key={index} index={index} style={style} />;
            return (
              <ObjectRow
                key={row.name}
                id={`${idPrefix}${index}`}
                row={row}
                index={index}
                label={labelOf(row, place.prefix)}
                notes={row.folder ? noNotes : notes(row)}
                leaving={isLeaving(row.name, row.folder)}
                selected={selection.picked.has(row.name)}
                active={index === selection.cursor}
                now={now}
                style={style}
                onClick={(event) => click(event, row, index)}
                onOpen={() => open(row)}
                onContextMenu={(event) => offerMenu(event, row, index)}
              />
            );
          })}
        </div>
      </div>
      {count * rowHeight > (root.current?.clientHeight ?? 0) && items.length > 0 && (
        <span className="object-rows-fact" aria-hidden="true">
          Rows {formatCount(Math.floor((virtual.scrollOffset ?? 0) / rowHeight) + 1)} to{" "}
          {formatCount(Math.min(count, Math.floor(((virtual.scrollOffset ?? 0) + (root.current?.clientHeight ?? 0)) / rowHeight) - 1))} of{" "}
          {formatCount(count)}
          {listing.state.counted ? "" : ", counting"}
        </span>
      )}
    </div>
  );
}

function TableHead({
  container,
  sort,
  sortReason,
}: {
  container: string;
  sort: { by: SortColumn; down: boolean };
  sortReason: string | null;
}) {
  return (
    <div role="row" aria-rowindex={1} className="object-row object-row-head">
      {columns.map(({ id, title }) => {
        const reason = id === "name" ? null : sortReason;
        const on = sort.by === id && reason === null;
        return (
          <span
            key={id}
            role="columnheader"
            aria-sort={on ? (sort.down ? "descending" : "ascending") : "none"}
            className={`object-cell object-cell-${id}`}
          >
            <button
              type="button"
              className="object-sort"
              aria-disabled={reason !== null || undefined}
              title={reason ?? `Sort by ${title.toLowerCase()}`}
              onClick={() => reason === null && changePlace(container, { sort: { by: id, down: sort.by === id && !sort.down } })}
            >
              {title}
              {on && <Icon name={sort.down ? "chevron-down" : "chevron-up"} size={12} />}
            </button>
          </span>
        );
      })}
      <span role="columnheader" className="object-cell object-cell-notes">
        Notes
      </span>
    </div>
  );
}

interface ObjectRowProps {
  id: string;
  row: ListedRow;
  index: number;
  label: string;
  notes: readonly Note[];
  leaving: boolean;
  selected: boolean;
  active: boolean;
  now: Date;
  style: { transform: string };
  onClick: (event: MouseEvent) => void;
  onOpen: () => void;
  onContextMenu: (event: MouseEvent) => void;
}

function ObjectRow(props: ObjectRowProps) {
  const { id, row, index, label, notes, leaving, selected, active, now, style, onClick, onOpen, onContextMenu } = props;
  const isLink = row.linkTo !== null || notes.some(({ icon }) => icon === "link");
  const icon = row.folder ? "folder" : isLink ? "link" : iconOfName(row.name);
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classNames(
        "object-row",
        selected && "object-row-selected",
        active && "object-row-active",
        leaving && "object-row-leaving",
      )}
      style={style}
      onClick={onClick}
      onDoubleClick={onOpen}
      onContextMenu={onContextMenu}
    >
      <span role="gridcell" className="object-cell object-cell-name" title={row.name}>
        <Icon name={icon} size={14} className="tone-3" />
        <span className="cut">{label}</span>
      </span>
      <span role="gridcell" className="object-cell object-cell-bytes" title={row.folder ? undefined : formatExactBytes(row.bytes)}>
        {row.folder ? "" : formatBytes(row.bytes)}
      </span>
      <span role="gridcell" className="object-cell object-cell-contentType" title={row.contentType}>
        <span className="cut">{row.folder ? "folder" : row.contentType}</span>
      </span>
      <span role="gridcell" className="object-cell object-cell-lastModified" title={row.folder ? undefined : `${row.lastModified} UTC`}>
        {row.folder ? "" : shortTime(row.lastModified, now)}
      </span>
      <span role="gridcell" className="object-cell object-cell-notes">
        {leaving && <Badge icon="trash">will be deleted</Badge>}
        {notes.map((note) => (
          <Badge key={note.label} icon={note.icon} tone={note.tone} {...(note.title === undefined ? {} : { title: note.title })}>
            {note.label}
          </Badge>
        ))}
      </span>
    </div>
  );
}

function WaitingRow({ index, style }: { index: number; style: { transform: string } }) {
  return (
    <div role="row" aria-rowindex={index + 2} aria-busy="true" className="object-row" style={style}>
      <span role="gridcell" className="object-cell object-cell-name">
        <span className="skeleton" style={{ width: `${40 + ((index * 13) % 30)}%` }} />
        <span className="hidden-visually">Listing row {index + 1}</span>
      </span>
    </div>
  );
}
