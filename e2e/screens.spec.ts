/**
 * Pictures of every view, in light and dark, and of what goes wrong. `npm run e2e -- screens --update-snapshots` renews those under
 * docs/screens. A view is a row of the table.
 */
import { resolve } from "node:path";
import type { Page, TestInfo } from "@playwright/test";
import { expect, test, type Studio } from "./studio.ts";

interface View {
  readonly name: string;
  /** Brings the view up in a page that was just opened, and waits until it says something. */
  show(studio: Studio, page: Page): Promise<unknown>;
}

const side = (page: Page, name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("button", { name, exact: true });

async function run(studio: Studio, page: Page, file: string, times = 1): Promise<void> {
  await studio.openFile(file);
  for (let round = 0; round < times; round++) {
    await page.keyboard.press("ControlOrMeta+Enter");
    await expect(studio.inspector.getByRole("progressbar")).toHaveCount(0);
    await expect(studio.verdict).toBeVisible();
    await expect(page.getByRole("button", { name: "Cancel", exact: true })).toHaveCount(0);
  }
}

async function openRun(studio: Studio, page: Page): Promise<void> {
  await run(studio, page, "line_filter.py", 2);
  await side(page, "Runs").click();
  await page.getByRole("option").first().click();
  await expect(page.getByRole("heading", { name: "Where the time went" })).toBeVisible();
}

const views: readonly View[] = [
  { name: "welcome", show: (_studio, page) => expect(page.getByText(/checked in/)).toBeVisible() },
  {
    name: "workbench",
    async show(studio, page) {
      await run(studio, page, "csv_columns.py", 2);
      await expect(studio.log.getByText(/kept \d+ of 1440 rows/).first()).toBeVisible();
    },
  },
  {
    name: "objects",
    async show(_studio, page) {
      await side(page, "Objects").click();
      await page.getByRole("treeitem", { name: /^samples/ }).click();
      await page.getByRole("row", { name: /^stations\.csv/ }).click();
      await expect(page.getByRole("grid", { name: /as a table/ }).getByRole("columnheader", { name: "humidity" })).toBeVisible();
    },
  },
  {
    name: "hex",
    async show(_studio, page) {
      await page.evaluate(() => {
        const bytes = Uint8Array.from({ length: 4096 }, (_, index) => (index * 7 + (index >> 4)) % 256);
        const headers = { "Content-Type": "application/octet-stream" };
        return fetch("/swift/v1/AUTH_test/samples/a-probe.bin", { method: "PUT", body: bytes, headers });
      });
      await side(page, "Objects").click();
      await page.getByRole("treeitem", { name: /^samples/ }).click();
      await page.getByRole("row", { name: /^a-probe\.bin/ }).click();
      await expect(page.getByRole("group", { name: /as hex/ })).toBeVisible();
    },
  },
  { name: "run", show: openRun },
  {
    name: "compare",
    async show(studio, page) {
      await openRun(studio, page);
      await page.keyboard.press("ControlOrMeta+Shift+D");
      await expect(page.getByRole("heading", { name: /^Same outcome/ })).toBeVisible();
    },
  },
  {
    name: "sandboxes",
    async show(studio, page) {
      await run(studio, page, "line_filter.py");
      await side(page, "Sandboxes").click();
      await page.getByRole("treeitem", { name: /^line_filter/ }).click();
      await expect(studio.editor.getByText(/of one core now/)).toBeVisible();
    },
  },
  {
    name: "palette",
    async show(studio, page) {
      await studio.openFile("line_filter.py");
      await page.keyboard.press("ControlOrMeta+P");
      await page.keyboard.type("line");
      await expect(page.getByRole("listbox", { name: "Matches" }).getByRole("option").first()).toBeVisible();
    },
  },
  {
    name: "commands",
    async show(_studio, page) {
      await page.keyboard.press("ControlOrMeta+Shift+P");
      await expect(page.getByRole("listbox", { name: "Matches" }).getByRole("option").first()).toBeVisible();
    },
  },
  {
    name: "problems",
    async show(studio, page) {
      await studio.openFile("word_count.py");
      await studio.replaceText("class WordCount(object)\n    pass\n");
      await page.keyboard.press("ControlOrMeta+S");
      await expect(studio.editor.getByRole("status").first()).toContainText("not live: 1 error");
      await page.keyboard.press("ControlOrMeta+Shift+M");
      await expect(page.getByRole("region", { name: "Panel" })).toContainText("expected ':'");
    },
  },
  {
    name: "failing-run",
    async show(studio, page) {
      await run(studio, page, "broken_totals.py");
      await expect(studio.inspector.getByText("broken_totals stopped at line 19 with ValueError")).toBeVisible();
      await expect(studio.log.getByText("ValueError").first()).toBeVisible();
    },
  },
];

/** What is missing or wrong, once each: the first before anything has run, the last as the engine's end. */
const errors: readonly View[] = [
  {
    name: "no-runs",
    async show(studio, page) {
      await studio.openFile("line_filter.py");
      await side(page, "Runs").click();
      await expect(page.getByText(/No run yet|appear here/i).first()).toBeVisible();
    },
  },
  {
    name: "log-filtered-out",
    async show(studio, page) {
      await studio.openFile("line_filter.py");
      await page.getByRole("textbox", { name: "Filter lines by text" }).fill("no such line");
      await expect(page.getByText(/No line matches/)).toBeVisible();
    },
  },
  {
    name: "engine-down",
    async show(studio, page) {
      await studio.openFile("line_filter.py");
      await studio.stop("SIGKILL");
      await expect(page.getByRole("alert").getByText("The engine stopped answering")).toBeVisible();
    },
  },
];

async function picture(page: Page, info: TestInfo, name: string): Promise<void> {
  const directory = ["all", "changed"].includes(info.config.updateSnapshots)
    ? resolve(import.meta.dirname, "../docs/screens")
    : info.outputPath();
  // The pointer and the caret are not part of the screen.
  await page.mouse.move(720, 890);
  await page.screenshot({ path: `${directory}/${name}.png`, caret: "hide" });
}

const [first, ...others] = errors;
const rows = { light: views, dark: [...(first === undefined ? [] : [first]), ...views, ...others] };

for (const theme of ["light", "dark"] as const) {
  test(`every view in ${theme}`, async ({ studio, page }, info) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme: theme });
    // Every view begins as a first visit does.
    await page.addInitScript(() => {
      if (location.protocol === "http:") localStorage.clear();
    });
    for (const { name, show } of rows[theme]) {
      await test.step(name, async () => {
        await studio.open();
        await show(studio, page);
        await picture(page, info, `${name}-${theme}`);
      });
    }
  });
}
