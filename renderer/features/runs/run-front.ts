/** The run whose page is in front, and the replay that is under way. Shared by the page and the commands. */
import { useEffect } from "react";
import { create } from "zustand";

export const useFrontRun = create<{ run: string | null }>(() => ({ run: null }));

/** For the page of a run, and for a comparison with its second run: that run is in front while it is on screen. */
export function useRunInFront(run: string): void {
  useEffect(() => {
    useFrontRun.setState({ run });
    return () => useFrontRun.setState({ run: null });
  }, [run]);
}

export interface Replay {
  /** The run that is sent again. */
  run: string;
  startedAt: number;
  cancel: () => void;
}

export const useReplay = create<{ active: Replay | null }>(() => ({ active: null }));
