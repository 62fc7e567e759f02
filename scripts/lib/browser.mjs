/** Finding the browser for the end-to-end tests. Starts nothing. */
import { chromium } from "@playwright/test";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Playwright's own Chromium where it is installed, else one on the PATH; null where there is none. Absolute path. */
export function findChromium() {
  const own = chromium.executablePath();
  if (own !== "" && existsSync(own)) return own;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file)) ?? null;
}

/** Switches that keep the browser quiet and let it run as root, where its own sandbox cannot. */
export function chromiumSwitches() {
  const isRoot = process.getuid?.() === 0;
  return [
    ...(isRoot ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
  ];
}
