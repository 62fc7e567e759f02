/** Rows of the start: engine, shell, the restored file, and what is loaded for the first paint. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../engine.ts";
import { percentile } from "../client.ts";
import type { UiRow } from "./report.ts";
import type { Stage } from "./stage.ts";

const rounds = 7;

/** When a mark was set, in milliseconds since the epoch. */
async function markTime(stage: Stage, name: string): Promise<number> {
  const reader = await stage.page.waitForFunction((mark) => {
    const entry = performance.getEntriesByName(mark)[0];
    return entry === undefined ? 0 : performance.timeOrigin + entry.startTime;
  }, name);
  return (await reader.jsonValue()) as number;
}

/** Gzipped bytes: of what the page names, without which nothing is painted, and of what it had asked for besides when it was. */
async function firstPaintScripts(stage: Stage): Promise<{ needed: number; besides: number }> {
  const asked = await stage.page.evaluate(() => {
    const painted = performance.getEntriesByName("studio/didShowShell")[0]?.startTime ?? Infinity;
    const scripts = (performance.getEntriesByType("resource") as PerformanceResourceTiming[]).filter(({ name }) => name.endsWith(".js"));
    return scripts.filter(({ startTime }) => startTime < painted).map(({ name }) => new URL(name).pathname);
  });
  const page = readFileSync(join(root, "out/renderer/index.html"), "utf8");
  const sizeOf = (name: string): number => gzipSync(readFileSync(join(root, "out/renderer", name))).byteLength;
  const sum = (names: readonly string[]): number => names.reduce((total, name) => total + sizeOf(name), 0);
  return { needed: sum(asked.filter((name) => page.includes(name))), besides: sum(asked.filter((name) => !page.includes(name))) };
}

export async function measureStart(stage: Stage): Promise<UiRow[]> {
  await stage.page.getByRole("treeitem", { name: "line_filter.py", exact: true }).click();
  await markTime(stage, "studio/didRestoreEditor");
  const engine: number[] = [];
  const shell: number[] = [];
  const typing: number[] = [];
  const pageOnly: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await stage.reopen();
    await stage.restart();
    engine.push(stage.engineReadyMs);
    const navigatedMs = Date.now();
    await stage.page.goto(stage.ready.control);
    const shown = await markTime(stage, "studio/didShowShell");
    shell.push(shown - stage.spawnedAt);
    pageOnly.push(shown - navigatedMs);
    typing.push((await markTime(stage, "studio/didRestoreEditor")) - stage.spawnedAt);
  }
  const scripts = await firstPaintScripts(stage);
  for (const times of [engine, shell, typing, pageOnly]) times.sort((a, b) => a - b);
  const launch = `spawn of the engine + a page with an empty cache in a running browser, ${rounds} rounds`;
  const row = (area: string, budget: number | null, measured: number, note: string): UiRow => ({
    area,
    budget,
    measured,
    unit: "ms",
    note,
  });
  return [
    row("Launch to shell painted, p50", 800, percentile(shell, 0.5), launch),
    row("Launch to shell painted, p95", 1200, percentile(shell, 0.95), launch),
    row("  of it the page: navigation to mark didShowShell, p50", null, percentile(pageOnly, 0.5), ""),
    row("Launch to typing in the restored file, p95", 2500, percentile(typing, 0.95), "to mark didRestoreEditor; the budget for 2 cores"),
    row("Engine ready after its spawn, p95", 400, percentile(engine, 0.95), "spawn to ready line, with a workspace and the samples stored"),
    {
      area: "JavaScript for the first paint",
      budget: 250,
      measured: scripts.needed / 1024,
      unit: "KB gz",
      note: `the page's script and all it imports; parts that were asked for before mark didShowShell and came after it: ${Math.round(scripts.besides / 1024)} KB more`,
    },
  ];
}
