import { expect, it } from "vitest";
import { countChanges, postHeaders, rowProblem, setProblem } from "./metadata-edit.ts";
import { readHeaderText, writeHeaderText } from "../../api/header-text.ts";

const stored = [
  { name: "Station", value: "04" },
  { name: "Unit", value: "celsius" },
];

it.each([
  ["nothing", stored, 0],
  ["another case of a name", [{ name: "station", value: "04" }, stored[1]!], 0],
  ["a value", [{ name: "Station", value: "05" }, stored[1]!], 1],
  ["a row less", [stored[0]!], 1],
  ["a row more", [...stored, { name: "New", value: "1" }], 1],
  ["a blank row", [...stored, { name: "", value: "" }], 0],
  ["a name", [{ name: "Place", value: "04" }, stored[1]!], 2],
])("counts %s", (_what, edited, changes) => {
  expect(countChanges(stored, edited)).toBe(changes);
});

it.each([
  ["", "x", "Give it a name."],
  ["a b", "x", "letters"],
  ["ok", "line\nbreak", "one line"],
  ["ok", " x", "drops spaces"],
  ["ok", "é".repeat(129), "258"],
  ["n".repeat(129), "x", "128"],
])("refuses %j: %j", (name, value, words) => {
  expect(rowProblem([{ name, value }], 0)).toContain(words);
});

it("refuses a name twice, and more than Swift keeps", () => {
  expect(rowProblem([...stored, { name: "STATION", value: "1" }], 2)).toContain("already");
  expect(rowProblem(stored, 1)).toBeNull();
  expect(setProblem(Array.from({ length: 91 }, (_, index) => ({ name: `n${index}`, value: "1" })))).toContain("90");
  expect(setProblem(Array.from({ length: 20 }, (_, index) => ({ name: `n${index}`, value: "x".repeat(250) })))).toContain("4096");
});

it("sends everything that a POST would take away", () => {
  const headers = new Headers({
    "Content-Type": "text/csv",
    "Content-Disposition": "attachment",
    "X-Delete-At": "1900000000",
    ETag: "x",
    "X-Object-Meta-Gone": "1",
  });
  expect(postHeaders([...stored, { name: "", value: "" }], headers)).toEqual([
    ["content-type", "text/csv"],
    ["content-disposition", "attachment"],
    ["x-delete-at", "1900000000"],
    ["X-Object-Meta-Station", "04"],
    ["X-Object-Meta-Unit", "celsius"],
  ]);
});

it.each(["plain", "Grüße", "日本", "😀"])("carries %s through a header", (text) => {
  expect(readHeaderText(writeHeaderText(text))).toBe(text);
});

it("leaves Latin-1 as it is", () => {
  expect(readHeaderText("Gr\u00fc\u00dfe")).toBe("Grüße");
});
