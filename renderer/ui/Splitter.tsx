/** The line between two regions: dragged, or moved with arrows, Home and End. Sizes are CSS pixels and belong to the caller. */
import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { presentationZoom } from "../theme/presentation.ts";
import { classNames } from "./class-names.ts";
import { splitterKeySize, type SplitterRange } from "./splitter-keys.ts";
import "./splitter.css";

export interface SplitterProps extends SplitterRange {
  label: string;
  onResize: (size: number) => void;
  /** Double click. */
  onReset?: () => void;
  /** id of the controlled region. */
  controls?: string;
  className?: string;
}

export function Splitter(props: SplitterProps) {
  const { label, orientation, size, min, max, region, onResize, onReset, controls, className } = props;
  const drag = useRef<{ from: number; size: number } | null>(null);
  const at = (event: PointerEvent) => (orientation === "vertical" ? event.clientX : event.clientY);
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { from: at(event), size };
  };
  const move = (event: PointerEvent) => {
    if (drag.current === null) return;
    // Sizes are of the page, the pointer's way is of the screen: they differ where the page is enlarged.
    const zoom = document.documentElement.dataset["presentation"] === undefined ? 1 : presentationZoom;
    const delta = ((at(event) - drag.current.from) / zoom) * (region === "before" ? 1 : -1);
    onResize(Math.min(max, Math.max(min, Math.round(drag.current.size + delta))));
  };
  const press = (event: KeyboardEvent) => {
    const next = splitterKeySize(event.key, event.shiftKey, props);
    if (next === null) return;
    event.preventDefault();
    onResize(next);
  };
  const end = () => {
    drag.current = null;
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(size)}
      aria-valuemin={Math.round(min)}
      aria-valuemax={Math.round(max)}
      aria-controls={controls}
      className={classNames("splitter", `splitter-${orientation}`, className)}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onDoubleClick={onReset}
      onKeyDown={press}
    />
  );
}
