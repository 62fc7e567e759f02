/** Bytes as hex, of an object of any size: only the rows on screen exist. Owns scrolling and selecting by mouse and keys. */
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import { classNames } from "../../ui/class-names.ts";
import { formatBytes } from "../../ui/format.ts";
import type { ByteSource } from "./byte-source.ts";
import {
  bytesPerRow,
  clampTopRow,
  describeRange,
  hexRowHeight,
  hexScroll,
  movedByte,
  scrollTopOf,
  topRowAt,
  type ByteRange,
  type HexScroll,
} from "./hex-scroll.ts";
import { hexOf, printable } from "./preview.ts";
import { useBytes } from "./use-bytes.ts";
import { useHeight } from "./use-height.ts";

export interface HexPaneProps {
  source: ByteSource;
  name: string;
  selection: ByteRange | null;
  onSelect: (selection: ByteRange | null) => void;
  /** Scrolls there when it changes from outside. */
  reveal: number | null;
}

const columnsHead = Array.from({ length: bytesPerRow }, (_, index) => hexOf(index));

/** Where the view stands, kept in step with the scroll bar. */
function useTopRow(root: RefObject<HTMLDivElement | null>, scroll: HexScroll, height: number) {
  const [topRow, setTopRow] = useState(0);
  const latest = useRef(0);
  const own = useRef<number | null>(null);
  const go = (row: number): void => {
    const next = clampTopRow(scroll, row, height);
    latest.current = next;
    setTopRow(next);
    if (root.current === null) return;
    root.current.scrollTop = scrollTopOf(scroll, next, height);
    own.current = root.current.scrollTop;
  };
  const goLatest = useRef(go);
  useEffect(() => {
    goLatest.current = go;
  });
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    let left = 0;
    // Not passive: past a few million rows the bar is too coarse for a wheel, so rows are counted here.
    const turn = (event: WheelEvent): void => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      left += event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY : event.deltaY / hexRowHeight;
      const rows = Math.trunc(left);
      left -= rows;
      if (rows !== 0) goLatest.current(latest.current + rows);
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [root]);
  const followBar = (): void => {
    const at = root.current?.scrollTop ?? 0;
    if (own.current === at) return;
    own.current = null;
    latest.current = topRowAt(scroll, at, height);
    setTopRow(latest.current);
  };
  return { topRow, go, followBar };
}

export function HexPane({ source, name, selection, onSelect, reveal }: HexPaneProps) {
  const root = useRef<HTMLDivElement>(null);
  const height = useHeight(root);
  const scroll = hexScroll(source.sizeBytes);
  const { topRow, go, followBar } = useTopRow(root, scroll, height);
  const cursor = useRef(0);
  const anchor = useRef(0);
  const rowsShown = Math.min(scroll.rows - topRow, Math.ceil(height / hexRowHeight));
  const start = topRow * bytesPerRow;
  const bytes = useBytes(source, "hex", start, start + rowsShown * bytesPerRow);
  const whole = Math.max(1, Math.floor(height / hexRowHeight));

  const show = (byte: number): void => {
    const row = Math.floor(byte / bytesPerRow);
    if (row < topRow) go(row);
    else if (row >= topRow + whole) go(row - whole + 1);
  };
  useEffect(() => {
    if (reveal === null) return;
    cursor.current = reveal;
    anchor.current = reveal;
    const row = Math.floor(reveal / bytesPerRow);
    if (row < topRow || row >= topRow + whole) go(row - Math.floor(whole / 3));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only another place moves the view
  }, [reveal]);

  const selectTo = (byte: number, extend: boolean): void => {
    cursor.current = byte;
    if (!extend) anchor.current = byte;
    onSelect({ start: Math.min(anchor.current, byte), end: Math.max(anchor.current, byte) });
  };
  const press = (event: KeyboardEvent): void => {
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    if (event.key === "Escape" && selection !== null) onSelect(null);
    else {
      const next = movedByte(event.key, ctrl, cursor.current, source.sizeBytes, whole - 1);
      if (next === null) return;
      selectTo(selection === null ? cursor.current : next, event.shiftKey && selection !== null);
      show(cursor.current);
    }
    event.preventDefault();
  };
  const byteAt = (event: PointerEvent): number | null => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-at]") : null;
    return cell === null ? null : Number(cell.dataset["at"]);
  };
  const point = (event: PointerEvent): void => {
    const byte = byteAt(event);
    if (byte === null || event.buttons !== 1) return;
    selectTo(byte, event.type === "pointermove" || event.shiftKey);
  };
  const digits = Math.max(6, (source.sizeBytes - 1).toString(16).length);
  return (
    <div className="hex">
      <div className="hex-row hex-head" aria-hidden="true">
        <span style={{ width: `${digits}ch` }}>offset</span>
        <span className="hex-cells">
          {columnsHead.map((text) => (
            <span key={text} className="hex-cell">
              {text}
            </span>
          ))}
        </span>
        <span>text</span>
      </div>
      <div
        ref={root}
        className="hex-scroll"
        role="group"
        tabIndex={0}
        aria-label={`${name} as hex, ${formatBytes(source.sizeBytes)}. Arrows select bytes, Shift extends, Alt F2 shows them as plain text.`}
        onScroll={followBar}
        onKeyDown={press}
        onPointerDown={point}
        onPointerMove={point}
      >
        <div className="hex-space" style={{ height: scroll.height }}>
          <div className="hex-rows" aria-hidden="true">
            {Array.from({ length: Math.max(0, rowsShown) }, (_, index) => (
              <HexRow
                key={index}
                at={start + index * bytesPerRow}
                digits={digits}
                bytes={bytes?.subarray(index * bytesPerRow, (index + 1) * bytesPerRow) ?? null}
                selection={selection}
              />
            ))}
          </div>
        </div>
      </div>
      <p className="hidden-visually" role="status">
        {selection === null ? "" : describeRange(selection)}
      </p>
    </div>
  );
}

interface HexRowProps {
  at: number;
  digits: number;
  /** Null while they are read. */
  bytes: Uint8Array | null;
  selection: ByteRange | null;
}

function HexRow({ at, digits, bytes, selection }: HexRowProps) {
  const offset = at.toString(16).padStart(digits, "0");
  if (bytes === null) {
    return (
      <div className="hex-row">
        <span className="tone-3">{offset}</span>
        <span className="tone-3">··</span>
      </div>
    );
  }
  const isOn = (byte: number): boolean => selection !== null && selection.start <= byte && byte <= selection.end;
  return (
    <div className="hex-row">
      <span className="tone-3">{offset}</span>
      <span className="hex-cells">
        {Array.from(bytes, (byte, index) => (
          <span key={index} data-at={at + index} className={classNames("hex-cell", isOn(at + index) && "hex-on")}>
            {hexOf(byte)}
          </span>
        ))}
      </span>
      <span className="hex-text">
        {Array.from(bytes, (byte, index) => (
          <span key={index} data-at={at + index} className={isOn(at + index) ? "hex-on" : undefined}>
            {printable(byte)}
          </span>
        ))}
      </span>
    </div>
  );
}
