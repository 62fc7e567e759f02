/** `studio objects …`: looks at and changes objects, each through Swift. Lists and folders pass page by page and file by file. */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { StudioError } from "../support/errors.ts";
import { formatSize } from "../support/format.ts";
import { encodeObject, openOutput, splitObject, swiftFailure, writeBody, type CommandContext } from "./commands.ts";
import { importFolder } from "./import-folder.ts";
import { usageError, type ParsedCommand } from "./options.ts";
import { headersOf } from "./pairs.ts";

const pageNames = 1000;
/** Files up to this size are read at once. */
const smallFileBytes = 64 * 1024;

/** Writes, and waits until a slow reader has caught up. */
async function print({ host }: CommandContext, text: string): Promise<void> {
  if (text !== "" && !host.stdout.write(text)) await once(host.stdout, "drain");
}

async function listContainers(context: CommandContext): Promise<void> {
  const containers = await context.client.api.objects.containers.query();
  const lines = containers.map(({ name, count, bytes }) => `${String(count).padStart(8)}  ${formatSize(bytes).padStart(8)}  ${name}\n`);
  await print(context, lines.join(""));
}

async function list(context: CommandContext, where: string | undefined): Promise<void> {
  if (where === undefined) return listContainers(context);
  const [container = "", ...rest] = where.split("/");
  const prefix = rest.join("/");
  for (let marker: string | null = ""; marker !== null;) {
    const page: { entries: { name: string; bytes?: number }[]; nextMarker: string | null } = await context.client.api.objects.list.query({
      container,
      prefix,
      marker,
      limit: pageNames,
    });
    await print(context, page.entries.map(({ name, bytes = 0 }) => `${formatSize(bytes).padStart(8)}  ${name}\n`).join(""));
    marker = page.nextMarker;
  }
}

const pathOf = ({ container, object }: { container: string; object: string }): string =>
  `/${encodeURIComponent(container)}/${encodeObject(object)}`;

async function makeContainer({ client }: CommandContext, container: string): Promise<void> {
  const made = await client.swift("PUT", `/${encodeURIComponent(container)}`);
  if (!made.ok) throw await swiftFailure(made, `The container ${container} was not made.`);
  await made.body?.cancel();
}

/** Stores a file; returns the response, whatever it says. */
async function upload(
  { client }: CommandContext,
  file: string,
  sizeBytes: number,
  path: string,
  headers: Record<string, string>,
): Promise<Response> {
  return client.swift("PUT", path, {
    headers: { ...headers, "Content-Length": String(sizeBytes) },
    body: sizeBytes <= smallFileBytes ? new Uint8Array(await readFile(file)) : (Readable.toWeb(createReadStream(file)) as never),
  });
}

async function put(context: CommandContext, file: string, target: string, headers: Record<string, string>): Promise<void> {
  const facts = await stat(file).catch(() => null);
  if (facts === null || !facts.isFile()) throw new StudioError("NOT_FOUND", `${file} is not a file.`);
  const where = splitObject(target);
  await makeContainer(context, where.container);
  const response = await upload(context, file, facts.size, pathOf(where), headers);
  if (!response.ok) throw await swiftFailure(response, `${target} was not stored.`);
  await print(context, `${target}  ${formatSize(facts.size)}  ${response.headers.get("etag") ?? ""}\n`);
}

/** Sets the metadata of an object or a container. */
async function post({ client }: CommandContext, target: string, headers: Record<string, string>): Promise<void> {
  if (Object.keys(headers).length === 0) {
    throw new StudioError("BAD_INPUT", "There is nothing to set.", { hint: "Give headers with -H, e.g. -H 'X-Object-Meta-Colour: blue'." });
  }
  const isContainer = /^\/?[^/]+\/?$/.test(target);
  const path = isContainer ? `/${encodeURIComponent(target.replaceAll("/", ""))}` : pathOf(splitObject(target));
  const response = await client.swift("POST", path, { headers });
  if (!response.ok) throw await swiftFailure(response, `${target} was not changed.`);
  await response.body?.cancel();
}

async function read(context: CommandContext, action: string, target: string, output: string | undefined): Promise<void> {
  const { host, client } = context;
  const where = splitObject(target);
  const method = action === "rm" ? "DELETE" : action === "head" ? "HEAD" : "GET";
  const response = await client.swift(method, pathOf(where));
  if (!response.ok) throw await swiftFailure(response, `${target} was not ${action === "rm" ? "removed" : "read"}.`);
  if (action === "head") await print(context, [...response.headers].map(([name, value]) => `${name}: ${value}\n`).join(""));
  if (action !== "cat" && action !== "get") return;
  const file = action === "get" ? (output ?? basename(where.object)) : undefined;
  const sink = openOutput(context, file);
  await writeBody(response, sink, sink === host.stdout);
  if (file !== undefined && file !== "-") host.stderr.write(`${target} is in ${file}.\n`);
}

async function importInto(context: CommandContext, folder: string, container: string): Promise<void> {
  await makeContainer(context, container);
  await importFolder({
    host: context.host,
    folder,
    container,
    async store(file, sizeBytes, name) {
      const response = await upload(context, file, sizeBytes, pathOf({ container, object: name }), {});
      if (!response.ok) throw await swiftFailure(response, `${file} was not stored.`);
      await response.body?.cancel();
    },
  });
}

/** Fewest and most operands after the action. */
const counts: Record<string, readonly [number, number]> = {
  list: [0, 1],
  put: [2, 2],
  get: [1, 1],
  cat: [1, 1],
  head: [1, 1],
  rm: [1, 1],
  post: [1, 1],
  import: [2, 2],
};

export async function objects(context: CommandContext, command: ParsedCommand): Promise<0> {
  const [action = "", first = "", second = ""] = command.operands;
  const count = Object.hasOwn(counts, action) ? counts[action] : undefined;
  const given = command.operands.length - 1;
  if (count === undefined || given < count[0] || given > count[1]) {
    throw usageError(command.spec);
  }
  if (action === "list") await list(context, given === 0 ? undefined : first);
  else if (action === "put") await put(context, first, second, headersOf(command.values));
  else if (action === "post") await post(context, first, headersOf(command.values));
  else if (action === "import") await importInto(context, first, second);
  else await read(context, action, first, command.values["output"] as string | undefined);
  return 0;
}
