/** The window itself: editor groups, keys of one's own, help, menus, and that everything comes back as it was. By keyboard and by mouse. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test, type Studio } from "./studio.ts";

const group = (page: Page, number: number): Locator => page.getByRole("group", { name: `Editor group ${number}` });
const tab = (place: Page | Locator, name: string): Locator => place.getByRole("tablist", { name: "Open tabs" }).getByRole("tab", { name });
const view = (page: Page, name: string): Locator => page.getByRole("navigation", { name: "Views" }).getByRole("button", { name });
const keysFile = (studio: Studio): string => join(dirname(studio.workspace), "keybindings.json");

async function command(page: Page, title: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+Shift+P");
  await page.getByRole("combobox", { name: "Name of a command" }).fill(`>${title}`);
  await page.keyboard.press("Enter");
}

test("groups by keyboard: split, move a tab, go between them, resize, close", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.openFile("word_count.py");
  await page.keyboard.press("ControlOrMeta+\\");
  await expect(tab(group(page, 2), "word_count.py")).toBeVisible();
  await expect(group(page, 2).getByRole("textbox")).toBeFocused();

  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("1");
  await expect(group(page, 1).getByRole("textbox")).toBeFocused();
  await page.keyboard.press("Alt+PageUp");
  await expect(tab(group(page, 1), "line_filter.py")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+ArrowRight");
  await expect(tab(group(page, 2), "line_filter.py")).toBeVisible();
  await expect(tab(group(page, 1), "line_filter.py")).toHaveCount(0);
  await expect(group(page, 2).getByRole("textbox")).toBeFocused();

  const line = page.getByRole("separator", { name: "Width of the editor group before" });
  const before = Number(await line.getAttribute("aria-valuenow"));
  await line.press("ArrowLeft");
  await expect(line).toHaveAttribute("aria-valuenow", String(before - 16));
  await line.press("Home");
  await expect(line).toHaveAttribute("aria-valuenow", (await line.getAttribute("aria-valuemin")) ?? "");

  // A group goes with its last tab.
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("1");
  await expect(group(page, 1).getByRole("textbox")).toBeFocused();
  await page.keyboard.press("Alt+W");
  await page.keyboard.press("Alt+W");
  await expect(page.getByRole("group", { name: /Editor group/ })).toHaveCount(0);
  await expect(studio.editorText()).toBeFocused();
});

test("groups by mouse: a tab is dragged to an edge and to another row, and closed with the middle button", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.openFile("word_count.py");
  const box = await page.getByRole("main").boundingBox();
  if (box === null) throw new Error("The editor area is not there.");
  await tab(page, "word_count.py").dragTo(page.locator(".editor-drop"), { targetPosition: { x: box.width - 40, y: 60 } });
  await expect(tab(group(page, 2), "word_count.py")).toBeVisible();
  await expect(tab(group(page, 1), "word_count.py")).toHaveCount(0);
  await tab(group(page, 1), "line_filter.py").dragTo(tab(group(page, 2), "word_count.py"), { targetPosition: { x: 14, y: 10 } });
  await expect(tab(group(page, 2), "line_filter.py")).toBeVisible();
  expect(await group(page, 2).getByRole("tab").allTextContents()).toEqual(["line_filter.py", "word_count.py"]);
  await tab(group(page, 1), "Welcome").click({ button: "middle" });
  await expect(page.getByRole("group", { name: /Editor group/ })).toHaveCount(0);

  await tab(page, "word_count.py").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Close the other tabs of the group" }).click();
  await expect(page.getByRole("main").getByRole("tab")).toHaveCount(1);
  await page.getByRole("button", { name: /Split the editor to the right/ }).click();
  await expect(group(page, 2)).toBeVisible();
});

test("the same text is typed in both groups, and a run stands beside its code", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+\\");
  await expect(group(page, 2).getByRole("textbox")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("# written once\n");
  await expect(group(page, 1).getByText("# written once")).toBeVisible();
  await expect(tab(group(page, 1), "line_filter.py, unsaved")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  await view(page, "Runs").click();
  await page.getByRole("option", { name: /line_filter, Succeeded/ }).click();
  await expect(group(page, 2).getByRole("heading", { name: "line_filter" })).toBeVisible();
  await expect(group(page, 1).getByText("# written once")).toBeVisible();
});

test("a key of one's own is bound by pressing it, shown everywhere, kept in the file and taken from it", async ({ studio, page }) => {
  await studio.open();
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+S");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await sheet.getByRole("textbox", { name: "Find commands or keys" }).fill("show runs");
  await page.keyboard.press("Tab");
  for (let steps = 0; steps < 3; steps++) await page.keyboard.press("Tab");
  await expect(sheet.getByRole("row", { name: /Show runs/ })).toBeFocused();
  await page.keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: "Press the new keys" });
  await expect(field).toBeFocused();
  await page.keyboard.press("a");
  await expect(page.getByText(/alone is for typing/)).toBeVisible();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("ControlOrMeta+S");
  await expect(page.getByText(/is “Save, check and deploy”/)).toBeVisible();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("r");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(sheet.getByRole("row", { name: /Show runs/ })).toContainText("R");
  expect(JSON.parse(readFileSync(keysFile(studio), "utf8"))).toEqual([{ command: "view.runs", keys: "Ctrl+K R" }]);
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+K");
  await expect(page.getByRole("status", { name: "Hint" })).toContainText("Waiting for the second key");
  await page.keyboard.press("r");
  await expect(page.getByRole("complementary", { name: "Runs" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+O");
  await expect(page.getByRole("complementary", { name: "Objects" })).toBeVisible();

  // The file may be edited by hand, and may be wrong.
  writeFileSync(keysFile(studio), JSON.stringify([{ command: "view.runs", keys: "F9" }]));
  await expect(async () => {
    await page.keyboard.press("F9");
    await expect(page.getByRole("complementary", { name: "Runs" })).toBeVisible({ timeout: 500 });
  }).toPass();
  writeFileSync(keysFile(studio), "{ not json");
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+S");
  await expect(sheet.getByText(/cannot be used/).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+Shift+S");
  await expect(page.getByRole("complementary", { name: "Storlets" })).toBeVisible();
  await command(page, "Show keyboard shortcuts");
  await sheet.getByRole("button", { name: "Reset all keys" }).click();
  await expect(sheet.getByText(/cannot be used/)).toHaveCount(0);
  expect(readFileSync(`${keysFile(studio)}.bad`, "utf8")).toBe("{ not json");
});

test("the code editor keeps its own sequences of keys beside ours", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+C");
  await expect(tab(page, "line_filter.py, unsaved")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Z");
  await expect(tab(page, "line_filter.py").first()).toBeVisible();
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+S");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(studio.editorText()).toBeFocused();
  await page.keyboard.type("zq");
  await expect(studio.editor.getByText(/^zq/).first()).toBeVisible();
});

test("the palette goes to symbols, lines and tabs, and its list is there at once", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+P");
  await expect(page.getByRole("combobox", { name: /Name of a file/ })).toBeFocused();
  await page.keyboard.type("@call");
  await expect(page.getByRole("option", { name: /__call__.*LineFilter/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("contentinfo")).not.toContainText("Ln 1,");
  await page.keyboard.press("ControlOrMeta+G");
  await expect(page.getByRole("combobox", { name: /Line/ })).toBeFocused();
  await page.keyboard.type("2:6");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("contentinfo")).toContainText("Ln 2, Col 6");
  await studio.openFile("word_count.py");
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+E");
  await expect(page.getByRole("option", { name: /line_filter.py/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(tab(page, "line_filter.py")).toHaveAttribute("aria-selected", "true");
});

test("every view says what it is and shows itself as plain text", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  const help = async (title: string): Promise<void> => {
    await page.keyboard.press("Alt+F1");
    const dialog = page.getByRole("dialog", { name: `Help for ${title}` });
    await expect(dialog).toBeVisible();
    await expect(dialog).toContainText("Move to the next region");
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  };
  const plain = async (title: string, text: RegExp): Promise<void> => {
    await page.keyboard.press("Alt+F2");
    await expect(page.getByRole("textbox", { name: `${title} as plain text` })).toHaveValue(text);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  };
  await studio.editorText().focus();
  await help("Code editor");
  await expect(studio.editorText()).toBeFocused();
  await plain("Code editor", /\n +1 {2}/);
  for (const [keys, title, text] of [
    ["ControlOrMeta+Shift+S", "Storlets", /line_filter/],
    ["ControlOrMeta+Shift+O", "Objects", /samples/],
    ["ControlOrMeta+Shift+H", "Runs", /line_filter, Succeeded/],
    ["ControlOrMeta+Shift+X", "Sandboxes", /\w/],
    ["ControlOrMeta+Shift+U", "Logs", /\w/],
    ["ControlOrMeta+Shift+M", "Problems", /\w/],
    ["ControlOrMeta+Shift+Y", "Invoke", /200 OK/],
  ] as const) {
    await page.keyboard.press(keys);
    await expect(page.locator(`[data-help$="${title.toLowerCase()}"]:focus-within`)).toHaveCount(1);
    await help(title);
    await plain(title, text);
  }
  await command(page, "Say or silence the hint");
  await expect(page.getByText("The hint on accessibility help is silent")).toBeVisible();
});

test("menus of tabs, storlets, objects and runs, by key and by mouse", async ({ studio, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  await studio.file("word_count.py").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Copy path" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("storlets/word_count/word_count.py");

  await view(page, "Objects").click();
  await page.getByRole("treeitem", { name: /^samples/ }).click();
  const grid = page.getByRole("grid", { name: /Objects of samples/ });
  await grid.getByRole("row", { name: /^stations\.csv/ }).click();
  await grid.press("Shift+F10");
  const menu = page.getByRole("menu", { name: "Objects" });
  for (const name of ["Open", "Run a storlet on it", "Download", "Rename", "Delete", "Copy URL"])
    await expect(menu.getByRole("menuitem", { name, exact: false }).first()).toBeVisible();
  await expectAccessible(page);
  await menu.getByRole("menuitem", { name: "Copy URL" }).press("Enter");
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe(`${studio.ready?.swift}/v1/AUTH_test/samples/stations.csv`);
  await expect(grid).toBeFocused();

  await view(page, "Runs").click();
  await page.getByRole("option", { name: /line_filter, Succeeded/ }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Pin", exact: false }).click();
  await expect(page.getByRole("option", { name: /line_filter, pinned/ })).toBeVisible();
});

test("what is typed while the palette is still loaded goes into it", async ({ studio, page }) => {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  await page.route(/\/Palette-[^/]*\.js$/, async (route) => {
    asked.resolve();
    await released.promise;
    await route.continue();
  });
  await studio.open();
  await studio.openFile("line_filter.py");
  await asked.promise;
  await page.keyboard.press("ControlOrMeta+P");
  await page.keyboard.type("word_coumt");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+P");
  await page.keyboard.type("word_cox");
  await page.keyboard.press("Backspace");
  released.resolve();
  await expect(page.getByRole("combobox", { name: "Name of a file, object or run" })).toHaveValue("word_co");
  await page.keyboard.type("unt.py");
  await page.keyboard.press("Enter");
  await expect(tab(page, "word_count.py")).toBeVisible();
  await expect(page.getByRole("tab", { name: /unsaved/ })).toHaveCount(0);
});

/** Waits until the browser keeps a text under a key that begins so. */
const expectStored = (page: Page, prefix: string, text: string): Promise<unknown> =>
  page.waitForFunction(
    ([start, part]) => Object.entries(localStorage).some(([key, value]: [string, string]) => key.startsWith(start) && value.includes(part)),
    [prefix, text] as const,
  );

