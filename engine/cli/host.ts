/** What the command line needs of the program it is part of, and of its surroundings. Filled in by `main.ts`. */
import type { DoctorReport, ImageProgress, Profile, ReadyLine } from "../contract/index.ts";

export interface ServeOptions {
  dataDirectory: string;
  /** Null: the workspace inside the data directory. */
  workspaceDirectory: string | null;
  swiftPort: number;
  controlPort: number;
  sandbox: "auto" | "docker" | "process";
  samples: boolean;
  /** Null where the configuration file decides, as for the two limits below. */
  profile?: Profile | null;
  storletTimeoutMs: number | null;
  outputGapMs: number | null;
  /** The configuration file; null: `studio.yaml` in the data directory, where there is one. */
  configFile?: string | null;
}

export interface RunningEngine extends AsyncDisposable {
  readonly ready: ReadyLine;
}

/** A command of the screen, as `--list-commands` tells it. */
export interface ScreenCommand {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  /** Before a person binds others in keybindings.json. */
  readonly keys: readonly string[];
  /** What must hold for it to be offered; null: nothing. */
  readonly when: string | null;
}

export interface CliHost {
  /** The one table of commands that palette, menus and keys read. */
  readonly screenCommands: readonly ScreenCommand[];
  /** Where the engine keeps its data unless told otherwise. */
  readonly defaultDataDirectory: string;
  /** True where output may be coloured. */
  readonly colour: boolean;
  startEngine(options: ServeOptions): Promise<RunningEngine>;
  /** Runs the doctor without an engine: for the day it does not start. */
  doctor(options: ServeOptions): Promise<DoctorReport>;
  buildImage(signal: AbortSignal, force: boolean): AsyncIterable<ImageProgress>;
  /** Images of accounts, on this machine's Docker. */
  readonly images: {
    list(): Promise<{ name: string; sizeBytes: number; isDefault: boolean }[]>;
    load(file: string): AsyncIterable<string>;
    assign(account: string, image: string): Promise<{ scope: string; image: string }>;
  };
  /** The folder `resources/runtime`. */
  readonly runtimeDirectory: string;
  /** The user's PATH. */
  readonly searchPath: string;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}
