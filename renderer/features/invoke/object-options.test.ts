import { expect, it } from "vitest";
import { containerOptions, entryOptions } from "./object-options.ts";

it("offers containers that begin with what was typed, the storlets' own last", () => {
  const containers = ["dependency", "samples", "sensors", "storlet", "storletlog"].map((name) => ({ name, count: 1, bytes: 0 }));
  expect(containerOptions(containers, "").map((option) => option.value)).toEqual([
    "samples/",
    "sensors/",
    "dependency/",
    "storlet/",
    "storletlog/",
  ]);
  expect(containerOptions(containers, "sa")).toEqual([{ value: "samples/", fact: "1 object", opens: true }]);
});

it("offers objects and pseudo-folders with their container", () => {
  const options = entryOptions("samples", [
    { kind: "subdir", name: "2026/" },
    { kind: "object", name: "a b.csv", bytes: 1200, contentType: "", hash: "", lastModified: "" },
  ]);
  expect(options).toEqual([
    { value: "samples/2026/", fact: "", opens: true },
    { value: "samples/a b.csv", fact: "1.20 KB", opens: false },
  ]);
});
