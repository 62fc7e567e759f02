/** The things the engine, the command line and the screen talk about, as zod schemas. Field names carry their units. */
import { z } from "zod";
import { problemSchema } from "./errors.ts";
import { replayModeSchema } from "./replay-mode.ts";

export const languageSchema = z.enum(["python", "java"]);
export type Language = z.infer<typeof languageSchema>;

export const sandboxKindSchema = z.enum(["docker", "process"]);
export type SandboxKind = z.infer<typeof sandboxKindSchema>;

// ---------------------------------------------------------------- runs

/** The eight phases of a request, always in this order (visual.md, section 4). */
export const phaseNames = ["authorise", "fetch", "sandbox", "daemon", "execute", "metadata", "first-byte", "stream"] as const;
export const phaseNameSchema = z.enum(phaseNames);
export type PhaseName = z.infer<typeof phaseNameSchema>;

/** One phase that happened: when it began, counted from the start of the run, and how long it took. */
export const phaseSchema = z.object({ name: phaseNameSchema, startMs: z.number(), durationMs: z.number() });
export type Phase = z.infer<typeof phaseSchema>;

export const runStateSchema = z.enum(["queued", "starting", "running", "streaming", "succeeded", "failed", "timed-out", "cancelled"]);
export type RunState = z.infer<typeof runStateSchema>;

export const doorSchema = z.enum(["GET", "PUT", "COPY"]);
export type Door = z.infer<typeof doorSchema>;

/** What a person added to a run. An empty text means none. */
export const runMarkSchema = z.object({ pinned: z.boolean(), name: z.string().max(120), note: z.string().max(4000) });
export type RunMark = z.infer<typeof runMarkSchema>;

/** A frame of a traceback: the innermost one that lies in the author's code is what a failure points at. */
export const frameSchema = z.object({ file: z.string(), line: z.number().int(), function: z.string(), text: z.string() });
export type Frame = z.infer<typeof frameSchema>;

/** What an exception inside a storlet looked like. `frames` are outermost first, runtime frames left out. */
export const storletExceptionSchema = z.object({
  type: z.string(),
  message: z.string(),
  traceback: z.string(),
  frames: z.array(frameSchema),
});
export type StorletException = z.infer<typeof storletExceptionSchema>;

/** How the storlet engine behaves: with the real system's defects mended, or with them. */
export const profileSchema = z.enum(["studio", "strict"]);
export type Profile = z.infer<typeof profileSchema>;

/** How a run kept the rules that a storlet lives by (metadata first and small, output closed, no long pauses). */
export const contractCheckSchema = z.object({
  metadata: z.enum(["before-data", "after-data", "missing"]),
  /** Size of the output metadata as JSON; null where that is not known. */
  metadataBytes: z.number().nullable(),
  metadataLimitBytes: z.number(),
  /** False where the storlet left its output open to the engine; null where nobody could look. */
  outputClosed: z.boolean().nullable(),
  /** The wait for the storlet that came closest to its limit; null where it was never waited for. */
  longestStall: z.object({ waitedFor: z.enum(["metadata", "first-byte", "output"]), ms: z.number(), limitMs: z.number() }).nullable(),
  /** What was not kept, one sentence each. Empty where everything was. */
  broken: z.array(z.string()),
});
export type ContractCheck = z.infer<typeof contractCheckSchema>;

