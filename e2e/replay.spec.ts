/** Replays: exactly and against today's code, by mouse and by keyboard; images compared; a run as curl from the list. */
import type { Page } from "@playwright/test";
import { expect, test, type Studio, expectAccessible, themes, wishForTheme } from "./studio.ts";

const writing = (text: string): string => `class LineFilter(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        data = in_files[0].read()
        out_files[0].set_metadata({'Word': ${JSON.stringify(text)}})
        out_files[0].write(${JSON.stringify(`${text} of `)}.encode() + str(len(data)).encode() + b'\\n')
`;

async function runOnce(studio: Studio, text: string): Promise<void> {
  const { page } = studio;
  await studio.makeLive(writing(text));
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.inspector.getByText(`${text} of`)).toBeVisible();
}

const view = (page: Page, name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("button", { name });
const answered = (page: Page) => page.getByRole("region", { name: "What came back", exact: true });

async function expectBody(page: Page, text: string): Promise<void> {
  await answered(page).getByRole("tab", { name: /Body/ }).click();
  await expect(answered(page).getByText(text)).toBeVisible();
}

/** A first run, then other code and another object in its place. */
async function runAndChange(studio: Studio): Promise<string> {
  await studio.open();
  await studio.openFile("line_filter.py");
  await runOnce(studio, "first");
  const said = (await studio.inspector.getByText("first of").first().textContent()) ?? "";
  await studio.makeLive(writing("second"));
  const status = await studio.page.evaluate(
    async () => (await fetch("/swift/v1/AUTH_test/samples/access.log", { method: "PUT", body: "short" })).status,
  );
  expect(status).toBe(201);
  return said.trim();
}

test("a run is replayed exactly, then against today's code, by mouse", async ({ studio, page }) => {
  const said = await runAndChange(studio);
  await view(page, "Runs").click();
  await page.getByRole("option", { name: /line_filter, Succeeded/ }).click();
  await page.getByRole("button", { name: "Ways to replay" }).click();
  await page.getByRole("menuitem", { name: "Replay exactly" }).click();
  await expect(studio.editor.getByText(/Exact replay of run .*: the code and the inputs of then\./)).toBeVisible();
  await expectBody(page, said);
  await expect(studio.editor.getByText("Profile", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Compare the two" }).click();
  await expect(page.getByRole("heading", { name: "Same outcome, same body" })).toBeVisible();
  await expect(page.getByText("The bodies are the same, byte for byte.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Time" }).getByRole("row", { name: /Execute/ })).toBeVisible();

  await page.getByRole("option").nth(1).click();
  await expect(studio.editor.getByText("Replayed as")).toBeVisible();
  await page.getByRole("button", { name: "Ways to replay" }).click();
  await page.getByRole("menuitem", { name: "Replay against today's code" }).click();
  await expect(
    studio.editor.getByText(/Replay of run .*, against today's code and objects\. The storlet's code changed since/),
  ).toBeVisible();
  await expectBody(page, "second of 5");
});

test("a run is replayed exactly by keyboard alone, and the pair is linked", async ({ studio, page }) => {
  const said = await runAndChange(studio);
  await page.keyboard.press("ControlOrMeta+Alt+Shift+Enter");
  await expect(studio.editor.getByText(/Exact replay of run/)).toBeVisible();
  await expect(studio.editor.getByText(said).or(studio.editor.getByText("X-Object-Meta-Word")).first()).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+D");
  await expect(page.getByRole("heading", { name: "Same outcome, same body" })).toBeVisible();
  await page.keyboard.press("Alt+W");
  // The page of a replay may be there before the answer that ends it; until then the key for the next one does nothing.
  await expect(page.getByRole("button", { name: "Replay", exact: true })).toBeEnabled();
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  await expect(studio.editor.getByText(/against today's code and objects/)).toBeVisible();
  await expect(answered(page).getByText("X-Object-Meta-Word")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+D");
  await expect(page.getByRole("heading", { name: "Same outcome, different body" })).toBeVisible();
  // The menu of a row of the list.
  await page.keyboard.press("ControlOrMeta+Shift+H");
  const list = page.getByRole("listbox", { name: "Runs" });
  await list.focus();
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: /Replay exactly/ })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: /Copy as curl/ })).toBeVisible();
});

