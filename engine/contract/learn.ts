/** What teaches: samples, tours and the demo point, as the engine tells the screen of them. Owns the form of a tour's file. */
import { z } from "zod";
import { problemSchema } from "./errors.ts";
import { doorSchema, languageSchema, runStateSchema } from "./words.ts";

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const workspacePathSchema = z
  .string()
  .regex(/^[^/\\]/, "a path below the workspace")
  .refine((path) => !path.split("/").includes(".."), "a path below the workspace");
const objectPathSchema = z.string().regex(/^[^/]+\/.+$/, "write it as container/object");

/** The views of the side bar, by which a tour can ask for one. */
export const tourViewSchema = z.enum(["storlets", "objects", "runs", "sandboxes", "learn"]);

/** One thing that must hold before a step is done. The screen looks for itself; a tour cannot claim it. */
export const tourCheckSchema = z.discriminatedUnion("is", [
  z.strictObject({ is: z.literal("file-open"), path: workspacePathSchema }),
  /** Saved since the step began; with `contains`, a text that must be in what was saved. */
  z.strictObject({ is: z.literal("file-saved"), path: workspacePathSchema, contains: z.string().min(1).optional() }),
  z.strictObject({ is: z.literal("storlet-live"), storlet: z.string().min(1) }),
  /** A run that began after the step did. Fields that are left out may be anything. */
  z.strictObject({
    is: z.literal("run-finished"),
    storlet: z.string().min(1),
    outcome: runStateSchema.extract(["succeeded", "failed", "timed-out", "cancelled"]).default("succeeded"),
    door: doorSchema.optional(),
    object: objectPathSchema.optional(),
    params: z.record(z.string(), scalarSchema).default({}),
    /** X-Storlet-Range or Range of the request. */
    range: z.string().optional(),
  }),
  z.strictObject({ is: z.literal("object-exists"), object: objectPathSchema }),
  z.strictObject({ is: z.literal("view-open"), view: tourViewSchema }),
]);
export type TourCheck = z.infer<typeof tourCheckSchema>;

/** A command of the command table, with what it takes. The screen refuses those it does not know. */
export const tourActionSchema = z.strictObject({
  command: z.string().regex(/^[a-z][A-Za-z]*\.[A-Za-z]+$/, "a command of `studio --list-commands`"),
  with: z.record(z.string(), scalarSchema).optional(),
});
export type TourAction = z.infer<typeof tourActionSchema>;

const tourStepSchema = z.strictObject({
  title: z.string().min(1).max(80),
  /** Paragraphs and lists with `code`, **strong** and [[keys]]. */
  text: z.string().min(1).max(2000),
  /** `data-tour` id of the place on the screen that this is about. */
  point: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and dashes")
    .optional(),
  /** What "Do it for me" does, in order. */
  do: z.array(tourActionSchema).max(10).default([]),
  checks: z.array(tourCheckSchema).max(6).default([]),
});
export type TourStep = z.infer<typeof tourStepSchema>;

/** A file below `tours/`. */
export const tourFileSchema = z.strictObject({
  title: z.string().min(1).max(80),
  summary: z.string().max(300).default(""),
  minutes: z.number().int().min(1).max(240),
  /** Samples that are put into the workspace when the tour begins, where it lacks them. */
  samples: z.array(z.string().min(1)).default([]),
  steps: z.array(tourStepSchema).min(1).max(40),
});

export const tourSchema = tourFileSchema.extend({
  /** `built-in/first-storlet` or `workspace/NAME`: stable, so that progress is found again. */
  id: z.string(),
  /** Path of its file, `tours/NAME.yaml`. */
  path: z.string(),
});
export type Tour = z.infer<typeof tourSchema>;

/** The tours there are, and the files that are none, with what is wrong with them. */
export const tourListSchema = z.object({
  tours: z.array(tourSchema),
  faults: z.array(z.object({ path: z.string(), problem: problemSchema })),
});
export type TourList = z.infer<typeof tourListSchema>;

/** A storlet of the gallery: read from its `storlet.yaml`. */
export const sampleInfoSchema = z.object({
  name: z.string(),
  title: z.string(),
  /** One sentence: what it teaches. */
  lesson: z.string(),
  language: languageSchema,
  door: doorSchema,
  object: z.string(),
  params: z.record(z.string(), z.string()),
  tags: z.array(z.string()),
  /** Whether a folder of this name is in the workspace. */
  inWorkspace: z.boolean(),
});
export type SampleInfo = z.infer<typeof sampleInfoSchema>;

/** The moment a demo goes back to. `undo`: the state before the last reset is kept and can be had back. */
export const demoPointSchema = z.object({
  takenAtMs: z.number(),
  objects: z.number(),
  files: z.number(),
});
export type DemoPoint = z.infer<typeof demoPointSchema>;

export const demoStateSchema = z.object({ point: demoPointSchema.nullable(), canUndo: z.boolean() });
export type DemoState = z.infer<typeof demoStateSchema>;

/** What a reset or its undo did. */
export const demoResultSchema = z.object({ state: demoStateSchema, changedFiles: z.array(z.string()), tookMs: z.number() });
export type DemoResult = z.infer<typeof demoResultSchema>;
