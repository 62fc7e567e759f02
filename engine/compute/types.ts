/** The compute core's nouns and its two interfaces: `Compute` for front-ends, `Driver` for what runs sandboxes. No Docker, no Swift. */
import type { Duplex } from "node:stream";
import type {
  ContractCheck,
  Diagnostic,
  Language,
  PhaseName,
  Run,
  SandboxEvent,
  SandboxInfo,
  SandboxKind,
  StorletException,
  TerminalSize,
} from "../contract/index.ts";
import type { StudioError } from "../support/errors.ts";
import type { Body, ByteStream } from "../support/streams.ts";

/** A file of a bundle. `open` is called only where this version of the bundle is not laid out yet. `mode` is the permission, e.g. 0o600. */
export interface BundleFile {
  readonly name: string;
  readonly mode: number;
  /** Of its bytes, in hex, where that is known without reading them. */
  readonly md5?: string;
  open(): Promise<Body>;
}

/** Deployable code. `name` keys its daemon within a scope; `digest` (lower-case hex) is its version: another digest, another daemon. */
export interface Bundle {
  readonly name: string;
  /** Keys its daemon where that is not the name: bundles that share it share one daemon, which has the code of the last one started. */
  readonly daemon?: string;
  readonly language: Language;
  /** Interpreter version such as `3.11`; absent for the image's own. */
  readonly languageVersion?: string;
  /** Python: `module.Class`. Java: the fully qualified class. */
  readonly entry: string;
  readonly digest: string;
  readonly files: readonly BundleFile[];
}

/** Bytes of one input and what is known about them. `range` is cut by the daemon: `end` is exclusive. */
export interface InvocationInput {
  readonly body: Body;
  readonly metadata: Readonly<Record<string, string>>;
  readonly range?: { readonly start: number; readonly end: number };
}

/** Timers of one invocation in milliseconds (storlets.md, 4.9). */
export interface Deadlines {
  /** Until metadata arrives, then again until the first output byte. */
  readonly replyMs: number;
  /** For every write of input to go through once the daemon has no room. */
  readonly inputMs: number;
  /** Between two chunks of output. */
  readonly gapMs: number;
}

export interface InvocationSpec {
  readonly id: string;
  readonly scope: string;
  readonly bundle: Bundle;
  readonly params: Readonly<Record<string, string>>;
  /** The primary input first. */
  readonly inputs: readonly InvocationInput[];
  readonly deadlines: Deadlines;
  /** Aborting cancels the invocation. */
  readonly signal: AbortSignal;
  /** Told when a phase begins. */
  onPhase?(phase: PhaseName): void;
}

/** How an invocation ended. */
export interface Outcome {
  readonly state: Extract<Run["state"], "succeeded" | "failed" | "timed-out" | "cancelled">;
  readonly error: StudioError | null;
  readonly exception: StorletException | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** How it kept the rules of storlets; null where nothing of it ran. */
  readonly contract: ContractCheck | null;
}

/** An invocation that has sent its metadata and its first output byte, or closed its output. */
export interface Invocation {
  readonly id: string;
  /** Where and how it runs. `cold` where sandbox or daemon had to be started for it. */
  readonly placement: Placement;
  /** The storlet's output metadata as decoded from JSON: values of any JSON type. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Throws a StudioError where the storlet fails or stalls after it began to answer. */
  readonly output: ByteStream;
  /** Settles when everything of the invocation is over; never rejects. */
  readonly outcome: Promise<Outcome>;
}

export interface Placement {
  readonly kind: SandboxKind;
  readonly isolated: boolean;
  readonly cold: boolean;
  /** Of the sandbox; null where it has none. */
  readonly image: string | null;
}

/** Carried by the StudioError that `invoke` rejects with, so that the failed run can be recorded whole. */
export interface InvocationFailure {
  readonly placement: Placement | null;
  readonly outcome: Outcome;
}

/** Sources of a compiled language. Paths are what findings name. */
export interface BuildRequest {
  readonly language: "java";
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  /** Files that go into the jar as they are, by their path in it. */
  readonly resources: readonly { readonly name: string; readonly content: Uint8Array }[];
  /** Jars that the sources are compiled against. */
  readonly libraries: readonly Uint8Array[];
  /** The Java release of the result; null for 17. */
  readonly release: number | null;
}

/** `artifact` is the jar, the same bytes for the same sources; null where findings hold an error. */
export interface BuildResult {
  readonly diagnostics: Diagnostic[];
  readonly artifact: Uint8Array | null;
}

