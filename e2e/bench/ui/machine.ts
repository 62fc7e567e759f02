/** Rows of the machine: invocations, streams, snapshots; idle, memory, leaks. */
import { randomBytes } from "node:crypto";
import { measureLatencies, openConnection, percentile, requestBytes } from "../client.ts";
import { heapBytes } from "./probe.ts";
import { cpuSeconds, descendants, privateBytes, wakeUps, wakeUpsBetween } from "./process.ts";
import type { UiRow } from "./report.ts";
import { flood, type Stage } from "./stage.ts";

const mebibyte = 1024 * 1024;
const sorted = (times: number[]): number[] => times.sort((a, b) => a - b);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

const invoke = (stage: Stage, storlet: string): Buffer =>
  requestBytes("GET", "/v1/AUTH_test/bench/small", { "X-Auth-Token": stage.token, "X-Run-Storlet": storlet });

/** Warm and cold invocations, each a plain HTTP request. Half.java has been saved by then. */
export async function measureInvocations(stage: Stage): Promise<UiRow[]> {
  const port = Number(new URL(stage.ready.swift).port);
  const rows: UiRow[] = [];
  for (const [language, storlet] of [
    ["Python", "identity.py"],
    ["Java", "half-1.0.jar"],
  ] as const) {
    await measureLatencies(port, 100, () => invoke(stage, storlet));
    const warm = await measureLatencies(port, 300, () => invoke(stage, storlet));
    const note = "whole request of a 1 KB object over loopback, process sandbox";
    rows.push(
      { area: `Warm invocation, ${language}, p50`, budget: 10, measured: percentile(warm, 0.5), unit: "ms", note },
      { area: `Warm invocation, ${language}, p95`, budget: 25, measured: percentile(warm, 0.95), unit: "ms", note },
    );
    const colds: number[] = [];
    for (let round = 0; round < 3; round++) {
      await stage.restart();
      colds.push((await measureLatencies(port, 1, () => invoke(stage, storlet)))[0] as number);
    }
    const budget = language === "Java" ? 600 : 250;
    rows.push({
      area: `Cold process sandbox, ${language}, p50`,
      budget,
      measured: percentile(sorted(colds), 0.5),
      unit: "ms",
      note: "first invocation after the engine's start: sandbox, agent, daemon, code",
    });
  }
  return rows;
}

/** What the emulator does for plain objects, as far as the budgets name it. `bench -- swift` has the rest. */
export async function measureEmulator(stage: Stage): Promise<UiRow[]> {
  const port = Number(new URL(stage.ready.swift).port);
  const token = { "X-Auth-Token": stage.token };
  const small = await measureLatencies(port, 2000, () => requestBytes("GET", "/v1/AUTH_test/bench/small", token));
  const connection = await openConnection(port);
  const getMs = await timed(() => connection.exchange(requestBytes("GET", "/v1/AUTH_test/bench/five-gigabytes.bin", token)));
  await stage.swift("PUT", "/snapshot", "");
  const body = randomBytes(mebibyte);
  for (let number = 0; number < 1000; number++) {
    await connection.exchange(requestBytes("PUT", `/v1/AUTH_test/snapshot/${number}`, token, body));
  }
  connection.close();
  const row = (area: string, budget: number, measured: number, note: string): UiRow => ({ area, budget, measured, unit: "ms", note });
  return [
    {
      area: "Emulator streaming, GET of 5 GB",
      budget: 400,
      least: true,
      measured: 5000 / (getMs / 1000),
      unit: "MB/s",
      note: "one connection; memory is in `bench -- swift`",
    },
    row("Emulator small GET, p50", 1, percentile(small, 0.5), "one connection, one request after the other"),
    row("Emulator small GET, p99", 10, percentile(small, 0.99), ""),
    row(
      "Snapshot of 1,000 objects, 1 GB",
      1000,
      await timed(() => stage.control("snapshots.save", { name: "bench" })),
      "plus what the other rows stored: 100,000 small objects, one of 5 GB",
    ),
    row("Reset to it", 1000, await timed(() => stage.control("snapshots.restore", { name: "bench" })), ""),
  ];
}

async function rendererPid(stage: Stage): Promise<number | null> {
  const session = await stage.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer").sort((a, b) => b.cpuTime - a.cpuTime);
  return renderers[0]?.id ?? null;
}

