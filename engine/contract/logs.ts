/** Lines of the log bus, and what a reader may ask of them. */
import { z } from "zod";

export const logLevelSchema = z.enum(["trace", "debug", "info", "warn", "error", "fatal"]);
export type LogLevel = z.infer<typeof logLevelSchema>;

export const logSourceSchema = z.enum(["storlet", "stdout", "stderr", "traceback", "daemon", "agent", "engine"]);
export type LogSource = z.infer<typeof logSourceSchema>;

/** One line of the log bus. `seq` grows by one per line and never repeats within a data directory. */
export const logLineSchema = z.object({
  seq: z.number().int(),
  time: z.number(),
  level: logLevelSchema,
  source: logSourceSchema,
  scope: z.string().optional(),
  storlet: z.string().optional(),
  run: z.string().optional(),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** What lines a reader wants. Absent fields mean "any". `text` is a plain, case-insensitive substring. */
export const logFilterSchema = z.object({
  levels: z.array(logLevelSchema).optional(),
  sources: z.array(logSourceSchema).optional(),
  storlet: z.string().optional(),
  /** Any of these. */
  storlets: z.array(z.string()).optional(),
  run: z.string().optional(),
  text: z.string().optional(),
  /** Unix milliseconds, both included. */
  from: z.number().optional(),
  to: z.number().optional(),
});
export type LogFilter = z.infer<typeof logFilterSchema>;
