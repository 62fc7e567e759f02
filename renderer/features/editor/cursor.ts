/** Where the cursor is, and where somebody wants it to be. */
import { create } from "zustand";

export interface Cursor {
  path: string;
  line: number;
  column: number;
  /** Characters selected; 0 for none. */
  selected: number;
}

export const useCursorStore = create<{ cursor: Cursor | null }>(() => ({ cursor: null }));

export interface Reveal {
  path: string;
  line: number;
  column: number;
}

/** A place to go to as soon as the file is in the editor. */
export const useRevealStore = create<{ reveal: Reveal | null }>(() => ({ reveal: null }));

/** True while the editor shall take the focus as soon as it can. */
export const useFocusStore = create<{ wanted: boolean }>(() => ({ wanted: false }));

/** The editor that is in front by then takes the focus: what is asked for in the same breath may bring another one there. */
export function requestEditorFocus(): void {
  setTimeout(() => useFocusStore.setState({ wanted: true }), 0);
}
