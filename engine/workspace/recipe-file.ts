/** `recipes/NAME.yaml` and `environments/NAME.yaml`: texts to recipes and back. A save keeps comments and the order of keys. Pure. */
import { Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from "yaml";
import { z } from "zod";
import { doorSchema, type Diagnostic, type EnvironmentFile, type Expectation, type NamedValue, type Recipe } from "../contract/index.ts";
import { expectationProblem } from "../contract/recipe-checks.ts";
import { isCredential } from "../contract/recipe-request.ts";

/** Every scalar is text: `030` stays `030`, and what is written is what is sent. */
const yamlOptions = { schema: "failsafe" } as const;

const objectPath = z.string().regex(/^\/?[^/]+\/.+|\$\{/s, "Write it as container/object.");
const matcherSchema = z.union([z.string(), z.strictObject({ matches: z.string() }), z.strictObject({ contains: z.string() })], {
  error: "Write a text, `matches: PATTERN` or `contains: TEXT`.",
});
const listSchema = z.union([z.string().transform((text) => [text]), z.array(z.string())], { error: "Write a text or a list of texts." });
const emptyAsNone = (value: unknown): unknown => (value === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(emptyAsNone, schema.optional());

const recipeYamlSchema = z
  .strictObject({
    description: optional(z.string()),
    storlet: z.string().min(1, "Name a storlet."),
    door: optional(doorSchema),
    object: optional(objectPath),
    destination: optional(objectPath),
    parameters: optional(z.record(z.string(), z.string())),
    range: optional(z.string()),
    "extra-inputs": optional(z.array(objectPath)),
    headers: optional(z.record(z.string(), z.string())),
    body: optional(
      z.union([z.strictObject({ text: z.string() }), z.strictObject({ file: z.string().min(1) }), z.strictObject({ object: objectPath })], {
        error: "Write one of `text`, `file` and `object` below it.",
      }),
    ),
    expect: optional(
      z.strictObject({
        status: optional(z.string()),
        headers: optional(z.record(z.string(), matcherSchema)),
        metadata: optional(z.record(z.string(), matcherSchema)),
        body: optional(
          z.strictObject({
            contains: optional(listSchema),
            is: z.string().optional(),
            matches: optional(listSchema),
            sha256: optional(z.string()),
          }),
        ),
        "max-duration": optional(z.string()),
      }),
    ),
  })
  .superRefine((file, context) => {
    const need = (key: "object" | "destination", why: string): void => {
      if (file[key] === undefined) context.addIssue({ code: "custom", path: [], message: `\`${key}\` is missing: ${why}.` });
    };
    const door = file.door ?? "GET";
    if (door !== "PUT") need("object", `${door} reads one`);
    if (door !== "GET") need("destination", `${door} stores one`);
    if (door !== "PUT" && file.body !== undefined) {
      context.addIssue({ code: "custom", path: ["body"], message: `${door} sends no body. Take it out, or use PUT.` });
    }
    for (const [name, value] of Object.entries(file.headers ?? {})) {
      if (isCredential(name) && !/^\$\{[^{}]+\}$/.test(value.trim())) {
        const message = `${name} lets somebody in, so its value has no place in a recipe. Put it under \`secrets\` of an environment and write \${name} here.`;
        context.addIssue({ code: "custom", path: ["headers", name], message });
      }
    }
    for (const { expectation, path } of expectationsOf(file.expect)) {
      const problem = /\$\{/.test(expectation.value) ? null : expectationProblem(expectation);
      if (problem !== null) context.addIssue({ code: "custom", path: ["expect", ...path], message: problem });
    }
  });
type RecipeYaml = z.infer<typeof recipeYamlSchema>;

const variablesSchema = optional(z.record(z.string().regex(/^[^{}\s]+$/, "A name has no spaces and no braces."), z.string()));
const environmentYamlSchema = z.strictObject({
  description: optional(z.string()),
  variables: variablesSchema,
  secrets: variablesSchema,
});

/** The expectations of a file, each with its place in it. */
function expectationsOf(expect: RecipeYaml["expect"]): { expectation: Expectation; path: (string | number)[] }[] {
  if (expect === undefined) return [];
  const found: { expectation: Expectation; path: (string | number)[] }[] = [];
  const add = (
    subject: Expectation["subject"],
    name: string,
    test: Expectation["test"],
    value: string,
    path: (string | number)[],
  ): void => {
    found.push({ expectation: { subject, name, test, value }, path });
  };
  if (expect.status !== undefined) add("status", "", "is", expect.status, ["status"]);
  for (const [key, subject] of [
    ["headers", "header"],
    ["metadata", "metadata"],
  ] as const) {
    for (const [name, matcher] of Object.entries(expect[key] ?? {})) {
      if (typeof matcher === "string") add(subject, name, "is", matcher, [key, name]);
      else if ("matches" in matcher) add(subject, name, "matches", matcher.matches, [key, name]);
      else add(subject, name, "contains", matcher.contains, [key, name]);
    }
  }
  const { body } = expect;
  for (const value of body?.contains ?? []) add("body", "", "contains", value, ["body", "contains"]);
  if (body?.is !== undefined) add("body", "", "is", body.is, ["body", "is"]);
  for (const value of body?.matches ?? []) add("body", "", "matches", value, ["body", "matches"]);
  if (body?.sha256 !== undefined) add("body", "", "sha256", body.sha256, ["body", "sha256"]);
  if (expect["max-duration"] !== undefined) add("duration", "", "under", expect["max-duration"], ["max-duration"]);
  return found;
}

// ---------------------------------------------------------------- reading

type Path = readonly PropertyKey[];

/** The key or value at a path; where it is missing, what holds it. */
function nodeAt(document: Document.Parsed, path: Path, atKey: PropertyKey | null): Node | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : (document.getIn(path.slice(0, length), true) as Node | undefined);
    if (node === undefined || node === null) continue;
    if (atKey !== null && length === path.length && isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === atKey);
      if (pair !== undefined) return pair.key as Node;
    }
    return node;
  }
  return null;
}

/** An issue in the words of somebody who writes such a file, and the place it is at. */
function describeIssue(issue: z.core.$ZodIssue, topKeys: readonly string[]): { message: string; path: Path; key: PropertyKey | null } {
  const last = issue.path.at(-1);
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const hint = issue.path.length === 0 ? ` It takes ${topKeys.join(", ")}.` : "";
    return { message: `\`${key}\` is not known here.${hint}`, path: issue.path, key };
  }
  if (issue.code === "invalid_type" && issue.input === undefined && last !== undefined) {
    return { message: `\`${String(last)}\` is missing.`, path: issue.path.slice(0, -1), key: null };
  }
  if (issue.code === "invalid_type") return { message: `This should be ${wordOf(issue.expected)}.`, path: issue.path, key: null };
  if (issue.code === "invalid_key") {
    return { message: issue.issues[0]?.message ?? issue.message, path: issue.path.slice(0, -1), key: last ?? null };
  }
  if (issue.code === "invalid_value")
    return { message: `This should be one of ${issue.values.map(String).join(", ")}.`, path: issue.path, key: null };
  return { message: issue.message, path: issue.path, key: null };
}

