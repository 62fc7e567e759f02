/** Runs as records: the page of a run, filters, replay, comparison; by mouse and by keyboard. */
import type { Page } from "@playwright/test";
import { expect, test, type Studio } from "./studio.ts";

const writing = (text: string): string => `class LineFilter(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({'Word': ${JSON.stringify(text)}})
        # What nobody reads is not on record.
        in_files[0].read()
        out_files[0].write(b'same line\\n' + ${JSON.stringify(`${text} line`)}.encode() + b'\\nlast line\\n')
        self.logger.info(${JSON.stringify(`said ${text}`)})
`;

/** Changes the open storlet, saves it and runs it. */
async function runOnce(studio: Studio, text: string): Promise<void> {
  const { page } = studio;
  await studio.makeLive(writing(text));
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.inspector.getByText(`${text} line`)).toBeVisible();
}

const view = (page: Page, name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("button", { name });
const sent = (page: Page) => page.getByRole("region", { name: "What was sent", exact: true });
const answered = (page: Page) => page.getByRole("region", { name: "What came back", exact: true });

test("the page of a run shows what was sent, what came back and where the time went", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await runOnce(studio, "first");
  await view(page, "Runs").click();
  await page.getByRole("option", { name: /line_filter, Succeeded/ }).click();
  await expect(page.getByRole("heading", { name: "line_filter" })).toBeVisible();
  await expect(studio.editor.getByText(/The storlet and its output took/)).toBeVisible();
  await expect(sent(page).getByText("X-Run-Storlet")).toBeVisible();
  await expect(answered(page).getByText("X-Object-Meta-Word")).toBeVisible();
  await answered(page).getByRole("tab", { name: /Body/ }).click();
  await expect(answered(page).getByText("first line")).toBeVisible();
  await answered(page).getByRole("tab", { name: /Log/ }).click();
  await expect(answered(page).getByText("said first")).toBeVisible();
  await sent(page).getByRole("tab", { name: "As curl" }).click();
  await expect(sent(page).getByText(/TOKEN=\$\(curl/)).toBeVisible();

  // Plain text is asked of the view that has the focus.
  await studio.editor.getByRole("button", { name: /^As text/ }).focus();
  await page.keyboard.press("Alt+F2");
  await expect(page.getByLabel("Where the time went, as text")).toContainText(/Execute +\S+ ms/);

  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await page.getByRole("button", { name: "Name it or add a note" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("baseline of march");
  await page.getByRole("textbox", { name: "Note" }).fill("before the change");
  const noted = page.waitForResponse((response) => response.request().postData()?.includes("before the change") === true);
  await page.getByRole("heading", { name: "Where the time went" }).click();
  expect((await noted).ok()).toBe(true);
  await expect(page.getByRole("option", { name: /baseline of march, pinned/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "baseline of march" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Note" })).toHaveValue("before the change");
});

test("replay and compare by keyboard alone; the code that changed is told", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await runOnce(studio, "first");
  await studio.makeLive(writing("second"));
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  await expect(page.getByRole("tab", { name: /^Run / })).toBeVisible();
  await expect(studio.editor.getByText(/The storlet's code changed since/)).toBeVisible();
  // The page of a replay may be there before the answer that ends it; until then the key for the next one does nothing.
  await expect(page.getByRole("button", { name: "Replay", exact: true })).toBeEnabled();
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  await expect(page.getByRole("tab", { name: /^Run / })).toHaveCount(2);
  await expect(studio.editor.getByText(/The storlet's code is the same/)).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+D");
  await expect(page.getByRole("heading", { name: "Same outcome, same body" })).toBeVisible();
  await page.keyboard.press("Alt+W");

  // The two versions, from the view of runs.
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await expect(page.getByRole("option")).toHaveCount(3);
  await page.getByRole("option").nth(1).click();
  await page.keyboard.press("ControlOrMeta+Shift+D");
  await expect(page.getByRole("heading", { name: "Same outcome, different body" })).toBeVisible();
  const body = page.getByRole("region", { name: "Body, compared" });
  await expect(body.getByText("first line")).toBeVisible();
  await expect(body.getByText("second line")).toBeVisible();
  await expect(page.getByRole("region", { name: "Log, compared" }).getByText("said second")).toBeVisible();
  await page.keyboard.press("F7");
  await expect(studio.editor.getByText(/Difference 1 of \d/)).toBeVisible();
  await page.keyboard.press("F7");
  await expect(studio.editor.getByText(/Difference 2 of \d/)).toBeVisible();
  await page.keyboard.press("Shift+F7");
  await expect(studio.editor.getByText(/Difference 1 of \d/)).toBeVisible();
});

test("a PUT is recorded with what it sent, and replayed with it", async ({ studio, page }) => {
  await studio.open();
  const { origin } = new URL(studio.ready?.control ?? "");
  await studio.openFile("line_filter.py");
  await runOnce(studio, "stored");
  const status = await page.evaluate(async (base) => {
    const headers = { "X-Run-Storlet": "line_filter.py", "Content-Type": "text/plain" };
    return (await fetch(`${base}/swift/v1/AUTH_test/samples/put.txt`, { method: "PUT", headers, body: "what was sent" })).status;
  }, origin);
  expect(status).toBe(201);
  await view(page, "Runs").click();
  await page.getByRole("option", { name: /PUT, samples\/put\.txt/ }).click();
  await sent(page).getByRole("tab", { name: /Body/ }).click();
  await expect(sent(page).getByText("what was sent")).toBeVisible();
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await expect(page.getByRole("option", { name: /PUT, samples\/put\.txt/ })).toHaveCount(2);
  await expect(studio.editor.getByText(/The storlet's code is the same/)).toBeVisible();
});

test("filters hide runs and say how many", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await runOnce(studio, "one");
  await view(page, "Runs").click();
  await page.getByRole("button", { name: /^Failed/ }).click();
  await expect(page.getByText("1 run is hidden by the filter.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filter" }).click();
  await page.getByRole("textbox", { name: "Filter runs" }).fill("no such run");
  await expect(page.getByText('No run matches "no such run".')).toBeVisible();
  await page.getByRole("textbox", { name: "Filter runs" }).fill("LINE access");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.getByRole("button", { name: "Filter by state and storlet" }).click();
  await page.getByRole("menuitemradio", { name: "Timed out" }).click();
  await expect(page.getByText("1 run is hidden by the filter.")).toBeVisible();
});

test("a run that is gone, and hostile content, stay words", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  const hostile = `<img src=x onerror="document.title='ran'">`;
  await runOnce(studio, hostile);
  await view(page, "Runs").click();
  await page.getByRole("option").first().click();
  await expect(answered(page).getByText(hostile).first()).toBeVisible();
  await answered(page).getByRole("tab", { name: /Body/ }).click();
  await expect(answered(page).getByText(`${hostile} line`)).toBeVisible();
  expect(await page.title()).not.toBe("ran");
  await page.evaluate(() => {
    sessionStorage.setItem("studio.tabs", JSON.stringify({ tabs: [{ kind: "run", run: "dead", id: "run:dead" }], activeId: "run:dead" }));
  });
  await page.reload();
  await expect(page.getByText("Run dead is not on record any more.")).toBeVisible();
});
