import { expect, it } from "vitest";
import { formatView, parseView } from "./kept-view.ts";
import { everything } from "./log-query.ts";

it("comes back as it was", () => {
  const query = { levels: new Set(["warn", "error"] as const), source: "storlet" as const, text: "needle" };
  expect(parseView(formatView({ query, wrap: true }))).toEqual({ query, wrap: true });
  expect(parseView(formatView({ query: everything, wrap: false }))).toEqual({ query: everything, wrap: false });
});

it.each([null, "", "null", "7", "{}", '{"levels":["loud"],"source":"nowhere","wrap":1}', '{"levels":7}'])("lives with %j", (text) => {
  expect(parseView(text)).toEqual({ query: everything, wrap: false });
});
