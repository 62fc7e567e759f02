/** Every view there is, as data: how it is brought up, also with something wrong in it. The pictures and the check with axe walk this. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { expect, type Studio } from "./studio.ts";

export interface View {
  readonly name: string;
  /** Of the window; 1440 by 900 where it is left out. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Brings the view up in a page that was just opened as on a first visit, and waits until it says something. */
  show(studio: Studio, page: Page): Promise<unknown>;
  /** Takes back what would disturb the views after it. */
  leave?(studio: Studio): void;
}

export interface ViewGroup {
  /** They share one engine, in this order. */
  readonly title: string;
  readonly views: readonly View[];
}

const keysFile = (studio: Studio): string => join(dirname(studio.workspace), "keybindings.json");

const narrow = { width: 800, height: 900 };

const side = (page: Page, name: string): Locator =>
  page.getByRole("navigation", { name: "Views" }).getByRole("button", { name, exact: true });

function write(studio: Studio, path: string, text: string): void {
  mkdirSync(dirname(join(studio.workspace, path)), { recursive: true });
  writeFileSync(join(studio.workspace, path), text);
}

async function run(studio: Studio, page: Page, file: string, times = 1): Promise<void> {
  await studio.openFile(file);
  for (let round = 0; round < times; round++) {
    const answered = studio.answer();
    await expect(studio.inspector.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
    await page.keyboard.press("ControlOrMeta+Enter");
    await (await answered).finished();
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
  await expect(page.getByRole("region", { name: "What was sent", exact: true }).getByText("X-Run-Storlet")).toBeVisible();
}

async function compare(studio: Studio, page: Page): Promise<void> {
  await openRun(studio, page);
  await page.keyboard.press("ControlOrMeta+Shift+D");
  await expect(page.getByRole("heading", { name: /^Same outcome/ })).toBeVisible();
}

async function openSamples(page: Page): Promise<void> {
  await side(page, "Objects").click();
  await page.getByRole("treeitem", { name: /^samples/ }).click();
}

const row = (page: Page, name: RegExp): Locator => page.getByRole("grid", { name: /^Objects of/ }).getByRole("row", { name });

async function put(page: Page, path: string, type: string, body: number[] | string): Promise<void> {
  await page.evaluate(
    async (sent) => {
      const bytes = typeof sent.body === "string" ? sent.body : Uint8Array.from(sent.body);
      await fetch(`/swift/v1/AUTH_test/${sent.path}`, { method: "PUT", body: bytes, headers: { "Content-Type": sent.type } });
    },
    { path, type, body },
  );
}

async function openSandboxes(studio: Studio, page: Page): Promise<void> {
  await run(studio, page, "line_filter.py");
  await page.keyboard.press("ControlOrMeta+Shift+X");
  await page.getByRole("treeitem", { name: /^line_filter/ }).click();
  // A few samples make a line.
  await expect(studio.editor.getByText(/of one core now, .* at most in the last [3-9] s/)).toBeVisible();
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("ControlOrMeta+P");
  await expect(page.getByRole("combobox", { name: /^Name of a file/ })).toBeFocused();
}

async function openTerminal(page: Page): Promise<Locator> {
  await page.keyboard.press("Control+`");
  const panel = page.getByRole("region", { name: "Panel" });
  await expect(panel.getByRole("textbox", { name: "Terminal input" })).toBeFocused();
  await expect(page.getByText(/^A shell in the sandbox of account test/)).toBeVisible();
  return panel.locator(".xterm-accessibility-tree");
}

const tour = (page: Page): Locator => page.getByRole("complementary", { name: "Tour" });

async function beginTour(page: Page): Promise<void> {
  await side(page, "Learn").click();
  await page.getByRole("treeitem", { name: /^Your first storlet/ }).click();
  await expect(tour(page).getByText("waiting").first()).toBeVisible();
}

async function present(studio: Studio, page: Page, file: string, word: string): Promise<void> {
  await studio.openFile(file);
  await page.keyboard.press("ControlOrMeta+F11");
  await expect(page.getByText(/Demo point of/)).toBeVisible();
  // They are shown for two seconds only, so the look begins before the press.
  const keysShown = expect(page.locator(".keystrokes")).toContainText("Run the storlet on the object");
  await page.keyboard.press("ControlOrMeta+Enter");
  await keysShown;
  await expect(page.getByText(word, { exact: true }).first()).toBeVisible();
}

const recipe = (expected: string): string =>
  `description: Requests that failed on the server.\nstorlet: line_filter\nobject: samples/access.log\nparameters:\n  contains: " 500 "\nexpect:\n  status: 200\n${expected}`;

const allThereIs = recipe("  max-duration: 0 ms\n  headers:\n    Content-Type: text/csv\n").replace(
  "parameters:",
  "extra-inputs: [samples/harbour.txt]\nheaders:\n  X-Object-Meta-A: b\nparameters:",
);

/** In place of the shipped ones, which need every storlet. */
function writeRecipes(studio: Studio): void {
  const folder = join(studio.workspace, "recipes");
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  write(studio, "recipes/server errors.yaml", recipe('  body:\n    contains: " 500 "\n'));
  write(studio, "recipes/not found.yaml", recipe('  body:\n    contains: " 404 "\n'));
  write(studio, "recipes/with all there is.yaml", allThereIs);
  write(
    studio,
    "recipes/masked copy.yaml",
    recipe("").replace("object:", "door: COPY\ndestination: samples/copied.log\nobject:").replace("200", "201"),
  );
  write(studio, "recipes/torn.yaml", "storlet: [");
  write(studio, "environments/lab.yaml", "variables:\n  site: north\nsecrets:\n  key: very-secret\n");
}

async function runRecipes(studio: Studio, page: Page): Promise<void> {
  writeRecipes(studio);
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+R");
  await expect(page.getByRole("treeitem", { name: /torn/ })).toBeVisible();
  await page.getByRole("button", { name: "Run all" }).click();
  await expect(page.getByText("2 passed, 3 failed.")).toBeVisible();
}

const recipeRow = (page: Page, name: RegExp): Locator => page.getByRole("tree", { name: "Recipes" }).getByRole("treeitem", { name });
const checks = (studio: Studio): Locator => studio.inspector.getByRole("region", { name: "Expectations of this run" });

const recipeBar = (studio: Studio): Locator => studio.inspector.locator(".recipe-bar");

async function breakCode(studio: Studio, page: Page): Promise<void> {
  await studio.openFile("word_count.py");
  await studio.replaceText("class WordCount(object)\n    pass\n");
  await page.keyboard.press("ControlOrMeta+S");
  await expect(studio.editor.getByRole("status").first()).toContainText("not live: 1 error");
  await page.keyboard.press("ControlOrMeta+Shift+M");
  await expect(page.getByRole("region", { name: "Panel" })).toContainText("expected ':'");
}

/** A visit with a tab whose run is not there any more. */
async function openGone(page: Page, tab: { kind: string; id: string } & Record<string, string>): Promise<void> {
  await page.evaluate((gone) => sessionStorage.setItem("test.tabs", JSON.stringify({ tabs: [gone], activeId: gone.id })), tab);
  await page.reload();
  await expect(page.getByText(/^Run dead is not on record any more/)).toBeVisible();
}

const firstVisit: ViewGroup = {
  title: "the first visit",
  views: [
    {
      name: "no-runs",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await side(page, "Runs").click();
        await expect(page.getByText(/Every run of a storlet appears here/).first()).toBeVisible();
      },
    },
    {
      name: "no-sandboxes",
      async show(_studio, page) {
        await side(page, "Sandboxes").click();
        await page.getByRole("button", { name: "Open the page" }).click();
        await expect(page.getByText(/None has run since the engine started/)).toBeVisible();
      },
    },
    { name: "welcome", show: (_studio, page) => expect(page.getByText(/checked in/)).toBeVisible() },
    {
      name: "welcome-narrow",
      size: narrow,
      show: (_studio, page) => expect(page.getByText(/checked in/)).toBeVisible(),
    },
    {
      name: "open-folder",
      async show(_studio, page) {
        await page.getByRole("button", { name: "Open", exact: true }).click();
        await page.getByRole("dialog", { name: "Open folder" }).getByRole("textbox", { name: "Folder" }).fill("~/storlets/sensor-lab");
      },
    },
    {
      name: "doctor",
      async show(studio, page) {
        await studio.command("Show the doctor");
        await expect(page.getByText(/checked in/)).toBeVisible();
      },
    },
  ],
};

const learning: ViewGroup = {
  title: "learning",
  views: [
    {
      name: "samples",
      async show(studio, page) {
        await side(page, "Learn").click();
        await studio.command("Show the samples");
        await page.getByRole("button", { name: "Keep the lines with a text", exact: true }).first().click();
        await expect(page.getByRole("button", { name: "Open code" })).toBeVisible();
      },
    },
    {
      name: "samples-none",
      async show(studio, page) {
        await studio.command("Show the samples");
        await page.getByRole("textbox", { name: "Search samples" }).fill("no such thing");
        await expect(page.getByText("No sample matches.")).toBeVisible();
      },
    },
    {
      name: "tour",
      async show(_studio, page) {
        await beginTour(page);
        await tour(page).getByRole("button", { name: "Do it for me" }).click();
        await expect(tour(page).getByText("checked", { exact: true })).toHaveCount(2);
        await tour(page).getByRole("button", { name: "Next" }).click();
        await expect(tour(page)).toContainText("Step 2 of 5");
        await tour(page).getByRole("button", { name: "Show me where" }).click();
        await expect(page.locator("[data-tour-here]")).toBeVisible();
      },
    },
    { name: "tour-narrow", size: narrow, show: (_studio, page) => beginTour(page) },
    {
      name: "tour-broken",
      async show(studio, page) {
        write(studio, "tours/broken.yaml", "title: Broken\nminutes: 1\nsteps: []\n");
        await side(page, "Learn").click();
        await expect(page.getByRole("alert").getByText("tours/broken.yaml is not a tour.")).toBeVisible();
      },
      leave: (studio) => rmSync(join(studio.workspace, "tours"), { recursive: true }),
    },
    {
      name: "new-storlet",
      async show(_studio, page) {
        await page.keyboard.press("ControlOrMeta+Alt+S");
        const dialog = page.getByRole("dialog", { name: "New storlet" });
        await expect(dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
        await page.keyboard.insertText("hot_readings");
      },
    },
    {
      name: "new-storlet-name",
      async show(_studio, page) {
        await page.keyboard.press("ControlOrMeta+Alt+S");
        const dialog = page.getByRole("dialog", { name: "New storlet" });
        await expect(dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
        await page.keyboard.insertText("Hot Readings");
        await expect(dialog.getByText("Use lower-case letters: hot_readings.")).toBeVisible();
      },
    },
    { name: "presentation", show: (studio, page) => present(studio, page, "line_filter.py", "Passed") },
    { name: "presentation-failed", show: (studio, page) => present(studio, page, "broken_totals.py", "Failed") },
  ],
};

const code: ViewGroup = {
  title: "code",
  views: [
    {
      name: "workbench",
      async show(studio, page) {
        await run(studio, page, "csv_columns.py", 2);
        await expect(studio.log.getByText(/kept \d+ of 1440 rows/).first()).toBeVisible();
      },
    },
    {
      name: "workbench-narrow",
      size: narrow,
      async show(_studio, page) {
        await page.getByRole("button", { name: "Run sample" }).click();
        await expect(page.getByRole("heading", { name: "200 OK" })).toBeInViewport();
      },
    },
    {
      name: "groups",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await studio.openFile("word_count.py");
        await page.keyboard.press("ControlOrMeta+\\");
        await expect(page.getByRole("group", { name: "Editor group 2" }).getByRole("textbox")).toBeFocused();
        await studio.file("broken_totals.py").click();
        await expect(page.getByRole("group", { name: "Editor group 2" }).getByText("class BrokenTotals")).toBeVisible();
        await page.keyboard.press("ControlOrMeta+K");
        await page.keyboard.press("ControlOrMeta+\\");
        await expect(page.getByRole("group", { name: "Editor group 3" }).getByText("class BrokenTotals")).toBeVisible();
      },
    },
    {
      name: "palette",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await openPalette(page);
        await page.keyboard.type("line");
        await expect(page.getByRole("listbox", { name: "Matches" }).getByRole("option", { selected: true })).toContainText("line");
      },
    },
    {
      name: "palette-none",
      async show(_studio, page) {
        await openPalette(page);
        await page.keyboard.type("qqqqq");
        await expect(page.getByText("No file, object or run has this name.")).toBeVisible();
        await expect(page.getByRole("listbox", { name: "Matches" }).getByRole("option")).toHaveCount(0);
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
      name: "keys",
      async show(_studio, page) {
        await page.keyboard.press("ControlOrMeta+K");
        await page.keyboard.press("ControlOrMeta+S");
        await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByRole("row").nth(4)).toBeVisible();
      },
    },
    {
      name: "keys-broken",
      async show(studio, page) {
        writeFileSync(keysFile(studio), "{ not json");
        await page.keyboard.press("ControlOrMeta+K");
        await page.keyboard.press("ControlOrMeta+S");
        await expect(
          page
            .getByRole("dialog", { name: "Keyboard shortcuts" })
            .getByText(/cannot be used/)
            .first(),
        ).toBeVisible();
      },
      leave: (studio) => rmSync(keysFile(studio)),
    },
    {
      name: "help",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await page.keyboard.press("Alt+F1");
        await expect(page.getByRole("dialog", { name: "Help for Code editor" })).toContainText("Move to the next region");
      },
    },
    {
      name: "plain-text",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await page.keyboard.press("ControlOrMeta+Shift+S");
        await expect(page.locator('[data-region="side"] :focus')).toBeVisible();
        await page.keyboard.press("Alt+F2");
        await expect(page.getByRole("textbox", { name: "Storlets as plain text" })).toHaveValue(/line_filter/);
      },
    },
    { name: "problems", show: breakCode },
    {
      name: "failing-run",
      async show(studio, page) {
        await run(studio, page, "broken_totals.py");
        await expect(studio.inspector.getByText("broken_totals stopped at line 19 with ValueError")).toBeVisible();
        await expect(studio.log.getByText("ValueError").first()).toBeVisible();
      },
    },
    {
      name: "logs",
      async show(studio, page) {
        await run(studio, page, "broken_totals.py");
        await page.keyboard.press("ControlOrMeta+Shift+U");
        await expect(studio.log.getByText("ValueError").first()).toBeVisible();
      },
    },
    {
      name: "logs-filtered-out",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await page.getByRole("textbox", { name: "Filter lines by text" }).fill("no such line");
        await expect(page.getByText(/No line matches/)).toBeVisible();
      },
    },
  ],
};

