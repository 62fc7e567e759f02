/** Another folder to work on: the engine starts again on it, and every page follows. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test, type Studio } from "./studio.ts";

const title = (page: Page): Locator => page.getByRole("banner").getByRole("heading", { level: 1 });
const tab = (page: Page, name: string): Locator => page.getByRole("tablist", { name: "Open tabs" }).getByRole("tab", { name });

/** Opens the dialog by its command. */
async function openDialog(studio: Studio): Promise<Locator> {
  await studio.command("Open a folder");
  const dialog = studio.page.getByRole("dialog", { name: "Open folder" });
  await expect(dialog.getByRole("textbox", { name: "Folder" })).toBeFocused();
  return dialog;
}

test("another folder is opened in every page, and what was typed waits for the way back", async ({ studio, page, context }) => {
  const lab = join(dirname(studio.workspace), "my lab");
  mkdirSync(join(lab, "storlets/mine"), { recursive: true });
  writeFileSync(join(lab, "storlets/mine/storlet.yaml"), "language: python\nmain: mine.Mine\n");
  writeFileSync(join(lab, "storlets/mine/mine.py"), "class Mine:\n    pass\n");

  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("# not saved yet");
  await expect(page.getByRole("contentinfo")).toContainText("Col 16");
  const second = await context.newPage();
  await second.goto(studio.ready?.control ?? "");
  await expect(title(second)).toHaveText("sample-lab");

  await page.bringToFront();
  const dialog = await openDialog(studio);
  await page.keyboard.type("labs");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(/Write the whole path/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(lab);
  await page.keyboard.press("Enter");
  for (const each of [page, second]) {
    await expect(title(each)).toHaveText("my lab");
    await expect(each.getByRole("treeitem", { name: "mine.py", exact: true })).toBeVisible();
    await expect(each.getByRole("tab", { name: /line_filter/ })).toHaveCount(0);
  }
  await studio.openFile("mine.py");

  await openDialog(studio);
  await expect(dialog).toContainText(lab);
  await dialog.getByRole("group", { name: "Opened lately" }).getByRole("button", { name: studio.workspace }).click();
  for (const each of [page, second]) await expect(title(each)).toHaveText("sample-lab");
  await expect(tab(page, "line_filter.py, unsaved")).toBeVisible();
  await expect(page.getByRole("tab", { name: /mine/ })).toHaveCount(0);
  await expect(studio.editor.getByText("# not saved yet")).toBeVisible();

  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+O");
  await dialog.getByRole("button", { name: "Open the samples" }).click();
  for (const each of [page, second]) await expect(title(each)).toHaveText("samples");
});
