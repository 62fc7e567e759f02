/** Rows of the hands: typing, commands, the palette; saving, running and replaying. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { percentile } from "../client.ts";
import { timeKeys, timeUntil, watchFrames } from "./probe.ts";
import type { UiRow } from "./report.ts";
import { flood, type Stage } from "./stage.ts";

const text = "the quick brown fox jumps over the lazy dog ";
const sorted = (times: number[]): number[] => times.sort((a, b) => a - b);

async function openFile(stage: Stage, name: string): Promise<void> {
  await stage.page.keyboard.press("ControlOrMeta+P");
  await stage.page.keyboard.type(name);
  await stage.page
    .getByRole("option", { name: new RegExp(name) })
    .first()
    .waitFor();
  await stage.page.keyboard.press("Enter");
  await stage.page.getByRole("main").getByRole("textbox").waitFor({ state: "attached" });
}

/** Keys in the editor: with nothing else going on, and while lines arrive. */
export async function measureTyping(stage: Stage): Promise<UiRow[]> {
  const { page } = stage;
  await openFile(stage, "line_filter.py");
  await page.getByRole("main").getByRole("textbox").focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("# ");
  await timeKeys(page, "warm up ", 40);
  const idle = await timeKeys(page, text.repeat(4), 45);
  const running = flood(stage, { lines: 150_000, rate: 10_000, tag: "typing" });
  await page
    .getByText(/^9\S* lines\/s|^1\S*\d{4} lines\/s|^1[0-9].\d{3} lines\/s/)
    .waitFor({ timeout: 8000 })
    .catch(() => {});
  const busy = await timeKeys(page, text.repeat(4), 45);
  await running;
  const note = "from the browser's time stamp of the key to the end of the frame that shows it, without the display";
  const row = (area: string, budget: number, measured: number): UiRow => ({ area, budget, measured, unit: "ms", note });
  return [
    row("Key press to pixels in the editor, p50", 20, percentile(idle, 0.5)),
    row("Key press to pixels in the editor, p95", 50, percentile(idle, 0.95)),
    row("… while 10,000 lines/s arrive, p50", 20, percentile(busy, 0.5)),
    row("… while 10,000 lines/s arrive, p95", 50, percentile(busy, 0.95)),
  ];
}

/** Clicks on views and panels, and the palette over 5,000 names. */
export async function measureCommands(stage: Stage): Promise<UiRow[]> {
  const { page } = stage;
  const clicks: number[] = [];
  const views = page.getByRole("navigation", { name: "Views" });
  const press = async (name: string): Promise<void> => {
    const selector = `button[aria-label="${name}"][aria-expanded="true"]`;
    clicks.push(await timeUntil(page, () => views.getByRole("button", { name, exact: true }).click(), selector));
  };
  const frames = await watchFrames(page, async () => {
    for (let round = 0; round < 4; round++) for (const name of ["Objects", "Runs", "Sandboxes", "Storlets"]) await press(name);
  });
  for (let container = 0; container < 5; container++) {
    await stage.swift("PUT", `/names-${container}`, "");
    for (let batch = 0; batch < 1000; batch += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          stage.swift("PUT", `/names-${container}/folder/reading-${String(batch + index).padStart(4, "0")}.csv`, ""),
        ),
      );
    }
  }
  const opens: number[] = [];
  const filters: number[] = [];
  for (let round = 0; round < 8; round++) {
    opens.push(await timeUntil(page, () => page.keyboard.press("ControlOrMeta+P"), ".palette-list [role=option]"));
    await page
      .locator(".palette-count")
      .filter({ hasText: /of 5.\d\d\d/ })
      .waitFor();
    for (const letter of ["4", "7", "1"]) {
      const before = (await page.locator(".palette-count").innerText()).split(" of")[0] ?? "";
      filters.push(await timeUntil(page, () => page.keyboard.press(letter), ".palette-count", `${before} of`, { absent: true }));
    }
    await page.keyboard.press("Escape");
    await page.locator(".palette-list").waitFor({ state: "detached" });
  }
  const row = (area: string, budget: number, measured: number, note: string): UiRow => ({ area, budget, measured, unit: "ms", note });
  return [
    row("Click to visible reaction, p95", 100, percentile(sorted(clicks), 0.95), "16 changes of view"),
    row("Longest main-thread task meanwhile", 50, frames.longestTaskMs, "0: none above 50 ms"),
    row("Palette open, 5,000 items, p95", 80, percentile(sorted(opens), 0.95), "key to the frame with its first rows"),
    row("Palette filter, 5,000 items, p95", 50, percentile(sorted(filters), 0.95), "key to the frame with the new count; 24 letters"),
  ];
}

/** Save to live, by the keys that people press. */
async function measureSaves(stage: Stage, file: string, comment: string): Promise<number[]> {
  const { page } = stage;
  await openFile(stage, file);
  await page.getByRole("main").getByRole("textbox").focus();
  await page.keyboard.press("ControlOrMeta+End");
  const times: number[] = [];
  for (let round = 0; round < 8; round++) {
    await page.keyboard.press("Enter");
    await page.keyboard.type(`${comment} ${round}`);
    const saved = await timeUntil(page, () => page.keyboard.press("ControlOrMeta+S"), "main [role=status]", "Live");
    // What was loaded for the first time is not counted.
    if (round > 0) times.push(saved);
    await page.keyboard.press("End");
  }
  return sorted(times);
}

export async function measureRuns(stage: Stage): Promise<UiRow[]> {
  const { page } = stage;
  const python = await measureSaves(stage, "word_count.py", "#");
  const java = await measureSaves(stage, "Half.java", "//");
  const row = (area: string, budget: number, measured: number, note: string): UiRow => ({ area, budget, measured, unit: "ms", note });

  const large = readFileSync(join(stage.workspace, "storlets/line_filter/line_filter.py"));
  await stage.swift("PUT", "/bench/ten-mb", Buffer.alloc(10_000_000, large), { "Content-Type": "text/plain" });
  await (await stage.swift("GET", "/bench/ten-mb", undefined, { "X-Run-Storlet": "identity.py" })).arrayBuffer();
  // No run page is in front: what is replayed is the last run.
  await openFile(stage, "word_count.py");
  const replays: number[] = [];
  for (let round = 0; round < 3; round++) {
    const tabs = await page.getByRole("tab", { name: /^Run / }).count();
    const shown = timeUntil(page, () => page.keyboard.press("ControlOrMeta+Shift+Enter"), "main", "The storlet's code is the same");
    replays.push(await shown);
    await page.getByRole("tab", { name: /^Run / }).nth(tabs).waitFor();
    await page.keyboard.press("Alt+W");
  }
  return [
    row("Save to new code live, Python, p95", 300, percentile(python, 0.95), "Ctrl+S to the frame that says Live; process sandbox"),
    row("Save to new code live, Java, p50", 1000, percentile(java, 0.5), "the same, javac warm"),
    row("Save to new code live, Java, p95", 2000, percentile(java, 0.95), ""),
    row(
      "Replay of a run with 10 MB, worst of 3",
      1000,
      Math.max(...replays),
      "Ctrl+Shift+Enter to the verdict of the comparison on its page",
    ),
  ];
}