test("a run of the list goes to the clipboard as curl", async ({ studio, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await studio.open();
  await studio.openFile("line_filter.py");
  await runOnce(studio, "first");
  await view(page, "Runs").click();
  await page.getByRole("option").first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Copy as curl" }).click();
  await expect(page.getByText(/is on the clipboard as curl/)).toBeVisible();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(/^TOKEN=\$\(curl[\s\S]*X-Run-Storlet: line_filter\.py/);
});

test("what cannot be replayed exactly says why", async ({ studio, page }) => {
  await studio.open();
  const status = await page.evaluate(async () => {
    const put = await fetch("/swift/v1/AUTH_test/samples/huge.bin", { method: "PUT", body: new Uint8Array(17 * 1024 * 1024) });
    return put.status;
  });
  expect(status).toBe(201);
  await studio.openFile("line_filter.py");
  await studio.makeLive(writing("huge"));
  await page.evaluate(async () => {
    const run = await fetch("/swift/v1/AUTH_test/samples/huge.bin", { cache: "no-store", headers: { "X-Run-Storlet": "line_filter.py" } });
    await run.text();
  });
  await view(page, "Runs").click();
  await page.getByRole("option", { name: /huge\.bin/ }).click();
  const more = page.getByRole("button", { name: "Ways to replay" });
  await more.click();
  await expect(page.getByRole("menuitem", { name: /Replay exactly/ })).toBeEnabled();
  await page.keyboard.press("Escape");
  await page.evaluate(() =>
    fetch("/swift/v1/AUTH_test/samples/huge.bin", { method: "PUT", body: "other" }).then((answer) => answer.text()),
  );
  await expect(async () => {
    // The menu of the try before lies over its button.
    await page.keyboard.press("Escape");
    await more.click();
    await expect(page.getByText("samples/huge.bin is not kept, and it changed since.")).toBeVisible({ timeout: 1000 });
  }).toPass();
});

const picture = (shade: number): string => `import zlib, struct

class LineFilter(object):
    def __init__(self, logger):
        pass

    def __call__(self, in_files, out_files, params):
        def chunk(kind, data):
            return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
        rows = b''.join(b'\\0' + bytes([${shade}, row * 2, 90] * 96) for row in range(64))
        out_files[0].set_metadata({'Content-Type': 'image/png'})
        out_files[0].write(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 96, 64, 8, 2, 0, 0, 0))
            + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
`;

for (const theme of themes) {
  test(`axe finds nothing on replays and images in ${theme}`, async ({ studio, page }, info) => {
    await wishForTheme(page, theme);
    await studio.open();
    const check = async (name: string): Promise<void> => {
      await page.screenshot({ path: info.outputPath(`${name}-${theme}.png`) });
      await expectAccessible(page);
    };
    await studio.openFile("line_filter.py");
    const run = () =>
      page.evaluate(async () => {
        const answer = await fetch("/swift/v1/AUTH_test/samples/access.log", {
          cache: "no-store",
          headers: { "X-Run-Storlet": "line_filter.py" },
        });
        return (await answer.arrayBuffer()).byteLength;
      });
    for (const shade of [40, 200]) {
      await studio.makeLive(picture(shade));
      expect(await run()).toBeGreaterThan(100);
    }
    await view(page, "Runs").click();
    await expect(page.getByRole("option")).toHaveCount(2);
    await page.getByRole("option").nth(1).click();
    await page.getByRole("button", { name: "Ways to replay" }).click();
    await expect(page.getByRole("menuitem", { name: "Replay exactly" })).toBeVisible();
    await check("replay-menu");
    await page.getByRole("menuitem", { name: "Replay exactly" }).click();
    await expect(studio.editor.getByText(/Exact replay of run/)).toBeVisible();
    await expect(answered(page).getByText("Content-Type")).toBeVisible();
    await check("replayed");
    await expect(page.getByRole("option")).toHaveCount(3);
    await page.getByRole("option").nth(1).click();
    await expect(answered(page).getByText("Content-Type")).toBeVisible();
    await page.keyboard.press("ControlOrMeta+Shift+D");
    await expect(page.getByRole("img", { name: "Body of run A" })).toBeVisible();
    await expect(page.getByText("96 × 64 pixels")).toHaveCount(2);
    await check("images");
    await page.getByRole("button", { name: "Hex" }).click();
    await expect(page.getByRole("region", { name: "Body, compared" })).toBeVisible();
    await page.keyboard.press("F7");
    await expect(studio.editor.getByText(/Difference 1 of \d/)).toBeVisible();
    await check("hex");
    if (theme !== "dark") return;
    await page.setViewportSize({ width: 800, height: 900 });
    await check("hex-narrow");
    await page.getByRole("tab", { name: /^Run / }).first().click();
    await expect(answered(page).getByText("Content-Type")).toBeVisible();
    await check("run-narrow");
  });
}
