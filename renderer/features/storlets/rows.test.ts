import { describe, expect, it } from "vitest";
import type { StorletSummary } from "../../../engine/contract/index.ts";
import { sampleStorlets } from "../welcome/sample.ts";
import { mostUnfolded, fileIcon, paramsText, storletRows } from "./rows.ts";

const storlet = (name: string, fields: Partial<StorletSummary> = {}): StorletSummary => ({
  name,
  objectName: `${name}.py`,
  language: "python",
  main: `${name}.Main`,
  source: `storlets/${name}/${name}.py`,
  description: "",
  state: "live",
  problem: null,
  files: ["README.md", "storlet.yaml", `${name}.py`, "lib/x.py"].map((file) => ({
    path: `storlets/${name}/${file}`,
    name: file.split("/").at(-1) ?? "",
    sizeBytes: 1,
  })),
  example: { object: "logs/app.log", params: { pattern: "ERROR" } },
  ...fields,
});

describe("storletRows", () => {
  it("puts the source first, then the settings, then the rest, then the example", () => {
    expect(storletRows([storlet("a")], new Set()).map((row) => (row.kind === "file" ? row.name : row.kind))).toEqual([
      "storlet",
      "a.py",
      "storlet.yaml",
      "lib/x.py",
      "README.md",
      "example",
    ]);
  });

  it("leaves out the children of a folded storlet and an example that is not there", () => {
    const rows = storletRows([storlet("a"), storlet("b", { example: null, files: [] })], new Set(["a"]));
    expect(rows.map((row) => row.id)).toEqual(["storlet:a", "storlet:b"]);
  });
});

it("begins folded where there are many storlets, and shows those that were unfolded", () => {
  const many = Array.from({ length: mostUnfolded + 1 }, (_each, index) => storlet(`s${index}`));
  expect(storletRows(many, new Set())).toHaveLength(many.length);
  const rows = storletRows(many, new Set(["s1"]));
  expect(rows.filter((row) => row.kind === "file").map((row) => row.name)).toContain("s1.py");
  expect(rows).toHaveLength(many.length + 5);
});

describe("words of a row", () => {
  it("writes parameters as people type them", () => {
    expect(paramsText({ column: "temperature", min: "30" })).toBe("column=temperature min=30");
    expect(paramsText({})).toBe("");
  });
  it.each([
    ["a/a.py", "python"],
    ["a/x.unknown", "file"],
    ["Makefile", "file"],
  ])("%s has an icon", (path, icon) => {
    expect(fileIcon(path)).toBe(icon);
  });
});

describe("sampleStorlets", () => {
  it("offers storlets with an example, line_filter first, those with a failed deploy last", () => {
    const broken = storlet("broken", { problem: { code: "CHECK_FAILED", message: "x" } });
    const names = sampleStorlets([broken, storlet("none", { example: null }), storlet("good"), storlet("line_filter")]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(["line_filter", "good", "broken"]);
  });
});
