/** What agents and daemons say, as schemas (resources/runtime/PROTOCOL.md). Owns the shapes; sends nothing. */
import { z } from "zod";
import { diagnosticSchema, storletExceptionSchema } from "../contract/index.ts";

const exitShape = { code: z.number().int().nullable(), signal: z.string().nullable() };

/** How a process ended: with a code, or by a signal. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Lines on the control connection of an invocation. */
export const runEventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("opened") }),
  z.object({ event: z.literal("unreadable") }),
  z.object({ event: z.literal("started"), pid: z.number().int() }),
  z.object({ event: z.literal("metadata"), metadata: z.record(z.string(), z.unknown()) }),
  z.object({ event: z.literal("log"), level: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]), text: z.string() }),
  z.object({ event: z.literal("stdout"), text: z.string() }),
  z.object({ event: z.literal("stderr"), text: z.string() }),
  z.object({ event: z.literal("dropped"), source: z.enum(["log", "stdout", "stderr"]), lines: z.number().int() }),
  storletExceptionSchema.extend({ event: z.literal("exception"), badMetadata: z.boolean().optional() }),
  z.object({
    event: z.literal("contract"),
    outputClosed: z.boolean(),
    dataBeforeMetadata: z.boolean(),
    metadataBytes: z.number().int().nullable(),
    fileBytes: z.number().int().default(0),
  }),
  z.object({ event: z.literal("data"), bytes: z.string() }),
  z.object({ event: z.literal("more") }),
  z.object({ event: z.literal("output-end") }),
  z.object({ event: z.literal("reader-gone") }),
  z.object({ event: z.literal("refused"), message: z.string() }),
  z.object({ event: z.literal("exit"), ...exitShape, cpuMs: z.number(), maxRssBytes: z.number() }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
export type RunExit = Extract<RunEvent, { event: "exit" }>;

/** Lines on a `watch` connection to the agent. The first one is its plain `ok`. */
export const agentEventSchema = z.union([
  z.object({ ok: z.literal(true) }),
  z.discriminatedUnion("event", [
    z.object({ event: z.literal("daemon-exited"), key: z.string(), expected: z.boolean(), ...exitShape }),
    z.object({ event: z.literal("daemon-retiring"), key: z.string(), reason: z.string() }),
    z.object({ event: z.literal("output"), key: z.string(), stream: z.enum(["stdout", "stderr"]), text: z.string() }),
    z.object({ event: z.literal("dropped"), key: z.string(), stream: z.enum(["stdout", "stderr"]), lines: z.number().int() }),
  ]),
]);

const refusalSchema = z.object({ ok: z.literal(false), code: z.string(), message: z.string() });

/** Answer to `ping`. */
export const pingAnswerSchema = z.union([
  z.object({ ok: z.literal(true), protocol: z.number().int(), pid: z.number().int(), movable: z.boolean().default(false) }),
  refusalSchema,
]);
/** Answer to `start`: the code is loaded, or why it is not. */
export const startAnswerSchema = z.union([
  z.object({ ok: z.literal(true), pid: z.number().int(), token: z.string().optional(), hidden: z.boolean().default(false) }),
  storletExceptionSchema.extend({ ok: z.literal(false), code: z.literal("LOAD_FAILED") }),
  refusalSchema.extend({ exitCode: z.number().int().nullish(), signal: z.string().nullish() }),
]);
/** Answer to `check`. */
export const checkAnswerSchema = z.union([z.object({ ok: z.literal(true), diagnostics: z.array(diagnosticSchema) }), refusalSchema]);
/** Answer to `java`: which Java there is, and the digest of the runtime's Java sources. */
export const javaAnswerSchema = z.union([
  z.object({ ok: z.literal(true), version: z.string(), sources: z.string().regex(/^[0-9a-f]{64}$/) }),
  refusalSchema,
]);
/** Answers of the Java compiler: jars are Base64. */
export const compileAnswerSchema = z.union([
  z.object({ ok: z.literal(true), diagnostics: z.array(diagnosticSchema), jar: z.string().optional() }),
  refusalSchema,
]);
export const runtimeAnswerSchema = z.union([z.object({ ok: z.literal(true), jar: z.string() }), refusalSchema]);
/** Lines on the connection of a terminal: the answer to its request first. Output is Base64. */
export const terminalLineSchema = z.union([
  z.object({ ok: z.literal(true), pid: z.number().int() }),
  refusalSchema,
  z.discriminatedUnion("event", [
    z.object({ event: z.literal("output"), output: z.base64() }),
    z.object({ event: z.literal("ended"), ...exitShape }),
  ]),
]);
/** Answer to `stop`. */
export const stopAnswerSchema = z.union([z.object({ ok: z.literal(true) }), refusalSchema]);

/** The version of the protocol this engine speaks. */
export const protocolVersion = 1;
