import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findTestJdk } from "../compute/test-java.ts";
import { guessPythonMain, isSourceOf, mainSourceOf, parseManifest } from "./manifest.ts";
import { createTemplates } from "./templates.ts";

const run = promisify(execFile);
const resources = resolve(import.meta.dirname, "../../resources");
const templates = createTemplates(join(resources, "templates"));
const all = await templates.list();
const jdk = await findTestJdk(process.env);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "studio-templates-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

it("has the same templates in both languages, the simplest first", () => {
  const idsOf = (language: string): string[] => all.filter((each) => each.language === language).map(({ id }) => id);
  expect(idsOf("python")).toEqual(["transform", "metadata", "records", "inputs"]);
  expect(idsOf("java")).toEqual(idsOf("python"));
  expect(all[0]).toMatchObject({ id: "transform", language: "python" });
  for (const { title, lesson } of all) expect(`${title}|${lesson}`).toMatch(/^[A-Z].{5,60}\|[A-Z].{10,140}\.$/);
});

describe.each(all)("$language $id", ({ id, language }) => {
  it.skipIf(language === "java" && jdk.missing !== null)("becomes a storlet that passes its own test", async () => {
    const folder = await templates.create(directory, { name: "my_first_1", language, template: id });
    const files = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    const texts = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
    expect(`${files.join(" ")} ${texts}`).not.toMatch(/storlet_name|StorletName/);
    expect(files).toContain("README.md");
    const manifest = parseManifest(readFileSync(join(folder, "storlet.yaml"), "utf8"), "storlet.yaml");
    const main = mainSourceOf(manifest, files) as string;
    expect(files).toContain(main);
    expect(files.filter((file) => isSourceOf(manifest, file))).toEqual([main]);
    if (language === "python") {
      expect(guessPythonMain(main, readFileSync(join(folder, main), "utf8"))).toBe(manifest.main);
      const env = { PATH: process.env["PATH"], PYTHONPATH: join(resources, "runtime/python") };
      await run("python3", ["-B", "-m", "unittest", "discover", "-s", folder], { env });
    } else {
      const runtime = join(resources, "runtime/java");
      const { stdout } = await run("java", [join(runtime, "testing/RunTests.java"), runtime, "test", folder]);
      expect(stdout).toMatch(/^2 tests, 0 failed$/m);
    }
  });
});

it.each([
  ["", "python", "cannot name"],
  ["Line", "python", "cannot name"],
  ["../line", "java", "cannot name"],
  ["line counter", "java", "cannot name"],
  ["_line", "python", "cannot name"],
  ["a__b", "java", "cannot name"],
  ["1st", "python", "cannot name"],
  ["a".repeat(65), "python", "cannot name"],
  ["lambda", "python", "in Python"],
  ["json", "python", "in Python"],
  ["package", "java", "in Java"],
  ["string", "java", "in Java"],
] as const)("refuses the name %j in %s", async (name, language, named) => {
  await expect(templates.create(directory, { name, language, template: "transform" })).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining(named),
  });
  expect(readdirSync(directory)).toEqual([]);
});

it("refuses a template that does not exist and tells those that do", async () => {
  const wanted = { name: "a_b", language: "java", template: "../java-transform" } as const;
  await expect(templates.create(directory, wanted)).rejects.toMatchObject({ code: "NOT_FOUND", hint: expect.stringContaining("records") });
});

it("overwrites nothing", async () => {
  const folder = await templates.create(directory, { name: "twice", language: "python", template: "transform" });
  const before = readFileSync(join(folder, "storlet.yaml"), "utf8");
  await expect(templates.create(directory, { name: "twice", language: "java", template: "inputs" })).rejects.toMatchObject({
    code: "CONFLICT",
  });
  expect(readFileSync(join(folder, "storlet.yaml"), "utf8")).toBe(before);
  expect(readdirSync(folder).sort()).toEqual(["README.md", "storlet.yaml", "test_twice.py", "twice.py"]);
});
