/** Separated values as a grid whose cells know their bytes: choosing one selects them, and the other way round. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef, type KeyboardEvent } from "react";
import { classNames } from "../../ui/class-names.ts";
import { formatCount } from "../../ui/format.ts";
import { cellAt, hasHeader, type Cell, type CsvTable } from "./csv.ts";
import type { ByteRange } from "./hex-scroll.ts";

export const tableRowHeight = 24;
const maxWidth = 40;

export interface TablePaneProps {
  table: CsvTable;
  /** True for the front of the object, where the names of the columns may be. */
  atStart: boolean;
  name: string;
  selection: ByteRange | null;
  onSelect: (selection: ByteRange) => void;
}

/** The names of the columns; null where the first row is a row like any other. */
export function headerOf(table: CsvTable, atStart: boolean): readonly Cell[] | null {
  return atStart && hasHeader(table) ? (table.rows[0] ?? null) : null;
}

const isNumber = (text: string): boolean => text !== "" && !Number.isNaN(Number(text));

/** The width and side of each column, from its first rows. */
function useColumns(table: CsvTable, header: readonly Cell[] | null): { width: number; numeric: boolean }[] {
  return useMemo(() => {
    const sample = table.rows.slice(0, 100);
    const body = header === null ? sample : sample.slice(1);
    return Array.from({ length: table.columns }, (_, column) => ({
      width: Math.min(maxWidth, Math.max(3, ...sample.map((row) => row[column]?.text.length ?? 0))),
      numeric: body.length > 0 && body.every((row) => isNumber(row[column]?.text ?? "")),
    }));
  }, [table, header]);
}

export function TablePane({ table, atStart, name, selection, onSelect }: TablePaneProps) {
  const root = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const header = headerOf(table, atStart);
  const rows = header === null ? table.rows : table.rows.slice(1);
  const columns = useColumns(table, header);
  const found = selection === null ? null : cellAt(table, selection.start);
  const chosen = found === null ? null : { row: found.row - (header === null ? 0 : 1), column: found.column };
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => root.current,
    estimateSize: () => tableRowHeight,
    overscan: 6,
    scrollPaddingStart: tableRowHeight,
  });
  useEffect(() => {
    if (chosen !== null && chosen.row >= 0) virtual.scrollToIndex(chosen.row, { align: "auto" });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only another cell scrolls
  }, [chosen?.row]);
  const digits = String(rows.length).length + 1;
  const template = `${digits + 2}ch ${columns.map(({ width }) => `${width + 3}ch`).join(" ")}`;
  const choose = (row: number, column: number): void => {
    const cell = rows[row]?.[column];
    if (cell !== undefined) onSelect({ start: cell.start, end: Math.max(cell.start, cell.end - 1) });
  };
  const press = (event: KeyboardEvent): void => {
    const { row, column } = chosen ?? { row: -1, column: 0 };
    const page = Math.max(1, Math.floor((root.current?.clientHeight ?? 0) / tableRowHeight) - 2);
    const steps: Record<string, [number, number]> = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      PageDown: [row + page, column],
      PageUp: [row - page, column],
      Home: event.ctrlKey ? [0, 0] : [row, 0],
      End: event.ctrlKey ? [rows.length - 1, column] : [row, (rows[Math.max(0, row)]?.length ?? 1) - 1],
    };
    const wanted = steps[event.key];
    if (wanted === undefined || event.altKey) return;
    event.preventDefault();
    const nextRow = Math.min(rows.length - 1, Math.max(0, wanted[0]));
    choose(nextRow, Math.min((rows[nextRow]?.length ?? 1) - 1, Math.max(0, wanted[1])));
  };
  return (
    <div
      ref={root}
      className="csv"
      role="grid"
      tabIndex={0}
      aria-label={`${name} as a table`}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={chosen === null || chosen.row < 0 ? undefined : `${prefix}${chosen.row}-${chosen.column}`}
      onKeyDown={press}
    >
      <div role="row" aria-rowindex={1} className="csv-row csv-head" style={{ gridTemplateColumns: template }}>
        <span role="columnheader" className="csv-cell csv-number">
          #
        </span>
        {columns.map(({ numeric }, column) => (
          <span
            key={column}
            role="columnheader"
            className={classNames("csv-cell", numeric && "csv-numeric")}
            title={header?.[column]?.text}
          >
            {header?.[column]?.text ?? `column ${column + 1}`}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="csv-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 2}
            className="csv-row"
            style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
          >
            <span role="rowheader" className="csv-cell csv-number">
              {formatCount(index + 1)}
            </span>
            {rows[index]?.map((cell, column) => {
              const on = chosen?.row === index && chosen.column === column;
              return (
                <span
                  key={column}
                  id={`${prefix}${index}-${column}`}
                  role="gridcell"
                  aria-selected={on}
                  title={cell.text.length > maxWidth ? cell.text : undefined}
                  className={classNames("csv-cell", columns[column]?.numeric && "csv-numeric", on && "csv-on")}
                  onClick={() => choose(index, column)}
                >
                  {cell.text}
                </span>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