function wordOf(expected: string): string {
  return { string: "a text", array: "a list", record: "a map of names to texts", object: "a map" }[expected] ?? expected;
}

/** What a text says by a schema, or where it is wrong. */
function readYaml<T>(
  text: string,
  path: string,
  schema: z.ZodType<T>,
  keys: readonly string[],
): { value: T | null; diagnostics: Diagnostic[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...yamlOptions, lineCounter: lines, prettyErrors: false });
  const report = (message: string, [start, end]: readonly [number, number]): Diagnostic => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(start, end));
    return { path, line: from.line, column: from.col, endLine: to.line, endColumn: to.col, severity: "error", message };
  };
  if (document.errors.length > 0) return { value: null, diagnostics: document.errors.map((error) => report(error.message, error.pos)) };
  // Aliases that name each other many times over would fill the memory.
  let content: unknown;
  try {
    content =
      document.contents === null || (isScalar(document.contents) && document.contents.value === "")
        ? {}
        : document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { value: null, diagnostics: [report(error instanceof Error ? error.message : String(error), [0, 0])] };
  }
  const result = schema.safeParse(content, { reportInput: true });
  if (result.success) return { value: result.data, diagnostics: [] };
  const diagnostics = result.error.issues.map((issue) => {
    const { message, path: at, key } = describeIssue(issue, keys);
    const range = nodeAt(document, at, key)?.range;
    return report(message, range === undefined || range === null ? [0, 0] : [range[0], range[1]]);
  });
  return { value: null, diagnostics };
}

const recipeKeys = Object.keys(recipeYamlSchema.shape);

const namedValues = (record: Record<string, string> | undefined): NamedValue[] =>
  Object.entries(record ?? {}).map(([name, value]) => ({ name, value }));

/** Reads the text of a recipe. Null, with the places that are wrong, where it is none. */
export function parseRecipe(text: string, path: string): { recipe: Recipe | null; diagnostics: Diagnostic[] } {
  const { value: file, diagnostics } = readYaml(text, path, recipeYamlSchema, recipeKeys);
  if (file === null) return { recipe: null, diagnostics };
  const { body } = file;
  const recipe: Recipe = {
    description: file.description ?? "",
    storlet: file.storlet,
    door: file.door ?? "GET",
    object: file.object ?? "",
    destination: file.destination ?? "",
    parameters: namedValues(file.parameters),
    range: file.range ?? "",
    extraInputs: file["extra-inputs"] ?? [],
    headers: namedValues(file.headers),
    body:
      body === undefined
        ? null
        : "text" in body
          ? { kind: "text", text: body.text }
          : "file" in body
            ? { kind: "file", path: body.file }
            : { kind: "object", object: body.object },
    expect: expectationsOf(file.expect).map(({ expectation }) => expectation),
  };
  return { recipe, diagnostics };
}

