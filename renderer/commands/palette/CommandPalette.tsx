/** Opens the palette. Mounted once, by the shell; the palette itself is loaded after the first paint. */
import { lazy, Suspense, useLayoutEffect } from "react";
import { markEach } from "../../api/marks.ts";
import { useCommandHandler } from "../registry.ts";
import type { Palette as PaletteComponent } from "./Palette.tsx";
import type { PaletteMode } from "./palette-rows.ts";
import { closePalette, usePaletteStore } from "./palette-store.ts";
import { keepTrying } from "../../ui/lazy.ts";

/** Set once it is loaded: from then on it opens at once. */
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
    usePaletteStore.setState((state) => ({ open: state.open === mode ? null : mode, steps: 0, typed: "" }));
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
    <Suspense fallback={<TypeAhead />}>
      <Palette key={open} mode={open} />
    </Suspense>
  );
}

/** Keeps what is typed while the palette is being loaded: it is meant for the palette, not for what has the focus still. */
function TypeAhead() {
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") closePalette();
      else if (event.key === "Backspace") usePaletteStore.setState(({ typed }) => ({ typed: typed.slice(0, -1) }));
      else if (event.key.length === 1) usePaletteStore.setState(({ typed }) => ({ typed: typed + event.key }));
      event.preventDefault();
    };
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, []);
  return null;
}
