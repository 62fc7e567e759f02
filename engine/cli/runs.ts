/** `studio runs …`: what is on record, a run sent again, and two runs compared. */
import { runQuerySchema, type BodySide, type Run, type RunExchange, type SentHeader } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { formatDuration, formatSize } from "../support/format.ts";
import type { EngineClient } from "./client.ts";
import { finishedRun, type CommandContext } from "./commands.ts";
import { formatRun, formatRunFacts, formatRunRow } from "./format.ts";
import { usageError, type ParsedCommand } from "./options.ts";

type ExitCode = 0 | 1;

/** The run of an id, or of its beginning where that is enough. Throws NOT_FOUND, BAD_INPUT. */
async function findRun({ api }: EngineClient, id: string): Promise<Run> {
  const run = await api.runs.get.query({ id });
  if (run !== null) return run;
  const { runs } = await api.runs.search.query({ text: id, limit: 1000 });
  const found = runs.filter((each) => each.id.startsWith(id));
  const [only] = found;
  if (only === undefined) throw new StudioError("NOT_FOUND", `There is no run ${id}.`, { hint: "See `studio runs list`." });
  if (found.length > 1) throw new StudioError("BAD_INPUT", `${found.length} runs begin with ${id}.`, { hint: "Write more of the id." });
  return only;
}

async function list({ host, client, paint }: CommandContext, { operands, values }: ParsedCommand): Promise<ExitCode> {
  const query = runQuerySchema.safeParse({ text: operands.slice(1).join(" "), limit: Number(values["lines"]) });
  if (!query.success) throw new StudioError("BAD_INPUT", "--lines takes a whole number from 1 to 10000.");
  const { runs } = await client.api.runs.search.query(query.data);
  if (values["json"] === true) host.stdout.write(`${JSON.stringify(runs)}\n`);
  else for (const run of runs) host.stdout.write(`${formatRunRow(run, paint)}\n`);
  return 0;
}

async function show({ host, client, paint }: CommandContext, { operands, values }: ParsedCommand): Promise<ExitCode> {
  const run = await findRun(client, operands[1] as string);
  const [exchange, choice] = await Promise.all([
    client.api.runs.exchange.query({ id: run.id }),
    client.api.runs.replayChoice.query({ id: run.id }),
  ]);
  if (values["json"] === true) {
    host.stdout.write(`${JSON.stringify({ run, exchange, replay: choice })}\n`);
    return 0;
  }
  host.stdout.write(formatRun(run, paint) + formatRunFacts(run));
  host.stdout.write(`  ${"replay".padEnd(12)} exactly: ${choice.exact ?? "yes"} against today: ${choice.today ?? "yes"}\n`);
  return 0;
}

async function readBody({ api }: EngineClient, id: string, side: BodySide): Promise<Buffer> {
  const { base64 } = await api.runs.body.query({ id, side });
  return Buffer.from(base64 ?? "", "base64");
}

/** Headers that differ in every answer. */
const volatile = new Set(["date", "x-trans-id", "x-openstack-request-id", "last-modified", "x-timestamp"]);

function headerDifferences(a: readonly SentHeader[], b: readonly SentHeader[]): string[] {
  const [left, right] = [a, b].map((headers) => new Map(headers.map(({ name, value }) => [name, value])));
  const names = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].filter((name) => !volatile.has(name)).sort();
  return names.flatMap((name) => {
    const [x, y] = [left?.get(name), right?.get(name)];
    return x === y ? [] : [`${name}: ${x ?? "absent"} | ${y ?? "absent"}`];
  });
}

/** Where two bodies begin to differ, in words; null where what is kept of them is the same. */
export function bodyDifference(a: Buffer, b: Buffer): string | null {
  if (a.equals(b)) return null;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  const line = a.subarray(0, at).filter((byte) => byte === 10).length + 1;
  return `body: differs from byte ${at}, line ${line} (${formatSize(a.length)} | ${formatSize(b.length)})`;
}

