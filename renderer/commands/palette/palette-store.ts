/** Whether the palette is open, and for what. */
import { create } from "zustand";
import type { PaletteMode } from "./palette-rows.ts";

export const usePaletteStore = create<{
  open: PaletteMode | null;
  /** How often the list of tabs was asked for again while it was open: each time goes one row on. */
  steps: number;
  /** What was typed before it was there. */
  typed: string;
}>(() => ({ open: null, steps: 0, typed: "" }));
export const closePalette = () => usePaletteStore.setState({ open: null, steps: 0 });
