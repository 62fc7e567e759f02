/** The run whose page is in front, and the replay that is under way. Shared by the page and the commands. */
import { create } from "zustand";

/** Set by the page of a run, or by a comparison (its second run), while it is on screen. */
export const useFrontRun = create<{ run: string | null }>(() => ({ run: null }));

export interface Replay {
  /** The run that is sent again. */
  run: string;
  startedAt: number;
  cancel: () => void;
}

export const useReplay = create<{ active: Replay | null }>(() => ({ active: null }));
