/** Recipes: invocations with what is expected of them, kept as files; and environments, which their variables come from. */
import { z } from "zod";
import { problemSchema } from "./errors.ts";
import { diagnosticSchema, doorSchema } from "./words.ts";

/** The name of a recipe or an environment is the name of its file, without `.yaml`. */
export const recipeNameSchema = z
  .string()
  .regex(/^[\p{L}\p{N}]([\p{L}\p{N} ._-]{0,78}[\p{L}\p{N}_-])?$/u, "letters, digits, spaces, dots, dashes and underscores, 80 at most");

/** A header or a parameter. An object would lose their order where a name is a number. */
const namedValueSchema = z.object({ name: z.string(), value: z.string() });
export type NamedValue = z.infer<typeof namedValueSchema>;

/** Where the bytes of a PUT come from: typed text, a file below the workspace, or another object (`container/object`). */
export const recipeBodySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("file"), path: z.string() }),
  z.object({ kind: z.literal("object"), object: z.string() }),
]);
export type RecipeBody = z.infer<typeof recipeBodySchema>;

/**
 * One thing that has to hold of an answer. `name` is that of a header or of a key of the storlet's output metadata, else "".
 * A duration that is too long is a warning: it says as much of the machine as of the storlet.
 */
export const expectationSchema = z.object({
  subject: z.enum(["status", "header", "metadata", "body", "duration"]),
  name: z.string(),
  test: z.enum(["is", "matches", "contains", "sha256", "under"]),
  value: z.string(),
});
export type Expectation = z.infer<typeof expectationSchema>;

/** Every text of it may hold variables, `${name}`. */
export const recipeSchema = z.object({
  description: z.string(),
  /** Folder name in the workspace, or the object name of a storlet that was deployed from elsewhere. */
  storlet: z.string(),
  door: doorSchema,
  /** `container/object` that GET and COPY read. */
  object: z.string(),
  /** `container/object` that PUT and COPY store. */
  destination: z.string(),
  parameters: z.array(namedValueSchema),
  /** X-Storlet-Range of GET and COPY; "" for the whole object. */
  range: z.string(),
  /** More objects for the storlet to read, `container/object` each. */
  extraInputs: z.array(z.string()),
  headers: z.array(namedValueSchema),
  /** What a PUT sends; null for nothing. */
  body: recipeBodySchema.nullable(),
  expect: z.array(expectationSchema),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** A file below `recipes/`. `recipe` is null, and `problem` says why, where it cannot be used. */
export const recipeFileSchema = z.object({
  name: z.string(),
  path: z.string(),
  version: z.string(),
  recipe: recipeSchema.nullable(),
  problem: problemSchema.nullable(),
  diagnostics: z.array(diagnosticSchema),
});
export type RecipeFile = z.infer<typeof recipeFileSchema>;

/** A file below `environments/`. Secrets are variables that are never written into a recipe. */
export const environmentFileSchema = z.object({
  name: z.string(),
  path: z.string(),
  description: z.string(),
  variables: z.record(z.string(), z.string()),
  secrets: z.record(z.string(), z.string()),
  problem: problemSchema.nullable(),
  diagnostics: z.array(diagnosticSchema),
});
export type EnvironmentFile = z.infer<typeof environmentFileSchema>;