/** Reads the text of an environment. Null, with the places that are wrong, where it is none. */
export function parseEnvironment(
  text: string,
  path: string,
): { environment: Pick<EnvironmentFile, "description" | "variables" | "secrets"> | null; diagnostics: Diagnostic[] } {
  const { value, diagnostics } = readYaml(text, path, environmentYamlSchema, Object.keys(environmentYamlSchema.shape));
  if (value === null) return { environment: null, diagnostics };
  return {
    environment: { description: value.description ?? "", variables: value.variables ?? {}, secrets: value.secrets ?? {} },
    diagnostics,
  };
}

// ---------------------------------------------------------------- writing

type Plain = string | Plain[] | { [key: string]: Plain };

function record(values: readonly NamedValue[]): Record<string, Plain> | undefined {
  return values.length === 0 ? undefined : Object.fromEntries(values.map(({ name, value }) => [name, value]));
}

/** What is there, in the order it is written. */
function pick(fields: Record<string, Plain | undefined>): { [key: string]: Plain } | undefined {
  const present = Object.entries(fields).filter((entry): entry is [string, Plain] => entry[1] !== undefined);
  return present.length === 0 ? undefined : Object.fromEntries(present);
}

const orNone = (text: string): string | undefined => (text === "" ? undefined : text);
const oneOrList = (texts: readonly string[]): Plain | undefined =>
  texts.length === 0 ? undefined : texts.length === 1 ? texts[0] : [...texts];

function expectYaml(expect: readonly Expectation[]): Plain | undefined {
  const of = (subject: Expectation["subject"], test?: Expectation["test"]): Expectation[] =>
    expect.filter((each) => each.subject === subject && (test === undefined || each.test === test));
  const matchers = (subject: "header" | "metadata"): Plain | undefined =>
    pick(Object.fromEntries(of(subject).map(({ name, test, value }) => [name, test === "is" ? value : { [test]: value }])));
  const values = (test: Expectation["test"]): string[] => of("body", test).map(({ value }) => value);
  return pick({
    status: of("status")[0]?.value,
    headers: matchers("header"),
    metadata: matchers("metadata"),
    body: pick({
      contains: oneOrList(values("contains")),
      is: values("is")[0],
      matches: oneOrList(values("matches")),
      sha256: values("sha256")[0],
    }),
    "max-duration": of("duration")[0]?.value,
  });
}

function recipeYaml(recipe: Recipe): { [key: string]: Plain } {
  const { body, door } = recipe;
  return (
    pick({
      description: orNone(recipe.description),
      storlet: recipe.storlet,
      door,
      object: door === "PUT" ? undefined : recipe.object,
      destination: door === "GET" ? undefined : recipe.destination,
      parameters: record(recipe.parameters),
      range: door === "PUT" ? undefined : orNone(recipe.range),
      "extra-inputs": recipe.extraInputs.length === 0 ? undefined : [...recipe.extraInputs],
      headers: record(recipe.headers),
      body:
        body === null || door !== "PUT"
          ? undefined
          : body.kind === "text"
            ? { text: body.text }
            : body.kind === "file"
              ? { file: body.path }
              : { object: body.object },
      expect: expectYaml(recipe.expect),
    }) ?? {}
  );
}

const isPlainMap = (value: Plain): value is { [key: string]: Plain } => typeof value === "object" && !Array.isArray(value);

/** Makes a map say `wanted`, touching only what differs: comments, order and quotes of the rest stay. */
function mergeInto(document: Document, map: YAMLMap, wanted: { [key: string]: Plain }): void {
  map.items = map.items.filter(({ key }) => isScalar(key) && Object.hasOwn(wanted, String(key.value)));
  for (const [name, value] of Object.entries(wanted)) {
    const node = map.get(name, true) as Node | undefined;
    if (isMap(node) && isPlainMap(value)) mergeInto(document, node, value);
    else if (isSeq(node) && Array.isArray(value) && JSON.stringify(node.toJSON()) === JSON.stringify(value)) continue;
    else if (isScalar(node) && typeof value === "string") {
      if (node.value !== value) node.value = value;
    } else map.set(name, document.createNode(value));
  }
}

/** The text of a recipe's file. With the text it has now, only what differs is changed. */
export function writeRecipe(recipe: Recipe, previous: string | null): string {
  const wanted = recipeYaml(recipe);
  if (previous !== null) {
    const document = parseDocument(previous, yamlOptions);
    if (document.errors.length === 0 && isMap(document.contents)) {
      mergeInto(document, document.contents, wanted);
      return document.toString({ lineWidth: 0 });
    }
  }
  return new Document(wanted, yamlOptions).toString({ lineWidth: 0 });
}
