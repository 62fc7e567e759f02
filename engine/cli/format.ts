/** What commands print: pure functions from data to text. Wording follows the screen's. */
import type { ContractCheck, DoctorReport, LogLevel, LogLine, Problem, Run, SaveResult } from "../contract/index.ts";
import { formatDuration, formatSize } from "../support/format.ts";
import type { ScreenCommand } from "./host.ts";

type Tone = "red" | "yellow" | "green" | "grey" | "bold";

export interface Paint {
  (tone: Tone, text: string): string;
}

const codes: Record<Tone, number> = { red: 31, yellow: 33, green: 32, grey: 90, bold: 1 };

export function createPaint(colour: boolean): Paint {
  return (tone, text) => (colour ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text);
}

function clockTime(time: number): string {
  const date = new Date(time);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

const levelTones: Partial<Record<LogLevel, Tone>> = { trace: "grey", debug: "grey", warn: "yellow", error: "red", fatal: "red" };

/** Text of a storlet or of an object: its control characters must not reach the terminal. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** One log line; the lines of a traceback are indented below its first. */
export function formatLogLine(line: LogLine, paint: Paint): string {
  const head = `${clockTime(line.time)}  ${line.level.padEnd(5)}  ${line.source.padEnd(9)}  ${(line.run ?? "").slice(0, 4).padEnd(4)}  `;
  const text = line.text
    .trimEnd()
    .split("\n")
    .join(`\n${" ".repeat(head.length)}`);
  const tone = levelTones[line.level];
  // Control characters of a storlet must not reach the terminal.
  // oxlint-disable-next-line no-control-regex
  const plain = (head + text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
  return tone === undefined ? plain : paint(tone, plain);
}

/** What happened, why, what to do, and the code. */
export function formatProblem(problem: Problem, paint: Paint): string {
  const lines = [paint("red", problem.message)];
  if (problem.detail !== undefined) lines.push(`  Why  ${problem.detail}`);
  if (problem.hint !== undefined) lines.push(`  Do   ${problem.hint}`);
  lines.push(paint("grey", `  ${problem.code}`));
  return `${lines.join("\n")}\n`;
}

/** The contract check of a run on one line, and below it what was not kept. */
function formatContract({ metadata, metadataBytes, metadataLimitBytes, outputClosed, longestStall, broken }: ContractCheck): string[] {
  const facts = [
    metadata === "missing" ? "no metadata" : `metadata ${metadata === "before-data" ? "before" : "after"} data`,
    ...(metadataBytes === null ? [] : [`${metadataBytes} of ${metadataLimitBytes} bytes`]),
    ...(outputClosed === null ? [] : [outputClosed ? "output closed" : "output left open"]),
    ...(longestStall === null
      ? []
      : [`longest wait ${formatDuration(longestStall.ms)} of ${formatDuration(longestStall.limitMs)} (${longestStall.waitedFor})`]),
  ];
  return [`contract ${broken.length === 0 ? "kept" : "broken"}: ${facts.join(", ")}`, ...broken.map((each) => `  ${each}`)];
}

/** The verdict of a run, with its traceback where it has one. */
export function formatRun(run: Run, paint: Paint): string {
  const sizes = `${formatSize(run.bytesIn)} in, ${formatSize(run.bytesOut)} out`;
  const isolation = run.isolated ? "" : ", not isolated";
  const verdict = `${run.storlet} ${run.state}${run.status === null ? "" : `, ${run.status}`}, ${formatDuration(run.durationMs)} ${run.cold ? "cold" : "warm"}, ${sizes}, run ${run.id}${isolation}${run.profile === "strict" ? ", profile strict" : ""}`;
  const lines = [paint(run.state === "succeeded" ? "green" : "red", verdict)];
  if (run.contract !== null) {
    const tone = run.contract.broken.length === 0 ? "grey" : "yellow";
    lines.push(...formatContract(run.contract).map((line) => paint(tone, line)));
  }
  if (run.exception !== null) lines.push(run.exception.traceback.trimEnd());
  if (run.problem !== null) lines.push(formatProblem(run.problem, paint).trimEnd());
  return `${lines.join("\n")}\n`;
}

/** A run in one row. */
export function formatRunRow(run: Run, paint: Paint): string {
  const time = new Date(run.startedAt).toISOString().replace("T", " ").slice(0, 19);
  const outcome = `${run.state}${run.status === null ? "" : ` ${run.status}`}`.padEnd(14);
  const tone = run.state === "succeeded" ? "green" : run.state === "failed" || run.state === "timed-out" ? "red" : "grey";
  const again = run.replay === undefined ? "" : `  replay of ${run.replay.of}`;
  const code = run.digest === "" ? "-".padEnd(8) : run.digest.slice(0, 8);
  return `${run.id}  ${time}  ${paint(tone, outcome)} ${run.cold ? "cold" : "warm"} ${formatDuration(run.durationMs).padStart(9)}  ${code}  ${run.storlet}  ${run.door} ${run.object}${again}`;
}

/** Where a run happened and what it ran, a fact a line. */
export function formatRunFacts(run: Run): string {
  const mode = run.replay?.mode === "exact" ? "exactly" : "against the code of that time";
  const facts: [string, string][] = [
    ["request", `${run.door} ${run.account}/${run.object}`],
    ...Object.entries(run.params).map(([key, value]): [string, string] => ["parameter", `${key}=${value}`]),
    ["started", new Date(run.startedAt).toISOString()],
    ["profile", run.profile],
    ["sandbox", `${run.sandbox}${run.isolated ? "" : ", not isolated"}, ${run.cold ? "cold" : "warm"}`],
    ["image", run.image ?? "none"],
    ["code", run.digest === "" ? "none ran" : run.digest],
    ["transaction", run.transactionId],
    ...(run.replay === undefined ? [] : [["replay of", `${run.replay.of}, ${mode}`] as [string, string]]),
    ...run.phases.map(({ name, durationMs }): [string, string] => [name, formatDuration(durationMs)]),
  ];
  return facts.map(([term, fact]) => `  ${term.padEnd(12)} ${plain(fact)}\n`).join("");
}

/** What a deployment did, step by step. */
export function formatSave(result: SaveResult, paint: Paint): string {
  const words = { save: "saved", check: "checked", deploy: "deployed", load: "loaded" } as const;
  const steps = result.steps.map((step) => `${words[step.name]} in ${formatDuration(step.durationMs)}`).join(", ");
  if (result.problem === null) return `${paint("green", `${result.storlet ?? result.path} is live.`)} ${steps}.\n`;
  const findings = result.diagnostics.map((each) => `  ${each.path}:${each.line}:${each.column}: ${each.message}\n`).join("");
  return formatProblem(result.problem, paint) + findings;
}

const doctorMarks = { ok: ["ok", "green"], limited: ["limited", "yellow"], missing: ["missing", "red"] } as const;

export function formatDoctor(report: DoctorReport, paint: Paint): string {
  const rows = report.items.map((item) => {
    const [word, tone] = doctorMarks[item.state];
    const lines = [`${paint(tone, word.padEnd(8))} ${item.title.padEnd(28)} ${item.fact}`];
    if (item.state !== "ok") lines.push(`         ${item.why}`);
    if (item.fix !== null) lines.push(`         ${item.fix.text}${item.fix.command === null ? "" : `\n           ${item.fix.command}`}`);
    return lines.join("\n");
  });
  return `${rows.join("\n")}\n\n${report.summary} Checked in ${formatDuration(report.tookMs)}.\n`;
}

/** The commands of the screen by category: id, title, keys, and what must hold. */
export function formatScreenCommands(commands: readonly ScreenCommand[]): string {
  const width = Math.max(0, ...commands.map(({ id }) => id.length)) + 2;
  const titleWidth = Math.max(0, ...commands.map(({ title }) => title.length)) + 2;
  const categories = [...new Set(commands.map(({ category }) => category))];
  const row = ({ id, title, keys, when }: ScreenCommand): string => {
    const facts = [keys.join(", "), when === null ? "" : `(${when})`].filter(Boolean).join(" ");
    return `  ${id.padEnd(width)}${title.padEnd(titleWidth)}${facts}`.trimEnd();
  };
  return categories
    .map(
      (category) =>
        `${category}\n${commands
          .filter((command) => command.category === category)
          .map(row)
          .join("\n")}\n`,
    )
    .join("\n");
}
