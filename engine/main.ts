#!/usr/bin/env node
/** The entry of the engine and its command line: reads arguments, environment and signals, and hands them on. The only such place. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Surroundings } from "./compose.ts";
import { commands } from "../renderer/commands/table.ts";
import { runCli } from "./cli/run.ts";

/** Stopping takes at most this long, whatever hangs. */
const stopDeadlineMs = 5000;

/** A signal often arrives twice, from the terminal and from a parent that passes it on: only a later one means "at once". */
const repeatedSignalMs = 1000;

/** The folder that holds `resources/`: the project in development, the application's folder when packaged. */
function findRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, "resources", "runtime"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error("The folder resources/runtime is missing beside the program.");
    directory = parent;
  }
  return directory;
}

function defaultDataDirectory(): string {
  const { STUDIO_DATA, XDG_DATA_HOME, APPDATA } = process.env;
  if (STUDIO_DATA !== undefined && STUDIO_DATA !== "") return resolve(STUDIO_DATA);
  if (process.platform === "win32" && APPDATA !== undefined) return join(APPDATA, "storlet-studio");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "storlet-studio");
  return join(XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "storlet-studio");
}

function readSurroundings(): Surroundings {
  const root = findRoot();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return {
    version,
    resourcesDirectory: process.env["STUDIO_RESOURCES"] ?? join(root, "resources"),
    rendererDirectory: join(root, "out", "renderer"),
    dockerHost: process.env["DOCKER_HOST"],
    searchPath: process.env["PATH"],
    forceRelay: process.env["STUDIO_DOCKER_RELAY"] === "1",
  };
}

async function main(): Promise<void> {
  const abort = new AbortController();
  let abortedAtMs = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted && performance.now() - abortedAtMs > repeatedSignalMs) process.exit(1);
      if (abort.signal.aborted) return;
      abortedAtMs = performance.now();
      abort.abort();
      setTimeout(() => process.exit(1), stopDeadlineMs).unref();
    });
  }
  // A reader that closes early (`studio logs | head`) is not an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => error.code === "EPIPE" && abort.abort());

  const surroundings = readSurroundings();
  const templatesDirectory = join(surroundings.resourcesDirectory, "templates");
  process.exitCode = await runCli(
    {
      screenCommands: commands
        .filter(({ internal }) => internal !== true)
        .map(({ id, title, category, keys = [], when = null }) => ({ id, title, category, keys, when })),
      defaultDataDirectory: defaultDataDirectory(),
      colour: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
      // Loaded late: commands that talk to a running engine start without any of it.
      findFolder: async (dataDirectory, wanted) => (await import("./workspace/folder.ts")).findFolder(dataDirectory, wanted),
      startEngine: async (options) => (await import("./compose.ts")).composeEngine(surroundings, options),
      doctor: async (options) => (await import("./compose.ts")).examine(surroundings, options, null),
      buildImage: async function* (signal, force) {
        yield* (await import("./compose-images.ts")).buildImage(surroundings, signal, force);
      },
      images: {
        list: async () => (await import("./compose-images.ts")).accountImages(surroundings).list(),
        load: async function* (file) {
          yield* (await import("./compose-images.ts")).accountImages(surroundings).load(file);
        },
        assign: async (account, image) => (await import("./compose-images.ts")).accountImages(surroundings).assign(account, image),
      },
      templates: {
        list: async () => (await import("./workspace/templates.ts")).createTemplates(templatesDirectory).list(),
        create: async (directory, wanted) =>
          (await import("./workspace/templates.ts")).createTemplates(templatesDirectory).create(directory, wanted),
      },
      testStorlet: async (folder, options) => (await import("./compose-unit-tests.ts")).testStorlet(surroundings, folder, options),
      writeTestLibrary: async (file, options) => (await import("./compose-unit-tests.ts")).writeTestLibrary(surroundings, file, options),
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: abort.signal,
    },
    process.argv.slice(2),
  );
  // Nothing may keep a finished command alive; output is flushed first.
  process.stdout.write("", () => process.exit());
}

await main();
