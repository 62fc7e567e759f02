/**
 * What the screen outlives. Sizes are whole where that takes less than a minute; those that take longer are smaller here and whole
 * with STUDIO_SURVIVAL=full: 10,000 runs and 1,000,000 lines.
 */
import type { Page } from "@playwright/test";
import { heapBytes } from "./bench/ui/probe.ts";
import { expect, test, type Studio } from "./studio.ts";
import { connectSwift, storlets, type SwiftClient } from "./swift.ts";

const isFull = process.env["STUDIO_SURVIVAL"] === "full";
const megabyte = 1_000_000;

const answering = (body: string): string => `import time

class LineFilter(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
${body.replaceAll(/^/gm, "        ")}
`;

const view = (page: Page, name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("button", { name, exact: true });

/** Many runs of a storlet that is live, eight at a time, as a load test from outside. */
async function runOften(client: SwiftClient, count: number): Promise<void> {
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun++ < count) {
      const answer = await client.run("binary.py", "samples/access.log");
      expect(answer.status).toBe(200);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

test("an engine that is restarted in the middle of a run", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.makeLive(answering("self.logger.info('it began')\ntime.sleep(60)\nout_files[0].write(b'late')"));
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.log.getByText("it began")).toBeVisible();
  await studio.editorLoaded();
  await studio.stop("SIGKILL");
  await expect(page.getByRole("alert").getByText("The engine stopped answering")).toBeVisible();
  await studio.start();
  await expect(page.getByRole("contentinfo")).toContainText("Engine running");
  await expect(page.getByText("The engine stopped answering")).toHaveCount(0);
  await view(page, "Runs").click();
  // What a killed engine had not ended is not on record; nothing may look as if it still ran.
  await expect(page.getByRole("option", { name: /line_filter, (Running|Starting|Streaming|Queued)/ })).toHaveCount(0);
  await studio.makeLive(answering("out_files[0].write(b'after the restart')"));
  await studio.idle();
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.inspector.getByText("after the restart")).toBeVisible();
});

test("an answer of 1 GB: counted, its front shown, nothing of the rest kept", async ({ studio, page }) => {
  test.setTimeout(180_000);
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.makeLive(answering("piece = b'0123456789abcde\\n' * 62500\nfor _ in range(1000):\n    out_files[0].write(piece)"));
  const cdp = await page.context().newCDPSession(page);
  const before = await heapBytes(cdp);
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK", { timeout: 60_000 });
  await expect(studio.inspector.getByText(/1(\.00?)? GB/).first()).toBeVisible();
  await expect(studio.inspector.getByText("0123456789abcde").first()).toBeVisible();
  expect((await heapBytes(cdp)) - before).toBeLessThan(20 * megabyte);
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await page.getByRole("option", { name: /line_filter/ }).click();
  await expect(page.getByRole("heading", { name: "line_filter" })).toBeVisible();
  expect((await heapBytes(cdp)) - before).toBeLessThan(25 * megabyte);
});

test("a body of every byte there is", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.makeLive(answering("out_files[0].write(bytes(range(256)) * 16)"));
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  await expect(
    studio.inspector
      .getByRole("tabpanel")
      .getByText(/00 01 02 03/)
      .first(),
  ).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await page.getByRole("option", { name: /line_filter/ }).click();
  const answered = page.getByRole("region", { name: "What came back", exact: true });
  await answered.getByRole("tab", { name: /Body/ }).click();
  await expect(answered.getByText(/00 01 02 03/).first()).toBeVisible();
});

test(`${isFull ? "10,000" : "1,500"} runs, listed and scrolled, and a heap that does not grow by 1,000 more`, async ({ studio, page }) => {
  test.setTimeout(isFull ? 600_000 : 180_000);
  const client = await connectSwift(studio.ready);
  await client.deploy("binary", storlets.binary);
  await studio.open();
  await studio.openFile("line_filter.py");
  await view(page, "Runs").click();
  const count = isFull ? 10_000 : 1500;
  await runOften(client, count - 1000);
  await expect(page.getByRole("option").first()).toBeVisible();
  const cdp = await page.context().newCDPSession(page);
  const before = await heapBytes(cdp);
  await runOften(client, 1000);
  await expect(page.getByRole("option", { name: /Running|Starting|Queued/ })).toHaveCount(0);
  const grown = (await heapBytes(cdp)) - before;
  expect(grown).toBeLessThan(10 * megabyte);
  const list = page.getByRole("listbox", { name: "Runs" });
  await list.focus();
  for (let step = 0; step < 12; step++) await page.keyboard.press("End");
  await expect(page.getByRole("option").last()).toBeVisible();
  // However many there are, those in sight are drawn.
  expect(await page.getByRole("option").count()).toBeLessThan(80);
  await list.hover();
  await page.mouse.wheel(0, -40_000);
  await expect(page.getByRole("option").first()).toBeVisible();
});