const objects: ViewGroup = {
  title: "objects",
  views: [
    {
      name: "objects",
      async show(_studio, page) {
        await openSamples(page);
        await row(page, /^stations\.csv/).click();
        const table = page.getByRole("grid", { name: /as a table/ });
        await table.getByRole("gridcell", { name: "station-01" }).first().click();
        await expect(page.getByText("Row 1, station")).toBeVisible();
      },
    },
    {
      name: "object-access",
      async show(_studio, page) {
        await openSamples(page);
        await row(page, /^harbour\.txt/).click();
        const details = page.getByRole("complementary", { name: "Object", exact: true });
        await details.getByRole("button", { name: "Add" }).click();
        await page.keyboard.type("Station");
        await details.getByRole("button", { name: "Edit" }).click();
        await expect(details.getByRole("button", { name: "Save access" })).toBeVisible();
      },
    },
    {
      name: "object-page",
      async show(_studio, page) {
        await openSamples(page);
        await row(page, /^stations\.csv/).dblclick();
        await expect(page.getByRole("tab", { name: "stations.csv" })).toBeVisible();
        await expect(page.getByRole("grid", { name: /as a table/ }).first()).toBeVisible();
      },
    },
    {
      name: "image",
      async show(_studio, page) {
        await openSamples(page);
        await row(page, /^dunes\.jpg/).dblclick();
        await expect(page.getByRole("main").getByRole("img").first()).toBeVisible();
      },
    },
    {
      name: "hex",
      async show(_studio, page) {
        const bytes = Array.from({ length: 4096 }, (_, index) => (index * 7 + (index >> 4)) % 256);
        await put(page, "samples/a-probe.bin", "application/octet-stream", bytes);
        await openSamples(page);
        await row(page, /^a-probe\.bin/).click();
        await expect(page.getByRole("group", { name: /as hex/ })).toBeVisible();
      },
    },
    {
      name: "tree",
      async show(_studio, page) {
        const document = {
          station: "04",
          readings: [
            { at: "11:00", celsius: 31.5 },
            { at: "11:10", celsius: null },
          ],
          open: true,
        };
        await put(page, "samples/a-station.json", "application/json", JSON.stringify(document));
        await openSamples(page);
        await row(page, /^a-station\.json/).click();
        await expect(page.getByRole("tree", { name: /as a tree/ })).toBeVisible();
      },
    },
    {
      name: "image-broken",
      async show(_studio, page) {
        await put(page, "samples/a-torn.png", "image/png", [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]);
        await openSamples(page);
        await row(page, /^a-torn\.png/).click();
        await expect(page.getByText("The browser cannot draw this image.")).toBeVisible();
      },
    },
    {
      name: "objects-none",
      async show(_studio, page) {
        await openSamples(page);
        await page.getByRole("textbox", { name: /^Filter by/ }).fill("no such name");
        await expect(page.getByText(/No name here begins with/)).toBeVisible();
      },
    },
  ],
};

