import { expect, it } from "vitest";
import { toFileName } from "./dialogs.ts";

it.each([
  ["a.txt", "a.txt"],
  ["logs/2024:a.txt", "2024_a.txt"],
  ["folder/", "folder"],
  ["..", "download"],
  ["../../etc/passwd", "passwd"],
  ["C:\\temp\\b.csv", "b.csv"],
  ["", "download"],
  ["tab\there", "tab_here"],
])("toFileName(%j) is %j", (name, expected) => {
  expect(toFileName(name)).toBe(expected);
});
