/** Rows of the log view: sustained, burst, filter. */
import { timeUntil, watchFrames } from "./probe.ts";
import type { UiRow } from "./report.ts";
import { flood, type Stage } from "./stage.ts";

const lastRow = ".log-rows";

/** CPU seconds that the browser's page processes used so far. */
async function rendererCpu(stage: Stage): Promise<number> {
  const session = await stage.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

async function showLog(stage: Stage): Promise<void> {
  const { page } = stage;
  await page.keyboard.press("ControlOrMeta+Shift+U");
  await page.getByRole("log").waitFor();
  const clear = page.getByRole("button", { name: "Clear this view" });
  if ((await clear.getAttribute("aria-disabled")) !== "true") await clear.click();
}

/** Notices of lost lines that the view holds, from the engine and from the screen's own connection. */
async function lossNotices(stage: Stage): Promise<{ storlet: number; screen: number }> {
  const { page } = stage;
  const count = async (text: string): Promise<number> => {
    await page.getByRole("textbox", { name: "Filter lines by text" }).fill(text);
    await page.waitForFunction(
      (wanted) => [...document.querySelectorAll(".log-row:not(.log-ruler)")].every((row) => (row.textContent ?? "").includes(wanted)),
      text,
    );
    const numbers = await page.locator(".log-row:not(.log-ruler) .log-text").allInnerTexts();
    return numbers.reduce((sum, line) => sum + Number(/(\d+) lines? /.exec(line)?.[1] ?? 0), 0);
  };
  const storlet = await count("dropped: the storlet printed");
  const screen = await count("came faster than this screen");
  await page.getByRole("textbox", { name: "Filter lines by text" }).fill("");
  return { storlet, screen };
}

/** 10,000 lines/s for as long as said. */
export async function measureSustained(stage: Stage, seconds: number): Promise<UiRow[]> {
  const { page } = stage;
  await showLog(stage);
  const calm = await watchFrames(page, () => page.waitForTimeout(2000));
  const cpuBefore = await rendererCpu(stage);
  const beganMs = performance.now();
  const parts = Math.ceil(seconds / 30);
  const frames = await watchFrames(page, async () => {
    for (let part = 0; part < parts; part++) {
      await flood(stage, { lines: Math.min(30, seconds - part * 30) * 10_000, rate: 10_000, tag: `steady-${part}` });
    }
    await page
      .locator(lastRow)
      .getByText(`end-steady-${parts - 1}`)
      .waitFor();
  });
  const elapsed = (performance.now() - beganMs) / 1000;
  const cpu = ((await rendererCpu(stage)) - cpuBefore) / elapsed;
  const lost = await lossNotices(stage);
  const area = `Log, sustained 10,000 lines/s for ${seconds} s`;
  const rate = (seconds * 10_000) / elapsed;
  return [
    {
      area: `${area}: shown`,
      budget: 9000,
      least: true,
      measured: rate,
      unit: "lines/s",
      note: "first line asked for to last line on screen",
    },
    {
      area: `${area}: lines lost`,
      budget: 0,
      measured: lost.storlet + lost.screen,
      unit: "lines",
      note: `by the sandbox ${lost.storlet}, by the screen ${lost.screen}`,
    },
    { area: `${area}: CPU of the page`, budget: 60, measured: cpu * 100, unit: "%", note: "CPU time of all page processes, of one core" },
    {
      area: `${area}: frame, p95`,
      budget: 17.5,
      measured: frames.p95Ms,
      unit: "ms",
      note: `one refresh is 16.7; idle page ${calm.p95Ms.toFixed(1)}; own work in a frame p95 ${frames.workP95Ms.toFixed(1)} ms; ${(frames.late * 100).toFixed(1)} % late`,
    },
    { area: `${area}: longest task`, budget: 50, measured: frames.longestTaskMs, unit: "ms", note: "0: none above 50 ms" },
  ];
}

/** As many lines as the machine makes: what one storlet may send is bounded, so several write at once. */
export async function measureBurst(stage: Stage): Promise<UiRow[]> {
  const { page } = stage;
  await showLog(stage);
  const writers = 8;
  const each = 62_500;
  const beganMs = performance.now();
  let endedMs = 0;
  const frames = await watchFrames(page, async () => {
    await Promise.all(Array.from({ length: writers }, (_, index) => flood(stage, { lines: each, rate: 12_500, tag: `burst-${index}` })));
    endedMs = performance.now();
    const marker = flood(stage, { lines: 1, rate: 0, tag: "after-burst" });
    await page.locator(lastRow).getByText("end-after-burst").waitFor();
    await marker;
  });
  const caughtUpMs = performance.now() - endedMs;
  const seconds = (endedMs - beganMs) / 1000;
  const lost = await lossNotices(stage);
  const rate = Math.round((writers * each) / seconds);
  const note = `${writers} storlets at 12,500 lines/s each: the machine made ${rate} lines/s for ${seconds.toFixed(1)} s; lost by sandboxes ${lost.storlet}, by the screen ${lost.screen}; worst frame ${frames.worstMs.toFixed(0)} ms`;
  return [
    {
      area: "Log, burst of 500,000 lines: catches up within",
      budget: 2000,
      measured: caughtUpMs,
      unit: "ms",
      note: `end of the last run to a later line on screen. ${note}`,
    },
    {
      area: "Log, burst: rate that was offered and taken",
      budget: 100_000,
      least: true,
      measured: rate,
      unit: "lines/s",
      note: "bounded by what engine, storlets and browser can do together on these cores",
    },
  ];
}

/** Filters over the whole ring. */
export async function measureFilter(stage: Stage): Promise<UiRow[]> {
  const { page } = stage;
  await showLog(stage);
  await flood(stage, { lines: 1, rate: 0, tag: "oldest" });
  await Promise.all(Array.from({ length: 4 }, (_, index) => flood(stage, { lines: 49_800, rate: 12_000, tag: `ring-${index}` })));
  await page.waitForFunction(() => /^0 lines?\/s/.test([...document.querySelectorAll(".status-item")].at(-1)?.textContent ?? ""));
  const filter = page.getByRole("textbox", { name: "Filter lines by text" });
  await filter.focus();
  const firsts: number[] = [];
  const alls: number[] = [];
  let longest = 0;
  for (let round = 0; round < 5; round++) {
    const frames = await watchFrames(page, async () => {
      const first = timeUntil(page, () => page.keyboard.insertText(`station 04`), ".log-row:not(.log-ruler) mark", "station");
      firsts.push(await first);
      await filter.fill("");
      await filter.focus();
      // The oldest line of all is the last one found.
      const all = timeUntil(page, () => page.keyboard.insertText("begin-oldest"), ".log-row:not(.log-ruler)", "begin-oldest");
      alls.push(await all);
      await filter.fill("");
      await filter.focus();
    });
    longest = Math.max(longest, frames.longestTaskMs);
  }
  return [
    {
      area: "Log filter over 200,000 lines: first hits, worst of 5",
      budget: 50,
      measured: Math.max(...firsts),
      unit: "ms",
      note: "input to the frame with marked lines",
    },
    {
      area: "Log filter over 200,000 lines: all, worst of 5",
      budget: 500,
      measured: Math.max(...alls),
      unit: "ms",
      note: "input to the frame with the oldest line, which is looked at last",
    },
    {
      area: "Log filter: longest main-thread task",
      budget: 50,
      measured: longest,
      unit: "ms",
      note: "the search runs in slices of 6 ms; 0: no task above 50 ms",
    },
  ];
}
