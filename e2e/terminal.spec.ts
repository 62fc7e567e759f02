/** The terminal into a sandbox: a real shell in a real pseudo-terminal, by keyboard alone. */
import { execFileSync } from "node:child_process";
import type { Locator, Page } from "@playwright/test";
import { expect, missingDocker, test, type Sandbox } from "./studio.ts";

const withoutDocker = missingDocker();

/** The terminal, and what it shows as lines of text. */
function terminalOf(page: Page): { input: Locator; rows: Locator } {
  const panel = page.getByRole("region", { name: "Panel" });
  return { input: panel.getByRole("textbox", { name: "Terminal input" }), rows: panel.locator(".xterm-accessibility-tree") };
}

async function openTerminal(page: Page): Promise<ReturnType<typeof terminalOf>> {
  await page.keyboard.press("Control+`");
  return openedTerminal(page);
}

/** The terminal, once its shell takes what is typed. */
async function openedTerminal(page: Page): Promise<ReturnType<typeof terminalOf>> {
  const terminal = terminalOf(page);
  await expect(terminal.input).toBeFocused();
  await expect(page.getByText(/^A shell in the sandbox of account test/)).toBeVisible();
  return terminal;
}

for (const sandbox of ["process", "docker"] as Sandbox[]) {
  test.describe(`on ${sandbox}`, () => {
    test.use({ sandbox });
    test.skip(sandbox === "docker" && withoutDocker !== null, withoutDocker ?? "");

    test("is typed into, answers, and ends with the page", async ({ studio, page }, info) => {
      await studio.open();
      const { rows } = await openTerminal(page);
      await page.keyboard.type("echo $((6*7))-$TERM");
      await page.keyboard.press("Enter");
      await expect(rows).toContainText("42-xterm-256color");
      // Ctrl with a letter is the shell's in here: the panel would go with Ctrl+J, the side bar with Ctrl+B.
      await page.keyboard.type("wrong");
      await page.keyboard.press("Control+U");
      await page.keyboard.type("printf '\\033[32m%s\\033[0m\\n' green; sleep 4711.5");
      await page.keyboard.press("Enter");
      await expect(rows).toContainText("green");
      await page.screenshot({ path: info.outputPath(`terminal-${sandbox}.png`) });
      const sleeping = (): number => execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).match(/^sleep 4711\.5$/gm)?.length ?? 0;
      // The line that is typed has the word, too.
      await expect.poll(sleeping).toBe(1);
      await page.goto("about:blank");
      await expect.poll(sleeping).toBe(0);
    });
  });
}

test("is left by F6, read as text, and opened again after its end", async ({ studio, page }, info) => {
  await studio.open();
  const { input, rows } = await openTerminal(page);
  await page.keyboard.press("F6");
  await expect(input).not.toBeFocused();
  await page.keyboard.press("Control+`");
  await expect(input).toBeFocused();
  await page.keyboard.type("echo said; exit 3");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The shell ended with exit code 3.").first()).toBeVisible();
  await page.screenshot({ path: info.outputPath("terminal-ended.png") });
  await page.keyboard.press("Alt+F2");
  await expect(page.getByLabel("What the terminal shows")).toContainText(/\nsaid\n/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "New shell" }).click();
  await openedTerminal(page);
  await page.keyboard.type("echo again");
  await page.keyboard.press("Enter");
  await expect(rows).toContainText("again");
});

test("says that the engine went, and works with the next one", async ({ studio, page }) => {
  await studio.open();
  await openTerminal(page);
  await studio.stop("SIGKILL");
  await studio.start();
  await expect(page.getByRole("toolbar", { name: "Terminal" }).getByText("The sandbox or the connection ended")).toBeVisible({
    timeout: 20_000,
  });
  await expect(page.getByRole("contentinfo")).toContainText("Engine running");
  await page.getByRole("button", { name: "New shell" }).click();
  await openedTerminal(page);
  await page.keyboard.type("echo back");
  await page.keyboard.press("Enter");
  await expect(terminalOf(page).rows).toContainText("back");
});

test("opens from the page of sandboxes", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Sandboxes" }).click();
  await page.getByRole("treeitem", { name: /^line_filter/ }).click();
  await studio.editor.getByRole("button", { name: "Terminal" }).click();
  await expect(terminalOf(page).input).toBeFocused();
});