/** A page with a file open, a log shown and a sandbox warm, that nobody touches; then how much memory that takes. */
export async function measureIdle(stage: Stage, seconds: number): Promise<UiRow[]> {
  await stage.restart();
  await stage.reopen();
  await stage.page.goto(stage.ready.control);
  await flood(stage, { lines: 10, rate: 0, tag: "idle" });
  // V8 goes on collecting garbage for some twenty seconds after work, on several threads.
  await stage.page.waitForTimeout(30_000);
  const renderer = await rendererPid(stage);
  const sandbox = descendants(stage.ready.pid);
  const look = (pids: readonly number[]): { cpu: number; wakes: Map<string, number> } => ({
    cpu: pids.reduce((sum, pid) => sum + (cpuSeconds(pid) ?? 0), 0),
    wakes: new Map(pids.flatMap((pid) => [...wakeUps(pid)])),
  });
  const parts: [string, number[]][] = [
    ["engine", [stage.ready.pid]],
    ["sandbox", sandbox],
    ["page", renderer === null ? [] : [renderer]],
  ];
  const requests: string[] = [];
  stage.page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  const before = parts.map(([, pids]) => look(pids));
  await stage.page.waitForTimeout(seconds * 1000);
  const rows = parts.flatMap(([name, pids], index): UiRow[] => {
    const after = look(pids);
    const first = before[index] ?? { cpu: 0, wakes: new Map<string, number>() };
    return [
      {
        area: `Idle for ${seconds} s: CPU of the ${name}`,
        budget: 0.5,
        measured: ((after.cpu - first.cpu) / seconds) * 100,
        unit: "%",
        note: "of one core",
      },
      {
        area: `Idle for ${seconds} s: wake-ups of the ${name}`,
        budget: 5,
        measured: wakeUpsBetween(first.wakes, after.wakes) / seconds,
        unit: "/s",
        note: `voluntary context switches of all its threads${name === "page" ? ", of which the browser's own are most" : ""}`,
      },
    ];
  });
  rows.push({
    area: `Idle for ${seconds} s: requests of the page`,
    budget: 0,
    measured: requests.length,
    unit: "",
    note: `no polling; its streams stay open. ${[...new Set(requests)].slice(0, 4).join(" ")}`,
  });
  const memory = (area: string, budget: number | null, pids: readonly number[], note: string): UiRow => {
    const sizes = pids.map((pid) => privateBytes(pid));
    const measured = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) / 1e6;
    return { area, budget, measured, unit: "MB", note };
  };
  const engineOnly = [stage.ready.pid];
  const page = renderer === null ? [] : [renderer];
  return [
    ...rows,
    memory("Memory, idle: engine, private", 90, engineOnly, "after its restart and one run, with 100,000 objects stored"),
    memory("Memory, idle: page, private", 250, page, "editor and log open; V8 keeps what it has asked for"),
    memory("Memory, idle: sandbox, private", null, sandbox, "agent and one Python daemon"),
    memory(
      "Memory, idle: engine, page and sandbox together",
      340,
      [...engineOnly, ...page, ...sandbox],
      "450 with Electron's main process (110), which a browser has in its place",
    ),
  ];
}

/** 1,000 runs and 1,000,000 lines after a first round that fills what is bounded: rings and caches. */
export async function measureLeaks(stage: Stage): Promise<UiRow[]> {
  const { page } = stage;
  const port = Number(new URL(stage.ready.swift).port);
  const work = async (lines: number, tag: string): Promise<void> => {
    await measureLatencies(port, 1000, () => invoke(stage, "identity.py"));
    const writers = Array.from({ length: 8 }, (_, index) => flood(stage, { lines: lines / 8, rate: 12_000, tag: `${tag}-${index}` }));
    await Promise.all(writers);
    await flood(stage, { lines: 1, rate: 0, tag: `${tag}-after` });
    await page.locator(".log-rows").getByText(`end-${tag}-after`).waitFor();
  };
  await page.keyboard.press("ControlOrMeta+Shift+U");
  await page.keyboard.press("ControlOrMeta+Shift+H");
  await work(400_000, "fill");
  const pageBefore = await heapBytes(stage.cdp);
  const engineBefore = await stage.engineHeapBytes();
  await work(1_000_000, "leak");
  const note = "live heap after collection, runs and log on screen; after 1,000 runs and 400,000 lines that filled the rings";
  return [
    {
      area: "Leak: page, 1,000 runs + 1,000,000 lines",
      budget: 10,
      measured: ((await heapBytes(stage.cdp)) - pageBefore) / 1e6,
      unit: "MB",
      note,
    },
    {
      area: "Leak: engine, 1,000 runs + 1,000,000 lines",
      budget: 10,
      measured: ((await stage.engineHeapBytes()) - engineBefore) / 1e6,
      unit: "MB",
      note,
    },
  ];
}
