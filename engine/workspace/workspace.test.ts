import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkspace, storletOfPath, type Workspace } from "./workspace.ts";

let directory: string;
let workspace: Workspace;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "studio-workspace-"));
  mkdirSync(join(directory, "storlets/good"), { recursive: true });
  mkdirSync(join(directory, "storlets/bare"));
  mkdirSync(join(directory, "data/c/deep"), { recursive: true });
  writeFileSync(join(directory, "storlets/good/storlet.yaml"), "language: python\nmain: good.Good\n");
  writeFileSync(join(directory, "storlets/good/good.py"), "pass\n");
  writeFileSync(join(directory, "data/c/deep/o.txt"), "hello");
  writeFileSync(join(directory, "data/stray.txt"), "no container");
  workspace = await createWorkspace({ directory, samplesDirectory: null });
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

it("lists storlets with their files, and says what is wrong with one that has no description", async () => {
  const [bare, good] = await workspace.storlets();
  expect(good?.manifest?.main).toBe("good.Good");
  expect(good?.files.map((file) => file.path)).toEqual(["storlets/good/good.py", "storlets/good/storlet.yaml"]);
  expect(bare?.manifest).toBeNull();
  expect(bare?.problem?.message).toBe("bare has no storlet.yaml.");
  await expect(workspace.storlet("nope")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it("maps data files to objects and leaves files without a container out", async () => {
  expect(await workspace.sampleObjects()).toEqual([
    { container: "c", object: "deep/o.txt", file: join(workspace.directory, "data/c/deep/o.txt"), sizeBytes: 5 },
  ]);
});

it("passes by what it cannot name, and goes on without the folder of storlets", async () => {
  // Other systems refuse such a name themselves.
  if (process.platform === "linux") writeFileSync(Buffer.concat([Buffer.from(join(directory, "data/c/")), Buffer.from([0xff, 0xfe])]), "x");
  symlinkSync("/nowhere", join(directory, "data/c/dangling"));
  expect((await workspace.sampleObjects()).map(({ object }) => object)).toEqual(["deep/o.txt"]);
  rmSync(join(directory, "storlets"), { recursive: true });
  expect(await workspace.storlets()).toEqual([]);
});

it.each(["stray.txt", "stray.txt/below"])("says that %s cannot be a workspace", async (path) => {
  const opening = createWorkspace({ directory: join(directory, "data", path), samplesDirectory: null });
  await expect(opening).rejects.toMatchObject({ code: "BAD_INPUT", detail: "A file is in the way." });
});

describe("write", () => {
  it("replaces the file and leaves no temporary one", async () => {
    const { version } = await workspace.read("storlets/good/good.py");
    const next = await workspace.write("storlets/good/good.py", "x = 1\n", version);
    expect((await workspace.read("storlets/good/good.py")).version).toBe(next);
    expect(readdirSync(join(directory, "storlets/good")).sort()).toEqual(["good.py", "storlet.yaml"]);
  });
  it("refuses to overwrite a change made outside, unless told to", async () => {
    const { version } = await workspace.read("storlets/good/good.py");
    writeFileSync(join(directory, "storlets/good/good.py"), "outside\n");
    await expect(workspace.write("storlets/good/good.py", "mine\n", version)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(readFileSync(join(directory, "storlets/good/good.py"), "utf8")).toBe("outside\n");
    await workspace.write("storlets/good/good.py", "mine\n", null);
    expect(readFileSync(join(directory, "storlets/good/good.py"), "utf8")).toBe("mine\n");
  });
});

it.each(["../outside.txt", "/etc/passwd", "storlets/../../x", "storlets/link/passwd", "storlets/good/../../../x", "a\0b", ""])(
  "keeps %j out",
  async (path) => {
    symlinkSync("/etc", join(directory, "storlets/link"));
    await expect(workspace.read(path)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(workspace.write(path, "x", null)).rejects.toMatchObject({ code: "BAD_INPUT" });
  },
);

it("tells of changes made by anyone", async () => {
  const heard = new Promise<readonly string[]>((resolve) => {
    workspace.onChange((paths) => {
      if (paths.includes("storlets/good/new.py")) resolve(paths);
    });
  });
  // The watcher begins asynchronously: write until it is heard.
  const writer = setInterval(() => writeFileSync(join(directory, "storlets/good/new.py"), String(performance.now())), 50);
  try {
    expect(await heard).toContain("storlets/good/new.py");
  } finally {
    clearInterval(writer);
  }
});

it("fills an empty folder with samples, and leaves a filled one alone", async () => {
  const target = mkdtempSync(join(tmpdir(), "studio-workspace-"));
  const first = await createWorkspace({ directory: target, samplesDirectory: directory });
  expect((await first.storlets()).map((storlet) => storlet.name)).toEqual(["bare", "good"]);
  await first[Symbol.asyncDispose]();
  rmSync(join(target, "storlets/good"), { recursive: true });
  const second = await createWorkspace({ directory: target, samplesDirectory: directory });
  expect((await second.storlets()).map((storlet) => storlet.name)).toEqual(["bare"]);
  await second[Symbol.asyncDispose]();
  rmSync(target, { recursive: true });
});

it.each([
  ["storlets/a/b.py", "a"],
  ["storlets/a/b/c.py", "a"],
  ["storlets/a", null],
  ["data/c/o", null],
])("storlet of %s", (path, name) => {
  expect(storletOfPath(path)).toBe(name);
});
