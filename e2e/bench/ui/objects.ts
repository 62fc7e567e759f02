/** Rows of the object browser: a container of 100,000 objects, an object of 5 GB. */
import { requestBytes, openConnection, sendLarge } from "../client.ts";
import { heapBytes, timeUntil, watchFrames } from "./probe.ts";
import { privateBytes } from "./process.ts";
import type { UiRow } from "./report.ts";
import type { Stage } from "./stage.ts";

const many = 100_000;
const fiveGigabytes = 5_000_000_000;

async function fill(stage: Stage): Promise<void> {
  const port = Number(new URL(stage.ready.swift).port);
  const connections = await Promise.all(Array.from({ length: 8 }, () => openConnection(port)));
  let made = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (made < many) {
        const path = `/v1/AUTH_test/hundred-thousand/object-${String(made++).padStart(6, "0")}.txt`;
        await connection.exchange(requestBytes("PUT", path, { "X-Auth-Token": stage.token }));
      }
      connection.close();
    }),
  );
}

export async function measureContainer(stage: Stage): Promise<UiRow[]> {
  await stage.swift("PUT", "/hundred-thousand", "");
  await fill(stage);
  await stage.reopen();
  const { page } = stage;
  await page.goto(stage.ready.control);
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Objects" }).click();
  // The page's own code is loaded by then, as it is for everyone who has looked at a container before.
  await page.getByRole("treeitem", { name: /^bench/ }).click();
  await page.getByRole("grid", { name: /^Objects of bench/ }).waitFor();
  const item = page.getByRole("treeitem", { name: /^hundred-thousand/ });
  const before = await heapBytes(stage.cdp);
  const opened = await timeUntil(page, () => item.click(), "[role=grid] .object-row", "object-000000.txt");
  const grid = page.getByRole("grid", { name: /^Objects of/ });
  await page.waitForFunction((rows) => Number(document.querySelector("[role=grid]")?.getAttribute("aria-rowcount")) > rows, many);
  const box = await grid.boundingBox();
  const calm = await watchFrames(page, () => page.waitForTimeout(1500));
  const frames = await watchFrames(page, () =>
    stage.cdp.send("Input.synthesizeScrollGesture", {
      x: (box?.x ?? 0) + 200,
      y: (box?.y ?? 0) + 200,
      yDistance: -24_000,
      speed: 6000,
      gestureSourceType: "mouse",
    }),
  );
  await grid.focus();
  const ended = await timeUntil(page, () => page.keyboard.press("End"), "[role=grid] .object-row", `object-0${many - 1}.txt`);
  const grown = (await heapBytes(stage.cdp)) - before;
  return [
    {
      area: "Container of 100,000 objects: first screen",
      budget: 200,
      measured: opened,
      unit: "ms",
      note: "click to the frame with its first rows",
    },
    {
      area: "Container of 100,000 objects: scroll, frame p95",
      budget: 17.5,
      measured: frames.p95Ms,
      unit: "ms",
      note: `one refresh is 16.7; idle page ${calm.p95Ms.toFixed(1)}; own work in a frame p95 ${frames.workP95Ms.toFixed(1)} ms; ${(frames.late * 100).toFixed(1)} % late; 6,000 px/s`,
    },
    { area: "Container of 100,000 objects: End to the last row", budget: null, measured: ended, unit: "ms", note: "" },
    {
      area: "Container of 100,000 objects: memory",
      budget: 30,
      measured: grown / 1e6,
      unit: "MB",
      note: "heap of the page after collection, opened, scrolled and at its end",
    },
  ];
}

export async function measureLargeObject(stage: Stage): Promise<UiRow[]> {
  const { page, ready } = stage;
  await sendLarge(
    Number(new URL(ready.swift).port),
    "/v1/AUTH_test/bench/five-gigabytes.bin",
    { "X-Auth-Token": stage.token },
    fiveGigabytes,
    Buffer.alloc(
      1024 * 1024,
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
    ),
  );
  await page.getByRole("treeitem", { name: /^bench/ }).click();
  const row = page.getByRole("row", { name: /^five-gigabytes\.bin/ });
  // The viewer's code is loaded with the first object that anyone looks at.
  await page.getByRole("row", { name: /^small/ }).click();
  await page.getByRole("group", { name: /as hex/ }).waitFor();
  const heap = await heapBytes(stage.cdp);
  const engine = privateBytes(ready.pid);
  const shown = await timeUntil(page, () => row.click(), `[role=group][aria-label*="five-gigabytes"] .hex-cell[data-at="0"]`);
  const hex = page.getByRole("group", { name: /five-gigabytes.*as hex/ });
  await hex.focus();
  await page.keyboard.press("ArrowRight");
  const end = await timeUntil(page, () => page.keyboard.press("ControlOrMeta+End"), `.hex-cell[data-at="${fiveGigabytes - 1}"]`);
  const grownPage = ((await heapBytes(stage.cdp)) - heap) / 1e6;
  const grownEngine = engine === null ? null : ((privateBytes(ready.pid) ?? 0) - engine) / 1e6;
  return [
    {
      area: "Hex of a 5 GB object: first screen",
      budget: 150,
      measured: shown,
      unit: "ms",
      note: "click on its row to the frame with its bytes",
    },
    {
      area: "Hex of a 5 GB object: from the first to the last byte",
      budget: null,
      measured: end,
      unit: "ms",
      note: "Ctrl+End to the frame with the last line",
    },
    { area: "Hex of a 5 GB object: heap of the page", budget: 10, measured: grownPage, unit: "MB", note: "constant memory is wanted" },
    { area: "Hex of a 5 GB object: private memory of the engine", budget: 64, measured: grownEngine, unit: "MB", note: "" },
  ];
}