/** A recorded invocation. Times are Unix milliseconds; sizes are bytes. */
export const runSchema = z.object({
  id: z.string(),
  /** X-Trans-Id of the request that caused it: how a client finds the run of its response. */
  transactionId: z.string(),
  account: z.string(),
  scope: z.string(),
  storlet: z.string(),
  door: doorSchema,
  /** `container/object` of the data. */
  object: z.string(),
  params: z.record(z.string(), z.string()),
  /** Absent where nobody marked the run. */
  mark: runMarkSchema.optional(),
  state: runStateSchema,
  /** HTTP status sent to the client; null while none was sent. */
  status: z.number().int().nullable(),
  startedAt: z.number(),
  durationMs: z.number(),
  phases: z.array(phaseSchema),
  /** True where the sandbox or the daemon had to be started for this run. */
  cold: z.boolean(),
  sandbox: sandboxKindSchema,
  isolated: z.boolean(),
  /** Of the sandbox; null where it has none, or nobody noted it. */
  image: z.string().nullable().default(null),
  digest: z.string(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  /** True where the status was sent and the body then broke off. */
  bodyCut: z.boolean(),
  problem: problemSchema.nullable(),
  exception: storletExceptionSchema.nullable(),
  profile: profileSchema.default("studio"),
  /** Null where nothing of the storlet ran, and for runs that were recorded before it was looked at. */
  contract: contractCheckSchema.nullable().default(null),
  /** Which run this one repeats, and with what: the code and inputs of then, or of today. Absent where it repeats none. */
  replay: z.object({ of: z.string(), mode: replayModeSchema }).optional(),
});
export type Run = z.infer<typeof runSchema>;

/** A header as it was sent: a byte string, each character one byte. A secret has no value but the number of its characters. */
export const sentHeaderSchema = z.object({ name: z.string(), value: z.string(), hiddenCharacters: z.number().int().optional() });
export type SentHeader = z.infer<typeof sentHeaderSchema>;

/** A body as far as it is kept: its front, up to a cap. */
export const keptBodySchema = z.object({
  /** What went over the wire. */
  sizeBytes: z.number(),
  keptBytes: z.number(),
  /** SHA-256 of what is kept; null where nothing is. */
  ref: z.string().nullable(),
  /** True where it broke off, or nobody read it to its end. */
  cut: z.boolean(),
});
export type KeptBody = z.infer<typeof keptBodySchema>;

/** What was sent to cause a run, and what came back. */
export const runExchangeSchema = z.object({
  request: z.object({
    method: z.string(),
    /** Path and query as received, secrets left out. */
    target: z.string(),
    headers: z.array(sentHeaderSchema),
    body: keptBodySchema.nullable(),
  }),
  response: z.object({ status: z.number().int(), headers: z.array(sentHeaderSchema), body: keptBodySchema.nullable() }),
});
export type RunExchange = z.infer<typeof runExchangeSchema>;

export const bodySideSchema = z.enum(["request", "response"]);
export type BodySide = z.infer<typeof bodySideSchema>;

/** Which runs a list shows. Every word of `text` must occur; an empty list of states means any. */
export const runQuerySchema = z.object({
  text: z.string().default(""),
  states: z.array(runStateSchema).default([]),
  storlet: z.string().nullable().default(null),
  pinned: z.boolean().default(false),
  limit: z.number().int().min(1).max(10_000).default(200),
});
export type RunQuery = z.infer<typeof runQuerySchema>;

/** Pinned runs first, then the newest; and how many there are of each kind, whatever the query lets through. */
export const runPageSchema = z.object({
  runs: z.array(runSchema),
  matching: z.number().int(),
  total: z.number().int(),
  failed: z.number().int(),
  pinned: z.number().int(),
  storlets: z.array(z.string()),
});
export type RunPage = z.infer<typeof runPageSchema>;

// ---------------------------------------------------------------- workspace

/** A finding of the check in the author's file. Lines and columns count from 1. */
export const diagnosticSchema = z.object({
  path: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  endLine: z.number().int().optional(),
  endColumn: z.number().int().optional(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
});
export type Diagnostic = z.infer<typeof diagnosticSchema>;

export const workspaceFileSchema = z.object({
  /** Path below the workspace with `/`, e.g. `storlets/line_filter/line_filter.py`. */
  path: z.string(),
  name: z.string(),
  sizeBytes: z.number(),
});
export type WorkspaceFile = z.infer<typeof workspaceFileSchema>;

/** draft: never deployed; live: what is deployed is what is on disk; stale: the file changed since; failed: the last deploy did not go through. */
export const storletStateSchema = z.enum(["draft", "live", "stale", "failed"]);
export type StorletState = z.infer<typeof storletStateSchema>;

/** A suggested invocation, from `storlet.yaml`. */
export const exampleSchema = z.object({
  object: z.string(),
  params: z.record(z.string(), z.string()),
  /** Absent: GET. With PUT `object` is what is sent, with COPY what is copied; both to `destination`. */
  door: doorSchema.optional(),
  destination: z.string().optional(),
  /** X-Storlet-Range, as `bytes=0-9`. */
  range: z.string().optional(),
  /** `container/object`s of X-Storlet-Extra-Resources: its further inputs, in order. */
  extra: z.array(z.string()).optional(),
  /** Further headers of the request. */
  headers: z.record(z.string(), z.string()).optional(),
});
export type Example = z.infer<typeof exampleSchema>;

export const storletSummarySchema = z.object({
  /** Folder name below `storlets/`. */
  name: z.string(),
  /** Object name in the storlet container: what X-Run-Storlet takes. */
  objectName: z.string(),
  language: languageSchema,
  main: z.string(),
  /** Path of the source file that holds `main`. */
  source: z.string(),
  description: z.string(),
  /** What people call it, what it teaches, how it is found, and what its parameters mean: as far as `storlet.yaml` says. */
  title: z.string().optional(),
  lesson: z.string().optional(),
  tags: z.array(z.string()).optional(),
  parameters: z.record(z.string(), z.string()).optional(),
  state: storletStateSchema,
  problem: problemSchema.nullable(),
  files: z.array(workspaceFileSchema),
  example: exampleSchema.nullable(),
});
export type StorletSummary = z.infer<typeof storletSummarySchema>;

/** What a new storlet can begin as. `id` is unique within a language. */
export const storletTemplateSchema = z.object({ id: z.string(), language: languageSchema, title: z.string(), lesson: z.string() });
export type StorletTemplate = z.infer<typeof storletTemplateSchema>;

export const newStorletSchema = z.object({ name: z.string(), language: languageSchema, template: z.string().default("transform") });
export type NewStorlet = z.infer<typeof newStorletSchema>;

/** What a save did, step by step: a step that was not reached is absent. */
export const saveResultSchema = z.object({
  path: z.string(),
  /** Content version of the file as written, to detect changes made outside. */
  version: z.string(),
  storlet: z.string().nullable(),
  state: z.enum(["saved", "live", "check-failed", "deploy-failed", "load-failed"]),
  steps: z.array(z.object({ name: z.enum(["save", "check", "deploy", "load"]), durationMs: z.number() })),
  totalMs: z.number(),
  diagnostics: z.array(diagnosticSchema),
  problem: problemSchema.nullable(),
});
export type SaveResult = z.infer<typeof saveResultSchema>;

// ---------------------------------------------------------------- objects

export const containerSummarySchema = z.object({ name: z.string(), count: z.number(), bytes: z.number() });
export type ContainerSummary = z.infer<typeof containerSummarySchema>;

/** A row of a listing: an object, or a pseudo-folder (`subdir`) that ends in the delimiter. */
export const objectEntrySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("object"),
    name: z.string(),
    bytes: z.number(),
    contentType: z.string(),
    hash: z.string(),
    lastModified: z.string(),
  }),
  z.object({ kind: z.literal("subdir"), name: z.string() }),
]);
export type ObjectEntry = z.infer<typeof objectEntrySchema>;

