/** Names and contents that would like to be more than text: HTML, script, terminal codes, right to left, overlong. Nothing of them runs. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "./studio.ts";
import { connectSwift } from "./swift.ts";

const html = `<img src=x onerror="document.title='ran'"><script>document.title='ran'</script>`;
const escape = "\u001B";
const ansi = `${escape}[2J${escape}[31mred${escape}]8;;javascript:document.title='ran'\u0007link${escape}]8;;\u0007`;
const rightToLeft = "\u202Efdp.exe\u202C \u2066hidden\u2069";
const overlong = "overlong-".repeat(20_000);

async function expectNothingRan(page: Page): Promise<void> {
  expect(await page.title()).not.toBe("ran");
  // What a name would have made of the page: pictures, frames, links that run.
  expect(await page.locator("img[src='x'], iframe, object, embed, a[href^='javascript:'], script:not([src])").count()).toBe(0);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBe(0);
}

test("log lines, metadata and body", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  const strings = { html, ansi, rightToLeft };
  await studio.makeLive(`class LineFilter(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({'Content-Type': 'text/html', 'Note': ${JSON.stringify(html)}})
        for line in ${JSON.stringify(Object.values(strings))}:
            self.logger.error('logged ' + line)
            print('printed ' + line)
        self.logger.info('${overlong.slice(0, 9)}' * 20000)
        out_files[0].write(('\\n'.join(${JSON.stringify([html, rightToLeft])}) + '\\n' + 'overlong-' * 20000).encode())
`);
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  await expect(studio.log.getByText(`logged ${html}`)).toBeVisible();
  await expect(studio.inspector.getByText(html).first()).toBeVisible();
  // A terminal's codes are shown as signs, never sent on.
  expect(await studio.log.innerText()).not.toContain(escape);
  await studio.inspector.getByRole("tab", { name: /Headers/ }).click();
  await expect(studio.inspector.getByText(html).first()).toBeVisible();
  await expectNothingRan(page);
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await page.getByRole("option").first().click();
  const answered = page.getByRole("region", { name: "What came back", exact: true });
  await answered.getByRole("tab", { name: /Body/ }).click();
  await expect(answered.getByText(html).first()).toBeVisible();
  await answered.getByRole("tab", { name: /Log/ }).click();
  // The log begins at its end, and its last line fills the pane. Before all lines are there a scroll would not leave the end.
  const log = answered.getByRole("log");
  await expect(log.getByText("overlong-").last()).toBeVisible();
  await expect(async () => {
    await log.hover();
    await page.mouse.wheel(0, -20_000);
    await expect(answered.getByText(`logged ${html}`)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 15_000 });
  await expectNothingRan(page);
});

test("names of storlets, containers, objects, and what they are described as", async ({ studio, page }) => {
  const client = await connectSwift(studio.ready);
  const tag = "<b onclick=alert(1)>bold";
  const names = [`${html.replaceAll("/", "|")}.txt`, `${rightToLeft}.txt`, `${escape}[31mred.txt`, `${"long-".repeat(180)}.txt`];
  const container = encodeURIComponent(`${tag} bucket`);
  expect((await client.request("PUT", `/${container}`, { "X-Container-Meta-Note": html })).status).toBe(201);
  for (const name of names) {
    const answer = await client.request("PUT", `/${container}/${encodeURIComponent(name)}`, { "X-Object-Meta-Note": html }, html);
    expect(answer.status).toBe(201);
  }
  const folder = join(studio.workspace, "storlets", tag);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${tag}.py`), `class X(object):\n    pass\n`);
  writeFileSync(
    join(folder, "storlet.yaml"),
    `language: python\nmain: x.X\ndescription: ${JSON.stringify(html)}\nexample:\n  object: samples/access.log\n`,
  );
  await client.run(`${tag}.py`, "samples/access.log", { [html]: html });
  await studio.open();
  await expect(page.getByRole("main").getByText(tag).first()).toBeVisible();
  await expectNothingRan(page);
  const view = (name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("button", { name });
  await view("Objects").click();
  await page.getByRole("treeitem", { name: new RegExp(`^${tag.replaceAll(/[()]/g, "\\$&")} bucket`) }).click();
  for (const name of names.slice(0, 2)) await expect(page.getByRole("row", { name: name.slice(0, 20) })).toBeVisible();
  const details = page.getByRole("complementary", { name: "Object", exact: true });
  for (const [index, name] of names.toSorted().entries()) {
    await page
      .getByRole("grid", { name: /^Objects of/ })
      .getByRole("row")
      .nth(index + 1)
      .click();
    await expect(details.locator("h2")).toHaveAttribute("title", name);
    await expect(details.getByRole("textbox", { name: "Value of Note" })).toHaveValue(html);
    await expectNothingRan(page);
  }
  await view("Runs").click();
  await page.keyboard.press("ControlOrMeta+P");
  await expect(page.getByRole("combobox", { name: /^Name of a file/ })).toBeFocused();
  await page.keyboard.type("bold");
  await expect(page.getByRole("listbox", { name: "Matches" }).getByText("onclick").first()).toBeVisible();
  await expectNothingRan(page);
});

test("the policy lets nothing in but the engine's own scripts", async ({ studio, page }) => {
  const answer = await page.goto(studio.ready?.control ?? "");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'self'(;|$)/);
  expect(policy).toMatch(/connect-src 'self'(;|$)/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe-eval");
});

for (const { fault, cause } of [
  {
    fault: /^policy: script-src/,
    cause: () => document.body.append(Object.assign(document.createElement("script"), { textContent: "0" })),
  },
  { fault: /^console: something went wrong/, cause: () => console.error("something went wrong") },
  {
    fault: /thrown on purpose/,
    cause: () =>
      void setTimeout(
        () =>
          void (() => {
            throw new Error("thrown on purpose");
          })(),
        0,
      ),
  },
]) {
  test(`these tests see ${String(fault)}`, async ({ studio, page, faults }) => {
    await studio.open();
    expect(faults).toEqual([]);
    await page.evaluate(cause);
    await expect.poll(() => faults.some((found) => fault.test(found))).toBe(true);
    faults.length = 0;
    // Both ways of telling a breach of the policy may take their time.
    await page.close();
    faults.length = 0;
  });
}
