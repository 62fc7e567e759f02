/** What the page itself measures: keys and clicks to the frame that shows them, frames, long tasks. Injected before its scripts. */
import type { CDPSession, Page } from "@playwright/test";
import { percentile } from "../client.ts";

interface Probe {
  keys: number[];
  keepKeys: boolean;
  startedMs: number | null;
  frames: { intervals: number[]; work: number[] } | null;
  longTasks: number[];
  /** The last thing that was asked for: milliseconds to the frame that showed it. */
  shown: Promise<number>;
  until(selector: string, text: string, absent: boolean): void;
  startFrames(): void;
  stopFrames(): { intervals: number[]; work: number[] };
}

declare global {
  interface Window {
    studioProbe: Probe;
  }
}

/** Runs in the page. The time of an input is the browser's own stamp of the event, its end is the first task after the frame. */
function installProbe(): void {
  const afterFrame = (callback: () => void): void => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      callback();
    });
    port1.start();
    port2.postMessage(null);
  };
  const probe: Probe = {
    keys: [],
    keepKeys: false,
    startedMs: null,
    frames: null,
    longTasks: [],
    shown: Promise.resolve(0),
    until(selector, text, absent) {
      probe.startedMs = null;
      const giveUpAt = performance.now() + 30_000;
      probe.shown = new Promise((resolve, reject) => {
        const look = (): void => {
          const found = [...document.querySelectorAll(selector)].some((element) => (element.textContent ?? "").includes(text));
          const startedMs = probe.startedMs;
          if (performance.now() > giveUpAt) reject(new Error(`${selector} "${text}" did not ${absent ? "go" : "come"}.`));
          else if (found === absent || startedMs === null) requestAnimationFrame(look);
          else afterFrame(() => resolve(performance.now() - startedMs));
        };
        requestAnimationFrame(look);
      });
    },
    startFrames() {
      const frames = { intervals: [] as number[], work: [] as number[] };
      probe.frames = frames;
      let before: number | null = null;
      const frame = (time: number): void => {
        if (probe.frames !== frames) return;
        if (before !== null) frames.intervals.push(time - before);
        before = time;
        const beganMs = performance.now();
        afterFrame(() => frames.work.push(performance.now() - beganMs));
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    },
    stopFrames() {
      const frames = probe.frames ?? { intervals: [], work: [] };
      probe.frames = null;
      return frames;
    },
  };
  window.studioProbe = probe;
  const onInput = (event: Event): void => {
    probe.startedMs ??= event.timeStamp;
    const stamp = event.timeStamp;
    if (probe.keepKeys && event.type === "keydown")
      requestAnimationFrame(() => afterFrame(() => probe.keys.push(performance.now() - stamp)));
  };
  for (const type of ["keydown", "pointerdown", "input"]) addEventListener(type, onInput, { capture: true });
  new PerformanceObserver((list) => probe.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
    type: "longtask",
  });
}

/** Makes every page of the context carry the probe. */
export async function addProbe(page: Page): Promise<void> {
  await page.addInitScript(installProbe);
}

/** Milliseconds from the first key or press of `act` to the frame in which an element of `selector` holds `text`. */
export async function timeUntil(
  page: Page,
  act: () => Promise<unknown>,
  selector: string,
  text = "",
  { absent = false }: { absent?: boolean } = {},
): Promise<number> {
  await page.evaluate((wanted) => window.studioProbe.until(wanted.selector, wanted.text, wanted.absent), { selector, text, absent });
  await act();
  return page.evaluate(() => window.studioProbe.shown);
}

/** Types `text` with `pauseMs` between letters; sorted milliseconds from each key to the frame after it. */
export async function timeKeys(page: Page, text: string, pauseMs: number): Promise<number[]> {
  await page.evaluate(() => {
    window.studioProbe.keys = [];
    window.studioProbe.keepKeys = true;
  });
  for (const letter of text) {
    await page.keyboard.press(letter);
    await page.waitForTimeout(pauseMs);
  }
  const times = await page.evaluate(() => {
    window.studioProbe.keepKeys = false;
    return window.studioProbe.keys;
  });
  return times.sort((a, b) => a - b);
}

interface Frames {
  p95Ms: number;
  /** p95 of the page's own work within a frame. */
  workP95Ms: number;
  /** Share of frames that came one refresh late or more. */
  late: number;
  worstMs: number;
  longestTaskMs: number;
}

/** Watches frames and long tasks while `act` runs. */
export async function watchFrames(page: Page, act: () => Promise<unknown>): Promise<Frames> {
  await page.evaluate(() => {
    window.studioProbe.longTasks = [];
    window.studioProbe.startFrames();
  });
  await act();
  const { intervals, work, longTasks } = await page.evaluate(() => ({
    ...window.studioProbe.stopFrames(),
    longTasks: window.studioProbe.longTasks,
  }));
  intervals.sort((a, b) => a - b);
  work.sort((a, b) => a - b);
  return {
    p95Ms: percentile(intervals, 0.95),
    workP95Ms: percentile(work, 0.95),
    late: intervals.filter((interval) => interval > 25).length / intervals.length,
    worstMs: intervals.at(-1) ?? 0,
    longestTaskMs: Math.max(0, ...longTasks),
  };
}

/** Bytes of live JavaScript objects, after a full collection. */
export async function heapBytes(cdp: CDPSession): Promise<number> {
  for (let round = 0; round < 3; round++) await cdp.send("HeapProfiler.collectGarbage");
  return (await cdp.send("Runtime.getHeapUsage")).usedSize;
}
