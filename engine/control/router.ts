/** The control API: one procedure per thing a screen or command can ask. Translates and validates; decides nothing. */
import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import {
  bodySideSchema,
  keyBindingsSchema,
  logFilterSchema,
  newStorletSchema,
  recipeSchema,
  replayModeSchema,
  runMarkSchema,
  runQuerySchema,
  terminalSizeSchema,
  type EngineEvent,
  type ErrorFamily,
  type ImageProgress,
  type LogFilter,
  type LogLine,
  type Problem,
  type TerminalEvent,
  type UsageSample,
} from "../contract/index.ts";
import { matchesFilter, type LogBus } from "../compute/log-bus.ts";
import { definedOnly } from "../support/defined.ts";
import { toStudioError } from "../support/errors.ts";
import { createMailbox } from "../support/mailbox.ts";
import type { ControlServices } from "./services.ts";

const trpcCodes: Record<
  ErrorFamily,
  "BAD_REQUEST" | "PRECONDITION_FAILED" | "UNPROCESSABLE_CONTENT" | "BAD_GATEWAY" | "CLIENT_CLOSED_REQUEST" | "INTERNAL_SERVER_ERROR"
> = {
  user: "BAD_REQUEST",
  environment: "PRECONDITION_FAILED",
  storlet: "UNPROCESSABLE_CONTENT",
  remote: "BAD_GATEWAY",
  cancelled: "CLIENT_CLOSED_REQUEST",
  internal: "INTERNAL_SERVER_ERROR",
};

const t = initTRPC.create({
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } },
  errorFormatter({ shape, error }) {
    const problem: Problem =
      error.code === "BAD_REQUEST" && error.cause instanceof z.ZodError
        ? { code: "BAD_INPUT", message: "The request does not have the expected form.", detail: z.prettifyError(error.cause) }
        : toStudioError(error.cause ?? error).toProblem();
    // No stack: the log bus has it, and the caller may be shown in a browser.
    const { stack: _stack, ...data } = shape.data;
    return { ...shape, message: problem.message, data: { ...data, problem } };
  },
});

/** Turns a StudioError of a service into a tRPC error that keeps its code and words. */
const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  // Anything but INTERNAL_SERVER_ERROR is tRPC's own refusal, of input that does not fit.
  if (result.ok || result.error.code !== "INTERNAL_SERVER_ERROR" || !(result.error.cause instanceof Error)) return result;
  const error = toStudioError(result.error.cause);
  throw new TRPCError({ code: trpcCodes[error.family], message: error.message, cause: error });
});

/** Lines after `afterSeq` (or the newest `backlog`), then every new one, in batches. Overrun drops the oldest and says so. */
async function* followLogs(logs: LogBus, filter: LogFilter, afterSeq: number | null, backlog: number, signal: AbortSignal) {
  const mailbox = createMailbox<LogLine>({ capacity: 100_000, signal });
  const unsubscribe = logs.subscribe((lines) => mailbox.post(lines.filter((line) => matchesFilter(line, filter))));
  try {
    const past = logs.history(filter, backlog, afterSeq ?? 0);
    let lastSeq = past.at(-1)?.seq ?? afterSeq ?? 0;
    yield { lines: past, dropped: 0, waiting: 0 };
    for await (const { items, dropped } of mailbox.batches(16)) {
      const lines = items.filter((line) => line.seq > lastSeq);
      lastSeq = lines.at(-1)?.seq ?? lastSeq;
      for (let index = 0; index < lines.length; index += 1000) {
        const waiting = Math.max(0, lines.length - index - 1000) + mailbox.size;
        yield { lines: lines.slice(index, index + 1000), dropped: index === 0 ? dropped : 0, waiting };
      }
    }
  } finally {
    unsubscribe();
  }
}