export const objectPageSchema = z.object({ entries: z.array(objectEntrySchema), nextMarker: z.string().nullable() });
export type ObjectPage = z.infer<typeof objectPageSchema>;

/** The whole store of an earlier moment, kept by name. */
export const snapshotInfoSchema = z.object({
  name: z.string(),
  createdAtMs: z.number(),
  containers: z.number(),
  objects: z.number(),
  bytes: z.number(),
});
export type SnapshotInfo = z.infer<typeof snapshotInfoSchema>;

// ---------------------------------------------------------------- engine

export const sandboxStateSchema = z.enum(["creating", "ready", "paused", "stopping", "gone", "failed"]);
export const daemonStateSchema = z.enum(["starting", "running", "draining", "stopped", "crashed"]);

export const daemonInfoSchema = z.object({
  name: z.string(),
  digest: z.string(),
  language: languageSchema,
  state: daemonStateSchema,
  pid: z.number().nullable(),
  openInvocations: z.number(),
  startedAt: z.number(),
});
export type DaemonInfo = z.infer<typeof daemonInfoSchema>;

export const sandboxInfoSchema = z.object({
  id: z.string(),
  scope: z.string(),
  kind: sandboxKindSchema,
  isolated: z.boolean(),
  image: z.string().nullable(),
  state: sandboxStateSchema,
  startedAt: z.number(),
  daemons: z.array(daemonInfoSchema),
});
export type SandboxInfo = z.infer<typeof sandboxInfoSchema>;

