/** The object browser: by mouse, by keys, with many objects, large ones and hostile names. */
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect, test, type Studio } from "./studio.ts";

const csv = (rows: number): string =>
  `time,temperature\n${Array.from({ length: rows }, (_, index) => `2026-03-14T11:${String(index % 60).padStart(2, "0")}:00Z,${30 + (index % 9)}.5\n`).join("")}`;

/** Requests as the page itself makes them. */
async function swift(page: Page, method: string, path: string, body: string | null = null, headers: Record<string, string> = {}) {
  return page.evaluate(
    async (request) => {
      const response = await fetch(`/swift/v1/AUTH_test${request.path}`, {
        method: request.method,
        body: request.body,
        headers: request.headers,
      });
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    },
    { method, path, body, headers },
  );
}

/** Many small objects, a few requests at a time. */
async function fill(page: Page, container: string, count: number): Promise<void> {
  await page.evaluate(
    async ({ container: name, count: wanted }) => {
      const queue = Array.from({ length: wanted }, (_, index) => index);
      const work = async () => {
        for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
          await fetch(`/swift/v1/AUTH_test/${name}/object-${String(index).padStart(6, "0")}.txt`, { method: "PUT", body: "x" });
        }
      };
      await Promise.all(Array.from({ length: 6 }, work));
    },
    { container, count },
  );
}

async function showObjects(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Objects" }).click();
}

const row = (page: Page, name: string): Locator => page.getByRole("grid", { name: /^Objects of/ }).getByRole("row", { name });
const details = (page: Page): Locator => page.getByRole("complementary", { name: "Object", exact: true });

async function openSensors(studio: Studio, page: Page): Promise<void> {
  await studio.open();
  await swift(page, "PUT", "/sensors");
  for (const name of ["a.csv", "b.csv", "2026/c.csv"]) {
    await swift(page, "PUT", `/sensors/${name}`, csv(40), { "Content-Type": "text/csv", "X-Object-Meta-Station": "04" });
  }
  await showObjects(page);
  await page.getByRole("treeitem", { name: /^sensors/ }).click();
  await expect(row(page, "a.csv")).toBeVisible();
}

test("by mouse: a container, a folder, an object, its bytes and the range for Invoke", async ({ studio, page }) => {
  await openSensors(studio, page);
  await page.getByRole("treeitem", { name: "2026/" }).click();
  await row(page, "c.csv").click();
  await expect(details(page).getByRole("heading", { name: "c.csv" })).toBeVisible();
  await page
    .getByRole("grid", { name: /as a table/ })
    .getByRole("gridcell", { name: "31.5" })
    .first()
    .click();
  await expect(page.getByText("Row 2, temperature")).toBeVisible();
  await expect(page.getByText("bytes 64 to 67").first()).toBeVisible();
  await page.getByRole("button", { name: "Use selection as X-Storlet-Range" }).click();
  await expect(studio.inspector.getByRole("combobox", { name: "Object" })).toHaveValue("sensors/2026/c.csv");
  await expect(studio.inspector.getByRole("textbox", { name: "Range" })).toHaveValue("bytes=64-67");
  await page.keyboard.press("ControlOrMeta+I");
  await expect(details(page)).toBeVisible();
});

