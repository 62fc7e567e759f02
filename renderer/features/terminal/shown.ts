/** Whose terminal the panel shows. */
import { create } from "zustand";

/** The scope of a sandbox; null for the workspace's own. */
export const useShownTerminal = create<{ scope: string | null }>(() => ({ scope: null }));

export function showTerminal(scope: string | null): void {
  useShownTerminal.setState({ scope });
}