const runs: ViewGroup = {
  title: "runs",
  views: [
    {
      name: "runs",
      async show(studio, page) {
        await run(studio, page, "broken_totals.py");
        await run(studio, page, "csv_columns.py", 2);
        await side(page, "Runs").click();
        await expect(page.getByRole("option")).toHaveCount(3);
      },
    },
    { name: "run", show: openRun },
    { name: "run-narrow", size: narrow, show: openRunNarrow },
    {
      name: "run-text",
      async show(studio, page) {
        await openRun(studio, page);
        await studio.editor.getByRole("button", { name: /^As text/ }).focus();
        await page.keyboard.press("Alt+F2");
        await expect(page.getByLabel("Where the time went, as text")).toBeVisible();
        await page.getByRole("button", { name: "Name it or add a note" }).click();
        await page.getByRole("region", { name: "What came back", exact: true }).getByRole("tab", { name: /Body/ }).click();
        await page.getByRole("region", { name: "What was sent", exact: true }).getByRole("tab", { name: "As curl" }).click();
      },
    },
    {
      name: "run-failed",
      async show(_studio, page) {
        await side(page, "Runs").click();
        await page.getByRole("option", { name: /broken_totals, Failed/ }).click();
        await expect(page.getByRole("heading", { name: "Where the time went" })).toBeVisible();
      },
    },
    { name: "compare", show: compare },
    {
      name: "runs-filtered-out",
      async show(_studio, page) {
        await side(page, "Runs").click();
        await page.getByRole("textbox", { name: "Filter runs" }).fill("no such run");
        await expect(page.getByText('No run matches "no such run".')).toBeVisible();
      },
    },
    {
      name: "run-gone",
      show: (_studio, page) => openGone(page, { kind: "run", run: "dead", id: "run:dead" }),
    },
    {
      name: "compare-gone",
      show: (_studio, page) => openGone(page, { kind: "compare", a: "dead", b: "dead2", id: "compare:dead:dead2" }),
    },
  ],
};

