import { expect, it } from "vitest";
import { nameProblem } from "./new-storlet.ts";

it.each(["line_counter", "a", "gzip2", "x".repeat(64)])("takes %s", (name) => {
  expect(nameProblem(name, ["other"])).toBeNull();
});

it.each([
  ["", /Give it a name/],
  ["other", /already/],
  ["Line_Counter", /line_counter/],
  ["line counter", /line_counter/],
  ["line-counter", /line_counter/],
  ["Line Counter", /line_counter/],
  ["2fast", /letter/],
  ["a__b", /single underscores/],
  ["_a", /single underscores/],
  ["ünï", /lower-case letters, digits/],
  ["../up", /lower-case letters, digits/],
  ["x".repeat(65), /64/],
])("refuses %j with the fix", (name, words) => {
  expect(nameProblem(name, ["other"])).toMatch(words);
});
