/** The commands that talk to an engine: each a short dialogue with the control API or Swift, and what it prints. */
import { createReadStream, createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Run } from "../contract/index.ts";
import { openStates } from "../contract/replays.ts";
import { StudioError } from "../support/errors.ts";
import type { EngineClient } from "./client.ts";
import { formatRun, formatSave, type Paint } from "./format.ts";
import type { CliHost } from "./host.ts";
import type { ParsedCommand } from "./options.ts";
import { paramsOf } from "./pairs.ts";

export interface CommandContext {
  host: CliHost;
  client: EngineClient;
  paint: Paint;
}

/** Exit code of a command. */
type ExitCode = 0 | 1;

export function encodeObject(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

export function splitObject(path: string): { container: string; object: string } {
  const [, container, object] = /^\/?([^/]+)\/(.+)$/s.exec(path) ?? [];
  if (container === undefined || object === undefined) {
    throw new StudioError("BAD_INPUT", `${path} does not name an object.`, { hint: "Write it as container/object." });
  }
  return { container, object };
}

/** A Swift failure as an error in the user's words. */
export async function swiftFailure(response: Response, what: string): Promise<StudioError> {
  const text = (await response.text())
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const code = response.status === 404 ? "NOT_FOUND" : response.status === 401 || response.status === 403 ? "FORBIDDEN" : "REMOTE_FAILED";
  return new StudioError(code, what, { detail: `${response.status} ${response.statusText}${text === "" ? "" : `: ${text}`}` });
}

export function openOutput(context: CommandContext, file: string | undefined): Writable {
  return file === undefined || file === "-" ? (context.host.stdout as Writable) : createWriteStream(file);
}

export async function writeBody(response: Response, sink: Writable, isStdout: boolean): Promise<void> {
  if (response.body === null) return;
  await pipeline(Readable.fromWeb(response.body as never), sink, { end: !isStdout });
}

export async function deploy({ host, client, paint }: CommandContext, { operands }: ParsedCommand): Promise<ExitCode> {
  const result = await client.api.workspace.deployFile.mutate({ file: resolve(operands[0] as string) });
  (result.problem === null ? host.stdout : host.stderr).write(formatSave(result, paint));
  return result.problem === null ? 0 : 1;
}

/** A storlet's object name: as given, or that of the workspace's storlet of this name. */
export async function objectNameOf(client: EngineClient, name: string): Promise<string> {
  if (name.includes(".")) return name;
  const storlet = (await client.api.workspace.storlets.query()).find((each) => each.name === name);
  if (storlet === undefined)
    throw new StudioError("NOT_FOUND", `There is no storlet ${name}.`, { hint: "Deploy one with `studio deploy FILE`." });
  return storlet.objectName;
}

/** The finished record of the run that answered with this transaction id. Waits for its end for at most five seconds. */
export async function finishedRun(client: EngineClient, transactionId: string | null): Promise<Run | null> {
  if (transactionId === null) return null;
  const deadline = performance.now() + 5000;
  for (;;) {
    const run = await client.api.runs.findByTransaction.query({ transactionId });
    if (run === null || !openStates.has(run.state) || performance.now() > deadline) return run;
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