/** What must be the same after a reload or a crash. */
async function arrange(studio: Studio): Promise<void> {
  const { page } = studio;
  await studio.open();
  await studio.openFile("csv_columns.py");
  await page.keyboard.press("ControlOrMeta+G");
  await expect(page.getByRole("combobox", { name: /Line/ })).toBeFocused();
  await page.keyboard.type("12:5");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("contentinfo")).toContainText("Ln 12, Col 5");
  await page.keyboard.press("ControlOrMeta+\\");
  await expect(group(page, 2).getByRole("textbox")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("# not saved yet");
  await expect(page.getByRole("contentinfo")).toContainText("Col 16");
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await page.keyboard.press("ControlOrMeta+Shift+U");
  await page.getByRole("textbox", { name: "Filter lines by text" }).fill("ready");
  await page.getByRole("separator", { name: "Width of the side bar" }).press("ArrowRight");
  // At most a second of typing may be lost, and half a second of moving about.
  await expectStored(page, "studio.unsaved:", "# not saved yet");
  await expectStored(page, "studio.viewState:", '"column":16');
}

async function expectArranged(page: Page, width: string): Promise<void> {
  await expect(tab(group(page, 2), "csv_columns.py, unsaved")).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Runs" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Filter lines by text" })).toHaveValue("ready");
  await expect(page.getByRole("separator", { name: "Width of the side bar" })).toHaveAttribute("aria-valuenow", width);
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("2");
  await expect(page.getByRole("contentinfo")).toContainText("Col 16");
  // Brings the line of the cursor into view.
  await page.keyboard.press("End");
  await expect(group(page, 2).getByText("# not saved yet")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("1");
  await expect(page.getByRole("contentinfo")).toContainText("Ln 12, Col 5");
}

