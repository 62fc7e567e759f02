/** What the control API needs of the rest of the engine. `compose.ts` fills it in; nothing here has behaviour. */
import type { LogBus } from "../compute/log-bus.ts";
import type {
  BodySide,
  ContainerSummary,
  DemoResult,
  DemoState,
  DoctorReport,
  EngineEvent,
  EngineStatus,
  EnvironmentFile,
  ImageList,
  ImageProgress,
  NewStorlet,
  KeyBinding,
  KeyBindings,
  ObjectPage,
  Recipe,
  RecipeFile,
  Run,
  RunExchange,
  RunMark,
  RunPage,
  RunQuery,
  SampleInfo,
  SandboxEvent,
  SandboxInfo,
  SaveResult,
  SnapshotInfo,
  StorletSummary,
  StorletTemplate,
  TourList,
  UsageSample,
} from "../contract/index.ts";
import type { Emitter } from "../support/lifecycle.ts";
import type { Replays } from "./replays.ts";
import type { Terminals } from "./terminals.ts";

export interface ControlServices {
  status(): EngineStatus;
  doctor(): Promise<DoctorReport>;
  readonly events: Emitter<EngineEvent>;
  readonly logs: LogBus;

  readonly workspace: {
    storlets(): Promise<StorletSummary[]>;
    read(path: string): Promise<{ path: string; text: string; version: string }>;
    /** Writes, checks, deploys and loads. With `baseVersion`, refuses with CONFLICT where the file changed outside since. */
    save(path: string, text: string, baseVersion: string | null): Promise<SaveResult>;
    /** Checks, deploys and loads what is on disk. */
    deploy(storlet: string): Promise<SaveResult>;
    /** Deploys a folder or file from anywhere on this machine, by the `storlet.yaml` in it, beside or above it where there is one. */
    deployFile(file: string): Promise<SaveResult>;
  };

  readonly folders: {
    /**
     * Opens another folder; null: the samples. Where that is not the open one, the engine ends after its answer and starts again at the
     * same addresses. Throws BAD_INPUT where the folder cannot be worked in; nothing has changed then.
     */
    open(folder: string | null): Promise<{ startsAgain: boolean }>;
  };

  readonly storlets: {
    /** What a new storlet can begin as, the usual one first. */
    templates(): Promise<StorletTemplate[]>;
    /** Writes a new storlet into the workspace. Throws BAD_INPUT for a bad name, CONFLICT where it exists, NOT_FOUND for no template. */
    create(wanted: NewStorlet): Promise<StorletSummary>;
  };

  readonly recipes: {
    list(): Promise<RecipeFile[]>;
    /** Writes a recipe's file, keeping its comments. Without `baseVersion` it has to be a new one. Throws CONFLICT, BAD_INPUT. */
    save(name: string, recipe: Recipe, baseVersion: string | null): Promise<RecipeFile>;
    /** Deletes a recipe's file and returns what it said. Throws NOT_FOUND. */
    remove(name: string): Promise<{ path: string; text: string }>;
    environments(): Promise<EnvironmentFile[]>;
    /** A file of the workspace that a recipe sends. Throws NOT_FOUND, INPUT_TOO_LARGE. */
    readBody(path: string): Promise<Buffer>;
  };

  readonly objects: {
    containers(): Promise<ContainerSummary[]>;
    list(query: { container: string; prefix: string; delimiter: string; marker: string; limit: number }): Promise<ObjectPage>;
  };

  readonly snapshots: {
    list(): Promise<SnapshotInfo[]>;
    save(name: string): Promise<SnapshotInfo>;
    restore(name: string): Promise<SnapshotInfo>;
    remove(name: string): Promise<void>;
  };

  readonly gallery: {
    /** Samples that have an example, by name. */
    list(): Promise<SampleInfo[]>;
    /** Puts a sample and the object it runs on where they are missing. Throws NOT_FOUND. */
    add(name: string): Promise<{ added: boolean }>;
  };

  /** Ours and those of the workspace. Never rejects because of a file: what is wrong with one is in the list. */
  tours(): Promise<TourList>;

  readonly demo: {
    state(): Promise<DemoState>;
    /** Makes this moment the one that a demo goes back to. */
    set(): Promise<DemoState>;
    /** Takes store and files back to the demo point, and keeps what was there for `undo`. Throws NOT_FOUND. */
    reset(): Promise<DemoResult>;
    /** Takes the last reset back. Throws NOT_FOUND. */
    undo(): Promise<DemoResult>;
  };

  readonly accounts: {
    /** Enables an account for storlets and makes its containers, or takes the flag back. */
    setEnabled(account: string, enabled: boolean): Promise<void>;
  };

  readonly runs: {
    list(limit: number): Run[];
    get(id: string): Run | null;
    findByTransaction(transactionId: string): Run | null;
    search(query: RunQuery): RunPage;
    /** Throws NOT_FOUND. */
    mark(id: string, changes: Partial<RunMark>): Run;
    exchange(id: string): RunExchange | null;
    readBody(id: string, side: BodySide): Promise<Buffer | null>;
  };

  readonly replays: Replays;

  readonly keybindings: {
    /** Never rejects: a file that cannot be used is a problem in the answer. */
    read(): Promise<KeyBindings>;
    /** Writes the whole file. Throws CONFLICT where the one that is there cannot be used, unless `replace`; the old one is kept then. */
    write(bindings: readonly KeyBinding[], replace: boolean): Promise<KeyBindings>;
  };

  readonly sandboxes: {
    list(): SandboxInfo[];
    stop(scope: string, daemon: string | null): Promise<void>;
    /** Ends the scope's sandbox and makes another. Throws what starting one throws. */
    restart(scope: string): Promise<void>;
    /** What began and ended since the engine started, the oldest first. */
    history(): SandboxEvent[];
    usage(signal: AbortSignal): AsyncIterable<UsageSample[]>;
  };

  readonly terminals: Terminals;

  readonly image: {
    /** Never rejects: Docker that does not answer is a reason. */
    list(): Promise<ImageList>;
    /** `force` builds although the image is there. */
    build(signal: AbortSignal, force: boolean): AsyncIterable<ImageProgress>;
  };
}