/** A narrow window has no room for the side bar beside the page. */
async function openRunNarrow(_studio: Studio, page: Page): Promise<void> {
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await page
    .getByRole("option", { name: /line_filter/ })
    .first()
    .click();
  await expect(page.getByRole("heading", { name: "Where the time went" })).toBeVisible();
}

const sandboxes: ViewGroup = {
  title: "sandboxes",
  views: [
    { name: "sandboxes", show: openSandboxes },
    {
      name: "sandboxes-table",
      async show(studio, page) {
        await openSandboxes(studio, page);
        await studio.editor.getByRole("button", { name: /^As (a )?table/ }).focus();
        await page.keyboard.press("Alt+F2");
        await expect(page.getByRole("region", { name: "CPU and memory, one row per second" }).getByRole("row").nth(2)).toBeVisible();
      },
    },
    {
      name: "terminal",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        const lines = await openTerminal(page);
        await page.keyboard.type("printf '\\033[31mred \\033[32mgreen \\033[33myellow \\033[34mblue\\033[0m\\n'; ls /");
        await page.keyboard.press("Enter");
        await expect(lines).toContainText("red green yellow blue");
        await expect(lines).toContainText("usr");
      },
    },
    {
      name: "terminal-ended",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await openTerminal(page);
        await page.keyboard.type("exit 3");
        await page.keyboard.press("Enter");
        await expect(page.getByText("The shell ended with exit code 3.").first()).toBeVisible();
      },
    },
    {
      name: "sandbox-stopped",
      async show(studio, page) {
        await openSandboxes(studio, page);
        await page.getByRole("button", { name: "Stop line_filter" }).click();
        await expect(page.getByText(/line_filter Daemon stopped\. It was asked to\./)).toBeVisible();
      },
    },
  ],
};

