import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expectation, Recipe } from "../contract/index.ts";
import { parseEnvironment, parseRecipe, writeRecipe } from "./recipe-file.ts";

const full = `# What the dashboard asks for.
storlet: csv_columns
door: GET
object: samples/stations.csv
parameters:
  column: temperature
  min: 030 # a text, not a number
range: bytes=0-99
extra-inputs:
  - samples/more.csv
headers:
  X-Token: \${token}
expect:
  status: 200
  headers:
    Content-Type: text/csv
    Server: { matches: "^Storlet" }
  metadata:
    Rows: { contains: "4" }
  body:
    contains:
      - a
      - b
    sha256: ${"ab".repeat(32)}
  max-duration: 500 ms
`;

const minimal: Recipe = {
  description: "",
  storlet: "line_filter",
  door: "GET",
  object: "samples/a.log",
  destination: "",
  parameters: [],
  range: "",
  extraInputs: [],
  headers: [],
  body: null,
  expect: [],
};

describe("parseRecipe", () => {
  it("reads everything, and every value as the text that is written", () => {
    const { recipe, diagnostics } = parseRecipe(full, "recipes/hot.yaml");
    expect(diagnostics).toEqual([]);
    expect(recipe).toEqual({
      ...minimal,
      storlet: "csv_columns",
      object: "samples/stations.csv",
      parameters: [
        { name: "column", value: "temperature" },
        { name: "min", value: "030" },
      ],
      range: "bytes=0-99",
      extraInputs: ["samples/more.csv"],
      headers: [{ name: "X-Token", value: "${token}" }],
      expect: [
        { subject: "status", name: "", test: "is", value: "200" },
        { subject: "header", name: "Content-Type", test: "is", value: "text/csv" },
        { subject: "header", name: "Server", test: "matches", value: "^Storlet" },
        { subject: "metadata", name: "Rows", test: "contains", value: "4" },
        { subject: "body", name: "", test: "contains", value: "a" },
        { subject: "body", name: "", test: "contains", value: "b" },
        { subject: "body", name: "", test: "sha256", value: "ab".repeat(32) },
        { subject: "duration", name: "", test: "under", value: "500 ms" },
      ],
    });
  });

  it.each<[string, string, [number, number, string | RegExp]]>([
    ["not YAML", "storlet: [a\ndoor: GET", [2, 1, /must end with a \]|comma|sequence/i]],
    ["empty", "", [1, 1, "`storlet` is missing."]],
    ["a list", "- a", [1, 1, "This should be a map."]],
    [
      "a key that is not known",
      "storlet: a\nobject: a/b\nparams:\n  a: 1",
      [3, 1, /^`params` is not known here. It takes description, storlet, door/],
    ],
    ["no storlet", "door: GET\nobject: a/b", [1, 1, "`storlet` is missing."]],
    ["another door", "storlet: a\nobject: a/b\ndoor: POST", [3, 7, "This should be one of GET, PUT, COPY."]],
    ["a path without object", "storlet: a\nobject: lonely", [2, 9, "Write it as container/object."]],
    ["no object", "storlet: a", [1, 1, "`object` is missing: GET reads one."]],
    ["no destination", "storlet: a\nobject: a/b\ndoor: COPY", [1, 1, "`destination` is missing: COPY stores one."]],
    ["parameters as a list", "storlet: a\nobject: a/b\nparameters: [x]", [3, 13, "This should be a map of names to texts."]],
    ["two bodies", "storlet: a\ndoor: PUT\ndestination: a/b\nbody: { text: x, file: y }", [4, 7, /^Write one of/]],
    ["a body on GET", "storlet: a\nobject: a/b\nbody: { text: x }", [3, 7, /^GET sends no body/]],
    ["a status", "storlet: a\nobject: a/b\nexpect:\n  status: fine", [4, 11, /^Write the status like 200/]],
    ["a pattern", "storlet: a\nobject: a/b\nexpect:\n  headers:\n    A: { matches: '(' }", [5, 8, /not a regular expression/]],
    ["a time", "storlet: a\nobject: a/b\nexpect: { max-duration: soon }", [3, 25, /500 ms/]],
    ["a key in expect", "storlet: a\nobject: a/b\nexpect: { boddy: x }", [3, 11, "`boddy` is not known here."]],
    ["a token in the open", "storlet: a\nobject: a/b\nheaders:\n  X-Auth-Token: AUTH_tk123", [4, 17, /^X-Auth-Token lets somebody in/]],
    ["two keys of one name", "storlet: a\nstorlet: b\nobject: a/b", [2, 1, /unique/i]],
    ["an alias bomb", `storlet: a\nx: &a [${"z,".repeat(40)}]\ny: &b [${"*a,".repeat(40)}]\nz: [${"*b,".repeat(40)}]`, [1, 1, /alias/i]],
  ])("%s is said with its place", (_name, text, [line, column, message]) => {
    const { recipe, diagnostics } = parseRecipe(text, "recipes/x.yaml");
    expect(recipe).toBeNull();
    expect(diagnostics[0]).toMatchObject({ path: "recipes/x.yaml", line, column, severity: "error" });
    expect(diagnostics[0]?.message).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  });

  it("takes variables where a path or a status would be checked", () => {
    const text = "storlet: ${s}\nobject: ${where}\nheaders:\n  X-Auth-Token: ${token}\nexpect:\n  status: ${status}\n";
    expect(parseRecipe(text, "recipes/x.yaml").diagnostics).toEqual([]);
  });
});