/** Something began or ended in a sandbox, and why, in one sentence. */
export const sandboxEventSchema = z.object({
  time: z.number(),
  scope: z.string(),
  sandbox: z.string(),
  kind: z.enum([
    "sandbox-started",
    "sandbox-stopped",
    "sandbox-ended",
    "sandbox-failed",
    "daemon-started",
    "daemon-stopped",
    "daemon-crashed",
    "daemon-failed",
  ]),
  /** Null for events of the whole sandbox. */
  storlet: z.string().nullable(),
  digest: z.string().nullable(),
  reason: z.string(),
});
export type SandboxEvent = z.infer<typeof sandboxEventSchema>;

/** What something uses now. A share of 1 is one core; null where the system does not tell. */
export const usageSchema = z.object({ cpuShare: z.number().nullable(), memoryBytes: z.number().nullable() });
export type Usage = z.infer<typeof usageSchema>;

/** One look at every sandbox. */
export const usageSampleSchema = z.object({
  time: z.number(),
  sandboxes: z.array(
    usageSchema.extend({
      id: z.string(),
      daemons: z.array(usageSchema.extend({ name: z.string(), digest: z.string() })),
    }),
  ),
});
export type UsageSample = z.infer<typeof usageSampleSchema>;

/** A sandbox image that would be used, whether it is there or not. */
export const imageInfoSchema = z.object({
  name: z.string(),
  /** Whose sandboxes it is for, in words. */
  use: z.string(),
  sizeBytes: z.number().nullable(),
  createdAt: z.string().nullable(),
});

/** `reason` says why there are no images to tell of; null where Docker answered. */
export const imageListSchema = z.object({ reason: z.string().nullable(), images: z.array(imageInfoSchema) });
export type ImageList = z.infer<typeof imageListSchema>;

/** Facts that hold for the life of the engine process, plus the sandbox it settled on. */
export const engineStatusSchema = z.object({
  version: z.string(),
  pid: z.number(),
  startedAt: z.number(),
  swiftUrl: z.string(),
  authUrl: z.string(),
  account: z.string(),
  workspace: z.string(),
  workspaceName: z.string(),
  dataDirectory: z.string(),
  sandbox: z.object({
    kind: sandboxKindSchema,
    isolated: z.boolean(),
    /** One sentence for a person: why this kind, and what it means. */
    reason: z.string(),
  }),
  storletTimeoutMs: z.number(),
});
export type EngineStatus = z.infer<typeof engineStatusSchema>;

export const doctorItemSchema = z.object({
  id: z.enum(["node", "docker", "image", "bubblewrap", "python", "java", "ports", "disk"]),
  title: z.string(),
  state: z.enum(["ok", "limited", "missing"]),
  /** What was found: a version, a path, a size. */
  fact: z.string(),
  /** Why it matters to the user. */
  why: z.string(),
  /** What to do, with a command that can be copied; null where nothing is to do. */
  fix: z.object({ text: z.string(), command: z.string().nullable() }).nullable(),
});
export type DoctorItem = z.infer<typeof doctorItemSchema>;

export const doctorReportSchema = z.object({ items: z.array(doctorItemSchema), tookMs: z.number(), summary: z.string() });
export type DoctorReport = z.infer<typeof doctorReportSchema>;

export const imageProgressSchema = z.object({ step: z.string(), detail: z.string(), done: z.boolean() });
export type ImageProgress = z.infer<typeof imageProgressSchema>;

/** Something changed; the screen refetches what it shows of it. */
export const engineEventSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("workspace") }),
  z.object({ kind: z.literal("file"), path: z.string(), version: z.string() }),
  z.object({ kind: z.literal("objects"), container: z.string() }),
  z.object({ kind: z.literal("run"), run: runSchema }),
  z.object({ kind: z.literal("sandboxes") }),
  z.object({ kind: z.literal("keybindings") }),
]);
export type EngineEvent = z.infer<typeof engineEventSchema>;

/** The one line `serve --ready-json` prints. */
export const readyLineSchema = z.object({
  swift: z.string(),
  auth: z.string(),
  control: z.string(),
  sandbox: sandboxKindSchema,
  pid: z.number(),
});
export type ReadyLine = z.infer<typeof readyLineSchema>;
