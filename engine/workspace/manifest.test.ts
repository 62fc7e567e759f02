import { describe, expect, it } from "vitest";
import { guessPythonMain, isSourceOf, mainSourceOf, objectNameOf, parseManifest } from "./manifest.ts";

describe("parseManifest", () => {
  it("reads a whole description, with numbers as text", () => {
    const manifest = parseManifest(
      "title: t\ndescription: d\nlesson: l\ntags: [range, two-words]\nlanguage: python\nmain: a.B\nlanguage-version: 3.11\ndependencies: [c.py]\nparameters: {top: how many}\nexample:\n  object: c/o/p\n  params: {top: 10, loud: true}\n  door: PUT\n  destination: c/d\n  range: bytes=1-2\n  extra: [c/e]\n  headers: {X-Storlet-Generate-Log: true}\n",
      "storlet.yaml",
    );
    expect(manifest).toEqual({
      title: "t",
      description: "d",
      lesson: "l",
      tags: ["range", "two-words"],
      language: "python",
      main: "a.B",
      languageVersion: "3.11",
      version: "1.0",
      dependencies: ["c.py"],
      parameters: { top: "how many" },
      example: {
        object: "c/o/p",
        params: { top: "10", loud: "true" },
        door: "PUT",
        destination: "c/d",
        range: "bytes=1-2",
        extra: ["c/e"],
        headers: { "X-Storlet-Generate-Log": "true" },
      },
    });
    expect(objectNameOf(manifest, "folder")).toBe("a.py");
    expect(mainSourceOf(manifest, [])).toBe("a.py");
    expect(["a.py", "c.py", "b.py"].map((file) => isSourceOf(manifest, file))).toEqual([true, true, false]);
  });

  it.each([
    ["main: org.x.Half", ["src/org/x/Half.java", "src/org/y/Half.java"], "src/org/x/Half.java"],
    ["main: org.x.Half$Inner", ["Half.java", "Other.java"], "Half.java"],
    ["main: Half", ["src/Half.java"], "src/Half.java"],
    ["main: org.x.Half", ["src/org/y/Half.java", "notes/Half.java"], null],
  ])("finds the main source of a Java storlet: %s in %j", (text, files, found) => {
    const manifest = parseManifest(`language: java\nversion: 2.1\n${text}\n`, "storlet.yaml");
    expect(mainSourceOf(manifest, files)).toBe(found);
    expect(objectNameOf(manifest, "half")).toBe("half-2.1.jar");
  });
  it.each([
    ["language: python", "main"],
    ["language: perl\nmain: a.B", "language"],
    ["language: java\nmain: a.B\nversion: 1/2", "version"],
    ["language: python\nmain: a.B\nmian: c", "mian"],
    ["language: python\nmain: a.B\nexample: {object: nowhere}", "container/object"],
    ["language: python\nmain: a.B\nexample: {object: c/o, door: HEAD}", "door"],
    ["language: python\nmain: a.B\nexample: {object: c/o, range: 1-2}", "bytes=first-last"],
    ["language: python\nmain: a.B\nparameters: [top]", "parameters"],
    ["language: python\nmain: a.B\ndependencies: c.py", "dependencies"],
    ["{", "YAML"],
    ["", "storlet"],
  ])("refuses %j and names %s", (text, named) => {
    let thrown: unknown;
    try {
      parseManifest(text, "storlets/x/storlet.yaml");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "BAD_INPUT" });
    const { message, detail, hint } = thrown as { message: string; detail?: string; hint?: string };
    expect(`${message} ${detail ?? ""} ${hint ?? ""}`).toContain(named);
    expect(message).toContain("storlets/x/storlet.yaml");
  });
});

describe("guessPythonMain", () => {
  const storlet =
    "class Filter(object):\n    def __init__(self, logger):\n        pass\n\n    def __call__(self, i, o, p):\n        pass\n";
  it.each([
    ["one storlet", storlet, "f.Filter"],
    ["a helper class beside it", `class Helper:\n    pass\n\n${storlet}`, "f.Filter"],
    ["a function between", `${storlet}\ndef call():\n    def __call__(x): pass\n`, "f.Filter"],
    ["a decorated class", `import x\n\n@x.y\n${storlet}`, "f.Filter"],
  ])("%s", (_case, source, main) => {
    expect(guessPythonMain("f.py", source)).toBe(main);
  });
  it.each([
    ["nothing", "print(1)\n", "no class"],
    ["two", `${storlet}${storlet.replace("Filter", "Other")}`, "2 classes"],
  ])("refuses %s", (_case, source, named) => {
    expect(() => guessPythonMain("f.py", source)).toThrow(named);
  });
});
