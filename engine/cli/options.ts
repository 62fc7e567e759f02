/** Options and arguments of every command: parsed, checked, explained. Pure. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { StudioError } from "../support/errors.ts";
import type { ServeOptions } from "./host.ts";
import { logHelp, logOptions } from "./log-options.ts";

type OptionTable = NonNullable<ParseArgsConfig["options"]>;

interface OptionHelp {
  /** Shown after the option's name, e.g. `DIR`. */
  value?: string;
  text: string;
}

export interface CommandSpec {
  readonly name: string;
  /** Shown after the name: `STORLET OBJECT`. */
  readonly operands: string;
  readonly summary: string;
  /** Fewest and most operands. */
  readonly count: readonly [number, number];
  readonly options: OptionTable;
  readonly help: Record<string, OptionHelp>;
}

const engineOptions = {
  data: { type: "string" },
  workspace: { type: "string" },
  sandbox: { type: "string", default: "auto" },
  "no-samples": { type: "boolean", default: false },
  config: { type: "string" },
  profile: { type: "string" },
  "storlet-timeout": { type: "string" },
  "output-gap": { type: "string" },
} as const satisfies OptionTable;

const engineHelp: Record<string, OptionHelp> = {
  data: { value: "DIR", text: "where objects, logs and runs are kept" },
  workspace: { value: "DIR", text: "folder with storlets/ and data/" },
  sandbox: { value: "auto|docker|process", text: "where storlets run" },
  "no-samples": { text: "leave the sample storlets and objects out" },
  config: { value: "FILE", text: "settings of the storlet engine (studio.yaml in the data directory)" },
  profile: { value: "studio|strict", text: "mend the real system's defects, or have them (studio)" },
  "storlet-timeout": { value: "SECONDS", text: "until a storlet begins to answer (40)" },
  "output-gap": { value: "SECONDS", text: "longest pause within a storlet's output (10)" },
};

