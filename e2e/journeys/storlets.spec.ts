/** Journeys with a storlet, each by keyboard alone and by mouse: the first run, an error of the compiler, a failure to its line. */
import { bothHands, expect, test } from "./hands.ts";

for (const hand of bothHands) {
  test.describe(`by ${hand}`, () => {
    test.use({ hand });

    test("first run: from Welcome to a result and its log", async ({ hands, studio, page }) => {
      await hands.open();
      await expect(page.getByRole("heading", { name: "Run a sample now" })).toBeVisible();
      if (hand === "mouse") await page.getByRole("button", { name: "Run sample" }).click();
      else {
        await hands.tabTo("Run sample");
        await hands.press("Enter");
      }
      await expect(studio.verdict).toHaveText("200 OK");
      await expect(studio.editorText()).toHaveCount(1);
      await expect(studio.log.getByText(/kept \d+ of \d+/)).toBeVisible();
    });

    test("an error of the Java compiler, to its line, mended, live and run", async ({ hands, studio, page }) => {
      // Two builds and the start of a sandbox for Java.
      test.setTimeout(180_000);
      await hands.open();
      const state = studio.editor.getByRole("status").first();
      if (hand === "mouse") {
        await studio.file("src/samples/Half.java").click();
        // The first words of the file; what is further down may not be drawn.
        await studio.editor.getByText("package", { exact: true }).first().dblclick();
        await page.keyboard.type("packages");
        await hands.clickCommand("Save, check and deploy");
      } else {
        await hands.goTo("Half.java");
        await hands.press("ControlOrMeta+End", "Enter");
        await page.keyboard.type("oops");
        await hands.press("ControlOrMeta+S");
      }
      await expect(state).toContainText(/not live: \d error/, { timeout: 40_000 });
      if (hand === "mouse") {
        await page.getByRole("contentinfo").getByRole("button", { name: /error/ }).click();
        await page
          .getByRole("region", { name: "Panel" })
          .getByRole("button", { name: /^error: / })
          .first()
          .click();
        await expect(page.getByRole("contentinfo")).toContainText(/Ln \d+/);
        await expect(studio.editorText()).toBeFocused();
        await studio.editor
          .locator(".view-line")
          .getByText("packages")
          .dblclick({ position: { x: 8, y: 8 } });
        await page.keyboard.type("package");
        await hands.clickCommand("Save, check and deploy");
      } else {
        await hands.press("ControlOrMeta+Home", "F8");
        await expect(page.getByRole("contentinfo")).not.toContainText("Ln 1,");
        await hands.press("ControlOrMeta+End", "Shift+Home", "Delete", "ControlOrMeta+S");
      }
      await expect(state).toContainText("Live", { timeout: 40_000 });
      if (hand === "mouse") await studio.inspector.getByRole("button", { name: "Run", exact: true }).click();
      else await hands.press("ControlOrMeta+Enter");
      await expect(studio.verdict).toHaveText("200 OK", { timeout: 40_000 });
    });

    test("a failing storlet, to its line", async ({ hands, studio, page }) => {
      await hands.open();
      if (hand === "mouse") {
        await studio.file("broken_totals.py").click();
        await studio.inspector.getByRole("button", { name: "Run", exact: true }).click();
      } else {
        await hands.goTo("broken_totals.py");
        await hands.press("ControlOrMeta+Enter");
      }
      await expect(studio.inspector.getByText("broken_totals stopped at line 19 with ValueError")).toBeVisible();
      await expect(studio.log.getByText("ValueError").first()).toBeVisible();
      if (hand === "mouse") await studio.inspector.getByRole("button", { name: "Go to line 19" }).click();
      else {
        await hands.press("ControlOrMeta+Shift+Y");
        await hands.tabTo("Go to line 19");
        await hands.press("Enter");
      }
      await expect(page.getByRole("contentinfo")).toContainText("Ln 19");
      await expect(studio.editorText()).toBeFocused();
    });
  });
}
