/** The log as a tool: filters by keyboard alone and by mouse, expressions, search, files, the twin in words, and that everyone can read it. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test, themes, wishForTheme, type Studio } from "./studio.ts";
import { bothHands, test as handsTest } from "./journeys/hands.ts";
import { classOf, connectSwift } from "./swift.ts";

/** Writes lines of several kinds, and one on which a careless expression goes astray. */
const talker = (name: string): string => `import sys

class ${classOf(name)}(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        for number in range(300):
            sys.stdout.write('request %d was answered\\n' % number)
        sys.stdout.flush()
        self.logger.error('disk 3 does not answer <b>now</b>')
        self.logger.info('a' * 60 + '!')
        self.logger.info('Done with 300 requests')
        out_files[0].write(b'done')
`;

/** Deploys the storlet under a name and runs it once; returns the run's transaction id. */
async function talk(studio: Studio, name = "talker"): Promise<string> {
  const client = await connectSwift(studio.ready);
  await client.deploy(name, talker(name));
  const run = await client.run(`${name}.py`, "samples/access.log");
  expect(await run.text()).toBe("done");
  return run.headers.get("x-trans-id") ?? "";
}

const filterText = (page: Page) => page.getByRole("textbox", { name: "Filter lines by text" });
const rows = (studio: Studio) => studio.log.locator(".log-head");

async function openLog(studio: Studio, page: Page): Promise<void> {
  await studio.open();
  await page.keyboard.press("ControlOrMeta+Shift+U");
  await expect(studio.log).toBeVisible();
}