test("by keys alone: open, select, filter, delete, undo", async ({ studio, page }) => {
  await openSensors(studio, page);
  await page.keyboard.press("F6");
  await expect(page.getByRole("grid", { name: /^Objects of/ })).toBeFocused();
  for (const key of ["Home", "ArrowDown", "Shift+ArrowDown"]) await page.keyboard.press(key);
  await expect(page.getByText("2 selected", { exact: true })).toBeVisible();
  await page.keyboard.press("Delete");
  await expect(page.getByText("2 objects of sensors will be deleted")).toBeVisible();
  await expect(row(page, "a.csv").getByText("will be deleted")).toBeVisible();
  expect((await swift(page, "HEAD", "/sensors/a.csv")).status).toBe(200);
  await page.keyboard.press("ControlOrMeta+Alt+Z");
  await expect(row(page, "a.csv").getByText("will be deleted")).toHaveCount(0);
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(row(page, "c.csv")).toBeVisible();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(row(page, "a.csv")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+L");
  await page.keyboard.type("b");
  await expect(row(page, "a.csv")).toHaveCount(0);
  await expect(row(page, "b.csv")).toBeVisible();
});

test("a delete happens after its time, and not to what was changed in between", async ({ studio, page }) => {
  await openSensors(studio, page);
  await row(page, "a.csv").click();
  await row(page, "b.csv").click({ modifiers: ["ControlOrMeta"] });
  await page.getByRole("button", { name: "Delete", exact: true }).first().click();
  await expect(page.getByText("will be deleted").first()).toBeVisible();
  await swift(page, "PUT", "/sensors/b.csv", "new content");
  // It waits for eight seconds.
  await expect(row(page, "a.csv")).toHaveCount(0, { timeout: 30_000 });
  await expect(page.getByText("1 object was kept")).toBeVisible();
  expect((await swift(page, "GET", "/sensors/b.csv")).text).toBe("new content");
  expect((await swift(page, "HEAD", "/sensors/a.csv")).status).toBe(404);
});

test("a reload before the delete's time loses nothing", async ({ studio, page }) => {
  await openSensors(studio, page);
  await row(page, "a.csv").click();
  await page.keyboard.press("Delete");
  await expect(row(page, "a.csv").getByText("will be deleted")).toBeVisible();
  await page.reload();
  await expect(row(page, "a.csv")).toBeVisible();
  expect((await swift(page, "HEAD", "/sensors/a.csv")).status).toBe(200);
});

test("uploads several files, asks before it replaces, and downloads", async ({ studio, page }, info) => {
  await openSensors(studio, page);
  for (const name of ["a.csv", "new.bin"]) writeFileSync(info.outputPath(name), `local ${name}`);
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("ControlOrMeta+U");
  await (await chooser).setFiles([info.outputPath("a.csv"), info.outputPath("new.bin")]);
  const uploads = page.getByRole("region", { name: "Uploads" });
  await expect(row(page, "new.bin")).toBeVisible();
  await expect(uploads.getByText("is there")).toBeVisible();
  expect((await swift(page, "GET", "/sensors/a.csv")).text).toContain("temperature");
  await uploads.getByRole("button", { name: "Replace", exact: true }).click();
  await expect(uploads.getByText("2 of 2 ended")).toBeVisible();
  expect((await swift(page, "GET", "/sensors/a.csv")).text).toBe("local a.csv");
  await row(page, "new.bin").click();
  const download = page.waitForEvent("download");
  await page.getByRole("toolbar", { name: "Objects" }).getByRole("button", { name: "Download" }).click();
  expect(readFileSync(await (await download).path(), "utf8")).toBe("local new.bin");
});

test("a large upload can be cancelled, and leaves nothing", async ({ studio, page }, info) => {
  await openSensors(studio, page);
  const path = info.outputPath("large.bin");
  writeFileSync(path, "");
  truncateSync(path, 400_000_000);
  // Slow enough to be met underway on any machine.
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 20_000_000,
  });
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("ControlOrMeta+U");
  await (await chooser).setFiles([path]);
  const uploads = page.getByRole("region", { name: "Uploads" });
  await expect(uploads.getByRole("progressbar")).toBeVisible();
  await uploads.getByRole("button", { name: "Cancel the upload of large.bin" }).click();
  await expect(uploads.getByText("cancelled")).toBeVisible();
  expect((await swift(page, "HEAD", "/sensors/large.bin")).status).toBe(404);
});

test("copies and renames on the server", async ({ studio, page }) => {
  await openSensors(studio, page);
  await row(page, "a.csv").click();
  await page.keyboard.press("F2");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("b.csv");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(/b\.csv is there already/)).toBeVisible();
  await dialog.getByRole("textbox", { name: "Name" }).fill("moved/ä b.csv");
  await page.keyboard.press("Enter");
  await expect(row(page, "moved/")).toBeVisible();
  await expect(row(page, "a.csv")).toHaveCount(0);
  const moved = await swift(page, "GET", `/sensors/moved/${encodeURIComponent("ä b.csv")}`);
  expect(moved.text).toBe(csv(40));
  expect(moved.headers["x-object-meta-station"]).toBe("04");
});

test("metadata is replaced as a whole, and access is said in words", async ({ studio, page }) => {
  await openSensors(studio, page);
  await swift(page, "POST", "/sensors/a.csv", null, { "X-Object-Meta-Station": "04", "X-Delete-After": "172800" });
  await row(page, "a.csv").click();
  await expect(details(page).getByText("expires in 2 days")).toBeVisible();
  await details(page).getByRole("textbox", { name: "Value of Station" }).fill("Zürich");
  await details(page).getByRole("button", { name: "Add" }).click();
  await page.keyboard.type("Unit");
  await page.keyboard.press("Tab");
  await page.keyboard.type("celsius");
  await expect(details(page).getByText("2 changes")).toBeVisible();
  await details(page).getByRole("button", { name: "Save metadata" }).click();
  await expect(details(page).getByRole("button", { name: "Save metadata" })).toHaveCount(0);
  await expect(details(page).getByRole("textbox", { name: "Value of Station" })).toHaveValue("Zürich");
  await expect
    .poll(async () => (await swift(page, "HEAD", "/sensors/a.csv")).headers)
    .toMatchObject({ "x-object-meta-unit": "celsius", "content-type": "text/csv", "x-delete-at": expect.any(String) });

  await details(page).getByRole("button", { name: "Edit" }).click();
  await details(page)
    .getByRole("checkbox", { name: /Anyone may read/ })
    .check();
  await details(page).getByRole("button", { name: "Save access" }).click();
  await expect(details(page).getByText("public")).toBeVisible();
  await expect.poll(async () => (await swift(page, "HEAD", "/sensors")).headers["x-container-read"]).toBe(".r:*");
});

