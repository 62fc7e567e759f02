/** The border of the command line: finds the command, runs it, and turns what is thrown into words and an exit code. */
import { toStudioError } from "../support/errors.ts";
import { account, manageImages } from "./accounts.ts";
import { connectEngine, fromClientError } from "./client.ts";
import { deploy, invoke, type CommandContext } from "./commands.ts";
import { logs } from "./logs.ts";
import { runDemo } from "./demo.ts";
import { deployStorlet } from "./deploy-dialogue.ts";
import { createPaint, formatDoctor, formatProblem, formatScreenCommands, type Paint } from "./format.ts";
import type { CliHost, RunningEngine } from "./host.ts";
import { newStorlet, testCommand } from "./new-storlet.ts";
import { objects } from "./objects.ts";
import { recipe } from "./recipes.ts";
import { formatHelp } from "./help.ts";
import { parseCommand, serveOptionsOf, type ParsedCommand } from "./options.ts";
import { runs } from "./runs.ts";
import { snapshot } from "./snapshots.ts";

const engineCommands: Record<string, (context: CommandContext, command: ParsedCommand) => Promise<0 | 1>> = {
  account,
  deploy,
  "deploy-storlet": deployStorlet,
  invoke,
  logs,
  objects,
  recipe,
  runs,
  snapshot,
};

function announce(host: CliHost, command: ParsedCommand, { ready }: RunningEngine): void {
  const { swift, control, sandbox } = ready;
  const where = sandbox === "docker" ? "Docker" : "processes";
  const sentence = `Storlet Studio is at ${control} (Swift API ${swift}, storlets run in ${where}). Ctrl+C stops it.`;
  host.stdout.write(`${command.values["ready-json"] === true ? JSON.stringify(ready) : sentence}\n`);
}

/** Runs an engine until the signal, and another at the same addresses each time somebody opens another folder. */
async function serve(host: CliHost, command: ParsedCommand): Promise<0> {
  const { signal } = host;
  const aborted = new Promise<"aborted">((resolve) => signal.addEventListener("abort", () => resolve("aborted"), { once: true }));
  let options = serveOptionsOf(command.values, host.defaultDataDirectory);
  while (!signal.aborted) {
    await using engine = await host.startEngine(options);
    announce(host, command, engine);
    const folder = await Promise.race([engine.folderWanted, aborted]);
    if (signal.aborted) break;
    const { swift, control } = engine.ready;
    options = {
      ...options,
      workspaceDirectory: folder,
      swiftPort: Number(new URL(swift).port),
      controlPort: Number(new URL(control).port),
    };
  }
  return 0;
}

async function doctor(host: CliHost, command: ParsedCommand, paint: Paint): Promise<0> {
  const report = await host.doctor(serveOptionsOf(command.values, host.defaultDataDirectory));
  host.stdout.write(command.values["json"] === true ? `${JSON.stringify(report)}\n` : formatDoctor(report, paint));
  return 0;
}

async function image(host: CliHost, command: ParsedCommand, paint: Paint): Promise<0 | 1> {
  if (command.operands[0] !== "build" || command.operands.length > 1) return manageImages(host, command);
  for await (const progress of host.buildImage(host.signal, command.values["force"] === true)) {
    host.stdout.write(progress.detail === "" ? `${paint("bold", progress.step)}\n` : `  ${progress.detail}\n`);
  }
  return 0;
}

async function runCommand(host: CliHost, command: ParsedCommand, paint: Paint): Promise<0 | 1> {
  const { name } = command.spec;
  if (name === "serve") return serve(host, command);
  if (name === "doctor") return doctor(host, command, paint);
  if (name === "image") return image(host, command, paint);
  if (name === "new") return newStorlet(host, command, paint);
  if (name === "test") return testCommand(host, command);
  if (name === "demo") return runDemo(host, command, paint);
  const run = engineCommands[name];
  if (run === undefined) throw new Error(`The command ${name} has no implementation.`);
  await using client = await connectEngine(host, serveOptionsOf(command.values, host.defaultDataDirectory));
  // Awaited here: an engine of our own has to live until the command is done.
  return await run({ host, client, paint }, command);
}

/** Runs the words after `studio`; returns the exit code: 0 done, 1 failed, 2 not understood. */
export async function runCli(host: CliHost, words: readonly string[]): Promise<number> {
  const paint = createPaint(host.colour);
  try {
    const command = parseCommand(words);
    if ("help" in command) {
      host.stdout.write(formatHelp(command.help));
      return 0;
    }
    if ("list" in command) {
      host.stdout.write(
        command.list === "json" ? `${JSON.stringify(host.screenCommands, null, 2)}\n` : formatScreenCommands(host.screenCommands),
      );
      return 0;
    }
    return await runCommand(host, command, paint);
  } catch (thrown) {
    const error = toStudioError(fromClientError(thrown));
    host.stderr.write(formatProblem(error.toProblem(), paint));
    if (error.family === "internal" && error.stack !== undefined) host.stderr.write(`${error.stack}\n`);
    return error.code === "BAD_INPUT" ? 2 : 1;
  }
}
