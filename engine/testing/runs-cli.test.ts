/** `studio runs`, as a program beside a running engine: what it prints, and its exit codes. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDataDirectory, runStudio, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { projectRoot } from "./test-engine.ts";

const directory = createDataDirectory();
let engine: EngineProcess;
let id = "";

beforeAll(async () => {
  const workspace = join(directory.path, "workspace");
  for (const part of ["storlets/line_filter", "data/samples/access.log"]) {
    cpSync(join(projectRoot, "resources/samples", part), join(workspace, part), { recursive: true });
  }
  engine = await startEngineProcess(directory.path, ["--sandbox", "process"]);
  const { stderr } = await studio(["invoke", "line_filter", "samples/access.log", "-p", "contains=404"]);
  id = /run ([0-9a-f]+)/.exec(stderr)?.[1] ?? "";
}, 60_000);
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

const studio = (words: string[]) => runStudio(directory.path, words);

it("shows a run with its profile, sandbox, image and code, by the beginning of its id", async () => {
  const { code, stdout } = await studio(["runs", "show", id.slice(0, 8)]);
  expect(stdout).toMatch(/profile +studio\n +sandbox +process.*\n +image +none\n +code +[0-9a-f]{64}\n/);
  expect(stdout).toContain("exactly: yes against today: yes");
  expect(code).toBe(0);
});

it("replays exactly, lists both, and compares them", async () => {
  const replayed = await studio(["runs", "replay", id]);
  expect(replayed.stdout).toContain("The two runs are the same: outcome, headers and body.");
  expect(replayed.code).toBe(0);
  const listed = await studio(["runs", "list", "line_filter"]);
  expect(listed.stdout).toContain(`replay of ${id}`);
  const other = await studio(["invoke", "line_filter", "samples/access.log", "-p", "contains=500"]);
  const second = /run ([0-9a-f]+)/.exec(other.stderr)?.[1] ?? "";
  const compared = await studio(["runs", "compare", id, second]);
  expect(compared.stdout).toContain('parameters: [["contains","404"]] | [["contains","500"]]\n');
  expect(compared.stdout).toMatch(/body: differs from byte \d+, line \d+/);
  expect(compared.code).toBe(1);
});

it.each([
  [["runs", "show", "nobody"], 1, "There is no run nobody."],
  [["runs", "compare", "one"], 2, "studio runs takes"],
  [["runs", "list", "-n", "0"], 2, "--lines takes"],
])("%j ends with %i", async (words, code, text) => {
  const { code: ended, stderr } = await studio(words);
  expect(stderr).toContain(text);
  expect(ended).toBe(code);
});
