/** Which of the four themes is shown: the user's choice, or else what the system wishes. */
import { create } from "zustand";

export type ThemeName = "dark" | "light" | "hc-dark" | "hc-light";
export type ThemeWish = ThemeName | "system";

const storageKey = "studio.theme";
const themeNames: readonly ThemeName[] = ["dark", "light", "hc-dark", "hc-light"];

/** The theme for a wish under given system preferences. `theme-boot.js` applies the same rule before the first paint. */
export function resolveTheme(wish: ThemeWish, system: { light: boolean; contrast: boolean }): ThemeName {
  if (wish !== "system") return wish;
  if (system.contrast) return system.light ? "hc-light" : "hc-dark";
  return system.light ? "light" : "dark";
}

interface ThemeStore {
  wish: ThemeWish;
  theme: ThemeName;
}

export const useThemeStore = create<ThemeStore>(() => ({ wish: "system", theme: "dark" }));

function readWish(): ThemeWish {
  try {
    const stored = localStorage.getItem(storageKey);
    return themeNames.find((name) => name === stored) ?? "system";
  } catch {
    return "system";
  }
}

function apply(wish: ThemeWish): void {
  const theme = resolveTheme(wish, {
    light: matchMedia("(prefers-color-scheme: light)").matches,
    contrast: matchMedia("(prefers-contrast: more)").matches,
  });
  document.documentElement.dataset["theme"] = theme;
  useThemeStore.setState({ wish, theme });
}

/** Chooses a theme and remembers it; `system` follows the system again. */
export function chooseTheme(wish: ThemeWish): void {
  try {
    if (wish === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, wish);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  apply(wish);
}

/** Applies the remembered choice and follows the system from now on; returns how to stop. */
export function startTheme(): () => void {
  apply(readWish());
  const follow = () => apply(useThemeStore.getState().wish);
  const queries = [matchMedia("(prefers-color-scheme: light)"), matchMedia("(prefers-contrast: more)")];
  for (const query of queries) query.addEventListener("change", follow);
  return () => {
    for (const query of queries) query.removeEventListener("change", follow);
  };
}
