/** Sandboxes on screen: what runs, what it uses, why it was restarted; images and the doctor. */
import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { expect, missingDocker, test, type Sandbox, type Studio } from "./studio.ts";

const withoutDocker = missingDocker();

async function runLineFilter(studio: Studio): Promise<void> {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
}

async function openSandboxes(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Sandboxes" }).click();
  await page.getByRole("treeitem", { name: /^line_filter/ }).click();
}

for (const sandbox of ["process", "docker"] as Sandbox[]) {
  test.describe(`on ${sandbox}`, () => {
    test.use({ sandbox });
    test.skip(sandbox === "docker" && withoutDocker !== null, withoutDocker ?? "");

    test("what runs, what it uses, and why it was restarted", async ({ studio, page }, info) => {
      await runLineFilter(studio);
      await openSandboxes(page);
      const table = page.getByRole("region", { name: "Sandboxes and daemons" });
      await expect(table.getByRole("row", { name: /sb-.*Ready/ })).toContainText(/\d+ %.*MB/);
      await expect(table.getByRole("row", { name: /line_filter.*Running/ })).toContainText(/\d+ %.*MB/);
      await expect(studio.editor.getByText(/of one core now, .* at most in the last \d+ s\./)).toBeVisible();
      // Plain text is asked of the view that has the focus.
      await studio.editor.getByRole("button", { name: /^As (a )?table/ }).focus();
      await page.keyboard.press("Alt+F2");
      await expect(page.getByRole("region", { name: "CPU and memory, one row per second" }).getByRole("row").nth(2)).toContainText("MB");
      await page.screenshot({ path: info.outputPath(`sandboxes-${sandbox}.png`) });

      await page.getByRole("button", { name: "Stop line_filter" }).click();
      const history = page.getByRole("list", { name: /What began and ended/ });
      await expect(history.getByText(/line_filter Daemon stopped\. It was asked to\./)).toBeVisible();
      const name = await table.getByRole("button", { name: /^sb-/ }).innerText();
      await table.getByRole("button", { name: /^sb-/ }).click();
      await page.getByRole("button", { name: "Restart sandbox" }).click();
      await expect(history.getByText(/Sandbox stopped\. It was asked to\./)).toBeVisible();
      await expect(history.getByText(/Sandbox started\. It was ready after/)).toHaveCount(2);
      await expect(table.getByRole("button", { name: /^sb-/ })).not.toHaveText(name);

      if (sandbox === "docker") {
        await expect(page.getByRole("row", { name: /storlet_engine_image.*MB/ })).toBeVisible();
        const ids = execFileSync("docker", ["ps", "-q", "--filter", "label=managed_by=storlet-studio"], { encoding: "utf8" })
          .trim()
          .split("\n");
        execFileSync("docker", ["kill", ...ids]);
        await expect(page.getByRole("alert").getByText("The sandbox ended by itself")).toBeVisible();
        await page.screenshot({ path: info.outputPath("sandbox-ended.png") });
      }
    });
  });
}

test("nothing is sampled while nobody looks", async ({ studio, page }) => {
  const streams = new Set<string>();
  page.on("request", (request) => request.url().includes("sandboxes.usage") && streams.add(request.url()));
  await runLineFilter(studio);
  expect(streams.size).toBe(0);
  await openSandboxes(page);
  await expect(studio.editor.getByText(/of one core now/)).toBeVisible();
  expect(streams.size).toBe(1);
  const ended = page.waitForEvent("requestfailed", (request) => request.url().includes("sandboxes.usage"));
  await page.getByRole("tab", { name: "line_filter.py" }).click();
  await ended;
});