/** What differs between two runs, a line each; times are not counted. */
async function differencesOf(client: EngineClient, a: Run, b: Run): Promise<string[]> {
  const facts = (run: Run): Record<string, string> => ({
    outcome: `${run.state}${run.status === null ? "" : ` ${run.status}`}`,
    storlet: run.storlet,
    request: `${run.door} ${run.object}`,
    parameters: JSON.stringify(Object.entries(run.params).toSorted()),
    code: run.digest.slice(0, 12),
    profile: run.profile,
    sandbox: run.sandbox,
    image: run.image ?? "none",
  });
  const [left, right] = [facts(a), facts(b)];
  const lines = Object.keys(left).flatMap((key) => (left[key] === right[key] ? [] : [`${key}: ${left[key]} | ${right[key]}`]));
  const [x, y] = await Promise.all([a, b].map(({ id }) => client.api.runs.exchange.query({ id })));
  if (x == null || y == null) return [...lines, "What was sent and came back is not kept of both."];
  lines.push(...headerDifferences(x.response.headers, y.response.headers));
  const sizes = [x, y].map(({ response }: RunExchange) => response.body?.sizeBytes ?? 0);
  const body = bodyDifference(await readBody(client, a.id, "response"), await readBody(client, b.id, "response"));
  if (body !== null) lines.push(body);
  else if (sizes[0] !== sizes[1]) lines.push(`body: ${sizes[0]} | ${sizes[1]} bytes`);
  return lines;
}

async function writeComparison(context: CommandContext, a: Run, b: Run, asJson: boolean): Promise<ExitCode> {
  const { host, client } = context;
  const differences = await differencesOf(client, a, b);
  if (asJson) host.stdout.write(`${JSON.stringify({ a: a.id, b: b.id, differences })}\n`);
  else {
    const times = `${formatDuration(a.durationMs)} ${a.cold ? "cold" : "warm"} | ${formatDuration(b.durationMs)} ${b.cold ? "cold" : "warm"}`;
    host.stdout.write(differences.length === 0 ? "The two runs are the same: outcome, headers and body.\n" : `${differences.join("\n")}\n`);
    host.stdout.write(`time: ${times}\n`);
  }
  return differences.length === 0 ? 0 : 1;
}

async function compare(context: CommandContext, { operands, values }: ParsedCommand): Promise<ExitCode> {
  const [a, b] = [await findRun(context.client, operands[1] as string), await findRun(context.client, operands[2] as string)];
  return writeComparison(context, a, b, values["json"] === true);
}

async function replay(context: CommandContext, { operands, values }: ParsedCommand): Promise<ExitCode> {
  const { host, client, paint } = context;
  const original = await findRun(client, operands[1] as string);
  const mode = values["today"] === true ? "today" : "exact";
  const { run: id } = await client.api.runs.replay.mutate({ id: original.id, mode });
  const begun = await client.api.runs.get.query({ id });
  const run = await finishedRun(client, begun?.transactionId ?? null);
  if (run === null) throw new StudioError("NOT_FOUND", "The run is not on record any more.");
  if (values["json"] === true) host.stdout.write(`${JSON.stringify(run)}\n`);
  else {
    host.stdout.write(formatRun(run, paint));
    await writeComparison(context, original, run, false);
  }
  return run.state === "succeeded" ? 0 : 1;
}

const actions: Record<string, { operands: number | null; act(context: CommandContext, command: ParsedCommand): Promise<ExitCode> }> = {
  list: { operands: null, act: list },
  show: { operands: 1, act: show },
  replay: { operands: 1, act: replay },
  compare: { operands: 2, act: compare },
};

export async function runs(context: CommandContext, command: ParsedCommand): Promise<ExitCode> {
  const [name = "", ...operands] = command.operands;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined || (action.operands !== null && action.operands !== operands.length)) {
    throw usageError(command.spec);
  }
  return action.act(context, command);
}
