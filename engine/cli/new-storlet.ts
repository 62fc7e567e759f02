/** `studio new` and `studio test`: a storlet folder from a template, and its unit tests without a server. Owns the dialogue alone. */
import { join, resolve } from "node:path";
import { languageSchema, type Language, type StorletTemplate } from "../contract/index.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { formatProblem, type Paint } from "./format.ts";
import type { CliHost } from "./host.ts";
import { serveOptionsOf, type ParsedCommand } from "./options.ts";

async function storletsDirectoryOf(host: CliHost, command: ParsedCommand): Promise<string> {
  const { workspaceDirectory, dataDirectory } = serveOptionsOf(command.values, host.defaultDataDirectory);
  return join(await host.findFolder(dataDirectory, workspaceDirectory), "storlets");
}

function formatTemplates(templates: readonly StorletTemplate[]): string {
  const ids = [...new Set(templates.map(({ id }) => id))];
  const rows = ids.flatMap((id) => {
    const same = templates.filter((template) => template.id === id);
    const languages = same.map(({ language }) => language).join(", ");
    return [`  ${id.padEnd(12)}${same[0]?.title ?? ""} (${languages})`, `  ${"".padEnd(12)}${same[0]?.lesson ?? ""}`];
  });
  return ["Templates:", ...rows, ""].join("\n");
}

function languageOf(word: string | undefined): Language {
  const language = languageSchema.safeParse(word);
  if (language.success) return language.data;
  throw new StudioError("BAD_INPUT", `There is no template for ${word ?? "nothing"}.`, {
    hint: "Use `studio new python NAME` or `studio new java NAME`; `studio new` lists the templates.",
  });
}

/** Runs the tests of a folder and tells how they went. Throws RUNTIME_MISSING where they cannot be run. */
async function runTests(host: CliHost, command: ParsedCommand, folder: string): Promise<boolean> {
  const { sandbox } = serveOptionsOf(command.values, host.defaultDataDirectory);
  const lines: string[] = [];
  const passed = await host.testStorlet(folder, { sandbox, signal: host.signal, onLine: (line) => lines.push(line) });
  (passed ? host.stdout : host.stderr).write(lines.map((line) => `${line}\n`).join(""));
  return passed;
}

/** Makes the folder, runs its test, and says what to do next. Without operands it lists the templates. */
export async function newStorlet(host: CliHost, command: ParsedCommand, paint: Paint): Promise<0 | 1> {
  const [word, name] = command.operands;
  if (word === undefined) {
    host.stdout.write(formatTemplates(await host.templates.list()));
    return 0;
  }
  const language = languageOf(word);
  if (name === undefined) throw new StudioError("BAD_INPUT", "The storlet needs a name.", { hint: `Use \`studio new ${language} NAME\`.` });
  const template = command.values["template"] as string;
  const folder = await host.templates.create(await storletsDirectoryOf(host, command), { name, language, template });
  host.stdout.write(`${folder} is made.\n`);
  host.stdout.write(`Test it:    studio test '${folder}'\n`);
  host.stdout.write(`Deploy it:  studio deploy '${folder}'\n`);
  try {
    const passed = await runTests(host, command, folder);
    (passed ? host.stdout : host.stderr).write(passed ? "Its test passes.\n" : "Its test fails.\n");
    return passed ? 0 : 1;
  } catch (error) {
    // It is made all the same: what is missing is said, and no failure of `new`.
    const problem = toStudioError(error);
    if (problem.code !== "RUNTIME_MISSING") throw error;
    host.stdout.write(formatProblem(problem.toProblem(), paint));
    return 0;
  }
}

/** Runs the unit tests of a storlet: a folder, or the name of one in the workspace. With --library it writes a jar for an IDE. */
export async function testCommand(host: CliHost, command: ParsedCommand): Promise<0 | 1> {
  const library = command.values["library"] as string | undefined;
  const [wanted] = command.operands;
  if (library !== undefined) {
    const { sandbox } = serveOptionsOf(command.values, host.defaultDataDirectory);
    const onLine = (line: string): void => void host.stdout.write(`${line}\n`);
    return (await host.writeTestLibrary(resolve(library), { sandbox, signal: host.signal, onLine })) ? 0 : 1;
  }
  if (wanted === undefined) throw new StudioError("BAD_INPUT", "studio test takes a STORLET or a FOLDER.");
  const isName = /^[^/\\.]+$/.test(wanted);
  const folder = isName ? join(await storletsDirectoryOf(host, command), wanted) : resolve(wanted);
  return (await runTests(host, command, folder)) ? 0 : 1;
}
