/** A tab that is dragged: what travels with the pointer between rows of tabs and groups. */
import type { DragEvent } from "react";

export interface DraggedTab {
  /** Group the tab comes from. */
  from: number;
  id: string;
}

const dataType = "application/x-studio-tab";

// While something is dragged its data cannot be read, only its types.
let dragged: DraggedTab | null = null;

export function startTabDrag(event: DragEvent, tab: DraggedTab): void {
  dragged = tab;
  event.dataTransfer.setData(dataType, tab.id);
  event.dataTransfer.effectAllowed = "move";
}

export function endTabDrag(): void {
  dragged = null;
}

export function isTabDrag(event: DragEvent): boolean {
  return dragged !== null && event.dataTransfer.types.includes(dataType);
}

/** The tab that an event drops; null where something else is dropped. */
export function draggedTab(event: DragEvent): DraggedTab | null {
  return isTabDrag(event) ? dragged : null;
}
