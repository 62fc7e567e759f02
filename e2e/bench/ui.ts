/**
 * `npm run bench -- ui [--long] [start|typing|…]`: every budget of the screen beside what this machine does, as a table and as JSON.
 * `--long` takes the sustained log for ten minutes and the idle minute in full. A row says what it measured.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./engine.ts";
import { measureBurst, measureFilter, measureSustained } from "./ui/logs.ts";
import { measureEmulator, measureIdle, measureInvocations, measureLeaks } from "./ui/machine.ts";
import { measureContainer, measureLargeObject } from "./ui/objects.ts";
import { formatRow, rowValue, type UiRow } from "./ui/report.ts";
import { openStage, type BrowserChoice, type Stage } from "./ui/stage.ts";
import { measureStart } from "./ui/start.ts";
import { measureCommands, measureRuns, measureTyping } from "./ui/work.ts";

/** In an order in which no part is disturbed by what an earlier one stored. */
const parts: Record<string, (stage: Stage, long: boolean) => Promise<UiRow[]>> = {
  start: measureStart,
  typing: measureTyping,
  sustained: (stage, long) => measureSustained(stage, long ? 600 : 20),
  burst: measureBurst,
  filter: measureFilter,
  runs: measureRuns,
  commands: measureCommands,
  invocations: measureInvocations,
  leaks: async (stage) => {
    await stage.reopen();
    await stage.page.goto(stage.ready.control);
    return measureLeaks(stage);
  },
  container: measureContainer,
  idle: (stage, long) => measureIdle(stage, long ? 60 : 20),
  "large-object": async (stage) => {
    // A command: the button would close the view that is open already.
    await stage.page.keyboard.press("ControlOrMeta+Shift+O");
    return measureLargeObject(stage);
  },
  emulator: measureEmulator,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { long: { type: "boolean", default: false }, browser: { type: "string" } },
});
if (values.browser === undefined) throw new Error("No browser was given: run this by `npm run bench -- ui`.");
const wanted = positionals.filter((word) => word in parts);
const rows: UiRow[] = [];
mkdirSync(join(root, "bench-results"), { recursive: true });
await using stage = await openStage(JSON.parse(values.browser) as BrowserChoice);
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  try {
    const measured = await measure(stage, values.long);
    for (const row of measured) console.log(formatRow(row));
    rows.push(...measured);
  } catch (error) {
    const row: UiRow = { area: `Part ${name}`, budget: null, measured: null, unit: "", note: `broke off: ${String(error).split("\n")[0]}` };
    console.log(formatRow(row));
    rows.push(row);
    process.exitCode = 1;
    await stage.page.screenshot({ path: join(root, "bench-results", `${name}-broke-off.png`) }).catch(() => {});
  }
}
const machine = { cpus: cpus().length, cpu: cpus()[0]?.model, load: loadavg() };
const file = wanted.length === 0 ? "ui" : `ui-${wanted.join("-")}`;
writeFileSync(join(root, "bench-results", `${file}.json`), `${JSON.stringify({ ...machine, rows: rows.map(rowValue) }, null, 2)}\n`);
console.log(`Written to bench-results/${file}.json`);
