/** How large the desktop draws everything. A browser has its own keys and its own memory for this. */
import { useEffect } from "react";
import { setCommandContext, useCommandHandler } from "../commands/registry.ts";

const storageKey = "studio.scale";
const scales = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

/** The scale one step larger or smaller; the same at the ends. */
export function nextScale(scale: number, step: 1 | -1): number {
  const next =
    step === 1 ? scales.find((candidate) => candidate > scale + 0.001) : scales.findLast((candidate) => candidate < scale - 0.001);
  return next ?? scale;
}

function readScale(): number {
  try {
    const scale = Number(localStorage.getItem(storageKey) ?? 1);
    return scale >= scales[0] && scale <= (scales.at(-1) ?? 1) ? scale : 1;
  } catch {
    return 1;
  }
}

function applyScale(scale: number): void {
  window.desktop?.setScale(scale);
  try {
    localStorage.setItem(storageKey, String(scale));
  } catch {
    // Then the next start is in its own size.
  }
}

/** Connects the commands of zoom; they are offered on the desktop alone. */
export function useZoomCommands(): void {
  useCommandHandler("zoom.in", () => applyScale(nextScale(readScale(), 1)));
  useCommandHandler("zoom.out", () => applyScale(nextScale(readScale(), -1)));
  useCommandHandler("zoom.reset", () => applyScale(1));
  useEffect(() => {
    if (window.desktop === undefined) return;
    setCommandContext({ desktop: true });
    window.desktop.setScale(readScale());
  }, []);
}
