/** The main job on the screen: change, save, run, see; on every kind of sandbox. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, missingDocker, test, type Sandbox } from "./studio.ts";

const withoutDocker = missingDocker();

/** A storlet that answers with `word` and logs it. */
const saying = (word: string): string => `class LineFilter(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        out_files[0].write(b'${word} from the storlet')
        self.logger.info('logged ${word}')
`;

const failing = `class LineFilter(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        raise ValueError('no such column: height')
`;

function killSandbox(): void {
  const ids = execFileSync("docker", ["ps", "-q", "--filter", "label=managed_by=storlet-studio"], { encoding: "utf8" }).trim().split("\n");
  execFileSync("docker", ["kill", ...ids]);
}

for (const sandbox of ["process", "docker"] as Sandbox[]) {
  test.describe(`on ${sandbox}`, () => {
    test.use({ sandbox });
    test.skip(sandbox === "docker" && withoutDocker !== null, withoutDocker ?? "");

    test("from a changed file to its output and its log line with Ctrl+S and Ctrl+Enter alone", async ({ studio, page }) => {
      await studio.open();
      await studio.openFile("line_filter.py");
      for (const word of ["first", "second"]) {
        await studio.makeLive(saying(word));
        await page.keyboard.press("ControlOrMeta+Enter");
        await expect(studio.verdict).toHaveText("200 OK");
        await expect(studio.inspector.getByText(`${word} from the storlet`)).toBeVisible();
        await expect(studio.log.getByText(`logged ${word}`)).toBeVisible();
      }
      expect(readFileSync(join(studio.workspace, "storlets/line_filter/line_filter.py"), "utf8")).toBe(saying("second"));

      if (sandbox === "docker") {
        killSandbox();
        await studio.makeLive(saying("third"));
        await page.keyboard.press("ControlOrMeta+Enter");
        await expect(studio.inspector.getByText("third from the storlet")).toBeVisible();
        await expect(studio.log.getByText("logged third")).toBeVisible();
        killSandbox();
        const answered = studio.answer();
        await page.keyboard.press("ControlOrMeta+Enter");
        expect((await answered).status()).toBe(200);
        await expect(studio.verdict).toHaveText("200 OK");
      }
    });

    test("a failing storlet shows its traceback within a second, and the way to its line", async ({ studio, page }) => {
      await studio.open();
      await studio.openFile("line_filter.py");
      await studio.makeLive(failing);
      const answered = page.waitForResponse((response) => response.url().includes("/swift/"));
      await page.keyboard.press("ControlOrMeta+Enter");
      expect((await answered).status()).toBe(503);
      await expect(studio.log.getByText("ValueError: no such column: height").first()).toBeVisible({ timeout: 1000 });
      await expect(studio.inspector.getByText("line_filter stopped at line 6 with ValueError")).toBeVisible();
      await studio.inspector.getByRole("button", { name: "Go to line 6" }).click();
      await expect(page.getByRole("contentinfo")).toContainText("Ln 6");
    });
  });
}

test("code that does not compile is not deployed, and its line is a problem", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("word_count.py");
  await studio.replaceText("class WordCount(object)\n    pass\n");
  await page.keyboard.press("ControlOrMeta+S");
  await expect(studio.editor.getByRole("status")).toContainText("not live: 1 error");
  await page.keyboard.press("ControlOrMeta+Shift+M");
  await expect(page.getByRole("region", { name: "Panel" })).toContainText("expected ':'");
  await page
    .getByRole("contentinfo")
    .getByRole("button", { name: /1 error/ })
    .waitFor();
});

test("a change made outside is not overwritten", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.replaceText(saying("mine"));
  const path = join(studio.workspace, "storlets/line_filter/line_filter.py");
  writeFileSync(path, saying("theirs"));
  await page.keyboard.press("ControlOrMeta+S");
  await expect(studio.editor.getByText(/changed (outside|on disk)/i).first()).toBeVisible();
  expect(readFileSync(path, "utf8")).toBe(saying("theirs"));
});

test("PUT through a storlet stores its output", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.inspector.getByRole("button", { name: /Door/ }).click();
  await page.getByRole("option", { name: /PUT/ }).click();
  await studio.inspector.getByRole("combobox", { name: "Stored as" }).fill("samples/filtered.log");
  await studio.inspector.getByRole("button", { name: /Sent is/ }).click();
  await page.getByRole("option", { name: "Typed text" }).click();
  await studio.inspector.getByRole("group", { name: "What is sent" }).getByRole("textbox").fill("keep this\ndrop that\n");
  await studio.inspector.getByRole("textbox", { name: /Value of contains/ }).fill("keep");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText(/201/);
  const result = studio.inspector.getByRole("tabpanel");
  await result.getByRole("button", { name: /show/i }).click();
  await expect(result.getByText("keep this")).toBeVisible();
  await expect(result.getByText("drop that")).toHaveCount(0);
});
