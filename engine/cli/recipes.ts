/** `studio recipe …`: runs recipes as the screen does, each through Swift, and prints what was expected and what was there. */
import { createHash } from "node:crypto";
import type { EnvironmentFile, Problem, Recipe, RecipeFile, StorletSummary } from "../contract/index.ts";
import { checkExpectations, needsOf, verdictOf, type AnswerFacts, type Check, type Verdict } from "../contract/recipe-checks.ts";
import { byteString, encodePath, joinPath, parseObjectPath, requestOf, type ObjectPath } from "../contract/recipe-request.ts";
import { fillIn, unknownVariableText, valuesOf } from "../contract/recipe-variables.ts";
import { fromProblem, StudioError, toStudioError } from "../support/errors.ts";
import { formatDuration } from "../support/format.ts";
import { fromClientError } from "./client.ts";
import type { CommandContext } from "./commands.ts";
import { formatProblem, plain, type Paint } from "./format.ts";
import { usageError, type ParsedCommand } from "./options.ts";

/** Bytes of a body that are looked at. */
const maxBodyBytes = 64 * 1024 * 1024;

interface RecipeResult {
  name: string;
  verdict: Verdict;
  /** Null where nothing was sent: `problem` says why. */
  status: number | null;
  durationMs: number;
  transactionId: string | null;
  checks: Check[];
  problem: Problem | null;
}

type Body = { bytes: Uint8Array<ArrayBuffer>; cut: string | null } | { tooLong: true };

async function readAnswer(response: Response): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > maxBodyBytes) return { tooLong: true };
    }
  } catch {
    return { bytes: new Uint8Array(Buffer.concat(chunks)), cut: `It broke off after ${size} bytes.` };
  }
  return { bytes: new Uint8Array(Buffer.concat(chunks)), cut: null };
}

function bodyFacts(body: Body): AnswerFacts["body"] {
  if ("tooLong" in body) return { why: `It has more than ${maxBodyBytes / 1024 / 1024} MB, and no more is looked at.` };
  if (body.cut !== null) return { why: body.cut };
  return { text: Buffer.from(body.bytes).toString("utf8"), sha256: createHash("sha256").update(body.bytes).digest("hex") };
}

/** What a PUT sends, and the type it is sent as. */
async function readBody({ client }: CommandContext, recipe: Recipe): Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string } | null> {
  const { body } = recipe;
  if (recipe.door !== "PUT") return null;
  if (body === null) return { bytes: new Uint8Array(), type: "application/octet-stream" };
  if (body.kind === "text") return { bytes: new TextEncoder().encode(body.text), type: "text/plain; charset=utf-8" };
  if (body.kind === "file") {
    const { base64 } = await client.api.recipes.body.query({ path: body.path });
    return { bytes: new Uint8Array(Buffer.from(base64, "base64")), type: "application/octet-stream" };
  }
  const path = parseObjectPath(body.object);
  if (path === null) throw new StudioError("BAD_INPUT", `${body.object} does not name an object.`);
  const response = await client.swift("GET", `/${encodePath(joinPath(path))}`);
  const content = await readAnswer(response);
  if (!response.ok || "tooLong" in content) throw new StudioError("NOT_FOUND", `${body.object} could not be read to be sent.`);
  return { bytes: content.bytes, type: response.headers.get("content-type") ?? "application/octet-stream" };
}

/** The storlet's object name; one of the workspace that is not live is deployed first. */
async function makeLive({ client }: CommandContext, storlets: readonly StorletSummary[], name: string): Promise<string> {
  const storlet = storlets.find((each) => each.name === name);
  if (storlet === undefined) return name;
  const now = (await client.api.workspace.storlets.query()).find((each) => each.name === name) ?? storlet;
  if (now.state === "live") return now.objectName;
  const { problem } = await client.api.workspace.deploy.mutate({ storlet: name });
  if (problem !== null) throw fromProblem(problem);
  return now.objectName;
}

/** Of PUT and COPY: what lies in the object that was stored, as far as the expectations ask for it. */
async function readStored({ client }: CommandContext, recipe: Recipe, target: ObjectPath): Promise<Pick<AnswerFacts, "metadata" | "body">> {
  const needs = needsOf(recipe.expect);
  if (!needs.body && !needs.metadata) return { metadata: [], body: { why: "It was not read." } };
  const response = await client.swift(needs.body ? "GET" : "HEAD", `/${encodePath(joinPath(target))}`);
  const body = await readAnswer(response);
  if (!response.ok) return { metadata: [], body: { why: `The stored object could not be read: ${response.status}.` } };
  return { metadata: [...response.headers], body: bodyFacts(body) };
}

async function send(context: CommandContext, recipe: Recipe, storletObject: string): Promise<Omit<RecipeResult, "name" | "problem">> {
  const request = requestOf(recipe, storletObject);
  const body = await readBody(context, recipe);
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) headers[name] = byteString(value);
  if (body !== null && !recipe.headers.some(({ name }) => name.toLowerCase() === "content-type")) headers["Content-Type"] = body.type;
  const began = performance.now();
  const response = await context.client.swift(request.method, `/${encodePath(joinPath(request.target))}`, {
    headers,
    ...(body === null ? {} : { body: body.bytes }),
  });
  const answer = await readAnswer(response);
  const durationMs = performance.now() - began;
  const target = recipe.door === "GET" ? null : parseObjectPath(recipe.destination);
  const own = { metadata: [...response.headers], body: bodyFacts(answer) };
  const checks = checkExpectations(recipe.expect, {
    status: response.status,
    headers: [...response.headers],
    durationMs,
    cut: "tooLong" in answer ? null : answer.cut,
    ...(target === null || !response.ok ? own : await readStored(context, recipe, target)),
  });
  return { verdict: verdictOf(checks), status: response.status, durationMs, transactionId: response.headers.get("x-trans-id"), checks };
}

