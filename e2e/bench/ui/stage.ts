/** The stage of the measurements: an engine with the samples, a storlet that writes lines, a browser, a page. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from "@playwright/test";
import type { ReadyLine } from "../../../engine/contract/index.ts";
import { root } from "../engine.ts";
import { readyLineOf } from "../../ready-line.ts";
import { copySamples } from "../../samples.ts";
import { connectSwift, logIn } from "../../swift.ts";
import { addProbe } from "./probe.ts";

export interface Stage {
  readonly data: string;
  readonly workspace: string;
  readonly browser: Browser;
  ready: ReadyLine;
  /** When the present engine was spawned, in milliseconds since the epoch. */
  spawnedAt: number;
  /** Milliseconds from the spawn of the engine to its ready line. */
  engineReadyMs: number;
  token: string;
  page: Page;
  cdp: CDPSession;
  /** Stops and starts the engine on the same ports and data. */
  restart(): Promise<void>;
  /** A new page on the screen, in place of the present one; tabs and layout as they were. */
  reopen(): Promise<void>;
  swift(method: string, path: string, body?: string | Uint8Array, headers?: Record<string, string>): Promise<Response>;
  /** A procedure of the control API. */
  control(procedure: string, input?: unknown): Promise<unknown>;
  /** V8's own view of the engine's heap, after a full collection, in bytes. */
  engineHeapBytes(): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Writes `lines` lines at `rate` per second (0: as fast as it can), the first and the last ones findable. */
const floodSource = `import sys, time

class Flood(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        lines, rate, tag = int(params.get('lines', '0')), int(params.get('rate', '0')), params.get('tag', 'flood')
        out_files[0].set_metadata({})
        sys.stdout.write('begin-%s\\n' % tag)
        began, sent = time.monotonic(), 0
        while sent < lines:
            step = min(lines - sent, max(1, rate // 100) if rate else 1000)
            sys.stdout.write(''.join('%s line %d of %d: station 04 answered 200 after 12 ms\\n' % (tag, sent + n, lines) for n in range(step)))
            sys.stdout.flush()
            sent += step
            if rate:
                time.sleep(max(0, began + sent / rate - time.monotonic()))
        sys.stdout.write('end-%s\\n' % tag)
        sys.stdout.flush()
        out_files[0].write(b'wrote %d lines' % sent)
`;

const identitySource = `class Identity(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        while True:
            data = in_files[0].read(65536)
            if not data:
                break
            out_files[0].write(data)
`;

async function startProcess(
  args: string[],
): Promise<{ child: ChildProcess; ready: ReadyLine; spawnedAt: number; elapsedMs: number; inspector: string }> {
  const spawnedAt = Date.now();
  const beganMs = performance.now();
  const child = spawn(process.execPath, ["--inspect=127.0.0.1:0", join(root, "out/engine/main.js"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const inspector = new Promise<string>((found) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      const address = /ws:\/\/\S+/.exec(line)?.[0];
      if (address !== undefined) found(address);
      else if (!/inspector|debugger|nodejs.org/i.test(line)) console.error(line);
    });
  });
  const ready = await readyLineOf(child);
  return {
    child,
    ready,
    spawnedAt,
    elapsedMs: performance.now() - beganMs,
    inspector: await inspector,
  };
}

/** One question to the engine's inspector after another. */
async function askInspector(address: string, methods: string[]): Promise<Record<string, unknown>> {
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("The engine's inspector does not answer.")));
  });
  let last: Record<string, unknown> = {};
  for (const [id, method] of methods.entries()) {
    const answer = new Promise<string>((resolve) =>
      socket.addEventListener("message", ({ data }) => resolve(String(data)), { once: true }),
    );
    socket.send(JSON.stringify({ id, method }));
    last = (JSON.parse(await answer) as { result: Record<string, unknown> }).result;
  }
  socket.close();
  return last;
}

export interface BrowserChoice {
  executablePath: string;
  args: string[];
}

