/** What the screen says when something is missing, wrong or hostile. */
import { expect, test } from "./studio.ts";

test("an engine that dies is told, and the screen goes on when it is back", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.editorLoaded();
  await studio.stop("SIGKILL");
  await expect(page.getByText(/engine .*(stopped|not running|does not answer|gone)/i).first()).toBeVisible();
  await expect(studio.editor.getByText("class LineFilter")).toBeVisible();
  await studio.start();
  await expect(page.getByRole("contentinfo")).toContainText("Engine running");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
});

test("an address without a session says how to get one", async ({ studio, page }) => {
  await page.goto(new URL(studio.ready?.control ?? "").origin);
  await expect(page.getByText(/no session/i).first()).toBeVisible();
});

test("nothing that a storlet writes runs in the page", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  const hostile = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
  await studio.makeLive(`class LineFilter(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({'Content-Type': 'text/html', 'Note': ${JSON.stringify(hostile)}})
        self.logger.error(${JSON.stringify(`logged ${hostile}`)})
        out_files[0].write(${JSON.stringify(`written ${hostile}`)}.encode())
`);
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.inspector.getByText(`written ${hostile}`)).toBeVisible();
  await expect(studio.log.getByText(`logged ${hostile}`)).toBeVisible();
  await studio.inspector.getByRole("tab", { name: /Headers/ }).click();
  await expect(studio.inspector.getByText(hostile).first()).toBeVisible();
  expect(await page.title()).not.toBe("run");
});