export function createRouter(services: ControlServices) {
  return t.router({
    engine: t.router({
      status: procedure.query(() => services.status()),
      doctor: procedure.query(() => services.doctor()),
      events: procedure.subscription(async function* ({ signal }): AsyncGenerator<EngineEvent[]> {
        const mailbox = createMailbox<EngineEvent>({ capacity: 10_000, signal });
        const unsubscribe = services.events.on((event) => mailbox.post([event]));
        try {
          yield [];
          for await (const { items } of mailbox.batches(16)) yield items;
        } finally {
          unsubscribe();
        }
      }),
    }),
    workspace: t.router({
      storlets: procedure.query(() => services.workspace.storlets()),
      read: procedure.input(z.object({ path: z.string() })).query(({ input }) => services.workspace.read(input.path)),
      save: procedure
        .input(z.object({ path: z.string(), text: z.string(), baseVersion: z.string().nullable() }))
        .mutation(({ input }) => services.workspace.save(input.path, input.text, input.baseVersion)),
      deploy: procedure.input(z.object({ storlet: z.string() })).mutation(({ input }) => services.workspace.deploy(input.storlet)),
      deployFile: procedure.input(z.object({ file: z.string() })).mutation(({ input }) => services.workspace.deployFile(input.file)),
      open: procedure
        .input(z.object({ folder: z.string().max(4096).nullable() }))
        .mutation(({ input }) => services.folders.open(input.folder)),
    }),
    storlets: t.router({
      templates: procedure.query(() => services.storlets.templates()),
      create: procedure.input(newStorletSchema).mutation(({ input }) => services.storlets.create(input)),
    }),
    recipes: t.router({
      list: procedure.query(() => services.recipes.list()),
      save: procedure
        .input(z.object({ name: z.string(), recipe: recipeSchema, baseVersion: z.string().nullable() }))
        .mutation(({ input }) => services.recipes.save(input.name, input.recipe, input.baseVersion)),
      remove: procedure.input(z.object({ name: z.string() })).mutation(({ input }) => services.recipes.remove(input.name)),
      environments: procedure.query(() => services.recipes.environments()),
      body: procedure
        .input(z.object({ path: z.string() }))
        .query(async ({ input }) => ({ base64: (await services.recipes.readBody(input.path)).toString("base64") })),
    }),
    objects: t.router({
      containers: procedure.query(() => services.objects.containers()),
      list: procedure
        .input(
          z.object({
            container: z.string(),
            prefix: z.string().default(""),
            delimiter: z.string().default(""),
            marker: z.string().default(""),
            limit: z.number().int().min(1).max(10_000).default(1000),
          }),
        )
        .query(({ input }) => services.objects.list(input)),
    }),
    snapshots: t.router({
      list: procedure.query(() => services.snapshots.list()),
      save: procedure.input(z.object({ name: z.string() })).mutation(({ input }) => services.snapshots.save(input.name)),
      restore: procedure.input(z.object({ name: z.string() })).mutation(({ input }) => services.snapshots.restore(input.name)),
      remove: procedure.input(z.object({ name: z.string() })).mutation(({ input }) => services.snapshots.remove(input.name)),
    }),
    learn: t.router({
      tours: procedure.query(() => services.tours()),
      samples: procedure.query(() => services.gallery.list()),
      addSample: procedure.input(z.object({ name: z.string() })).mutation(({ input }) => services.gallery.add(input.name)),
    }),
    demo: t.router({
      state: procedure.query(() => services.demo.state()),
      set: procedure.mutation(() => services.demo.set()),
      reset: procedure.mutation(() => services.demo.reset()),
      undo: procedure.mutation(() => services.demo.undo()),
    }),
    accounts: t.router({
      setEnabled: procedure
        .input(z.object({ account: z.string().regex(/^[^/]+$/), enabled: z.boolean() }))
        .mutation(({ input }) => services.accounts.setEnabled(input.account, input.enabled)),
    }),
    runs: t.router({
      list: procedure
        .input(z.object({ limit: z.number().int().min(1).max(1000).default(50) }))
        .query(({ input }) => services.runs.list(input.limit)),
      get: procedure.input(z.object({ id: z.string() })).query(({ input }) => services.runs.get(input.id)),
      findByTransaction: procedure
        .input(z.object({ transactionId: z.string() }))
        .query(({ input }) => services.runs.findByTransaction(input.transactionId)),
      search: procedure.input(runQuerySchema).query(({ input }) => services.runs.search(input)),
      mark: procedure
        .input(z.object({ id: z.string(), changes: runMarkSchema.partial() }))
        .mutation(({ input }) => services.runs.mark(input.id, definedOnly(input.changes))),
      replayChoice: procedure.input(z.object({ id: z.string() })).query(({ input }) => services.replays.choice(input.id)),
      replay: procedure
        .input(z.object({ id: z.string(), mode: replayModeSchema }))
        .mutation(({ input, signal }) => services.replays.replay(input.id, input.mode, signal ?? new AbortController().signal)),
      exchange: procedure.input(z.object({ id: z.string() })).query(({ input }) => services.runs.exchange(input.id)),
      body: procedure
        .input(z.object({ id: z.string(), side: bodySideSchema }))
        .query(async ({ input }) => ({ base64: (await services.runs.readBody(input.id, input.side))?.toString("base64") ?? null })),
    }),
    logs: t.router({
      history: procedure
        .input(
          z.object({
            filter: logFilterSchema,
            limit: z.number().int().min(1).max(10_000).default(1000),
            /** Only lines before this one: to read on backwards, page by page. */
            beforeSeq: z.number().int().optional(),
          }),
        )
        .query(({ input }) => services.logs.history(input.filter, input.limit, undefined, input.beforeSeq)),
      follow: procedure
        .input(
          z.object({
            filter: logFilterSchema,
            afterSeq: z.number().int().nullable().default(null),
            backlog: z.number().int().min(0).max(10_000).default(1000),
          }),
        )
        .subscription(({ input, signal }) =>
          followLogs(services.logs, input.filter, input.afterSeq, input.backlog, signal ?? new AbortController().signal),
        ),
    }),
    keybindings: t.router({
      read: procedure.query(() => services.keybindings.read()),
      write: procedure
        .input(z.object({ bindings: keyBindingsSchema, replace: z.boolean().default(false) }))
        .mutation(({ input }) => services.keybindings.write(input.bindings, input.replace)),
    }),
    sandboxes: t.router({
      list: procedure.query(() => services.sandboxes.list()),
      stop: procedure
        .input(z.object({ scope: z.string(), daemon: z.string().nullable().default(null) }))
        .mutation(({ input }) => services.sandboxes.stop(input.scope, input.daemon)),
      restart: procedure.input(z.object({ scope: z.string() })).mutation(({ input }) => services.sandboxes.restart(input.scope)),
      history: procedure.query(() => services.sandboxes.history()),
      usage: procedure.subscription(async function* ({ signal }): AsyncGenerator<UsageSample[]> {
        yield* services.sandboxes.usage(signal ?? new AbortController().signal);
      }),
    }),
    terminals: t.router({
      follow: procedure
        .input(z.object({ scope: z.string().nullable().default(null), size: terminalSizeSchema }))
        .subscription(async function* ({ input, signal }): AsyncGenerator<TerminalEvent> {
          yield* services.terminals.follow(input.scope, input.size, signal ?? new AbortController().signal);
        }),
      write: procedure
        .input(z.object({ id: z.string(), text: z.string().max(1_000_000) }))
        .mutation(({ input }) => services.terminals.write(input.id, input.text)),
      resize: procedure
        .input(z.object({ id: z.string(), size: terminalSizeSchema }))
        .mutation(({ input }) => services.terminals.resize(input.id, input.size)),
    }),
    image: t.router({
      list: procedure.query(() => services.image.list()),
      build: procedure.input(z.object({ force: z.boolean().default(false) }).optional()).subscription(async function* ({
        input,
        signal,
      }): AsyncGenerator<ImageProgress> {
        yield* services.image.build(signal ?? new AbortController().signal, input?.force ?? false);
      }),
    }),
  });
}

export type AppRouter = ReturnType<typeof createRouter>;
