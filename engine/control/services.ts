/** What the control API needs of the rest of the engine. `compose.ts` fills it in; nothing here has behaviour. */
import type { LogBus } from "../compute/log-bus.ts";
import type {
  BodySide,
  ContainerSummary,
  DoctorReport,
  EngineEvent,
  EngineStatus,
  ImageList,
  ImageProgress,
  KeyBinding,
  KeyBindings,
  ObjectPage,
  Run,
  RunExchange,
  RunMark,
  RunPage,
  RunQuery,
  SandboxEvent,
  SandboxInfo,
  SaveResult,
  SnapshotInfo,
  StorletSummary,
  UsageSample,
} from "../contract/index.ts";
import type { Emitter } from "../support/lifecycle.ts";

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
    /** Deploys a file from anywhere on this machine, with the `storlet.yaml` beside it where there is one. */
    deployFile(file: string): Promise<SaveResult>;
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

  readonly image: {
    /** Never rejects: Docker that does not answer is a reason. */
    list(): Promise<ImageList>;
    /** `force` builds although the image is there. */
    build(signal: AbortSignal, force: boolean): AsyncIterable<ImageProgress>;
  };
}