test("makes a container and deletes it again", async ({ studio, page }) => {
  await studio.open();
  await showObjects(page);
  await page.getByRole("button", { name: "Create a container" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("fresh");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The objects of fresh appear here.")).toBeVisible();
  await details(page).getByRole("button", { name: "Delete this container" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete fresh" }).click();
  await expect(page.getByRole("treeitem", { name: /^fresh/ })).toHaveCount(0);
});

test("ten thousand objects: the first screen at once, the last row by one key", async ({ studio, page }) => {
  test.setTimeout(180_000);
  await studio.open();
  await swift(page, "PUT", "/many");
  await fill(page, "many", 10_300);
  await showObjects(page);
  const listed = page.waitForResponse((response) => response.url().includes("/many?"));
  await page.getByRole("treeitem", { name: /^many/ }).click();
  await listed;
  await expect(row(page, "object-000000.txt")).toBeVisible();
  await expect(page.getByText("10 300 here".replace(" ", "\u2009"))).toBeVisible();
  const grid = page.getByRole("grid", { name: /^Objects of/ });
  await grid.focus();
  await page.keyboard.press("End");
  await expect(row(page, "object-010299.txt")).toBeVisible();
  expect(await grid.getByRole("row").count()).toBeLessThan(80);
  await page.getByRole("button", { name: "Size" }).hover();
  await expect(page.getByRole("button", { name: "Size" })).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("button", { name: "Search anywhere in the name" }).click();
  await page.getByRole("textbox", { name: "Filter by name" }).fill("0777");
  await expect(row(page, "object-007770.txt")).toBeVisible();
  await expect(page.getByText(/^12 found|^11 found|found in/)).toBeVisible();
});

test("the hex of an object has a twin in plain text", async ({ studio, page }) => {
  await openSensors(studio, page);
  await swift(page, "PUT", "/sensors/bytes.bin", "\u0000\u0001 and text", { "Content-Type": "application/octet-stream" });
  await row(page, "bytes.bin").click();
  const hex = page.getByRole("group", { name: /as hex/ });
  await hex.focus();
  for (const key of ["ArrowRight", "ArrowRight", "Shift+ArrowRight"]) await page.keyboard.press(key);
  await page.keyboard.press("Alt+F2");
  const twin = page.getByRole("dialog");
  await expect(twin.getByText("Selected: bytes 1 to 2, 2 bytes.", { exact: false })).toBeVisible();
  await expect(twin.getByText(/byte 0: 00 01 20 61 6e 64/)).toBeVisible();
});

test("names and contents of objects are only ever text", async ({ studio, page }) => {
  await openSensors(studio, page);
  const hostile = `<img src=x onerror="document.title='run'">`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="document.title='run'"><script>document.title='run'</script></svg>`;
  const json = JSON.stringify({ [hostile]: hostile });
  for (const [name, body, type] of [
    [`${hostile}.html`, `<script>document.title='run'</script>${hostile}`, "text/html"],
    ["x.svg", svg, "image/svg+xml"],
    ["x.json", json, "application/json"],
    ["x.csv", `${hostile},b\n${hostile},2\n`, "text/csv"],
  ] as const) {
    await swift(page, "PUT", `/sensors/${encodeURIComponent(name)}`, body, { "Content-Type": type, "X-Object-Meta-Note": hostile });
  }
  for (const name of [`${hostile}.html`, "x.svg", "x.json", "x.csv"]) {
    await row(page, name).click();
    await expect(details(page).getByRole("heading", { name })).toBeVisible();
    await expect(page.getByRole("tabpanel", { name: "Preview" }).locator(".viewer")).toBeVisible();
  }
  await expect(page.getByRole("gridcell", { name: hostile, exact: true })).toBeVisible();
  expect(await page.title()).not.toBe("run");
});
