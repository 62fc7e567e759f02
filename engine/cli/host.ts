/** What the command line needs of the program it is part of, and of its surroundings. Filled in by `main.ts`. */
import type { DoctorReport, ImageProgress, ReadyLine } from "../contract/index.ts";

export interface ServeOptions {
  dataDirectory: string;
  /** Null: the workspace inside the data directory. */
  workspaceDirectory: string | null;
  swiftPort: number;
  controlPort: number;
  sandbox: "auto" | "docker" | "process";
  samples: boolean;
  storletTimeoutMs: number;
  outputGapMs: number;
}

export interface RunningEngine extends AsyncDisposable {
  readonly ready: ReadyLine;
}

export interface CliHost {
  /** Where the engine keeps its data unless told otherwise. */
  readonly defaultDataDirectory: string;
  /** True where output may be coloured. */
  readonly colour: boolean;
  startEngine(options: ServeOptions): Promise<RunningEngine>;
  /** Runs the doctor without an engine: for the day it does not start. */
  doctor(options: ServeOptions): Promise<DoctorReport>;
  buildImage(signal: AbortSignal, force: boolean): AsyncIterable<ImageProgress>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}
