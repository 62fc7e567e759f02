/** Pictures of the main screens. `npm run e2e -- screens --update-snapshots` renews those under docs/screens. */
import { resolve } from "node:path";
import type { Page, TestInfo } from "@playwright/test";
import { expect, test } from "./studio.ts";

async function picture(page: Page, info: TestInfo, name: string): Promise<void> {
  const directory = ["all", "changed"].includes(info.config.updateSnapshots)
    ? resolve(import.meta.dirname, "../docs/screens")
    : info.outputPath();
  // The pointer and the caret are not part of the screen.
  await page.mouse.move(720, 890);
  await page.screenshot({ path: `${directory}/${name}.png`, caret: "hide" });
}

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    test("welcome, workbench, objects and a failing run", async ({ studio, page }, info) => {
      await studio.open();
      await expect(page.getByText(/checked in/)).toBeVisible();
      await picture(page, info, `welcome-${theme}`);

      await studio.openFile("csv_columns.py");
      for (let round = 0; round < 2; round++) {
        await page.keyboard.press("ControlOrMeta+Enter");
        await expect(studio.verdict).toHaveText("200 OK");
        await expect(studio.log.getByText(/kept \d+ of 1440 rows/)).toHaveCount(round + 1);
      }
      await picture(page, info, `workbench-${theme}`);

      await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Objects" }).click();
      await page.getByRole("treeitem", { name: /^samples/ }).click();
      await page.getByRole("row", { name: /^stations\.csv/ }).click();
      await expect(page.getByRole("grid", { name: /as a table/ }).getByRole("columnheader", { name: "humidity" })).toBeVisible();
      await picture(page, info, `objects-${theme}`);

      await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Storlets" }).click();
      await studio.openFile("broken_totals.py");
      await page.keyboard.press("ControlOrMeta+Enter");
      await expect(studio.inspector.getByText("broken_totals stopped at line 19 with ValueError")).toBeVisible();
      await expect(studio.log.getByText("ValueError").first()).toBeVisible();
      await picture(page, info, `failing-run-${theme}`);
    });
  });
}

test("an empty workspace and an engine that is down", async ({ studio, page }, info) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Runs" }).click();
  await picture(page, info, "no-runs-dark");
  await studio.stop("SIGKILL");
  await expect(page.getByRole("alert").getByText("The engine stopped answering")).toBeVisible();
  await picture(page, info, "engine-down-dark");
});
