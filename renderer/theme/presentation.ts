/** Whether the screen is drawn for an audience: larger, and without what only the author needs. Kept over a reload of the page. */
import { create } from "zustand";

/** How many times as large everything but code is drawn; code has sizes of its own. */
export const presentationZoom = 1.4;

const storageKey = "studio.presentation";

function wasOn(): boolean {
  try {
    return sessionStorage.getItem(storageKey) === "on";
  } catch {
    return false;
  }
}

export const usePresentation = create<{ on: boolean }>(() => ({ on: wasOn() }));

function draw(on: boolean): void {
  if (on) document.documentElement.dataset["presentation"] = "";
  else delete document.documentElement.dataset["presentation"];
}

/** Draws the page for an audience, or for a desk again. */
export function setPresentation(on: boolean): void {
  try {
    if (on) sessionStorage.setItem(storageKey, "on");
    else sessionStorage.removeItem(storageKey);
  } catch {
    // Then a reload ends it.
  }
  draw(on);
  usePresentation.setState({ on });
}

/** Draws the page as it was before it was loaded anew. */
export function startPresentation(): void {
  draw(usePresentation.getState().on);
}