const recipes: ViewGroup = {
  title: "recipes",
  views: [
    {
      name: "recipes",
      async show(studio, page) {
        await runRecipes(studio, page);
        await recipeRow(page, /^server errors/).click();
        await expect(recipeBar(studio)).toContainText("server errors");
        await studio.idle();
        await page.keyboard.press("ControlOrMeta+Enter");
        await expect(checks(studio)).toContainText("All 2 expectations hold");
      },
    },
    {
      name: "recipes-failing",
      async show(studio, page) {
        await runRecipes(studio, page);
        await recipeRow(page, /^with all there is/).click();
        await expect(recipeBar(studio)).toContainText("with all there is");
        await studio.idle();
        await page.keyboard.press("ControlOrMeta+Enter");
        await expect(checks(studio)).toBeVisible();
      },
    },
    {
      name: "recipe-changed",
      async show(studio, page) {
        writeRecipes(studio);
        await page.keyboard.press("ControlOrMeta+K");
        await page.keyboard.press("ControlOrMeta+R");
        await recipeRow(page, /^with all there is/).click();
        await expect(recipeBar(studio)).toContainText("with all there is");
        await studio.inspector.getByRole("textbox", { name: "Value of contains" }).fill("${nope}");
        await expect(studio.inspector.getByText(/no environment is chosen/)).toBeVisible();
        write(studio, "recipes/with all there is.yaml", recipe(""));
        await expect(studio.inspector.getByText("changed outside")).toBeVisible();
      },
    },
    {
      name: "recipe-save",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await studio.command("Save this request as a new recipe");
        await page.getByRole("dialog", { name: "Save as a recipe" }).getByRole("textbox", { name: "Name" }).fill("server errors");
      },
    },
    {
      name: "paste-curl",
      async show(_studio, page) {
        await page.keyboard.press("ControlOrMeta+Alt+V");
        await page.getByRole("textbox", { name: "Command line" }).fill("curl -u me:pw --frob http://127.0.0.1:8080/v1/AUTH_other/c/o");
        await expect(page.getByText("--frob is not known here")).toBeVisible();
      },
    },
    {
      name: "recipes-narrow",
      size: narrow,
      async show(_studio, page) {
        await page.keyboard.press("ControlOrMeta+K");
        await page.keyboard.press("ControlOrMeta+R");
        await recipeRow(page, /^server errors/).click();
        await expect(page.getByRole("region", { name: "Recipe server errors" })).toBeVisible();
      },
    },
    {
      name: "recipes-none",
      async show(studio, page) {
        const folder = join(studio.workspace, "recipes");
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
        await page.keyboard.press("ControlOrMeta+K");
        await page.keyboard.press("ControlOrMeta+R");
        await expect(page.getByText("The workspace has no recipe yet.")).toBeVisible();
      },
    },
  ],
};

const connection: ViewGroup = {
  title: "the connection",
  views: [
    {
      name: "no-session",
      async show(studio, page) {
        await page.context().clearCookies();
        await page.goto(new URL(studio.ready?.control ?? "").origin);
        await expect(page.getByText(/no session/i).first()).toBeVisible();
      },
    },
    {
      name: "engine-down",
      async show(studio, page) {
        await studio.openFile("line_filter.py");
        await studio.editorLoaded();
        await studio.stop("SIGKILL");
        await expect(page.getByRole("alert").getByText("The engine stopped answering")).toBeVisible();
      },
    },
  ],
};

export const viewGroups: readonly ViewGroup[] = [firstVisit, learning, code, objects, runs, sandboxes, recipes, connection];
