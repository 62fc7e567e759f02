/** `studio recipe`, as a program beside a running engine: what it prints, what it answers with, and its exit codes. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDataDirectory, runStudio, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { projectRoot } from "./test-engine.ts";

const directory = createDataDirectory();
let engine: EngineProcess;

const files: Record<string, string> = {
  "good.yaml":
    "storlet: line_filter\nobject: samples/access.log\nparameters:\n  contains: ${what}\nexpect:\n  status: 200\n  body:\n    contains: ${what}\n",
  "bad.yaml": "storlet: line_filter\nobject: samples/access.log\nexpect:\n  status: 404\n  max-duration: 0 ms\n",
  "copied.yaml":
    "storlet: line_filter\ndoor: COPY\nobject: samples/access.log\ndestination: samples/out.log\nparameters: { contains: GET }\nexpect:\n  body: { contains: GET }\n  metadata: { Filtered-By: GET }\n",
  "put.yaml":
    "storlet: line_filter\ndoor: PUT\ndestination: samples/put.log\nparameters: { contains: one }\nbody:\n  text: |\n    one\n    two\nexpect:\n  body:\n    is: |\n      one\n",
  "torn.yaml": "storlet: [",
};

beforeAll(async () => {
  const workspace = join(directory.path, "workspace");
  for (const part of ["storlets/line_filter", "data/samples/access.log"]) {
    cpSync(join(projectRoot, "resources/samples", part), join(workspace, part), { recursive: true });
  }
  for (const folder of ["recipes", "environments"]) mkdirSync(join(workspace, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, "recipes", name), text);
  writeFileSync(join(workspace, "environments/lab.yaml"), "variables:\n  what: GET\n");
  engine = await startEngineProcess(directory.path, ["--sandbox", "process"]);
}, 60_000);
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

const studio = (words: string[]) => runStudio(directory.path, words);

it("runs what passes, on every door", async () => {
  const { code, stdout } = await studio(["recipe", "run", "good", "copied.yaml", "put", "--environment", "lab"]);
  expect(stdout).toMatch(/^pass {2}good {2}200, .*\n {2}pass {2}Status is 200\n {2}pass {2}Body contains GET\n/);
  expect(stdout).toContain("  pass  Metadata Filtered-By is GET\n");
  expect(stdout).toContain("3 recipes: 3 passed, 0 failed.\n");
  expect(code).toBe(0);
});

it("ends with 1 where an expectation fails; a long time is a warning", async () => {
  const { code, stdout } = await studio(["recipe", "run", "bad"]);
  expect(stdout).toMatch(
    /^FAIL {2}bad {2}200, .*\n {2}FAIL {2}Status is 404 +It is 200\n {2}warn {2}Time is under 0 ms {2}It took \d+ ms\n/,
  );
  expect(code).toBe(1);
});

it("says what a variable or a file lacks, and goes on with the others", async () => {
  const { code, stdout } = await studio(["recipe", "run", "good", "torn", "put"]);
  expect(stdout).toContain("${what} has no value: no environment is chosen.");
  expect(stdout).toContain("recipes/torn.yaml, line 1, column");
  expect(stdout).toContain("3 recipes: 1 passed, 2 failed.\n");
  expect(code).toBe(1);
});

it("answers in JSON", async () => {
  const { code, stdout } = await studio(["recipe", "run", "bad", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject([
    { name: "bad", verdict: "fail", status: 200, problem: null, checks: [{ state: "fail", found: "It is 200" }, { state: "warn" }] },
  ]);
  expect(code).toBe(1);
});

it.each([
  [["recipe", "list"], 0],
  [["recipe", "run"], 2],
  [["recipe", "mend"], 2],
  [["recipe", "run", "none"], 1],
  [["recipe", "run", "good", "-e", "none"], 1],
])("studio %j ends with %i", async (words, code) => {
  const result = await studio(words);
  expect(result.code).toBe(code);
  if (code === 0) expect(result.stdout).toContain("copied  COPY  line_filter on samples/access.log\n");
  else expect(result.stderr).not.toBe("");
});
