/** Which menu is asked for where: rows and tabs ask, `ContextMenuHost` draws. */
import type { KeyboardEvent, MouseEvent } from "react";
import { create } from "zustand";
import type { MenuGroup } from "./Menu.tsx";

/** A menu on offer. Its entries are made when it opens: what was asked on may have been selected just now. */
export interface MenuOffer {
  label: string;
  groups: () => readonly MenuGroup[];
}

export interface OpenMenu {
  label: string;
  groups: readonly MenuGroup[];
  /** CSS pixels of the window. */
  x: number;
  y: number;
}

export const useContextMenu = create<{ menu: OpenMenu | null }>(() => ({ menu: null }));

/** The keys that ask for the menu of what has the focus. */
export function isMenuKey({ key, shiftKey }: { key: string; shiftKey: boolean }): boolean {
  return key === "ContextMenu" || (key === "F10" && shiftKey);
}

/** Opens a menu at the pointer, or below `anchor` where a key asked for it. */
export function openContextMenu(event: MouseEvent | KeyboardEvent, anchor: Element | null, { label, groups }: MenuOffer): void {
  event.preventDefault();
  event.stopPropagation();
  const box = (anchor ?? (event.target as Element)).getBoundingClientRect();
  const byPointer = "clientX" in event && event.type === "contextmenu" && (event.clientX !== 0 || event.clientY !== 0);
  const place = byPointer ? { x: event.clientX, y: event.clientY } : { x: box.left + Math.min(24, box.width / 2), y: box.bottom };
  // After the selection has settled: what can be done depends on it.
  setTimeout(() => useContextMenu.setState({ menu: { label, groups: groups(), ...place } }), 0);
}
