import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStore } from "../store/store.ts";
import { systemClock } from "../support/clock.ts";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { createDemo } from "./demo.ts";

/** A store and a workspace, both real, and the demo point over them. */
async function setStage() {
  const directory = mkdtempSync(join(tmpdir(), "studio-demo-"));
  const workspaceDirectory = join(directory, "workspace");
  const source = join(workspaceDirectory, "storlets/echo/echo.py");
  mkdirSync(join(workspaceDirectory, "storlets/echo"), { recursive: true });
  mkdirSync(join(workspaceDirectory, "data/c"), { recursive: true });
  writeFileSync(source, "first");
  const store = await createStore({ directory: join(directory, "store"), clock: systemClock });
  let resets = 0;
  const demoOf = (folder: string) =>
    createDemo({
      workspaceDirectory: folder,
      directory: join(directory, "demo"),
      snapshots: store.snapshots,
      clock: systemClock,
      onReset: () => (resets += 1),
    });
  return {
    demo: demoOf(workspaceDirectory),
    demoOf,
    source,
    workspaceDirectory,
    resets: () => resets,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

describe("demo point", () => {
  it("brings files back, takes new ones away, and undo brings what was there", async () => {
    await using stage = await setStage();
    const { demo, source, workspaceDirectory } = stage;
    const set = await demo.set();
    expect(set).toMatchObject({ canUndo: false, point: { files: 1 } });

    writeFileSync(source, "second");
    mkdirSync(join(workspaceDirectory, "storlets/new"));
    writeFileSync(join(workspaceDirectory, "storlets/new/new.py"), "new");
    writeFileSync(join(workspaceDirectory, "data/c/kept.txt"), "kept");
    const reset = await demo.reset();
    expect(reset.changedFiles.toSorted()).toEqual(["storlets/echo/echo.py", "storlets/new/new.py"]);
    expect(readFileSync(source, "utf8")).toBe("first");
    expect(existsSync(join(workspaceDirectory, "storlets/new"))).toBe(false);
    expect(readFileSync(join(workspaceDirectory, "data/c/kept.txt"), "utf8")).toBe("kept");
    expect(reset.state).toMatchObject({ canUndo: true, point: set.point });
    expect(stage.resets()).toBe(1);

    const undone = await demo.undo();
    expect(undone.state.canUndo).toBe(false);
    expect(readFileSync(source, "utf8")).toBe("second");
    expect(readFileSync(join(workspaceDirectory, "storlets/new/new.py"), "utf8")).toBe("new");
  });

  it("can be gone back to again and again, and moved", async () => {
    await using stage = await setStage();
    const { demo, source } = stage;
    await demo.set();
    for (const text of ["second", "third"]) {
      writeFileSync(source, text);
      await demo.reset();
      expect(readFileSync(source, "utf8")).toBe("first");
    }
    writeFileSync(source, "moved");
    await demo.set();
    rmSync(source);
    await demo.reset();
    expect(readFileSync(source, "utf8")).toBe("moved");
  });

  it("belongs to its workspace: the files of another are left alone", async () => {
    await using stage = await setStage();
    const { demo, demoOf, workspaceDirectory } = stage;
    const { point } = await demo.set();
    const other = join(workspaceDirectory, "../other");
    mkdirSync(join(other, "storlets/mine"), { recursive: true });
    writeFileSync(join(other, "storlets/mine/mine.py"), "mine");
    expect(await demoOf(other).state()).toEqual({ point: null, canUndo: false });
    await expect(demoOf(other).reset()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(readFileSync(join(other, "storlets/mine/mine.py"), "utf8")).toBe("mine");
    expect(await demo.state()).toEqual({ point, canUndo: false });
    await demoOf(other).set();
    expect(await demo.state()).toEqual({ point: null, canUndo: false });
  });

  it("says that there is none", async () => {
    await using stage = await setStage();
    await expect(stage.demo.reset()).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(stage.demo.undo()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await stage.demo.state()).toEqual({ point: null, canUndo: false });
  });

  it("leaves caches and hidden files alone", async () => {
    await using stage = await setStage();
    const { demo, workspaceDirectory } = stage;
    await demo.set();
    const hidden = join(workspaceDirectory, "storlets/echo/.notes");
    writeFileSync(hidden, "mine");
    await demo.reset();
    expect(readFileSync(hidden, "utf8")).toBe("mine");
  });
});
