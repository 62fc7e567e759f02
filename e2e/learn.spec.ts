/** Learning on the screen: tours to their end, the gallery, a demo and its reset, a new storlet to its result; by keyboard and by mouse. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { expect, test, type Studio } from "./studio.ts";

const tourOf = (page: Page): Locator => page.getByRole("complementary", { name: "Tour" });

async function expectChecked(page: Page, count: number): Promise<void> {
  await expect(tourOf(page).getByRole("list", { name: "Checks" }).getByText("checked", { exact: true })).toHaveCount(count);
}

const source = (studio: Studio, name: string): string => readFileSync(join(studio.workspace, `storlets/${name}/${name}.py`), "utf8");

test("first run: three choices, and a sample has run after one click, by keyboard or by mouse", async ({ studio, page }) => {
  await studio.open();
  for (const choice of ["Run sample", "Open", "Start tour"])
    await expect(page.getByRole("button", { name: choice, exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Run sample" }).focus();
  await page.keyboard.press("Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  await studio.command("Show Welcome");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Open folder" });
  await expect(dialog).toContainText(studio.workspace);
  await page.keyboard.press("Escape");
  const answered = studio.answer();
  await page.getByRole("button", { name: "Run sample" }).click();
  expect((await answered).status()).toBe(200);
  await expect(studio.verdict).toHaveText("200 OK");
});

test("the first tour to its end by keyboard alone, left and taken up again", async ({ studio, page }) => {
  await studio.open();
  await studio.command("Take the 5-minute tour");
  await expect(tourOf(page)).toContainText("Step 1 of 5");
  await expect(tourOf(page).getByRole("button", { name: "Next" })).toHaveAttribute("aria-disabled", "true");
  // The way on is closed until the checks hold.
  await page.keyboard.press("ControlOrMeta+Alt+n");
  await expect(tourOf(page)).toContainText("Step 1 of 5");
  await studio.command("Run a sample now");
  await expectChecked(page, 2);
  await page.keyboard.press("ControlOrMeta+Alt+n");
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await expectChecked(page, 1);

  await studio.command("Leave the tour");
  await expect(tourOf(page)).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("contentinfo")).toContainText("Engine running");
  await studio.command("Go on with the last tour");
  await expect(tourOf(page)).toContainText("Step 2 of 5");
  await expectChecked(page, 1);
  await page.keyboard.press("ControlOrMeta+Alt+n");

  // Where: the focus goes to the parameters, so that they can be typed.
  await page.keyboard.press("ControlOrMeta+Alt+w");
  await expect(page.locator("[data-tour-here]")).toHaveAttribute("data-tour", "invoke-params");
  await expect(page.locator("[data-tour-here] :focus")).toBeVisible();
  const value = studio.inspector.getByRole("textbox", { name: "Value of contains" });
  for (let round = 0; round < 4 && !(await value.evaluate((element) => element === document.activeElement)); round++)
    await page.keyboard.press("Tab");
  await expect(value).toBeFocused();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(" 404 ");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expectChecked(page, 1);
  await studio.idle();
  await page.keyboard.press("ControlOrMeta+Alt+n");
  await page.keyboard.press("ControlOrMeta+Alt+i");
  await expectChecked(page, 2);
  expect(source(studio, "line_filter")).toContain("metadata['Kept-Lines-With']");
  await studio.idle();
  await page.keyboard.press("ControlOrMeta+Alt+n");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expectChecked(page, 1);
  await page.keyboard.press("ControlOrMeta+Alt+n");
  await expect(tourOf(page)).toContainText("Tour done");
  await expect(page.getByRole("heading", { name: "Tour done" })).toBeFocused();
});

for (const [title, steps] of [
  ["A failing storlet and its traceback", 4],
  ["Work on a range, push the query down", 4],
] as const) {
  test(`${title}: to its end by mouse`, async ({ studio, page }) => {
    await studio.open();
    await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Learn" }).click();
    await page.getByRole("treeitem", { name: title }).click();
    for (let step = 1; step <= steps; step++) {
      await expect(tourOf(page)).toContainText(`Step ${step} of ${steps}`);
      await tourOf(page).getByRole("button", { name: "Show me where" }).click();
      await tourOf(page).getByRole("button", { name: "Do it for me" }).click();
      const next = tourOf(page)
        .getByRole("button", { name: step === steps ? "Finish" : "Next" })
        .and(page.locator(":not([aria-disabled])"));
      await expect(next).toBeVisible();
      // A run is told as over before its answer is on show.
      await studio.idle();
      await next.click();
    }
    await expect(tourOf(page)).toContainText("Tour done");
    await tourOf(page).getByRole("button", { name: "More tours" }).click();
    await expect(page.getByRole("treeitem", { name: `${title}, done` })).toBeVisible();
  });
}

test("a tour of the workspace is taken as text; a broken one says what is wrong", async ({ studio, page }) => {
  const hostile = `<img src=x onerror="document.title='run'">`;
  mkdirSync(join(studio.workspace, "tours"));
  await studio.open();
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Learn" }).click();
  const step = { title: hostile, text: `${hostile} **bold**`, checks: [{ is: "view-open", view: "learn" }] };
  writeFileSync(join(studio.workspace, "tours/mine.yaml"), JSON.stringify({ title: "Mine", minutes: 1, steps: [step] }));
  writeFileSync(join(studio.workspace, "tours/broken.yaml"), "title: Broken\nminutes: 1\nsteps: []\n");
  await expect(page.getByRole("alert").getByText("tours/broken.yaml is not a tour.")).toBeVisible();
  await page.getByRole("treeitem", { name: "Mine" }).click();
  await expect(tourOf(page).getByText(hostile).first()).toBeVisible();
  await expectChecked(page, 1);
  expect(await page.title()).not.toBe("run");
});

test("the gallery filters, and one click puts a sample into the workspace and runs it", async ({ studio, page }) => {
  rmSync(join(studio.workspace, "storlets/word_count"), { recursive: true });
  await studio.open();
  await studio.command("Show the samples");
  await page.getByRole("button", { name: "Java", exact: false }).and(page.locator(".chip")).click();
  await expect(page.getByRole("button", { name: "Run word_count" })).toHaveCount(0);
  await page.getByRole("button", { name: /^All/ }).and(page.locator(".chip")).click();
  await page.getByRole("textbox", { name: "Search samples" }).fill("no such thing");
  await expect(page.getByText("No sample matches.")).toBeVisible();
  await page.getByRole("textbox", { name: "Search samples" }).fill("word_count");
  await page.getByRole("button", { name: "Run word_count" }).click();
  await expect(studio.verdict).toHaveText("200 OK");
  await expect(studio.editor.getByText("class WordCount")).toBeVisible();
});

test("a demo is reset: objects, files and typed text come back, runs stay, and undo takes it back", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  const before = source(studio, "line_filter");
  await page.keyboard.press("ControlOrMeta+F11");
  await expect(page.getByText(/Demo point of/)).toBeVisible();
  await expect(page.getByRole("contentinfo")).toHaveCount(0);
  await expect(studio.editor.locator(".view-line").first()).toHaveCSS("font-size", "18px");

  // They are shown for two seconds only, so the look begins before the press.
  const keysShown = expect(page.locator(".keystrokes")).toContainText("Run the storlet on the object");
  await page.keyboard.press("ControlOrMeta+Enter");
  await keysShown;
  await expect(page.getByText("Passed", { exact: true })).toBeVisible();
  const swift = (method: string, path: string) =>
    page.evaluate(async ([verb, to]) => (await fetch(`/swift/v1/AUTH_test/${to}`, { method: verb ?? "GET" })).status, [method, path]);
  expect(await swift("DELETE", "samples/access.log")).toBe(204);
  await studio.replaceText("class LineFilter(object):\n    pass\n");
  await page.keyboard.press("ControlOrMeta+S");
  await expect.poll(() => source(studio, "line_filter")).not.toBe(before);
  await expect(studio.editor.getByRole("status").first()).not.toContainText(/Unsaved|Saving/);

  await page.keyboard.press("ControlOrMeta+F12");
  await expect(page.getByText("Demo reset")).toBeVisible();
  expect(await swift("HEAD", "samples/access.log")).toBe(200);
  expect(source(studio, "line_filter")).toBe(before);
  await expect(studio.editor.getByText("class LineFilter")).toBeVisible();
  await expect(studio.editor.getByText("def __init__").first()).toBeVisible();
  const answered = studio.answer();
  await page.keyboard.press("ControlOrMeta+Enter");
  expect((await answered).status()).toBe(200);
  await expect(page.getByText("Passed", { exact: true })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+H");
  const recorded = () =>
    page.evaluate(async () => {
      const response = await fetch("/trpc/runs.list?input=" + encodeURIComponent(JSON.stringify({ limit: 50 })));
      return ((await response.json()) as { result: { data: unknown[] } }).result.data.length;
    });
  await expect.poll(recorded).toBe(2);

  await studio.command("Undo the reset of the demo");
  await expect(page.getByText("The reset is undone")).toBeVisible();
  expect(await swift("HEAD", "samples/access.log")).toBe(404);
  expect(source(studio, "line_filter")).not.toBe(before);
  await page.keyboard.press("ControlOrMeta+F11");
  await expect(page.getByRole("contentinfo")).toBeVisible();
});

for (const [language, by] of [
  ["Python", "keyboard"],
  ["Java", "mouse"],
] as const) {
  test(`a new ${language} storlet from a template to its result by ${by}`, async ({ studio, page }) => {
    await studio.open();
    if (by === "keyboard") await page.keyboard.press("ControlOrMeta+Alt+s");
    else await page.getByRole("button", { name: "New storlet" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New storlet" });
    await expect(dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
    await page.keyboard.insertText("Line Filter");
    await expect(dialog.getByText("Use lower-case letters: line_filter.")).toBeVisible();
    await dialog.getByRole("textbox", { name: "Name" }).fill("line_filter");
    await expect(dialog.getByText(/already/)).toBeVisible();
    await dialog.getByRole("textbox", { name: "Name" }).fill("first_try");
    if (by === "mouse") {
      await dialog.getByRole("button", { name: /Language/ }).click();
      await page.getByRole("option", { name: /Java/ }).click();
      await dialog.getByRole("button", { name: "Create" }).click();
    } else await page.keyboard.press("Enter");
    await expect(studio.editor.getByText("class FirstTry").first()).toBeVisible();
    // The form is filled in after the file is open.
    await expect(studio.inspector.locator(".invoke-storlet")).toContainText("first_try");
    await expect(studio.inspector.getByRole("combobox", { name: "Object" })).not.toHaveValue("");
    await page.keyboard.press("ControlOrMeta+Enter");
    await expect(studio.verdict).toHaveText("200 OK", { timeout: 30_000 });
  });
}

test("completion and hover know the storlet API, in Python and in Java", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.replaceText(
    "class A(object):\n    def __call__(self, in_files, out_files, params):\n        sink = out_files[0]\n        sink",
  );
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(".set");
  await expect(page.locator(".suggest-widget .monaco-list-row.focused")).toContainText("set_metadata");
  await page.keyboard.press("Enter");
  await expect(studio.editor.getByText("sink.set_metadata(metadata)")).toBeVisible();
  await page.keyboard.press("Escape");
  await studio.editor.locator(".view-line span", { hasText: "set_metadata" }).last().hover();
  await expect(page.getByText(/headers travel first/).first()).toBeVisible();
});