for (const hand of bothHands) {
  handsTest.describe(`by ${hand}`, () => {
    handsTest.use({ hand });

    handsTest("filters are added, seen and taken away", async ({ hands, studio, page }) => {
      const transaction = await talk(studio);
      await talk(studio, "other");
      await hands.open();
      if (hand === "mouse") {
        await hands.clickCommand("Show logs");
        await page.getByRole("button", { name: "More filters" }).click();
        const form = page.getByRole("dialog", { name: /More filters/ });
        await form.getByRole("button", { name: "stdout" }).click();
        await form.getByRole("button", { name: "other.py" }).click();
        await form.getByRole("button", { name: "talker.py" }).click();
        await form.getByRole("button", { name: "Last hour" }).click();
        await form.getByRole("textbox", { name: "Run" }).click();
        await page.keyboard.type(transaction);
        await form.getByRole("button", { name: "Show run" }).click();
        await expect(form.getByRole("button", { name: "stdout" })).toHaveAttribute("aria-pressed", "true");
      } else {
        await hands.press("ControlOrMeta+Shift+U");
        await expect(studio.log).toBeVisible();
        await hands.press("ControlOrMeta+Alt+H");
        const form = page.getByRole("dialog", { name: /More filters/ });
        await expect(form.getByRole("button", { name: "other.py" })).toBeVisible();
        await expect(form.getByRole("button", { name: "talker.py" })).toBeVisible();
        await hands.tabTo("stdout");
        await hands.press("Enter");
        await hands.tabTo("other.py");
        await hands.press("Enter");
        await hands.tabTo("talker.py");
        await hands.press("Enter");
        await hands.tabTo("Last hour");
        await hands.press("Enter");
        await hands.press("Tab");
        await expect(form.getByRole("textbox", { name: "Run" })).toBeFocused();
        await page.keyboard.type(transaction);
        await hands.press("Enter");
      }
      const chips = page.getByRole("toolbar", { name: "Filters that are on" });
      await expect(chips.getByRole("button")).toHaveText([/^run /, "other.py", "talker.py", "stdout", /^from /, "Clear filter"], {
        useInnerText: true,
      });
      if (hand === "mouse") await page.mouse.click(700, 20);
      else {
        await expect(page.getByRole("dialog", { name: /More filters/ }).getByRole("textbox", { name: "Run" })).toBeFocused();
        await hands.press("Escape");
      }
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect(page.getByRole("button", { name: "Info, 300 lines" })).toBeVisible();
      await expect(studio.log.getByText("disk 3")).toHaveCount(0);
      const removeSource = page.getByRole("button", { name: "Do not filter by source stdout" });
      if (hand === "mouse") await removeSource.click();
      else {
        await hands.tabTo(/^Show every line, not only run/);
        await hands.tabTo("Do not filter by source stdout", "ArrowRight");
        await hands.press("Enter");
      }
      await expect(page.getByRole("button", { name: "Error, 1 line" })).toBeVisible();
      const clear = chips.getByRole("button", { name: "Clear filter" });
      if (hand === "mouse") await clear.click();
      else {
        await hands.tabTo(/^Show every line, not only run/);
        await hands.tabTo("Clear filter", "ArrowRight");
        await hands.press("Enter");
      }
      await expect(chips).toHaveCount(0);
      await expect(page.getByRole("button", { name: "Error, 2 lines" })).toBeVisible();
    });

    handsTest("search goes from line to line and hides none", async ({ hands, studio, page }) => {
      await talk(studio);
      await hands.open();
      const find = page.getByRole("textbox", { name: "Find in the log" });
      if (hand === "mouse") {
        await hands.clickCommand("Show logs");
        await page.getByRole("button", { name: "Find in these lines" }).click();
      } else {
        await hands.press("ControlOrMeta+Shift+U");
        await expect(studio.log).toBeVisible();
        await hands.press("ControlOrMeta+Alt+F");
      }
      await expect(find).toBeFocused();
      await page.keyboard.type("REQUEST 29");
      const place = page.getByRole("toolbar", { name: "Find in the log" }).getByRole("status");
      await expect(place).toHaveText("11 lines");
      const next = async (back = false) => {
        if (hand === "mouse")
          await page.getByRole("button", { name: back ? "Previous line that has it" : "Next line that has it" }).click();
        else await hands.press(back ? "Shift+Enter" : "Enter");
      };
      await next();
      await expect(place).toHaveText(/^\d+ of 11 lines/);
      const first = (await place.textContent()) ?? "";
      await next(true);
      await expect(place).not.toHaveText(first);
      await expect(place).toHaveText(/^\d+ of 11 lines/);
      await expect(studio.log.locator(".log-current mark")).toHaveText("request 29");
      await expect(page.getByRole("button", { name: /^Info, 3\d\d lines/ })).toBeVisible();
      if (hand === "mouse") await page.getByRole("button", { name: "Close the search" }).click();
      else await hands.press("Escape");
      await expect(find).toHaveCount(0);
      await expect(studio.log).toBeFocused();
    });
  });
}

test("an expression filters, a wrong one says so, and one that goes astray is stopped", async ({ studio, page }) => {
  await talk(studio);
  await openLog(studio, page);
  await page.getByRole("toolbar", { name: "Log filters" }).getByRole("button", { name: "Regular expression" }).click();
  await filterText(page).fill("^Request [12]5\\d ");
  await expect(page.getByRole("button", { name: "Info, 20 lines" })).toBeVisible();
  await expect(studio.log.locator("mark").first()).toHaveText(/^request [12]5\d $/);
  await page.getByRole("toolbar", { name: "Log filters" }).getByRole("button", { name: "Match case" }).click();
  await expect(studio.log.locator("..").getByText("No line matches")).toBeVisible();
  await filterText(page).fill("(");
  await expect(page.getByText("Not a regular expression: Unterminated group.")).toBeVisible();
  await expect(filterText(page)).toHaveAttribute("aria-invalid", "true");
  await filterText(page).fill("^(a+)+$");
  await expect(page.getByText(/takes too long on some lines, and was stopped/)).toBeVisible();
  // The page was at hand all the time: what it does not filter it shows.
  await expect(studio.log.getByText("request 299 was answered")).toBeVisible();
  await filterText(page).fill("Done with");
  await expect(rows(studio)).toHaveCount(1);
});

