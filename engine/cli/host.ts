/** What the command line needs of the program it is part of, and of its surroundings. Filled in by `main.ts`. */
import type { DoctorReport, ImageProgress, NewStorlet, Profile, ReadyLine, StorletTemplate } from "../contract/index.ts";

export interface ServeOptions {
  dataDirectory: string;
  /** Null: the one that was opened last, else the samples inside the data directory. */
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

/** How unit tests are run: as programs of this machine, in the sandbox image, or what there is. */
export interface TestRunOptions {
  readonly sandbox: ServeOptions["sandbox"];
  readonly signal: AbortSignal;
  onLine(line: string): void;
}

export interface RunningEngine extends AsyncDisposable {
  readonly ready: ReadyLine;
  /** Resolves when somebody wants the engine to work on another folder; null: on the samples. */
  readonly folderWanted: Promise<string | null>;
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
  /** The folder that an engine with these options works on. */
  findFolder(dataDirectory: string, wanted: string | null): Promise<string>;
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
  /** New storlets as folders of files; no engine takes part. */
  readonly templates: {
    list(): Promise<StorletTemplate[]>;
    /** Returns the folder it made. Throws BAD_INPUT, NOT_FOUND or CONFLICT. */
    create(storletsDirectory: string, wanted: NewStorlet): Promise<string>;
  };
  /** Runs the unit tests of a storlet folder; true where all pass. Throws RUNTIME_MISSING where nothing here can. */
  testStorlet(folder: string, options: TestRunOptions): Promise<boolean>;
  /** Writes the Java API and the helpers for tests as a jar. */
  writeTestLibrary(file: string, options: TestRunOptions): Promise<boolean>;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}