export const commandSpecs: readonly CommandSpec[] = [
  {
    name: "serve",
    operands: "",
    summary: "start the engine and serve the screen",
    count: [0, 0],
    options: {
      ...engineOptions,
      port: { type: "string", default: "8080" },
      "control-port": { type: "string", default: "0" },
      "ready-json": { type: "boolean", default: false },
    },
    help: {
      port: { value: "N", text: "port of the Swift API, 0 for any (8080)" },
      "control-port": { value: "N", text: "port of the screen and control API, 0 for any (0)" },
      ...engineHelp,
      "ready-json": { text: "print one line of JSON when ready" },
    },
  },
  {
    name: "deploy",
    operands: "FILE|FOLDER",
    summary: "check a storlet's source, deploy it and make it live",
    count: [1, 1],
    options: engineOptions,
    help: engineHelp,
  },
  {
    name: "invoke",
    operands: "STORLET OBJECT",
    summary: "run a storlet on container/object and print its output",
    count: [2, 2],
    options: {
      ...engineOptions,
      param: { type: "string", short: "p", multiple: true },
      output: { type: "string", short: "o" },
      range: { type: "string" },
      put: { type: "string" },
    },
    help: {
      param: { value: "KEY=VALUE", text: "a parameter of the storlet, may be repeated" },
      output: { value: "FILE", text: "write the output to a file" },
      range: { value: "BYTES", text: "run on a part of the object, e.g. bytes=0-1023" },
      put: { value: "FILE", text: "upload FILE through the storlet instead of reading" },
      ...engineHelp,
    },
  },
  {
    name: "logs",
    operands: "",
    summary: "print the newest log lines",
    count: [0, 0],
    options: {
      ...engineOptions,
      ...logOptions,
    },
    help: {
      ...logHelp,
      ...engineHelp,
    },
  },
  {
    name: "runs",
    operands: "list [WORD…] | show ID | replay ID | compare A B",
    summary: "look at recorded runs, replay one exactly or against today's code, compare two",
    count: [1, 20],
    options: {
      ...engineOptions,
      today: { type: "boolean", default: false },
      lines: { type: "string", short: "n", default: "20" },
      json: { type: "boolean", default: false },
    },
    help: {
      today: { text: "replay against the code and the objects of today" },
      lines: { value: "N", text: "how many runs `list` shows (20)" },
      json: { text: "print what was found as JSON" },
      ...engineHelp,
    },
  },
  {
    name: "objects",
    operands:
      "list [CONTAINER[/PREFIX]] | put FILE CONTAINER/OBJECT | import FOLDER CONTAINER | get|cat|head|rm CONTAINER/OBJECT | post CONTAINER[/OBJECT]",
    summary: "look at and change objects",
    count: [1, 3],
    options: { ...engineOptions, output: { type: "string", short: "o" }, header: { type: "string", short: "H", multiple: true } },
    help: {
      output: { value: "FILE", text: "where `get` writes (the object's name)" },
      header: { value: "NAME: VALUE", text: "a header of `put` and `post`, may be repeated" },
      ...engineHelp,
    },
  },
  {
    name: "recipe",
    operands: "list | run NAME…",
    summary: "run the workspace's recipes and say whether what they expect holds",
    count: [1, 1000],
    options: {
      ...engineOptions,
      environment: { type: "string", short: "e" },
      all: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
    help: {
      environment: { value: "NAME", text: "where variables get their values: environments/NAME.yaml" },
      all: { text: "run every recipe" },
      json: { text: "print what was found as JSON" },
      ...engineHelp,
    },
  },
  {
    name: "snapshot",
    operands: "list | save|restore|remove NAME",
    summary: "keep the whole store by name, and bring it back",
    count: [1, 2],
    options: engineOptions,
    help: engineHelp,
  },
  {
    name: "image",
    operands: "build | list | import TAR | assign ACCOUNT IMAGE",
    summary: "build the sandbox image, load others, and give accounts their own",
    count: [1, 3],
    options: { ...engineOptions, force: { type: "boolean", default: false } },
    help: { force: { text: "build anew where it exists" }, ...engineHelp },
  },
  {
    name: "account",
    operands: "enable|disable ACCOUNT",
    summary: "allow an account storlets, or not",
    count: [2, 2],
    options: engineOptions,
    help: engineHelp,
  },
  {
    name: "deploy-storlet",
    operands: "[CONF]",
    summary: "deploy by answering the questions of the real deploy_storlet; its configuration file is not needed",
    count: [0, 1],
    options: engineOptions,
    help: engineHelp,
  },
  {
    name: "new",
    operands: "[python|java NAME]",
    summary: "make a storlet folder from a template, with a test that passes; without operands list the templates",
    count: [0, 2],
    options: { ...engineOptions, template: { type: "string", short: "t", default: "transform" } },
    help: { template: { value: "ID", text: "what it begins as (transform)" }, ...engineHelp },
  },
  {
    name: "test",
    operands: "[STORLET|FOLDER]",
    summary: "run a storlet's unit tests, without a server",
    count: [0, 1],
    options: { ...engineOptions, library: { type: "string" } },
    help: { library: { value: "FILE.jar", text: "write the Java API and the helpers for tests instead, for an IDE" }, ...engineHelp },
  },
  {
    name: "doctor",
    operands: "",
    summary: "check what this machine has and what is missing",
    count: [0, 0],
    options: { ...engineOptions, json: { type: "boolean", default: false } },
    help: { json: { text: "print the report as JSON" }, ...engineHelp },
  },
  {
    name: "demo",
    operands: "",
    summary: "do the whole main job in this terminal, on a temporary data directory",
    count: [0, 0],
    options: { sandbox: { type: "string", default: "auto" } },
    help: { sandbox: engineHelp["sandbox"] as OptionHelp },
  },
];

export interface ParsedCommand {
  readonly spec: CommandSpec;
  readonly operands: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | string[] | undefined>>;
}

function parseListOptions(words: readonly string[]): "text" | "json" {
  const [unknown] = words.filter((word) => word !== "--json");
  if (unknown === undefined) return words.length === 0 ? "text" : "json";
  throw new StudioError("BAD_INPUT", `--list-commands takes --json alone, not ${unknown}.`);
}

function usageHint(name: string): string {
  return `See \`studio ${name} --help\`.`;
}

/** The operands are not what a command takes. */
export function usageError({ name, operands }: CommandSpec): StudioError {
  const taken = operands === "" ? "no operands" : operands;
  return new StudioError("BAD_INPUT", `studio ${name} takes ${taken}.`, { hint: usageHint(name) });
}

/** Parses the words after `studio`. Returns "help" where help was asked for, optionally of one command. Throws BAD_INPUT. */
export function parseCommand(words: readonly string[]): ParsedCommand | { help: CommandSpec | null } | { list: "text" | "json" } {
  const [word, ...rest] = words;
  // The real tool is called deploy_storlet.
  const name = word === "deploy_storlet" ? "deploy-storlet" : word;
  if (name === "--list-commands") return { list: parseListOptions(rest) };
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return { help: null };
  const spec = commandSpecs.find((candidate) => candidate.name === name);
  if (spec === undefined) {
    throw new StudioError("BAD_INPUT", `There is no command ${name}.`, {
      hint: `Commands: ${commandSpecs.map((each) => each.name).join(", ")}.`,
    });
  }
  if (rest.includes("--help") || rest.includes("-h")) return { help: spec };
  let parsed: { positionals: string[]; values: ParsedCommand["values"] };
  try {
    parsed = parseArgs({ args: [...rest], options: spec.options, allowPositionals: true, strict: true }) as typeof parsed;
  } catch (error) {
    throw new StudioError("BAD_INPUT", error instanceof Error ? (error.message.split(". ")[0] as string) : String(error), {
      hint: usageHint(name),
      cause: error,
    });
  }
  const [fewest, most] = spec.count;
  if (parsed.positionals.length < fewest || parsed.positionals.length > most) {
    throw usageError(spec);
  }
  return { spec, operands: parsed.positionals, values: parsed.values };
}

function numberOption(values: ParsedCommand["values"], name: string, most: number): number {
  const text = values[name];
  const number = Number(text);
  if (typeof text !== "string" || text.trim() === "" || !Number.isFinite(number) || number < 0 || number > most) {
    throw new StudioError("BAD_INPUT", `--${name} takes a number from 0 to ${most}, not ${String(text)}.`);
  }
  return number;
}

function portOption(values: ParsedCommand["values"], name: string): number {
  const port = values[name] === undefined ? 0 : numberOption(values, name, 65_535);
  if (!Number.isInteger(port)) throw new StudioError("BAD_INPUT", `--${name} takes a whole number.`);
  return port;
}

/** The engine options of a command; commands without ports get any free ones. */
export function serveOptionsOf(values: ParsedCommand["values"], defaultDataDirectory: string): ServeOptions {
  const sandbox = values["sandbox"];
  if (sandbox !== "auto" && sandbox !== "docker" && sandbox !== "process") {
    throw new StudioError("BAD_INPUT", `--sandbox takes auto, docker or process, not ${String(sandbox)}.`);
  }
  const profile = values["profile"] ?? null;
  if (profile !== null && profile !== "studio" && profile !== "strict") {
    throw new StudioError("BAD_INPUT", `--profile takes studio or strict, not ${String(profile)}.`);
  }
  return {
    dataDirectory: (values["data"] as string | undefined) ?? defaultDataDirectory,
    workspaceDirectory: (values["workspace"] as string | undefined) ?? null,
    swiftPort: portOption(values, "port"),
    controlPort: portOption(values, "control-port"),
    sandbox,
    samples: values["no-samples"] !== true,
    profile,
    storletTimeoutMs: values["storlet-timeout"] === undefined ? null : numberOption(values, "storlet-timeout", 86_400) * 1000,
    outputGapMs: values["output-gap"] === undefined ? null : numberOption(values, "output-gap", 86_400) * 1000,
    configFile: (values["config"] as string | undefined) ?? null,
  };
}
