/** A running engine and a page on its screen, for the end-to-end tests: real engine, real sandbox, real browser. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type BrowserContext, type Locator, type Page, type Response } from "@playwright/test";
import { readyLineOf } from "./ready-line.ts";
import { copySamples } from "./samples.ts";
import type { ReadyLine } from "../engine/contract/index.ts";

const root = resolve(import.meta.dirname, "..");

export type Sandbox = "process" | "docker";

/** Why tests on Docker are left out; null where they can run. With CI=true a missing Docker is a failure. */
export function missingDocker(): string | null {
  try {
    execFileSync("docker", ["image", "inspect", "storlet_engine_image"], { stdio: "ignore", timeout: 10_000 });
    return null;
  } catch {
    if (process.env["CI"] === "true") throw new Error("Docker with storlet_engine_image is needed with CI=true.");
    return "Docker with storlet_engine_image is not there.";
  }
}

export class Studio {
  readonly page: Page;
  readonly workspace: string;
  readonly #data: string;
  readonly #sandbox: Sandbox;
  #process: ChildProcess | null = null;
  ready: ReadyLine | null = null;

  constructor(page: Page, sandbox: Sandbox) {
    this.page = page;
    this.#sandbox = sandbox;
    this.#data = mkdtempSync(join(tmpdir(), "studio-e2e-"));
    this.workspace = join(this.#data, "sample-lab");
    copySamples(this.workspace);
  }

  /** Starts the engine; on the ports of an earlier one where it ran before, as a restart does. */
  async start(): Promise<ReadyLine> {
    const port = (url: string | undefined): string => (url === undefined ? "0" : new URL(url).port);
    const args = [
      "serve",
      "--port",
      port(this.ready?.swift),
      "--control-port",
      port(this.ready?.control),
      "--data",
      this.#data,
      "--workspace",
      this.workspace,
      "--sandbox",
      this.#sandbox,
      "--ready-json",
    ];
    const child = spawn(process.execPath, [join(root, "out/engine/main.js"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
    this.ready = await readyLineOf(child);
    this.#process = child;
    return this.ready;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await ended;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** Opens the screen and waits until the workspace is shown and commands that need the engine can be used: these come by two requests. */
  async open(): Promise<void> {
    await this.page.goto(this.ready?.control ?? "");
    await expect(this.file("line_filter.py")).toBeVisible();
    await expect(this.page.getByRole("contentinfo")).toContainText("Engine running");
  }

  /** Runs a command by its name in the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("ControlOrMeta+Shift+P");
    await this.page.getByRole("combobox", { name: "Name of a command" }).fill(`>${title}`);
    const row = this.page.getByRole("listbox", { name: "Matches" }).getByRole("option", { selected: true });
    await expect(row).toContainText(title);
    await expect(row).toBeEnabled();
    await this.page.keyboard.press("Enter");
  }

  file(name: string): Locator {
    return this.page.getByRole("treeitem", { name, exact: true });
  }

  /** Opens a source file from the side bar and waits for its editor. */
  async openFile(name: string): Promise<void> {
    await this.file(name).click();
    await expect(this.editorText(name)).toBeFocused();
  }

  /** The text of the open editor; with a name, once it is the one of that file. */
  editorText(name = ""): Locator {
    return this.page.getByRole("main").getByRole("textbox", { name });
  }

  /** Waits until all of the code editor is there. What is still on its way when an engine goes is a fault of the test, not of the page. */
  async editorLoaded(): Promise<void> {
    const loaded = () =>
      this.page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => name.includes("editor.worker")));
    await expect.poll(loaded).toBe(true);
  }

  /** Waits until no run of the page is under way: until then the key for the next one does nothing. */
  async idle(): Promise<void> {
    await expect(this.inspector.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
  }

  /** Waits for the answer to the next run; to be called before what sends it. */
  async answer(): Promise<Response> {
    // The first run of a sandbox, or of one that was killed, waits for it.
    return this.page.waitForResponse((response) => response.request().headers()["x-run-storlet"] !== undefined, { timeout: 45_000 });
  }

  /** Replaces the text of the open editor, as pasting does. */
  async replaceText(text: string): Promise<void> {
    await this.editorText().focus();
    await this.page.keyboard.press("ControlOrMeta+A");
    // Typing would be indented by the editor: this is what Ctrl+V does, without the system's clipboard.
    await this.editorText().evaluate((target, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }

  /** Replaces the text of the open storlet, saves it, and waits until it is live. */
  async makeLive(source: string): Promise<void> {
    await this.replaceText(source);
    await this.page.keyboard.press("ControlOrMeta+S");
    await expect(this.editor.getByRole("status").first()).toContainText("Live");
  }

  get inspector(): Locator {
    return this.page.getByRole("complementary", { name: "Invoke" });
  }

  /** The verdict line of the result, such as `200 OK`. */
  get verdict(): Locator {
    return this.inspector.getByRole("heading", { level: 3 });
  }

  get log(): Locator {
    return this.page.getByRole("log");
  }

  get editor(): Locator {
    return this.page.getByRole("main");
  }
}

/** The browser's own remark on an answer or a connection that tests bring about; the page is told of it, and judged by what it shows. */
const networkRemark = /^Failed to load resource: /;

/** Gathers what must never happen on any page of the context: uncaught errors, errors in the console, breaches of the policy. */
async function watchFaults(context: BrowserContext): Promise<string[]> {
  const faults: string[] = [];
  context.on("weberror", (fault) => {
    const error = fault.error();
    faults.push(error.stack || error.message || `${error.name} at ${fault.page()?.url()}`);
  });
  context.on("console", (message) => {
    const isRemark = networkRemark.test(message.text()) && !/Content.Security.Policy/i.test(message.text());
    if (message.type() === "error" && !isRemark) faults.push(`console: ${message.text()}`);
  });
  await context.exposeBinding("studioFault", (_source, fault: string) => faults.push(fault));
  // A breach may be told by the event alone.
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
      const { studioFault } = window as unknown as { studioFault: (fault: string) => void };
      studioFault(`policy: ${violatedDirective} ${blockedURI} ${sample}`);
    });
  });
  return faults;
}

export interface Fixtures {
  sandbox: Sandbox;
  /** What must never happen, so far. A test that brings it about on purpose empties it. */
  faults: string[];
  studio: Studio;
}

/** `test` with a running studio. Fails on any uncaught error, any error in the console and any breach of the content security policy. */
export const test = base.extend<Fixtures>({
  sandbox: ["process", { option: true }],
  faults: async ({ context }, use) => {
    const faults = await watchFaults(context);
    await use(faults);
    expect(faults).toEqual([]);
  },
  studio: async ({ page, context, sandbox, faults: _watched }, use) => {
    const studio = new Studio(page, sandbox);
    await studio.start();
    await use(studio);
    // A page that is still loading would report the engine's end.
    for (const open of context.pages()) await open.close();
    await studio.dispose();
  },
});

export { expect };

export const themes = ["dark", "light", "hc-dark", "hc-light"] as const;

/** Makes the system wish for a theme, and waits until the screen has followed. */
export async function wishForTheme(page: Page, theme: (typeof themes)[number]): Promise<void> {
  await page.emulateMedia({
    colorScheme: theme.endsWith("dark") ? "dark" : "light",
    contrast: theme.startsWith("hc") ? "more" : "no-preference",
  });
  if (page.url().startsWith("http")) await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
}

/** Whose outcome the style sheet decides; all other rules see the same page in every theme. */
const rulesOfStyle = ["color-contrast", "link-in-text-block", "target-size"];
const leftOut = ".monaco-editor";

/** Every violation that axe finds on the page as it is. Monaco's own parts are its makers' business. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // There are no frames here, so the way that serves them, which opens a page of its own each time, is not needed.
  return inWords(await new AxeBuilder({ page }).setLegacyMode(true).exclude(leftOut).analyze());
}

/** The same for the rules of style alone, by the axe that looked at this page before. */
export async function styleFaults(page: Page): Promise<string[]> {
  return inWords(
    await page.evaluate(
      ({ exclude, rules }) => {
        const { axe } = window as unknown as { axe: { run(...given: unknown[]): Promise<AxeAnswer> } };
        return axe.run({ exclude: [[exclude]] }, { runOnly: { type: "rule", values: rules }, resultTypes: ["violations"] });
      },
      { exclude: leftOut, rules: rulesOfStyle },
    ),
  );
}

interface AxeAnswer {
  violations: { id: string; nodes: { html: string }[] }[];
}

const inWords = ({ violations }: AxeAnswer): string[] =>
  violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);

export async function expectAccessible(page: Page): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
}