test("a reload brings everything back", async ({ studio, page }) => {
  await arrange(studio);
  const width = (await page.getByRole("separator", { name: "Width of the side bar" }).getAttribute("aria-valuenow")) ?? "";
  await page.reload();
  await expectArranged(page, width);
});

test("a crash of the page brings everything back", async ({ studio, page, context }) => {
  await arrange(studio);
  const width = (await page.getByRole("separator", { name: "Width of the side bar" }).getAttribute("aria-valuenow")) ?? "";
  const crashed = page.waitForEvent("crash");
  const session = await context.newCDPSession(page);
  session.send("Page.crash").catch(() => {});
  await crashed;
  const next = await context.newPage();
  await next.goto(studio.ready?.control ?? "");
  await expectArranged(next, width);
});

test("the scroll position of a page comes back", async ({ studio, page }) => {
  await page.setViewportSize({ width: 1200, height: 500 });
  await studio.open();
  const scrolled = (): Promise<number> =>
    page.evaluate(() => Math.max(...[...document.querySelectorAll(".editor-body *")].map((element) => element.scrollTop)));
  await expect(page.getByText(/checked in/)).toBeVisible();
  await page.getByRole("main").hover();
  await page.mouse.wheel(0, 160);
  await expect.poll(scrolled).toBeGreaterThan(100);
  const before = await scrolled();
  await page.waitForFunction(() => localStorage.getItem("studio.scroll") !== null);
  await page.reload();
  await expect.poll(scrolled).toBe(before);
});

