/** `storlet.yaml`: what a storlet folder says of itself, and how a lone source file is understood without one. Pure. */
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { doorSchema, languageSchema, type Example, type Language } from "../contract/index.ts";
import { definedOnly } from "../support/defined.ts";
import { StudioError } from "../support/errors.ts";

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const objectPathSchema = z.string().regex(/^[^/]+\/.+$/, "write it as container/object");

/** How an entry class is written. Python storlets have one module, so one dot. */
const mainForms = {
  python: { pattern: /^[A-Za-z_]\w*\.[A-Za-z_]\w*$/, written: "file.Class" },
  java: { pattern: /^[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*$/u, written: "package.Class" },
} as const;

/** Only the language, the main class and what it depends on decide what is deployed; the rest is for people. */
const manifestSchema = z
  .strictObject({
    title: z.string().max(80).default(""),
    description: z.string().default(""),
    /** What a reader learns from it, in one sentence. */
    lesson: z.string().max(200).default(""),
    tags: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and dashes")).default([]),
    language: languageSchema,
    main: z.string().min(1),
    "language-version": scalarSchema.optional(),
    version: scalarSchema.pipe(z.string().regex(/^[A-Za-z0-9._]+$/, "letters, digits, dots and underscores")).default("1.0"),
    dependencies: z.array(z.string()).default([]),
    parameters: z.record(z.string(), z.string()).default({}),
    example: z
      .strictObject({
        object: objectPathSchema,
        params: z.record(z.string(), scalarSchema).default({}),
        door: doorSchema.optional(),
        destination: objectPathSchema.optional(),
        range: z
          .string()
          .regex(/^bytes=/, "write it as bytes=first-last")
          .optional(),
        extra: z.array(objectPathSchema).optional(),
        headers: z.record(z.string(), scalarSchema).optional(),
      })
      .optional(),
  })
  .superRefine(({ language, main }, context) => {
    if (mainForms[language].pattern.test(main)) return;
    context.addIssue({ code: "custom", path: ["main"], message: `${main} is no class: write it as ${mainForms[language].written}` });
  });

export interface Manifest {
  title: string;
  description: string;
  lesson: string;
  tags: string[];
  language: Language;
  main: string;
  languageVersion: string | null;
  /** Of the jar: a Java storlet is deployed as `NAME-VERSION.jar`. */
  version: string;
  /** File names below the storlet's folder. */
  dependencies: string[];
  /** The parameters it reads, and what each of them means. */
  parameters: Record<string, string>;
  example: Example | null;
}

/** Parses the text of a `storlet.yaml`. Throws BAD_INPUT naming `path` and what is wrong with it. */
export function parseManifest(text: string, path: string): Manifest {
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (error) {
    throw new StudioError("BAD_INPUT", `${path} is not YAML.`, { detail: error instanceof Error ? error.message : String(error) });
  }
  const result = manifestSchema.safeParse(document);
  if (!result.success) {
    throw new StudioError("BAD_INPUT", `${path} does not describe a storlet.`, {
      detail: z.prettifyError(result.error),
      hint: "It needs at least `language: python` and `main: file.Class`.",
    });
  }
  const { "language-version": languageVersion = null, example = null, ...known } = result.data;
  return { ...known, languageVersion, example: example === null ? null : definedOnly(example) };
}

/** The object that a storlet folder is deployed as. */
export function objectNameOf(manifest: Manifest, folder: string): string {
  return manifest.language === "python" ? `${manifest.main.split(".")[0] as string}.py` : `${folder}-${manifest.version}.jar`;
}

/**
 * The file that holds the entry class, of all files below the storlet's folder. Of a Python storlet it is known even where it is
 * missing; of a Java one it is null then.
 */
export function mainSourceOf(manifest: Manifest, files: readonly string[]): string | null {
  if (manifest.language === "python") return `${manifest.main.split(".")[0] as string}.py`;
  const [type = ""] = manifest.main.split("$");
  const inPackage = `${type.replaceAll(".", "/")}.java`;
  const sources = files.filter((file) => isSourceOf(manifest, file));
  return sources.find((file) => file === `src/${inPackage}`) ?? sources.find((file) => file === inPackage.split("/").at(-1)) ?? null;
}

/** Whether a file below the storlet's folder is part of what is deployed. */
export function isSourceOf(manifest: Manifest, file: string): boolean {
  if (manifest.dependencies.includes(file)) return true;
  if (manifest.language === "python") return file === mainSourceOf(manifest, []);
  return file.startsWith("src/") || /^[^/]+\.java$/.test(file);
}

/**
 * The entry class of a lone Python file: the one class at top level that defines `__call__`. Throws BAD_INPUT where there is none
 * or more than one.
 */
export function guessPythonMain(fileName: string, source: string): string {
  const moduleName = fileName.replace(/\.py$/, "");
  const candidates: string[] = [];
  let current: string | null = null;
  for (const line of source.split("\n")) {
    const named = /^class\s+([A-Za-z_]\w*)/.exec(line);
    if (named !== null) current = named[1] as string;
    else if (/^\S/.test(line) && !/^[#)\]}@]/.test(line)) current = null;
    if (current !== null && /^\s+def\s+__call__\s*\(/.test(line)) candidates.push(current);
  }
  if (candidates.length === 1) return `${moduleName}.${candidates[0] as string}`;
  throw new StudioError(
    "BAD_INPUT",
    `${fileName} has ${candidates.length === 0 ? "no class" : `${candidates.length} classes`} with a __call__ method.`,
    {
      detail:
        candidates.length === 0
          ? "A storlet is a class with __init__(self, logger) and __call__(self, in_files, out_files, params)."
          : candidates.join(", "),
      hint: `Put a storlet.yaml beside it that names the class: main: ${moduleName}.${candidates[0] ?? "YourClass"}`,
    },
  );
}