test(`${isFull ? "1,000,000" : "300,000"} lines of log: the newest are kept, the page goes on`, async ({ studio, page }) => {
  test.setTimeout(isFull ? 400_000 : 180_000);
  const client = await connectSwift(studio.ready);
  await client.deploy("flood", storlets.flood);
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+Shift+U");
  const cdp = await page.context().newCDPSession(page);
  const writers = 4;
  const lines = (isFull ? 1_000_000 : 300_000) / writers;
  const write = (tag: string, count: number) =>
    client.run("flood.py", "samples/access.log", { lines: String(count), tag }).then((answer) => answer.text());
  await Promise.all(Array.from({ length: writers }, (_, index) => write(`writer-${index}`, lines)));
  await write("last", 10);
  await expect(studio.log.getByText("last is over")).toBeVisible();
  // 200,000 lines are held, and nothing beside them.
  expect(await heapBytes(cdp)).toBeLessThan(200 * megabyte);
  await page.getByRole("textbox", { name: "Filter lines by text" }).fill("is over");
  await expect(studio.log.getByText(/writer-\d is over/).first()).toBeVisible();
  await page.getByRole("button", { name: "Clear the text" }).click();
  await studio.editorText().focus();
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
});

test("no connection for a while: what is on screen stays, and it goes on by itself", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.editorLoaded();
  await studio.stop();
  await expect(page.getByRole("alert").getByText("The engine stopped answering")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("# typed while away");
  for (const name of ["Objects", "Runs", "Sandboxes", "Storlets"]) await view(page, name).click();
  await expect(studio.editor.getByText("# typed while away")).toBeVisible();
  await studio.start();
  await expect(page.getByRole("contentinfo")).toContainText("Engine running");
  await view(page, "Objects").click();
  await expect(page.getByRole("treeitem", { name: /^samples/ })).toBeVisible();
  await studio.editorText().focus();
  await page.keyboard.press("ControlOrMeta+S");
  await expect(studio.editor.getByRole("status").first()).toContainText("Live");
});

test("two tabs at once: a run and a saved file of the one are seen in the other", async ({ studio, page, context }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  const second = await context.newPage();
  await second.goto(studio.ready?.control ?? "");
  await second.getByRole("treeitem", { name: "line_filter.py", exact: true }).click();
  await expect(second.getByRole("main").getByText("class LineFilter")).toBeVisible();
  await studio.makeLive(answering("self.logger.info('from the first tab')\nout_files[0].write(b'once')"));
  await expect(second.getByRole("main").getByText("from the first tab")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  await expect(second.getByRole("log").getByText("from the first tab")).toBeVisible();
  await second.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Runs" }).click();
  await expect(second.getByRole("option", { name: /line_filter, Succeeded/ })).toHaveCount(1);
  await second.close();
  await page.keyboard.press("ControlOrMeta+Enter");
  // Both runs, each once: the other page took no lines away and left none behind.
  await expect(studio.log.getByText("from the first tab")).toHaveCount(2);
});

/** Nothing is wider than the window, and what everyone needs is inside it. */
async function expectFits(studio: Studio): Promise<void> {
  const { page } = studio;
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBe(0);
  for (const part of [page.getByRole("banner"), page.getByRole("contentinfo"), page.getByRole("navigation", { name: "Views" })]) {
    await expect(part).toBeInViewport();
  }
}

for (const { name, width, height, scale } of [
  { name: "a window of 800 pixels", width: 800, height: 700, scale: 1 },
  { name: "a zoom of 200 %", width: 720, height: 450, scale: 2 },
]) {
  test.describe(name, () => {
    // A zoomed page is a smaller one with larger pixels.
    test.use({ viewport: { width, height }, deviceScaleFactor: scale });

    test(`${name}: everything is there and works`, async ({ studio, page }, info) => {
      await page.goto(studio.ready?.control ?? "");
      await expect(page.getByRole("heading", { name: "Run a sample now" })).toBeVisible();
      await expectFits(studio);
      await page.getByRole("button", { name: "Run sample" }).click();
      // Invoke is a tab of the panel where there is no room beside the editor.
      await expect(page.getByRole("heading", { name: "200 OK" })).toBeInViewport();
      await expectFits(studio);
      for (const shown of ["Objects", "Runs", "Sandboxes", "Storlets"]) {
        if ((await view(page, shown).getAttribute("aria-expanded")) !== "true") await view(page, shown).click();
        await expect(page.getByRole("complementary").first()).toBeInViewport();
        await expectFits(studio);
        await page.screenshot({ path: info.outputPath(`${shown}.png`) });
      }
      await page.keyboard.press("ControlOrMeta+Shift+P");
      await expect(page.getByRole("combobox", { name: "Name of a command" })).toBeInViewport();
      await page.keyboard.press("Escape");
    });
  });
}
