import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Recipe } from "../contract/index.ts";
import { createWorkspace, type Workspace } from "../workspace/workspace.ts";
import { checkRecipeText, createRecipes } from "./recipes.ts";
import type { ControlServices } from "./services.ts";

const recipe: Recipe = {
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

let directory: string;
let workspace: Workspace;
let recipes: ControlServices["recipes"];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "studio-recipes-"));
  for (const folder of ["recipes", "environments"]) mkdirSync(join(directory, folder));
  workspace = await createWorkspace({ directory, samplesDirectory: null });
  recipes = createRecipes({ workspace });
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const file = (path: string): string => join(directory, path);

describe("recipes of a workspace", () => {
  it("are listed, also those that cannot be used", async () => {
    writeFileSync(file("recipes/torn.yaml"), "storlet: a\nobject: lonely\n");
    writeFileSync(file("recipes/notes.txt"), "not a recipe");
    await recipes.save("good one", recipe, null);
    expect(await recipes.list()).toMatchObject([
      { name: "good one", path: "recipes/good one.yaml", recipe, problem: null },
      {
        name: "torn",
        recipe: null,
        problem: { code: "BAD_INPUT", message: "recipes/torn.yaml, line 2, column 9: Write it as container/object." },
      },
    ]);
  });

  it("are saved over their own version only, and keep their comments", async () => {
    const { version } = await recipes.save("a", recipe, null);
    await expect(recipes.save("a", recipe, null)).rejects.toMatchObject({ code: "CONFLICT" });
    writeFileSync(file("recipes/a.yaml"), `# mine\n${readFileSync(file("recipes/a.yaml"), "utf8")}`);
    await expect(recipes.save("a", recipe, version)).rejects.toMatchObject({ code: "CONFLICT" });
    const [now] = await recipes.list();
    await recipes.save("a", { ...recipe, range: "bytes=0-1" }, now?.version ?? "");
    expect(readFileSync(file("recipes/a.yaml"), "utf8")).toBe(
      "# mine\nstorlet: line_filter\ndoor: GET\nobject: samples/a.log\nrange: bytes=0-1\n",
    );
  });

  it.each(["", "../evil", "a/b", ".hidden", "a\nb", "x".repeat(200)])("are not named %j", async (name) => {
    await expect(recipes.save(name, recipe, null)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(recipes.remove(name)).rejects.toMatchObject({ code: "BAD_INPUT" });
  });

  it.each<[string, Partial<Recipe>]>([
    ["a secret", { parameters: [{ name: "key", value: "Bearer very-secret" }] }],
    ["a token", { headers: [{ name: "X-Auth-Token", value: "AUTH_tk1" }] }],
    ["no object", { object: "" }],
  ])("never hold %s", async (_what, fields) => {
    writeFileSync(file("environments/lab.yaml"), "secrets:\n  key: very-secret\n");
    await expect(recipes.save("leak", { ...recipe, ...fields }, null)).rejects.toMatchObject({ code: "BAD_INPUT" });
    expect(await recipes.list()).toEqual([]);
  });

  it("are removed, with what they said", async () => {
    await recipes.save("a", recipe, null);
    expect(await recipes.remove("a")).toEqual({ path: "recipes/a.yaml", text: "storlet: line_filter\ndoor: GET\nobject: samples/a.log\n" });
    expect(await recipes.list()).toEqual([]);
    await expect(recipes.remove("a")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("send files of the workspace, and of nowhere else", async () => {
    writeFileSync(file("bytes.bin"), Buffer.from([0, 255]));
    expect([...(await recipes.readBody("bytes.bin"))]).toEqual([0, 255]);
    await expect(recipes.readBody("../../etc/passwd")).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(recipes.readBody("none")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are told of when their files change, also after the folder was made anew", async () => {
    rmSync(file("recipes"), { recursive: true });
    mkdirSync(file("recipes"));
    const changed = new Promise<readonly string[]>((resolve) => {
      workspace.onChange((paths) => paths.some((path) => path.endsWith("new.yaml")) && resolve(paths));
    });
    // Until the watch is set up a change may go unseen: it is made again.
    const timer = setInterval(() => writeFileSync(file("recipes/new.yaml"), `storlet: a\nobject: b/${Date.now()}\n`), 100);
    try {
      expect(await changed).toContain("recipes/new.yaml");
    } finally {
      clearInterval(timer);
    }
  });
});

it.each([
  ["recipes/a.yaml", "storlet: a", 1],
  ["environments/a.yaml", "x: y", 1],
  ["storlets/a/storlet.yaml", "x: y", 0],
  ["recipes/deep/a.yaml", "x: y", 0],
])("finds what is wrong in %s", (path, text, count) => {
  expect(checkRecipeText(path, text)).toHaveLength(count);
});