test("filters are there again after a reload", async ({ studio, page }) => {
  await talk(studio);
  await openLog(studio, page);
  await page.keyboard.press("ControlOrMeta+Alt+G");
  await expect(filterText(page)).toBeFocused();
  await page.keyboard.type("disk");
  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByRole("button", { name: "Last 5 minutes" }).click();
  await page.keyboard.press("Escape");
  await expect(rows(studio)).toHaveCount(1);
  await studio.log.getByTitle("Show only talker.py").first().click();
  await studio.log
    .getByTitle(/^Show only run/)
    .first()
    .click();
  const chips = page.getByRole("toolbar", { name: "Filters that are on" }).getByRole("button");
  await expect(chips).toHaveCount(4);
  await page.reload();
  await expect(filterText(page)).toHaveValue("disk");
  await expect(chips).toHaveCount(4);
  await expect(studio.log.getByText("disk 3 does not answer <b>now</b>")).toBeVisible();
});

test("lines are saved as text and as JSON lines, shown or all", async ({ studio, page }) => {
  await talk(studio);
  await openLog(studio, page);
  await filterText(page).fill("does not answer");
  await expect(rows(studio)).toHaveCount(1);
  const save = async (name: string): Promise<string> => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save lines as a file" }).click();
    await page.getByRole("menuitem", { name }).click();
    return readFileSync(await (await download).path(), "utf8");
  };
  expect(await save("Save the shown lines as text")).toMatch(/^\S+Z error \w+ \S+ .*disk 3 does not answer <b>now<\/b>\n$/);
  const line = JSON.parse(await save("Save the shown lines as JSON lines")) as Record<string, unknown>;
  expect(line).toMatchObject({ level: "error", storlet: "talker.py", text: expect.stringContaining("disk 3") as unknown });
  const all = (await save("Save all lines of the engine as JSON lines")).trimEnd().split("\n");
  expect(all.length).toBeGreaterThan(302);
  const seqs = all.map((text) => (JSON.parse(text) as { seq: number }).seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
});

test("the twin has every line that the filter shows", async ({ studio, page }) => {
  await talk(studio);
  await openLog(studio, page);
  await filterText(page).fill("was answered");
  await expect(page.getByRole("button", { name: "Info, 300 lines" })).toBeVisible();
  await page.keyboard.press("Alt+F2");
  const twin = page.getByRole("dialog", { name: "Log as plain text" });
  await expect(twin.getByText("300 lines of 300 lines that the filter shows.")).toBeVisible();
  const text = await twin.getByRole("textbox").inputValue();
  expect(text.trimEnd().split("\n")).toHaveLength(300);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(filterText(page)).toBeFocused();
});

test("a pause says how many lines wait", async ({ studio, page }) => {
  await openLog(studio, page);
  await page.keyboard.press("ControlOrMeta+Alt+P");
  await expect(page.getByText("Paused. No line has come since.")).toBeVisible();
  await talk(studio);
  await expect(page.getByText(/^Paused\. 3\d\d lines waiting\./)).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Alt+P");
  await expect(studio.log.getByText("request 299 was answered")).toBeVisible();
});

for (const theme of themes) {
  test(`axe finds nothing in ${theme}`, async ({ studio, page }) => {
    await wishForTheme(page, theme);
    await talk(studio);
    await openLog(studio, page);
    await filterText(page).fill("disk");
    await expect(rows(studio)).toHaveCount(1);
    await studio.log.getByTitle("Show only talker.py").first().click();
    await page.keyboard.press("ControlOrMeta+Alt+F");
    await expect(page.getByRole("textbox", { name: "Find in the log" })).toBeFocused();
    await page.keyboard.type("answer");
    await expect(page.getByRole("toolbar", { name: "Find in the log" }).getByRole("status")).toHaveText("1 line");
    await page.keyboard.press("Enter");
    await expect(studio.log.locator(".log-current")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: /More filters/ }).click();
    await expect(page.getByRole("dialog", { name: /More filters/ }).getByText("Storlets", { exact: true })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await filterText(page).fill("(");
    await page.getByRole("toolbar", { name: "Log filters" }).getByRole("button", { name: "Regular expression" }).click();
    await expect(page.getByText(/Not a regular expression/)).toBeVisible();
    await expectAccessible(page);
  });
}
