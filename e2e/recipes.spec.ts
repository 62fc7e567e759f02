/** Recipes: saved from the form and edited as files, run with what they expect, copied for a terminal and pasted from one. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test, type Studio } from "./studio.ts";

const view = (page: Page) => page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Recipes" });
const recipes = (page: Page) => page.getByRole("tree", { name: "Recipes" });
const row = (page: Page, name: string) => recipes(page).getByRole("treeitem", { name: new RegExp(`^${name},`) });
const checks = (studio: Studio) => studio.inspector.getByRole("region", { name: "Expectations of this run" });

test.beforeEach(({ studio }) => {
  // The shipped ones need every language; these tests bring their own.
  const folder = join(studio.workspace, "recipes");
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});

function write(studio: Studio, path: string, text: string): void {
  mkdirSync(join(studio.workspace, path, ".."), { recursive: true });
  writeFileSync(join(studio.workspace, path), text);
}

const read = (studio: Studio, path: string): string => readFileSync(join(studio.workspace, path), "utf8");

const passing = `# Keep this comment.
description: Requests that failed.
storlet: line_filter
object: samples/access.log
parameters:
  contains: " 500 "
expect:
  status: 200
  body:
    contains: " 500 "
`;

test("a request is saved with what it expects, and passes and fails by mouse", async ({ studio, page }) => {
  await studio.open();
  await view(page).click();
  await expect(page.getByText("The workspace has no recipe yet.")).toBeVisible();
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Storlets" }).click();
  await studio.openFile("line_filter.py");
  await studio.inspector.getByRole("button", { name: "Expect something" }).click();
  await expect(studio.inspector.getByRole("textbox", { name: "Value of expectation 1" })).toHaveValue("200");
  await studio.inspector.getByRole("button", { name: "Add another expectation" }).click();
  await studio.inspector.getByRole("textbox", { name: "Value of expectation 2" }).fill("no such line");
  await studio.inspector.getByRole("button", { name: "Save as a recipe" }).click();
  const dialog = page.getByRole("dialog", { name: "Save as a recipe" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("server errors");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  expect(read(studio, "recipes/server errors.yaml")).toBe(
    'storlet: line_filter\ndoor: GET\nobject: samples/access.log\nparameters:\n  contains: " 500 "\nexpect:\n  status: 200\n  body:\n    contains: no such line\n',
  );

  await studio.inspector.getByRole("button", { name: "Run", exact: true }).click();
  await expect(checks(studio)).toContainText("1 of 2 expectations hold");
  await expect(checks(studio).getByRole("listitem").nth(1)).toContainText("Body contains no such line");
  await view(page).click();
  await expect(row(page, "server errors")).toHaveAccessibleName("server errors, GET, failed");

  await studio.inspector.getByRole("textbox", { name: "Value of expectation 2" }).fill(" 500 ");
  await expect(studio.inspector.getByText("changed")).toBeVisible();
  await studio.inspector.getByRole("button", { name: "Save server errors" }).click();
  await expect(studio.inspector.getByText("changed")).toBeHidden();
  expect(read(studio, "recipes/server errors.yaml")).toContain('contains: " 500 "\n');
  await studio.inspector.getByRole("button", { name: "Run", exact: true }).click();
  await expect(checks(studio)).toContainText("All 2 expectations hold");
  await expect(row(page, "server errors")).toHaveAccessibleName("server errors, GET, passed");

  await page.reload();
  await expect(row(page, "server errors")).toHaveAccessibleName("server errors, GET, passed");
  await expect(studio.inspector.locator(".recipe-bar")).toContainText("server errors");
});

test("the file is edited, here and outside, and the form follows; all by keyboard", async ({ studio, page }) => {
  write(studio, "recipes/errors.yaml", passing);
  await studio.open();
  await page.keyboard.press("ControlOrMeta+P");
  await expect(page.getByRole("combobox", { name: /^Name of a file/ })).toBeFocused();
  await page.keyboard.type("errors");
  await expect(page.getByRole("option", { name: /^errors/, selected: true })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(studio.inspector.locator(".recipe-bar")).toContainText("errors");
  const contains = studio.inspector.getByRole("textbox", { name: "Value of contains" });
  await expect(contains).toHaveValue(" 500 ");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(checks(studio)).toContainText("All 2 expectations hold");

  write(studio, "recipes/errors.yaml", passing.replace('contains: " 500 "\nexpect', "contains: GET\nexpect"));
  await expect(contains).toHaveValue("GET");

  // In the editor, with a mistake on the way.
  await studio.command("Open the file of this recipe");
  await expect(studio.editorText()).toBeFocused();
  await studio.replaceText(passing.replace("object:", "objekt:"));
  await page.keyboard.press("ControlOrMeta+S");
  await expect(studio.editor.getByText("Saved, but line 4 is wrong")).toBeVisible();
  await expect(studio.inspector.getByText("recipes/errors.yaml cannot be used as it is now")).toBeVisible();
  await studio.replaceText(passing.replace('contains: " 500 "\nexpect', "contains: POST\nexpect"));
  await page.keyboard.press("ControlOrMeta+S");
  await expect(contains).toHaveValue("POST");
  await expect(studio.inspector.getByText("cannot be used as it is now")).toBeHidden();

  // Both changed: a person chooses. What is saved keeps the comment.
  await contains.fill("mine");
  write(studio, "recipes/errors.yaml", passing.replace("Requests that failed", "Others").replace("status: 200", "status: 2xx"));
  await expect(studio.inspector.getByText("recipes/errors.yaml changed outside")).toBeVisible();
  await studio.inspector.getByRole("button", { name: "Keep the form" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+Alt+K");
  await expect.poll(() => read(studio, "recipes/errors.yaml")).toContain('contains: "mine"');
  expect(read(studio, "recipes/errors.yaml")).toMatch(/^# Keep this comment.\ndescription: Others.\n[^]*status: 200\n/);

  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.press("ControlOrMeta+R");
  await expect(recipes(page)).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(page.getByText("recipes/errors.yaml is deleted")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await expect(row(page, "errors")).toBeVisible();
});

test("all recipes run one after the other, with a summary", async ({ studio, page }) => {
  write(studio, "recipes/good.yaml", passing);
  write(studio, "recipes/bad.yaml", passing.replace("status: 200", "status: 404"));
  write(studio, "recipes/slow.yaml", passing.replace("expect:", "expect:\n  max-duration: 0 ms"));
  write(studio, "recipes/torn.yaml", "storlet: [");
  write(
    studio,
    "recipes/word copy.yaml",
    "storlet: line_filter\ndoor: COPY\nobject: samples/access.log\ndestination: samples/copied.log\nparameters:\n  contains: GET\nheaders:\n  X-Object-Meta-Note: no $${variable}\nexpect:\n  status: 201\n  body:\n    contains: GET\n",
  );
  await studio.open();
  await view(page).click();
  await page.getByRole("button", { name: "Run all" }).click();
  await expect(page.getByText("3 passed, 2 failed.")).toBeVisible();
  await expect(row(page, "good")).toHaveAccessibleName("good, GET, passed");
  await expect(row(page, "bad")).toHaveAccessibleName("bad, GET, failed");
  await expect(row(page, "slow")).toHaveAccessibleName("slow, GET, warning");
  await expect(row(page, "torn")).toHaveAccessibleName("torn, cannot be used");
  await expect(row(page, "word copy")).toHaveAccessibleName("word copy, COPY, passed");
  await row(page, "bad").click();
  const detail = page.getByRole("region", { name: "Recipe bad" });
  await expect(detail).toContainText("Status is 404");
  await expect(detail).toContainText("It is 200");
  await detail.getByRole("button", { name: "Run again" }).click();
  await expect(detail).toContainText("1 of 2 expectations hold");
  await row(page, "torn").click();
  await expect(page.getByRole("tab", { name: "torn.yaml" })).toBeVisible();
});

test("COPY: the source becomes another object, and both are shown", async ({ studio, page }) => {
  await studio.open();
  await studio.openFile("line_filter.py");
  await studio.inspector.getByRole("button", { name: /^Door|GET Door/ }).click();
  await page.getByRole("option", { name: "COPY" }).click();
  await studio.inspector.getByRole("combobox", { name: "Stored as" }).fill("samples/errors only.log");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("201 Created");
  await studio.inspector.getByRole("button", { name: "Show stored object" }).click();
  await expect(studio.inspector.getByText(" 500 ").first()).toBeVisible();
  await studio.inspector.getByRole("combobox", { name: "Stored as" }).fill("nowhere/x");
  await page.keyboard.press("ControlOrMeta+Enter");
  await studio.inspector.getByRole("button", { name: "Create nowhere and run" }).click();
  await expect(studio.verdict).toHaveText("201 Created");
});

test("environments fill variables in; secrets stay out of recipes", async ({ studio, page }) => {
  write(studio, "environments/lab.yaml", "variables:\n  what: 500\nsecrets:\n  key: very-secret\n");
  await studio.open();
  await studio.openFile("line_filter.py");
  const contains = studio.inspector.getByRole("textbox", { name: "Value of contains" });
  await contains.fill("${what}");
  await expect(studio.inspector.getByText(/no environment is chosen/)).toBeVisible();
  await studio.inspector.getByRole("button", { name: /Environment/ }).click();
  await page.getByRole("option", { name: "lab" }).click();
  await expect(studio.inspector.getByText(/no environment is chosen/)).toBeHidden();
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
  await studio.inspector.getByRole("tab", { name: /^Headers/ }).click();
  await expect(studio.inspector.getByText("contains:500")).toBeVisible();
  await contains.fill("${gone}");
  await expect(studio.inspector.getByText(/The environment lab has no gone/)).toBeVisible();

  await contains.fill("very-secret");
  await page.keyboard.press("ControlOrMeta+Alt+K");
  const dialog = page.getByRole("dialog", { name: "Save as a recipe" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("leak");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(/The recipe holds the secret key of the environment lab/)).toBeVisible();
  await page.keyboard.press("Escape");
  await contains.fill("${key}");
  await page.keyboard.press("ControlOrMeta+Alt+K");
  await dialog.getByRole("textbox", { name: "Name" }).fill("no leak");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  expect(read(studio, "recipes/no leak.yaml")).toContain("contains: ${key}");

  // Another one, made here.
  await studio.command("Create an environment");
  await page.getByRole("dialog", { name: "Create an environment" }).getByRole("textbox", { name: "Name" }).fill("field");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tab", { name: "field.yaml" })).toBeVisible();
});

test("a request is copied for a terminal and pasted from one", async ({ studio, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await studio.open();
  await studio.openFile("line_filter.py");
  const contains = studio.inspector.getByRole("textbox", { name: "Value of contains" });
  await contains.fill("it's $1");
  for (const [item, expected] of [
    ["Copy as curl", /^TOKEN=\$\(curl -si /],
    ["Copy as a swift command", /^swift -A http:.* download samples access.log/],
    ["Copy as Python", /^import sys\nfrom swiftclient/],
  ] as const) {
    await studio.inspector.getByRole("button", { name: "Copy the request" }).click();
    await page.getByRole("menuitem", { name: item }).click();
    await expect(page.getByText(/The request is on the clipboard as/).last()).toBeVisible();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(expected);
  }

  // By keyboard alone: what a colleague sent, with something that a recipe cannot hold.
  const swift = studio.ready?.swift ?? "";
  const line = `curl -s -u me:pw --frobnicate \\\n  -H 'X-Run-Storlet: word_count.py' -H "X-Storlet-Parameter-1: top:3" \\\n  '${swift}/v1/AUTH_test/samples/harbour.txt'`;
  await page.keyboard.press("ControlOrMeta+Alt+V");
  const dialog = page.getByRole("dialog", { name: "Paste a curl command" });
  const field = dialog.getByRole("textbox", { name: "Command line" });
  await expect(field).toBeFocused();
  await page.keyboard.insertText("curl 'http://x");
  await expect(dialog.getByText("A quote is not closed.")).toBeVisible();
  await field.fill("");
  await page.keyboard.insertText(line);
  await expect(dialog.getByText("--frobnicate is not known here and was left out.")).toBeVisible();
  await expect(dialog.getByText("-u was left out")).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(studio.inspector.getByRole("combobox", { name: "Object" })).toHaveValue("samples/harbour.txt");
  await expect(studio.inspector.getByRole("textbox", { name: "Value of top" })).toHaveValue("3");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(studio.verdict).toHaveText("200 OK");
});

test("hostile recipes stay words", async ({ studio, page }) => {
  const hostile = `<img src=x onerror="document.title='ran'">`;
  write(
    studio,
    "recipes/evil.yaml",
    passing.replace("Requests that failed.", hostile).replace('contains: " 500 "\n', `contains: '${hostile.replaceAll("'", "''")}'\n`),
  );
  write(studio, "environments/evil.yaml", `variables:\n  a: ${JSON.stringify(hostile)}\n"${hostile.replaceAll('"', '\\"')}": x\n`);
  await studio.open();
  await view(page).click();
  await row(page, "evil").click();
  await expect(page.getByRole("region", { name: "Recipe evil" })).toContainText(hostile);
  await expect(studio.inspector.locator(".recipe-bar")).toContainText("evil");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(checks(studio)).toBeVisible();
  expect(await page.title()).not.toBe("ran");
});
