/** Journeys with what storlets are given and give back, each by keyboard alone and by mouse: upload, replay, logs. */
import { truncateSync, writeFileSync } from "node:fs";
import { bothHands, expect, test } from "./hands.ts";
import { connectSwift } from "../swift.ts";

/** A storlet that writes very many lines, one of them an error. */
const flood = `import sys

class Flood(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        for number in range(12000):
            sys.stdout.write('request %d was answered\\n' % number)
        sys.stdout.flush()
        self.logger.error('disk 3 does not answer')
        for number in range(3000):
            sys.stdout.write('later request %d was answered\\n' % number)
        sys.stdout.flush()
        out_files[0].write(b'done')
`;

for (const hand of bothHands) {
  test.describe(`by ${hand}`, () => {
    test.use({ hand });

    test("a large upload, and its cancel", async ({ hands, page }, info) => {
      const path = info.outputPath("large.bin");
      writeFileSync(path, "");
      truncateSync(path, 400_000_000);
      await hands.open();
      // Slow enough to be met underway on any machine.
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 20_000_000 };
      await session.send("Network.emulateNetworkConditions", slow);
      const uploads = page.getByRole("region", { name: "Uploads" });
      const chooser = page.waitForEvent("filechooser", { timeout: 60_000 });
      if (hand === "mouse") {
        await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Objects" }).click();
        await page.getByRole("treeitem", { name: /^samples/ }).click();
        await page.getByRole("toolbar", { name: "Objects" }).getByRole("button", { name: "Upload" }).click();
        await page.getByRole("menuitem", { name: "Files" }).click();
      } else {
        await hands.press("ControlOrMeta+Shift+O");
        await expect(page.getByRole("treeitem", { name: /^samples/ })).toBeVisible();
        await hands.walkTo("[data-region=side] *");
        await hands.tabTo(/^(dependency|samples)/);
        await hands.tabTo(/^samples/, "ArrowDown");
        await hands.press("Enter");
        await expect(page.getByRole("grid", { name: /^Objects of samples/ })).toBeVisible();
        await hands.press("ControlOrMeta+U");
      }
      await (await chooser).setFiles([path]);
      await expect(uploads.getByRole("progressbar")).toBeVisible();
      if (hand === "mouse") await uploads.getByRole("button", { name: "Cancel the upload of large.bin" }).click();
      else {
        await hands.tabTo("Cancel the upload of large.bin");
        await hands.press("Enter");
      }
      await expect(uploads.getByText("cancelled")).toBeVisible();
      await expect(page.getByRole("row", { name: /^large\.bin/ })).toHaveCount(0);
    });

    test("replay a run, change what it is given, compare the two", async ({ hands, studio, page }) => {
      await hands.open();
      const { inspector, editor } = studio;
      if (hand === "mouse") {
        await studio.file("line_filter.py").click();
        await inspector.getByRole("button", { name: "Run", exact: true }).click();
      } else {
        await hands.goTo("line_filter.py");
        await hands.press("ControlOrMeta+Enter");
      }
      await expect(studio.verdict).toHaveText("200 OK");
      if (hand === "mouse") {
        await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Runs" }).click();
        await page.getByRole("option", { name: /line_filter, Succeeded/ }).click();
        await page.getByRole("button", { name: "Replay", exact: true }).click();
      } else await hands.press("ControlOrMeta+Shift+Enter");
      await expect(editor.getByText(/The storlet's code is the same/)).toBeVisible();
      if (hand === "mouse") await page.getByRole("tab", { name: "line_filter.py" }).click();
      else await hands.goTo("line_filter.py");
      if (hand === "mouse") {
        await inspector.getByRole("textbox", { name: /Value of contains/ }).fill("404");
        await inspector.getByRole("button", { name: "Run", exact: true }).click();
      } else {
        await hands.press("ControlOrMeta+Shift+Y");
        await hands.tabTo(/Value of contains/);
        await hands.press("ControlOrMeta+A");
        await page.keyboard.type("404");
        await hands.press("ControlOrMeta+Enter");
      }
      await expect(inspector.getByText(/\b404\b/).first()).toBeVisible();
      await studio.idle();
      if (hand === "mouse") {
        await expect(page.getByRole("option", { name: /line_filter, Succeeded/ })).toHaveCount(3);
        await page.getByRole("option").first().click();
        await page.getByRole("button", { name: "Compare with previous" }).click();
      } else {
        await hands.press("ControlOrMeta+Shift+H");
        await expect(page.getByRole("option", { name: /line_filter, Succeeded/ })).toHaveCount(3);
        await hands.press("ControlOrMeta+Shift+D");
      }
      await expect(page.getByRole("heading", { name: "Same outcome, different body" })).toBeVisible();
      await expect(page.getByRole("region", { name: "Body, compared" }).locator("[data-difference]").first()).toBeVisible();
      if (hand === "mouse") await page.getByRole("button", { name: /next difference/i }).click();
      else await hands.press("F7");
      await expect(editor.getByText(/Difference 1 of \d/)).toBeVisible();
    });

    test("a flood of lines, down to its one error", async ({ hands, studio, page }) => {
      const client = await connectSwift(studio.ready);
      await client.deploy("flood", flood);
      await hands.open();
      if (hand === "mouse") await hands.clickCommand("Show logs");
      else await hands.press("ControlOrMeta+Shift+U");
      const run = await client.run("flood.py", "samples/access.log");
      expect(await run.text()).toBe("done");
      const info = page.getByRole("button", { name: /^Info, \d/ });
      await expect(info).toHaveAccessibleName(/Info, 1[45]\D?\d\d\d lines/);
      if (hand === "mouse") {
        await info.click();
        await expect(studio.log.getByText("disk 3 does not answer")).toBeVisible();
        await info.click();
        await page.getByRole("textbox", { name: "Filter lines by text" }).click();
      } else {
        await hands.tabTo(/^Info, /);
        await hands.press("Enter");
        await expect(studio.log.getByText("disk 3 does not answer")).toBeVisible();
        await hands.press("Enter");
        await hands.tabTo("Filter lines by text", "Shift+Tab");
      }
      await page.keyboard.type("DISK 3");
      await expect(studio.log.getByText("request", { exact: false })).toHaveCount(0);
      await expect(studio.log.getByText("disk 3 does not answer")).toHaveCount(1);
      await expect(page.getByRole("button", { name: "Error, 1 line" })).toBeVisible();
    });
  });
}