describe("writeRecipe", () => {
  it("keeps comments, order and quotes of what did not change", () => {
    const { recipe } = parseRecipe(full, "recipes/hot.yaml");
    expect(writeRecipe(recipe as Recipe, full)).toBe(full);
    const changed = writeRecipe(
      { ...(recipe as Recipe), range: "", parameters: [{ name: "min", value: "31" }], description: "Hot ones." },
      full,
    );
    expect(changed).toBe(
      `${full.replace("  column: temperature\n", "").replace("030 #", "31 #").replace("range: bytes=0-99\n", "")}description: Hot ones.\n`,
    );
  });

  it("begins a file that people like to read", () => {
    const expectations: Expectation[] = [
      { subject: "status", name: "", test: "is", value: "201" },
      { subject: "body", name: "", test: "contains", value: "x" },
    ];
    const body = { kind: "text" as const, text: "one\ntwo\n" };
    const text = writeRecipe({ ...minimal, door: "PUT", destination: "out/a", body, expect: expectations }, null);
    expect(text).toBe(
      "storlet: line_filter\ndoor: PUT\ndestination: out/a\nbody:\n  text: |\n    one\n    two\nexpect:\n  status: 201\n  body:\n    contains: x\n",
    );
  });

  it("writes over a file that is no YAML", () => {
    expect(writeRecipe(minimal, "storlet: [")).toBe("storlet: line_filter\ndoor: GET\nobject: samples/a.log\n");
  });

  it("brings every recipe back, also over another file", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !/^__proto__$/.test(text));
    const named = fc.uniqueArray(fc.record({ name, value: fc.string({ unit: "grapheme" }) }), {
      selector: (each) => each.name,
      maxLength: 3,
    });
    const recipes = fc.record({
      description: fc.string(),
      storlet: name,
      door: fc.constant("PUT" as const),
      object: fc.constant(""),
      destination: name.map((text) => `c/${text}`),
      parameters: named.map((values) => values.toSorted((a, b) => order(a.name) - order(b.name))),
      range: fc.constant(""),
      extraInputs: fc.array(
        name.map((text) => `c/${text}`),
        { maxLength: 2 },
      ),
      headers: fc.constant<Recipe["headers"]>([]),
      body: fc.string().map((text) => ({ kind: "text" as const, text })),
      expect: fc.array(
        fc.string({ minLength: 1 }).map((value) => ({ subject: "body" as const, name: "", test: "contains" as const, value })),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(recipes, fc.boolean(), (recipe, over) => {
        const text = writeRecipe(recipe, over ? full : null);
        expect(parseRecipe(text, "recipes/x.yaml")).toEqual({ recipe, diagnostics: [] });
      }),
      { numRuns: 200 },
    );
  });
});

/** Names that are numbers come first in an object, whatever their order in the file. */
const order = (name: string): number => (/^(0|[1-9]\d*)$/.test(name) ? Number(name) : Number.MAX_SAFE_INTEGER);

describe("parseEnvironment", () => {
  it("reads variables and secrets", () => {
    expect(parseEnvironment("variables: { site: lab, size: 010 }\nsecrets:\n  token: abc\n", "environments/lab.yaml")).toEqual({
      environment: { description: "", variables: { site: "lab", size: "010" }, secrets: { token: "abc" } },
      diagnostics: [],
    });
  });

  it.each([
    ["variables: [a]", 1, 12, "This should be a map of names to texts."],
    ["variables:\n  a b: c", 2, 3, "A name has no spaces and no braces."],
    ["vars: {}", 1, 1, "`vars` is not known here. It takes description, variables, secrets."],
  ])("says what is wrong with %j", (text, line, column, message) => {
    expect(parseEnvironment(text, "environments/x.yaml").diagnostics[0]).toMatchObject({ line, column, message });
  });
});
