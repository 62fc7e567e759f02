/** Which dialog of the object browser is open. */
import { create } from "zustand";
import type { Picked } from "./selection.ts";

export type ObjectDialog =
  | { kind: "copy"; container: string; picked: readonly Picked[] }
  | { kind: "rename"; container: string; picked: readonly Picked[] }
  | { kind: "create-container" }
  | { kind: "delete-container"; container: string };

export const useObjectDialog = create<{ dialog: ObjectDialog | null }>(() => ({ dialog: null }));

export function openDialog(dialog: ObjectDialog): void {
  useObjectDialog.setState({ dialog });
}

export function closeDialog(): void {
  useObjectDialog.setState({ dialog: null });
}
