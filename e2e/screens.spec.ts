/**
 * Every view of `views.ts`, with what can be wrong in it: axe finds nothing in any theme. `npm run e2e -- screens --update-snapshots`
 * makes their pictures under docs/screens instead, in light and dark.
 */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page, TestInfo } from "@playwright/test";
import { accessibilityFaults, expect, styleFaults, test, themes, wishForTheme, type Studio } from "./studio.ts";
import { shrinkPng } from "./png.ts";
import { viewGroups, type View } from "./views.ts";

const pictures = resolve(import.meta.dirname, "../docs/screens");
const isRenewing = (info: TestInfo): boolean => ["all", "changed"].includes(info.config.updateSnapshots);

async function takePictures(page: Page, name: string): Promise<void> {
  // The pointer and the caret are not part of the screen.
  await page.mouse.move(720, 890);
  for (const theme of ["light", "dark"] as const) {
    await wishForTheme(page, theme);
    writeFileSync(join(pictures, `${name}-${theme}.png`), shrinkPng(await page.screenshot({ caret: "hide" })));
  }
}

async function faultsInThemes(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const theme of themes) {
    await wishForTheme(page, theme);
    const found = await (theme === themes[0] ? accessibilityFaults(page) : styleFaults(page));
    faults.push(...found.map((fault) => `${name}, ${theme}: ${fault}`));
  }
  return faults;
}

/** Opens the page as on a first visit, or with the tabs that a view has left for it. */
async function arrive(studio: Studio, page: Page, { size }: View): Promise<void> {
  await page.setViewportSize(size ?? { width: 1440, height: 900 });
  await page.goto(studio.ready?.control ?? "");
  await expect(page.getByRole("contentinfo")).toContainText("Engine running");
  // Where there is room, the side bar is part of it.
  if (size === undefined) await expect(studio.file("line_filter.py")).toBeVisible();
}

for (const { title, views } of viewGroups) {
  test(`every view of ${title}`, async ({ studio, page }, info) => {
    test.setTimeout(30_000 + views.length * 30_000);
    // Colours that are on their way from one to the other are of neither theme.
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.addInitScript(() => {
      if (location.protocol !== "http:") return;
      const tabs = sessionStorage.getItem("test.tabs");
      localStorage.clear();
      sessionStorage.clear();
      if (tabs !== null) sessionStorage.setItem("studio.tabs", tabs);
    });
    const faults: string[] = [];
    for (const view of views) {
      await test.step(view.name, async () => {
        await wishForTheme(page, themes[0]);
        await arrive(studio, page, view);
        await view.show(studio, page);
        if (isRenewing(info)) await takePictures(page, view.name);
        else faults.push(...(await faultsInThemes(page, view.name)));
        view.leave?.(studio);
      });
    }
    expect(faults).toEqual([]);
  });
}

test("there is a picture of every view in light and dark, and no other", () => {
  const wanted = viewGroups.flatMap(({ views }) => views.flatMap(({ name }) => [`${name}-dark.png`, `${name}-light.png`]));
  if (isRenewing(test.info())) for (const name of readdirSync(pictures)) if (!wanted.includes(name)) rmSync(join(pictures, name));
  expect(readdirSync(pictures).sort()).toEqual(wanted.sort());
});