/** Everything that can be pressed and is smaller than 24 by 24 CSS pixels. Links within sentences may be. */
const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const selector =
      'button, [role="button"], [role="tab"], [role="option"], [role="treeitem"], [role="menuitem"], input:not([type="file"]), select, summary';
    return [...document.querySelectorAll<HTMLElement>(selector)].flatMap((element) => {
      const box = (element.closest(".input, label") ?? element).getBoundingClientRect();
      const isDrawn = element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && box.width > 0;
      if (!isDrawn || element.closest(".monaco-editor, .hidden-visually, [aria-hidden=true]") !== null || element.ariaLabel === "Dismiss")
        return [];
      // A row of the log is one line of text; the filter does the same in its full size.
      const inSentence =
        element.closest(".log-row") !== null || element.classList.contains("link-button") || getComputedStyle(element).display === "inline";
      if (inSentence || (box.width >= 23.5 && box.height >= 23.5)) return [];
      return [
        `${element.tagName} ${element.className} "${(element.ariaLabel ?? element.textContent).slice(0, 40)}" ${box.width}x${box.height}`,
      ];
    });
  });

/** Opens one view after the other and does `check` on each. */
async function throughViews(studio: Studio, check: (name: string) => Promise<void>): Promise<void> {
  const { page } = studio;
  await studio.open();
  await expect(page.getByText(/checked in/)).toBeVisible();
  await check("welcome");
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(page.getByRole("heading", { level: 3, name: "200 OK" })).toBeVisible();
  await check("code");
  await page.keyboard.press("ControlOrMeta+\\");
  await expect(group(page, 2)).toBeAttached();
  await check("two groups");
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await page
    .getByRole("option", { name: /line_filter, Succeeded/ })
    .first()
    .click();
  await expect(page.getByRole("heading", { name: "Where the time went" })).toBeVisible();
  await check("run");
  await page.keyboard.press("ControlOrMeta+Shift+O");
  await page.getByRole("treeitem", { name: /^samples/ }).click();
  await page.getByRole("row", { name: /^stations\.csv/ }).click();
  await check("objects");
  await command(page, "Open the page of sandboxes");
  await check("sandboxes");
  await command(page, "Show the doctor");
  await check("doctor");
  await command(page, "Show keyboard shortcuts");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await check("keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Alt+F1");
  await expect(page.getByRole("dialog", { name: /Help for/ })).toBeVisible();
  await check("help");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+P");
  await expect(page.getByRole("dialog", { name: "Go to" })).toBeVisible();
  await check("palette");
  await page.keyboard.press("Escape");
}

