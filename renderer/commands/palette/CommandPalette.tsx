/** Opens the palette. Mounted once, by the shell; the palette itself is loaded after the first paint. */
import { lazy, Suspense } from "react";
import { markEach } from "../../api/marks.ts";
import { useCommandHandler } from "../registry.ts";
import type { Palette as PaletteComponent } from "./Palette.tsx";
import type { PaletteMode } from "./palette-rows.ts";
import { usePaletteStore } from "./palette-store.ts";
import { keepTrying } from "../../ui/lazy.ts";

/** Set once it is loaded: from then on it opens at once, and no letter that is typed right after the key is lost. */
let loaded: typeof PaletteComponent | null = null;

async function loadPalette() {
  const { Palette } = await import("./Palette.tsx");
  loaded = Palette;
  return { default: Palette };
}

const LazyPalette = lazy(() => keepTrying(loadPalette));

/** Starts loading the palette's script. What fails here is asked for again when the palette opens. */
export function preloadPalette(): void {
  loadPalette().catch(() => {});
}

export function CommandPalette() {
  const open = usePaletteStore((state) => state.open);
  const show = (mode: PaletteMode) => {
    markEach("willOpenPalette");
    usePaletteStore.setState((state) => ({ open: state.open === mode ? null : mode, steps: 0 }));
  };
  useCommandHandler("palette.commands", () => show("commands"));
  useCommandHandler("palette.goTo", () => show("go"));
  useCommandHandler("palette.symbols", () => show("symbols"));
  useCommandHandler("palette.line", () => show("line"));
  useCommandHandler("palette.recentTabs", () => {
    if (usePaletteStore.getState().open === "tabs") usePaletteStore.setState(({ steps }) => ({ steps: steps + 1 }));
    else show("tabs");
  });
  if (open === null) return null;
  const Palette = loaded ?? LazyPalette;
  return (
    <Suspense fallback={null}>
      <Palette key={open} mode={open} />
    </Suspense>
  );
}
