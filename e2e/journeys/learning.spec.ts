/** Journeys of those who write and those who teach, each by keyboard alone and by mouse: a new storlet, a tour on stage and its reset. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bothHands, expect, test } from "./hands.ts";

for (const hand of bothHands) {
  test.describe(`by ${hand}`, () => {
    test.use({ hand });

    test("a new Python storlet, from a template to its result", async ({ hands, studio, page }) => {
      await hands.open();
      const dialog = page.getByRole("dialog", { name: "New storlet" });
      const template = page.getByRole("option", { name: "Work on a range of lines" });
      if (hand === "mouse") {
        await page.getByRole("complementary", { name: "Storlets" }).getByRole("button", { name: "New storlet" }).click();
        await dialog.getByRole("textbox", { name: "Name" }).click();
        await page.keyboard.type("every_line");
        await dialog.getByRole("button", { name: /Template/ }).click();
        await template.click();
        await dialog.getByRole("button", { name: "Create" }).click();
      } else {
        await hands.press("ControlOrMeta+Alt+s");
        await expect(dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
        await page.keyboard.type("every_line");
        await hands.tabTo(/Template/);
        await hands.press("Enter");
        await expect(template).toBeVisible();
        await hands.tabTo(/^Work on a range of lines/, "ArrowDown");
        await hands.press("Enter");
        await hands.tabTo("Create");
        await hands.press("Enter");
      }
      await expect(dialog).toHaveCount(0);
      await expect(studio.editor.getByText("class EveryLine").first()).toBeVisible();
      await expect(studio.editorText()).toBeFocused();
      // A change of one's own, in the text of the first lines.
      if (hand === "mouse") {
        await studio.editor
          .getByText("EveryLine")
          .first()
          .dblclick({ position: { x: 40, y: 8 } });
        await page.keyboard.type("tearing");
        await hands.clickCommand("Save, check and deploy");
      } else {
        await hands.press("ControlOrMeta+Home", "ArrowRight", "ArrowRight", "ArrowRight");
        await page.keyboard.type("tearing ");
        await hands.press("ControlOrMeta+S");
      }
      await expect(studio.editor.getByRole("status").first()).toContainText("Live");
      await expect.poll(() => readFileSync(join(studio.workspace, "storlets/every_line/every_line.py"), "utf8")).toContain("tearing");
      await expect(studio.inspector.getByRole("combobox", { name: "Object" })).not.toHaveValue("");
      if (hand === "mouse") await studio.inspector.getByRole("button", { name: "Run", exact: true }).click();
      else await hands.press("ControlOrMeta+Enter");
      await expect(studio.verdict).toHaveText("200 OK");
      await expect(studio.log.getByText(/^\d+ lines$/).first()).toBeVisible();
    });

    test("a trainer's tour on stage to its end, and the reset after it", async ({ hands, studio, page }) => {
      const read = (): string => readFileSync(join(studio.workspace, "storlets/broken_totals/broken_totals.py"), "utf8");
      const before = read();
      const tour = page.getByRole("complementary", { name: "Tour" });
      const title = "A failing storlet and its traceback";
      const learn = page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Learn" });
      await hands.open();
      if (hand === "mouse") {
        await learn.click();
        await page.getByRole("treeitem", { name: "Presentation mode" }).click();
      } else await hands.press("ControlOrMeta+F11");
      await expect(page.getByText(/Demo point of/)).toBeVisible();

      if (hand === "mouse") {
        await learn.click();
        await page.getByRole("treeitem", { name: title }).click();
      } else {
        await hands.press("ControlOrMeta+Shift+E");
        await expect(page.getByRole("tree", { name: "Learn" })).toBeFocused();
        await hands.tabTo(new RegExp(`^${title}`), "ArrowDown");
        await hands.press("Enter");
      }
      for (let step = 1; step <= 4; step++) {
        await expect(tour).toContainText(`Step ${step} of 4`);
        if (hand === "mouse") {
          await tour.getByRole("button", { name: "Do it for me" }).click();
          await tour
            .getByRole("button", { name: step === 4 ? "Finish" : "Next" })
            .and(page.locator(":not([aria-disabled])"))
            .click();
        } else {
          await hands.press("ControlOrMeta+Alt+i");
          await expect(tour.getByRole("status")).toHaveText(/^(\d) of \1 checks hold\.$/);
          await hands.press("ControlOrMeta+Alt+n");
        }
      }
      await expect(tour.getByRole("heading", { name: "Tour done" })).toBeFocused();
      expect(read()).not.toBe(before);

      if (hand === "mouse") await page.getByRole("banner").getByRole("button", { name: "Reset demo" }).click();
      else await hands.press("ControlOrMeta+F12");
      await expect(page.getByText("Demo reset")).toBeVisible();
      expect(read()).toBe(before);
      await expect(studio.editor.getByText("== 'n/a'")).toHaveCount(0);
      if (hand === "mouse") {
        await tour.getByRole("button", { name: "Close", exact: true }).click();
        await page.getByRole("banner").getByRole("button", { name: /^End/ }).click();
      } else {
        await hands.press("ControlOrMeta+Alt+l");
        await hands.tabTo("Close");
        await hands.press("Enter");
        await hands.press("ControlOrMeta+F11");
      }
      await expect(page.getByRole("contentinfo")).toContainText("Engine running");
      await expect(tour).toHaveCount(0);
    });
  });
}