async function runOne(
  context: CommandContext,
  file: RecipeFile,
  environment: EnvironmentFile | null,
  storlets: readonly StorletSummary[],
): Promise<RecipeResult> {
  const nothing = { name: file.name, verdict: "fail" as const, status: null, durationMs: 0, transactionId: null, checks: [] };
  if (file.recipe === null) return { ...nothing, problem: file.problem };
  const { recipe, unknown } = fillIn(file.recipe, valuesOf(environment));
  const [missing] = unknown;
  if (missing !== undefined) {
    return { ...nothing, problem: { code: "BAD_INPUT", message: unknownVariableText(missing.name, environment?.name ?? null) } };
  }
  try {
    const storletObject = await makeLive(context, storlets, recipe.storlet);
    return { name: file.name, problem: null, ...(await send(context, recipe, storletObject)) };
  } catch (thrown) {
    const error = thrown instanceof RangeError ? new StudioError("BAD_INPUT", thrown.message) : fromClientError(thrown);
    return { ...nothing, problem: toStudioError(error).toProblem() };
  }
}

const marks = { pass: ["pass", "green"], fail: ["FAIL", "red"], warn: ["warn", "yellow"] } as const;

/** A recipe, and below it a row for each expectation: what was expected, and what was there instead. */
export function formatRecipeResult({ name, verdict, status, durationMs, checks, problem }: RecipeResult, paint: Paint): string {
  const [word, tone] = marks[verdict];
  const answer = status === null ? "not run" : `${status}, ${formatDuration(durationMs)}`;
  const width = Math.min(60, Math.max(0, ...checks.map(({ label }) => label.length)));
  const rows = checks.map(({ state, label, found }) => {
    const [mark, colour] = marks[state];
    return `  ${paint(colour, mark)}  ${plain(label).padEnd(width)}  ${plain(found)}`.trimEnd();
  });
  const why = problem === null ? [] : [formatProblem(problem, paint).trimEnd().replaceAll(/^/gm, "  ")];
  return `${[`${paint(tone, word)}  ${paint("bold", name)}  ${answer}`, ...rows, ...why].join("\n")}\n`;
}

async function run(context: CommandContext, names: readonly string[], { values }: ParsedCommand): Promise<0 | 1> {
  const { client, host, paint } = context;
  const files = await client.api.recipes.list.query();
  if (names.length === 0 && values["all"] !== true) {
    throw new StudioError("BAD_INPUT", "studio recipe run takes the names of recipes, or --all.", { hint: "See `studio recipe list`." });
  }
  const wanted = values["all"] === true ? files : names.map((name) => findRecipe(files, name));
  const environment = await findEnvironment(context, values["environment"] as string | undefined);
  const storlets = await client.api.workspace.storlets.query();
  const results: RecipeResult[] = [];
  for (const file of wanted) {
    const result = await runOne(context, file, environment, storlets);
    results.push(result);
    if (values["json"] !== true) host.stdout.write(formatRecipeResult(result, paint));
  }
  const failed = results.filter(({ verdict }) => verdict === "fail").length;
  if (values["json"] === true) host.stdout.write(`${JSON.stringify(results)}\n`);
  else
    host.stdout.write(
      `${results.length === 1 ? "1 recipe" : `${results.length} recipes`}: ${results.length - failed} passed, ${failed} failed.\n`,
    );
  return failed === 0 ? 0 : 1;
}

function findRecipe(files: readonly RecipeFile[], name: string): RecipeFile {
  const wanted = name.replace(/^recipes\//, "").replace(/\.yaml$/, "");
  const file = files.find((each) => each.name === wanted);
  if (file !== undefined) return file;
  const names = files.map((each) => each.name).join(", ");
  throw new StudioError("NOT_FOUND", `There is no recipe ${wanted}.`, {
    hint: names === "" ? "The workspace has none yet." : `There are ${names}.`,
  });
}

async function findEnvironment({ client }: CommandContext, name: string | undefined): Promise<EnvironmentFile | null> {
  if (name === undefined) return null;
  const all = await client.api.recipes.environments.query();
  const found = all.find((each) => each.name === name);
  if (found === undefined) {
    const hint =
      all.length === 0 ? `Make environments/${name}.yaml in the workspace.` : `There are ${all.map((each) => each.name).join(", ")}.`;
    throw new StudioError("NOT_FOUND", `There is no environment ${name}.`, { hint });
  }
  if (found.problem !== null) throw new StudioError("BAD_INPUT", found.problem.message);
  return found;
}

async function list({ client, host, paint }: CommandContext, { values }: ParsedCommand): Promise<0> {
  const files = await client.api.recipes.list.query();
  if (values["json"] === true) {
    host.stdout.write(`${JSON.stringify(files)}\n`);
    return 0;
  }
  const width = Math.max(0, ...files.map(({ name }) => name.length));
  for (const { name, recipe, problem } of files) {
    const what =
      recipe === null
        ? paint("red", plain(problem?.message ?? ""))
        : plain(
            `${recipe.door.padEnd(4)}  ${recipe.storlet} ${recipe.door === "PUT" ? `to ${recipe.destination}` : `on ${recipe.object}`}`,
          );
    host.stdout.write(`${name.padEnd(width)}  ${what}\n`);
  }
  return 0;
}

export async function recipe(context: CommandContext, command: ParsedCommand): Promise<0 | 1> {
  const [action, ...names] = command.operands;
  if (action === "list" && names.length === 0) return list(context, command);
  if (action === "run") return run(context, names, command);
  throw usageError(command.spec);
}