test("everything that is pressed is at least 24 pixels wide and high", async ({ studio, page }) => {
  await throughViews(studio, async (name) => {
    expect(await smallTargets(page), name).toEqual([]);
  });
});

for (const [name, size] of [
  ["800 pixels wide", { width: 800, height: 600 }],
  ["at 200 %", { width: 720, height: 450 }],
] as const) {
  test(`${name} nothing is lost: every group can be reached and nothing scrolls sideways`, async ({ studio, page }) => {
    await page.setViewportSize(size);
    await page.goto(studio.ready?.control ?? "");
    await page.keyboard.press("ControlOrMeta+P");
    await page.getByRole("combobox", { name: /Name of a file/ }).fill("line_filter.py");
    await page
      .getByRole("option", { name: /line_filter.py/ })
      .first()
      .click();
    await expect(studio.editorText()).toBeFocused();
    for (let groups = 2; groups <= 5; groups++) {
      await page.keyboard.press("ControlOrMeta+\\");
      await expect(group(page, groups).getByRole("textbox")).toBeFocused();
    }
    await expect(page.getByText("Group 5 of 5")).toBeVisible();
    await page.getByRole("button", { name: "Go to the next editor group" }).click();
    await expect(page.getByText("Group 1 of 5")).toBeVisible();
    await expect(studio.editor.getByText("class LineFilter").first()).toBeVisible();
    // The tooltip of the button that was clicked would lie outside of every landmark.
    await page.mouse.move(0, 0);
    await expect(page.getByRole("tooltip")).toHaveCount(0);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  });
}

test("with forced colours and reduced motion the window is still to be used", async ({ studio, page }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+\\");
  const shown = await tab(group(page, 2), "line_filter.py").evaluate((element) => getComputedStyle(element, "::after").backgroundColor);
  const idle = await tab(group(page, 2), "line_filter.py").evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(shown).not.toBe(idle);
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter((element) => {
        const { transitionDuration, animationDuration, animationName } = getComputedStyle(element);
        const longest = Math.max(...`${transitionDuration},${animationDuration}`.split(",").map((text) => Number.parseFloat(text) || 0));
        return !element.closest(".monaco-editor") && longest > 0.01 && (animationName !== "none" || transitionDuration !== "0s");
      }).length,
  );
  expect(moving).toBe(0);
});

test("the command line prints the one table of commands", () => {
  const studio = (...words: string[]): string =>
    execFileSync(process.execPath, [resolve(import.meta.dirname, "../out/engine/main.js"), ...words], { encoding: "utf8" });
  const listed = JSON.parse(studio("--list-commands", "--json")) as { id: string; keys: string[]; when: string | null }[];
  expect(listed.find(({ id }) => id === "editor.save")).toEqual({
    id: "editor.save",
    title: "Save, check and deploy",
    category: "File",
    keys: ["Ctrl+S"],
    when: "file-open",
  });
  const text = studio("--list-commands");
  for (const { id } of listed) expect(text).toContain(id);
});
