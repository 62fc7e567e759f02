/** The commands that talk to an engine: each a short dialogue with the control API or Swift, and what it prints. */
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { LogFilter, Run } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { formatSize } from "../support/format.ts";
import type { EngineClient } from "./client.ts";
import { formatLogLine, formatRun, formatSave, type Paint } from "./format.ts";
import type { CliHost } from "./host.ts";
import { paramsOf, type ParsedCommand } from "./options.ts";

export interface CommandContext {
  host: CliHost;
  client: EngineClient;
  paint: Paint;
}

/** Exit code of a command. */
type ExitCode = 0 | 1;

function encodeObject(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function splitObject(path: string): { container: string; object: string } {
  const [, container, object] = /^\/?([^/]+)\/(.+)$/s.exec(path) ?? [];
  if (container === undefined || object === undefined) {
    throw new StudioError("BAD_INPUT", `${path} does not name an object.`, { hint: "Write it as container/object." });
  }
  return { container, object };
}

/** A Swift failure as an error in the user's words. */
async function swiftFailure(response: Response, what: string): Promise<StudioError> {
  const text = (await response.text())
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const code = response.status === 404 ? "NOT_FOUND" : response.status === 401 || response.status === 403 ? "FORBIDDEN" : "REMOTE_FAILED";
  return new StudioError(code, what, { detail: `${response.status} ${response.statusText}${text === "" ? "" : `: ${text}`}` });
}

function openOutput(context: CommandContext, file: string | undefined): Writable {
  return file === undefined || file === "-" ? (context.host.stdout as Writable) : createWriteStream(file);
}

async function writeBody(response: Response, sink: Writable, isStdout: boolean): Promise<void> {
  if (response.body === null) return;
  await pipeline(Readable.fromWeb(response.body as never), sink, { end: !isStdout });
}

export async function deploy({ host, client, paint }: CommandContext, { operands }: ParsedCommand): Promise<ExitCode> {
  const result = await client.api.workspace.deployFile.mutate({ file: operands[0] as string });
  (result.problem === null ? host.stdout : host.stderr).write(formatSave(result, paint));
  return result.problem === null ? 0 : 1;
}

/** A storlet's object name: as given, or that of the workspace's storlet of this name. */
async function objectNameOf(client: EngineClient, name: string): Promise<string> {
  if (name.includes(".")) return name;
  const storlet = (await client.api.workspace.storlets.query()).find((each) => each.name === name);
  if (storlet === undefined)
    throw new StudioError("NOT_FOUND", `There is no storlet ${name}.`, { hint: "Deploy one with `studio deploy FILE`." });
  return storlet.objectName;
}

/** The finished record of the run that answered with this transaction id. Waits for its end for at most five seconds. */
async function finishedRun(client: EngineClient, transactionId: string | null): Promise<Run | null> {
  if (transactionId === null) return null;
  const deadline = performance.now() + 5000;
  for (;;) {
    const run = await client.api.runs.findByTransaction.query({ transactionId });
    if (run === null || !["queued", "starting", "running", "streaming"].includes(run.state) || performance.now() > deadline) return run;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function invoke(context: CommandContext, command: ParsedCommand): Promise<ExitCode> {
  const { host, client, paint } = context;
  const { values, operands } = command;
  const { container, object } = splitObject(operands[1] as string);
  const params = Object.entries(paramsOf(values)).map(([key, value], index) => [
    `X-Storlet-Parameter-${index + 1}`,
    encodeURIComponent(`${key}:${value}`),
  ]);
  const headers: Record<string, string> = {
    "X-Run-Storlet": await objectNameOf(client, operands[0] as string),
    ...Object.fromEntries(params),
  };
  if (typeof values["range"] === "string") headers["X-Storlet-Range"] = values["range"];
  const path = `/${encodeURIComponent(container)}/${encodeObject(object)}`;

  const upload = values["put"] as string | undefined;
  const response =
    upload === undefined
      ? await client.swift("GET", path, { headers })
      : await client.swift("PUT", path, { headers, body: Readable.toWeb(createReadStream(upload)) as never });

  let isCut = false;
  if (response.ok && upload === undefined) {
    const output = values["output"] as string | undefined;
    const sink = openOutput(context, output);
    await writeBody(response, sink, sink === host.stdout).catch(() => (isCut = true));
  }
  const run = await finishedRun(client, response.headers.get("x-trans-id"));
  if (run === null) throw await swiftFailure(response, `${headers["X-Run-Storlet"] ?? ""} was not run.`);
  if (!response.ok) await response.body?.cancel();
  host.stderr.write(formatRun(run, paint));
  return run.state === "succeeded" && !isCut ? 0 : 1;
}

export async function logs({ host, client, paint }: CommandContext, { values }: ParsedCommand): Promise<ExitCode> {
  const filter: LogFilter = {};
  if (typeof values["storlet"] === "string") filter.storlet = await objectNameOf(client, values["storlet"]);
  if (typeof values["run"] === "string") filter.run = values["run"];
  const limit = Number(values["lines"]);
  if (!Number.isInteger(limit) || limit < 0 || limit > 10_000)
    throw new StudioError("BAD_INPUT", "--lines takes a whole number up to 10000.");
  if (values["follow"] !== true) {
    const lines = limit === 0 ? [] : await client.api.logs.history.query({ filter, limit });
    for (const line of lines) host.stdout.write(`${formatLogLine(line, paint)}\n`);
    return 0;
  }
  await new Promise<void>((resolve, reject) => {
    const subscription = client.api.logs.follow.subscribe(
      { filter, backlog: limit, afterSeq: null },
      {
        onData: ({ lines, dropped }) => {
          if (dropped > 0) host.stderr.write(`${dropped} lines were too fast to show.\n`);
          for (const line of lines) host.stdout.write(`${formatLogLine(line, paint)}\n`);
        },
        onError: reject,
        onComplete: resolve,
      },
    );
    const stop = (): void => {
      subscription.unsubscribe();
      resolve();
    };
    if (host.signal.aborted) stop();
    else host.signal.addEventListener("abort", stop, { once: true });
  });
  return 0;
}

async function listObjects({ host, client }: CommandContext, where: string | undefined): Promise<void> {
  if (where === undefined) {
    for (const { name, count, bytes } of await client.api.objects.containers.query())
      host.stdout.write(`${String(count).padStart(8)}  ${formatSize(bytes).padStart(8)}  ${name}\n`);
    return;
  }
  const [container = "", ...rest] = where.split("/");
  let marker: string | null = "";
  while (marker !== null) {
    const page: { entries: { kind: string; name: string; bytes?: number }[]; nextMarker: string | null } =
      await client.api.objects.list.query({
        container,
        prefix: rest.join("/"),
        marker,
        limit: 10_000,
      });
    for (const entry of page.entries) host.stdout.write(`${formatSize(entry.bytes ?? 0).padStart(8)}  ${entry.name}\n`);
    marker = page.nextMarker;
  }
}

export async function objects(context: CommandContext, command: ParsedCommand): Promise<ExitCode> {
  const { host, client } = context;
  const [action, first, second] = command.operands;
  const counts: Record<string, readonly [number, number]> = {
    list: [0, 1],
    put: [2, 2],
    get: [1, 1],
    cat: [1, 1],
    head: [1, 1],
    rm: [1, 1],
  };
  const count = counts[action ?? ""];
  const given = command.operands.length - 1;
  if (count === undefined || given < count[0] || given > count[1]) {
    throw new StudioError("BAD_INPUT", `studio objects takes ${command.spec.operands}.`, { hint: "See `studio objects --help`." });
  }
  if (action === "list") {
    await listObjects(context, first);
    return 0;
  }
  const target = action === "put" ? (second as string) : (first as string);
  const { container, object } = splitObject(target);
  const path = `/${encodeURIComponent(container)}/${encodeObject(object)}`;
  if (action === "put") {
    const file = first as string;
    const facts = await stat(file).catch(() => null);
    if (facts === null || !facts.isFile()) throw new StudioError("NOT_FOUND", `${file} is not a file.`);
    const made = await client.swift("PUT", `/${encodeURIComponent(container)}`);
    await made.body?.cancel();
    const response = await client.swift("PUT", path, {
      headers: { "Content-Length": String(facts.size) },
      body: Readable.toWeb(createReadStream(file)) as never,
    });
    if (!response.ok) throw await swiftFailure(response, `${target} was not stored.`);
    host.stdout.write(`${target}  ${formatSize(facts.size)}  ${response.headers.get("etag") ?? ""}\n`);
    return 0;
  }
  const method = action === "rm" ? "DELETE" : action === "head" ? "HEAD" : "GET";
  const response = await client.swift(method, path);
  if (!response.ok) throw await swiftFailure(response, `${target} was not ${action === "rm" ? "removed" : "read"}.`);
  if (action === "head") for (const [name, value] of response.headers) host.stdout.write(`${name}: ${value}\n`);
  if (action === "cat" || action === "get") {
    const file = action === "get" ? ((command.values["output"] as string | undefined) ?? basename(object)) : undefined;
    const sink = openOutput(context, file);
    await writeBody(response, sink, sink === host.stdout);
    if (file !== undefined && file !== "-") host.stderr.write(`${target} is in ${file}.\n`);
  }
  return 0;
}