/** A shell in a sandbox. Disposing it ends the shell with everything it started. */
export interface Terminal extends Disposable {
  /** What it shows; ends with the shell. Bytes that nobody takes make the shell wait. */
  readonly output: AsyncIterable<Buffer>;
  /** How the shell ended; null where the sandbox or the connection was lost. Never rejects. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null } | null>;
  /** Rejects with SANDBOX_GONE once it has ended. Resolves when the system has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  resize(size: TerminalSize): Promise<void>;
}

/** The core: what front-ends use. Failures are StudioErrors; disposing stops every sandbox. */
export interface Compute extends AsyncDisposable {
  readonly kind: SandboxKind;
  readonly isolated: boolean;
  ensureSandbox(scope: string): Promise<SandboxInfo>;
  /** Lays the bundle out, starts its daemon if this digest does not run yet, and waits until the code is loaded. */
  ensureDaemon(scope: string, bundle: Bundle): Promise<void>;
  /**
   * Runs a bundle. Resolves once the storlet has begun to answer. Rejects with a StudioError otherwise; `failureOf(error)` then
   * tells how the invocation ended. Bodies of the inputs are released in every case.
   */
  invoke(spec: InvocationSpec): Promise<Invocation>;
  /** True where such an invocation was open. */
  cancel(invocationId: string): boolean;
  /** Compiles source text in the scope's sandbox with its own interpreter; findings are returned, not thrown. */
  check(scope: string, language: Language, path: string, source: string): Promise<Diagnostic[]>;
  /** Compiles and packs sources in the scope's sandbox; findings are returned, not thrown. Throws RUNTIME_MISSING without a compiler. */
  build(scope: string, request: BuildRequest): Promise<BuildResult>;
  /** A shell in the scope's sandbox, which stays as long as it is open. */
  openTerminal(scope: string, size: TerminalSize): Promise<Terminal>;
  /** Stops one daemon of a scope, or its whole sandbox. */
  stop(scope: string, daemonName?: string): Promise<void>;
  list(): SandboxInfo[];
  /** Told after any change of a sandbox or daemon. */
  onChange(listener: () => void): () => void;
  /** Told of every beginning and end of a sandbox or daemon, and why. */
  onEvent(listener: (event: SandboxEvent) => void): () => void;
  /** What every ready sandbox uses now. Sandboxes that cannot tell are left out; never rejects. */
  usage(): Promise<SandboxUsage[]>;
}

/** What a sandbox has used. CPU time is a sum since its start, so that two looks make a share. */
export interface ResourceUse {
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

export interface SandboxUsage extends ResourceUse {
  readonly id: string;
  readonly daemons: readonly (ResourceUse & { readonly name: string; readonly digest: string })[];
}

/** What a driver can tell of a sandbox. Processes are by the ids they have inside, each with those it started. */
export interface DriverUsage extends ResourceUse {
  readonly processes: ReadonlyMap<number, ResourceUse>;
}

// ---------------------------------------------------------------- drivers

/** Limits of one sandbox. */
export interface SandboxLimits {
  readonly memoryBytes: number;
  readonly pids: number;
  readonly cpus: number;
}

export interface SandboxSpec {
  readonly id: string;
  readonly scope: string;
  readonly limits: SandboxLimits;
  /** Host directory, mounted read-write at the sandbox's channels directory; its folder `s` is where the sockets are made. */
  readonly channelsDirectory: string;
  /** Host directory of laid-out bundles, mounted read-only. */
  readonly bundlesDirectory: string;
  /** Lines that the agent process itself prints. */
  onOutput(stream: "stdout" | "stderr", text: string): void;
  /** Called once when the sandbox is gone, however that came about. `reason` is one line for a person. */
  onExit(reason: string): void;
}

/** A running sandbox. Its agent listens on `agent.sock` in the folder `s` of the channels directory. */
export interface DriverSandbox {
  readonly image: string | null;
  readonly isolated: boolean;
  /** Where the bundles directory lies as seen from inside. */
  readonly bundlesInside: string;
  /** Where the channels directory lies as seen from inside. */
  readonly channelsInside: string;
  /** Who runs in the sandbox and has to read the bundles, where that is not the engine's own user. */
  readonly bundleOwner?: { readonly uid: number; readonly gid: number };
  /** Opens a new connection to a socket of the sandbox. Rejects with SANDBOX_GONE where nobody listens. */
  connect(socketName: string): Promise<Duplex>;
  /** The sockets lie in this host directory from now on. Absent where they are not on the host. */
  useSockets?(directory: string): void;
  /** What it uses now; null where the system does not tell. Absent where the driver never can. */
  usage?(): Promise<DriverUsage | null>;
  /** Ends everything in the sandbox and removes it. Never rejects; safe to call twice. */
  stop(): Promise<void>;
}

/** One way to run sandboxes: Docker containers, or child processes. */
export interface Driver extends AsyncDisposable {
  readonly kind: SandboxKind;
  /** Whether sandboxes of this driver are kept from the host's files and network. */
  readonly isolated: boolean;
  /** Removes what a crashed engine with the same data directory left behind; returns how many sandboxes that were. */
  removeLeftovers(): Promise<number>;
  createSandbox(spec: SandboxSpec): Promise<DriverSandbox>;
}