/** Everything that must be there before anything is measured. */
export async function openStage(choice: BrowserChoice): Promise<Stage> {
  const data = mkdtempSync(join(tmpdir(), "studio-bench-ui-"));
  const workspace = join(data, "sample-lab");
  copySamples(workspace);
  const port = (url: string): string => new URL(url).port;
  const args = (swiftPort: string, controlPort: string): string[] => {
    const options = { port: swiftPort, "control-port": controlPort, data, workspace, sandbox: "process" };
    return ["serve", "--ready-json", ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])];
  };
  let engine = await startProcess(args("0", "0"));
  const browser = await chromium.launch(choice);
  let context: BrowserContext = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const newPage = async (): Promise<Page> => {
    const page = await context.newPage();
    await addProbe(page);
    return page;
  };
  const page = await newPage();
  const stop = async (): Promise<void> => {
    const ended = new Promise((done) => engine.child.once("exit", done));
    engine.child.kill("SIGTERM");
    await ended;
  };
  const stage: Stage = {
    data,
    workspace,
    browser,
    ready: engine.ready,
    spawnedAt: engine.spawnedAt,
    engineReadyMs: engine.elapsedMs,
    token: await logIn(engine.ready),
    page,
    cdp: await context.newCDPSession(page),
    async restart() {
      const { swift, control } = engine.ready;
      await stop();
      engine = await startProcess(args(port(swift), port(control)));
      stage.ready = engine.ready;
      stage.spawnedAt = engine.spawnedAt;
      stage.engineReadyMs = engine.elapsedMs;
      stage.token = await logIn(engine.ready);
    },
    async reopen() {
      const storageState = await context.storageState();
      await context.close();
      // A context of its own each time: nothing of the page is in a cache.
      context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState });
      stage.page = await newPage();
      stage.cdp = await context.newCDPSession(stage.page);
    },
    async swift(method, path, body, headers = {}) {
      const response = await fetch(`${engine.ready.swift}/v1/AUTH_test${path}`, {
        method,
        ...(body === undefined ? {} : { body: body as BodyInit }),
        headers: { "X-Auth-Token": stage.token, ...headers },
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response;
    },
    async control(procedure, input) {
      const { origin, searchParams } = new URL(engine.ready.control);
      const response = await fetch(`${origin}/trpc/${procedure}`, {
        method: "POST",
        headers: { authorization: `Bearer ${searchParams.get("token") ?? ""}`, "content-type": "application/json" },
        ...(input === undefined ? {} : { body: JSON.stringify(input) }),
      });
      if (!response.ok) throw new Error(`${procedure}: ${response.status} ${await response.text()}`);
      return ((await response.json()) as { result: { data: unknown } }).result.data;
    },
    async engineHeapBytes() {
      const usage = await askInspector(engine.inspector, [
        "HeapProfiler.collectGarbage",
        "HeapProfiler.collectGarbage",
        "Runtime.getHeapUsage",
      ]);
      return usage["usedSize"] as number;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
  await deployHelpers(stage);
  await stage.page.goto(stage.ready.control);
  await stage.page.getByRole("treeitem", { name: "line_filter.py", exact: true }).waitFor();
  return stage;
}

async function deployHelpers(stage: Stage): Promise<void> {
  const client = await connectSwift(stage.ready);
  await client.deploy("flood", floodSource);
  await client.deploy("identity", identitySource);
  await stage.swift("PUT", "/bench", "");
  await stage.swift("PUT", "/bench/small", new Uint8Array(1024));
}

/** A run that writes `lines` lines at `rate` per second (0: as fast as it can); resolves when it has ended. */
export async function flood(stage: Stage, options: { lines: number; rate: number; tag: string }): Promise<void> {
  const { lines, rate, tag } = options;
  await stage
    .swift("GET", "/bench/small", undefined, {
      "X-Run-Storlet": "flood.py",
      "X-Storlet-Parameter-1": `lines:${lines}`,
      "X-Storlet-Parameter-2": `rate:${rate}`,
      "X-Storlet-Parameter-3": `tag:${tag}`,
    })
    .then((response) => response.text());
}
