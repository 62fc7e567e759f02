import { expect, it } from "vitest";
import { formatMomentary, formatView, parseMomentary, parseView } from "./kept-view.ts";
import { everything, type LogQuery } from "./log-query.ts";

it("comes back as it was", () => {
  const query: LogQuery = {
    ...everything,
    levels: new Set(["warn", "error"]),
    sources: new Set(["storlet", "stderr"]),
    storlets: new Set(["<b>.py"]),
    pattern: { text: "needle", regex: true, matchCase: true },
  };
  expect(parseView(formatView({ query, wrap: true }))).toEqual({ query, wrap: true });
  expect(parseView(formatView({ query: everything, wrap: false }))).toEqual({ query: everything, wrap: false });
});

it("keeps what is of the moment apart", () => {
  const query: LogQuery = { ...everything, from: 5, to: 7 };
  expect(parseView(formatView({ query, wrap: false })).query).toEqual(everything);
  expect(parseMomentary(formatMomentary({ run: "4c97", query }))).toEqual({ run: "4c97", from: 5, to: 7 });
});

it.each([null, "", "null", "7", "{}", '{"levels":["loud"],"sources":["nowhere"],"storlets":[7],"wrap":1}', '{"levels":7,"from":"x"}'])(
  "lives with %j",
  (text) => {
    expect(parseView(text)).toEqual({ query: everything, wrap: false });
    expect(parseMomentary(text)).toEqual({ run: null, from: null, to: null });
  },
);
