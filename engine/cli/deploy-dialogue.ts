/** `studio deploy-storlet`: the questions of the real project's deploy tool, in its words and order. Owns the dialogue; Swift does the rest. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { StudioError } from "../support/errors.ts";
import type { CommandContext } from "./commands.ts";

/** Names of the entries of a zip archive, from its central directory. Throws BAD_INPUT where the bytes are none. */
export function zipEntryNames(bytes: Buffer): string[] {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > bytes.length) throw new StudioError("BAD_INPUT", "The file is not a jar.");
  const names: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw new StudioError("BAD_INPUT", "The file is not a whole jar.");
    const nameBytes = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString("utf8", at + 46, at + 46 + nameBytes));
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return names;
}

async function readLocal(path: string): Promise<Buffer<ArrayBuffer>> {
  return readFile(path).catch((error: unknown) => {
    throw new StudioError("NOT_FOUND", `${path} cannot be read.`, { cause: error });
  });
}

async function put({ client }: CommandContext, container: string, path: string, headers: Record<string, string>): Promise<void> {
  const name = basename(path);
  const response = await client.swift("PUT", `/${container}/${encodeURIComponent(name)}`, {
    headers: { "Content-Type": "application/octet-stream", ...headers },
    body: await readLocal(path),
  });
  const text = await response.text();
  if (!response.ok) throw new StudioError("DEPLOY_REFUSED", `${name} was not stored.`, { detail: `${response.status}: ${text}` });
}

/** Asks on standard input, deploys, and says so. Returns 1 where the language is not known. */
export async function deployStorlet(context: CommandContext): Promise<0 | 1> {
  const { host } = context;
  const lines = createInterface({ input: host.stdin })[Symbol.asyncIterator]();
  const say = (text: string): void => void host.stdout.write(`${text}\n`);
  const readLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    return done === true ? "" : value.trimEnd();
  };
  const ask = (question: string): Promise<string> => {
    say(question);
    return readLine();
  };

  const typed = await ask("Enter storlet language (java or python): ");
  const language = typed.charAt(0).toUpperCase() + typed.slice(1).toLowerCase();
  if (language !== "Java" && language !== "Python") {
    say("The language you specified is not supported");
    return 1;
  }
  const path = await ask(language === "Java" ? "Enter absolute path to storlet jar file: " : "Enter absolute path to storlet file: ");
  if (language === "Java") {
    say("Your jar file contains the following classes:");
    for (const name of zipEntryNames(await readLocal(path))) {
      if (name.endsWith(".class")) say(`\t* ${name.slice(0, -".class".length).replaceAll("/", ".")}`);
    }
  }
  const which = language === "Java" ? "(choose from the list above)" : "<filename.ClassName>";
  const main = await ask(`Please enter fully qualified storlet main class ${which}: `);
  const dependencies: string[] = [];
  say(`Please enter dependency files (leave a blank line when you are done):${language === "Python" ? " " : ""}`);
  for (let next = await readLine(); next !== ""; next = await readLine()) dependencies.push(next);
  await put(context, "storlet", path, {
    "X-Object-Meta-Storlet-Language": language,
    "X-Object-Meta-Storlet-Interface-Version": "1.0",
    "X-Object-Meta-Storlet-Object-Metadata": "no",
    "X-Object-Meta-Storlet-Main": main,
    ...(dependencies.length === 0 ? {} : { "X-Object-Meta-Storlet-Dependency": dependencies.map((each) => basename(each)).join(",") }),
  });
  for (const dependency of dependencies) {
    await put(context, "dependency", dependency, {
      "X-Object-Meta-Storlet-Dependency-Version": "1",
      "X-Object-Meta-Storlet-Dependency-Permissions": "0755",
    });
  }
  say("Storlet deployment complete");
  return 0;
}
