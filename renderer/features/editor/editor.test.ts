import { beforeEach, describe, expect, it } from "vitest";
import type { StorletException } from "../../../engine/contract/index.ts";
import { createBackups, type BackupStorage } from "./backup.ts";
import { findFailingLine, placeOfException } from "./exception.ts";
import { languageOf, storletOfPath } from "./language.ts";
import {
  allProblems,
  clearExceptions,
  countProblems,
  neighbourProblem,
  setFound,
  showException,
  useProblemStore,
  type FileProblem,
} from "./problems.ts";
import { createTextBuffer } from "./text-buffer.ts";

const exception = (...frames: [string, number, string][]): StorletException => ({
  type: "ValueError",
  message: "bad",
  traceback: "",
  frames: frames.map(([file, line, text]) => ({ file, line, text, function: "__call__" })),
});

describe("placeOfException", () => {
  const paths = ["storlets/csv/csv.py", "storlets/csv/lib/parse.py", "storlets/csv/parse.py"];
  it.each([
    [
      "the innermost frame of the author",
      exception(["/opt/csv.py", 8, "x()"], ["/opt/lib/parse.py", 3, "y"]),
      "storlets/csv/lib/parse.py",
      3,
    ],
    [
      "frames of libraries left out",
      exception(["/opt/csv.py", 8, "x()"], ["/usr/lib/python3/json/decoder.py", 90, "z"]),
      "storlets/csv/csv.py",
      8,
    ],
    ["the longest common end", exception(["/a/b/parse.py", 5, "q"]), "storlets/csv/lib/parse.py", 5],
  ])("finds %s", (_name, thrown, path, line) => {
    expect(placeOfException(thrown, paths)).toMatchObject({ path, line });
  });

  it("finds nothing outside of the storlet", () => {
    expect(placeOfException(exception(["/usr/lib/json.py", 1, ""]), paths)).toBeNull();
    expect(placeOfException(exception(), paths)).toBeNull();
  });
});

describe("findFailingLine", () => {
  const lines = ["import x", "", "def f():", "  return x", "def g():", "  return x"];
  it.each([
    [4, "return x", 4],
    [5, "return x", 4],
    [3, "  return x  ", 4],
    [2, "", 2],
    [9, "", null],
    [4, "return y", null],
  ])("line %d with %j", (line, text, found) => {
    expect(findFailingLine(lines, line, text)).toBe(found);
  });
});

describe("backups", () => {
  const createStorage = (): BackupStorage & { full: boolean } => {
    const items = new Map<string, string>();
    return {
      full: false,
      getItem: (key) => items.get(key) ?? null,
      setItem(key, value) {
        if (this.full) throw new Error("QuotaExceededError");
        items.set(key, value);
      },
      removeItem: (key) => void items.delete(key),
    };
  };

  it("keeps text per workspace and path", () => {
    const storage = createStorage();
    const backups = createBackups(storage, "/w1");
    expect(backups.write("a.py", { text: "new", baseVersion: "v1" })).toBe(true);
    expect(backups.read("a.py")).toEqual({ text: "new", baseVersion: "v1" });
    expect(createBackups(storage, "/w2").read("a.py")).toBeNull();
    backups.remove("a.py");
    expect(backups.read("a.py")).toBeNull();
  });

  it("survives a full storage and broken content", () => {
    const storage = createStorage();
    const backups = createBackups(storage, "/w");
    storage.setItem("studio.unsaved:/w:a.py", "{");
    expect(backups.read("a.py")).toBeNull();
    storage.full = true;
    expect(backups.write("a.py", { text: "", baseVersion: "" })).toBe(false);
  });
});

describe("createTextBuffer", () => {
  it("knows what differs from disk, also when typing goes on during a save", () => {
    const buffer = createTextBuffer("one");
    buffer.replaceText("two");
    const point = buffer.savePoint();
    buffer.replaceText("three");
    point.markSaved();
    expect([point.text, buffer.isDirty(), buffer.savedText()]).toEqual(["two", true, "two"]);
    buffer.replaceText("two");
    expect(buffer.isDirty()).toBe(false);
  });
});

describe("problems", () => {
  beforeEach(() => useProblemStore.setState({ found: new Map(), exceptions: new Map() }));
  const diagnostic = (path: string, line: number, severity: "error" | "warning" = "error") => ({
    path,
    line,
    column: 1,
    severity,
    message: `at ${line}`,
  });
  const failure = { run: "r", storlet: "a", path: "a.py", line: 9, text: "x", function: "f", type: "ValueError", message: "bad" };

  it("replaces the findings of the storlet and keeps those of others", () => {
    setFound("b.py", [], [diagnostic("b.py", 1)], null);
    setFound("a.py", ["a.py", "lib.py"], [diagnostic("lib.py", 3), diagnostic("a.py", 2, "warning")], null);
    expect(allProblems(useProblemStore.getState()).map(({ path, line }) => [path, line])).toEqual([
      ["a.py", 2],
      ["b.py", 1],
      ["lib.py", 3],
    ]);
    setFound("a.py", ["a.py", "lib.py"], [], null);
    expect(countProblems(allProblems(useProblemStore.getState()))).toEqual({ errors: 1, warnings: 0 });
  });

  it("lists a refused deploy once, as a problem of the file", () => {
    setFound("a.py", [], [], { code: "DEPLOY_REFUSED", message: "Refused.", detail: "No main." });
    expect(allProblems(useProblemStore.getState())).toMatchObject([{ path: "a.py", line: null, message: "Refused. No main." }]);
    setFound("a.py", [], [diagnostic("a.py", 1)], { code: "CHECK_FAILED", message: "The check failed." });
    expect(allProblems(useProblemStore.getState())).toHaveLength(1);
  });

  it("shows the newest failure of a file until it is taken away", () => {
    showException(failure);
    showException({ ...failure, line: 11 });
    expect(allProblems(useProblemStore.getState())).toMatchObject([{ line: 11, source: "run", message: "ValueError: bad" }]);
    clearExceptions("a.py");
    expect(allProblems(useProblemStore.getState())).toEqual([]);
  });

  it.each<[string, { path: string; line: number; column: number } | null, 1 | -1, number | null]>([
    ["forward", { path: "a.py", line: 2, column: 1 }, 1, 5],
    ["forward round the end", { path: "a.py", line: 9, column: 1 }, 1, 2],
    ["backward", { path: "a.py", line: 9, column: 1 }, -1, 5],
    ["backward round the start", { path: "a.py", line: 2, column: 1 }, -1, 5],
    ["from nowhere", null, 1, 2],
    ["backward from nowhere", null, -1, 5],
  ])("goes %s", (_name, at, step, line) => {
    setFound("a.py", [], [diagnostic("a.py", 2), diagnostic("a.py", 5)], null);
    const problems: FileProblem[] = allProblems(useProblemStore.getState());
    expect(neighbourProblem(problems, at, step)?.line ?? null).toBe(line);
  });
});

describe("languages", () => {
  it.each([
    ["storlets/a/a.py", "python", "a"],
    ["storlets/a/src/A.java", "java", "a"],
    ["storlets/a/storlet.yaml", "yaml", "a"],
    ["README.md", "markdown", null],
    ["data/x.csv", "plaintext", null],
  ])("%s", (path, language, storlet) => {
    expect(languageOf(path).id).toBe(language);
    expect(storletOfPath(path)).toBe(storlet);
  });
});
