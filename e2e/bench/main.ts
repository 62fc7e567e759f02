/**
 * `npm run bench -- [swift|storlets|all] [process|docker]`: the engine's figures beside their limits, as a table and as JSON. Figures
 * are for reading, not for passing: what a machine can do depends on who else is using it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { root, startEngine, type BenchEngine, type Row } from "./engine.ts";
import { measureLimits, type Limits } from "./limits.ts";
import { benchStorlets } from "./storlets.ts";
import { benchSwift } from "./swift.ts";

function describeGoal({ goal, value }: Row): string {
  if (goal === undefined) return "";
  const [sign, wanted, isMet] = "least" in goal ? ["≥", goal.least, value >= goal.least] : ["≤", goal.most, value <= goal.most];
  return `goal ${sign} ${Math.round(wanted)}${isMet ? "" : "  MISSED"}`;
}

function format(row: Row): string {
  const value = row.value >= 100 ? String(Math.round(row.value)) : row.value.toFixed(2);
  const limit = row.limit === "" ? "" : `limit ${row.limit}`;
  return `${row.name.padEnd(48)} ${value.padStart(9)} ${row.unit.padEnd(6)} ${limit.padEnd(24)} ${describeGoal(row)}`.trimEnd();
}

/** One part of the benchmark over an engine of its own. */
async function measure(sandbox: string, part: (engine: BenchEngine, limits: Limits) => Promise<Row[]>): Promise<Row[]> {
  let engine: BenchEngine;
  try {
    engine = await startEngine(sandbox);
  } catch (error) {
    console.log(`LEFT OUT: ${sandbox}. ${String(error)}`);
    return [];
  }
  try {
    const rows = await part(engine, limits);
    for (const row of rows) console.log(format(row));
    return rows;
  } finally {
    await engine.stop();
  }
}

const words = process.argv.slice(2);
const parts = ["swift", "storlets", "all"];
const part = words.find((word) => parts.includes(word)) ?? "all";
const named = words.filter((word) => !parts.includes(word));
const sandboxes = named.length > 0 ? named : ["process", "docker"];
const limits = await measureLimits();
const rows: Row[] = [];
if (part !== "storlets") rows.push(...(await measure("process", benchSwift)));
if (part !== "swift") for (const sandbox of sandboxes) rows.push(...(await measure(sandbox, benchStorlets)));
const directory = join(root, "bench-results");
mkdirSync(directory, { recursive: true });
const machine = { cpus: cpus().length, cpu: cpus()[0]?.model, load: loadavg() };
writeFileSync(join(directory, `${part}.json`), `${JSON.stringify({ ...machine, limits, rows }, null, 2)}\n`);
console.log(`Written to bench-results/${part}.json`);
