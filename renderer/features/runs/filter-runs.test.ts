import { describe, expect, it } from "vitest";
import type { Run } from "../../../engine/contract/index.ts";
import { describeFilter, emptyFilter, isFiltered, matchesFilter, parseFilter, type RunFilter } from "./filter-runs.ts";

const run = (id: string, storlet: string, object: string, state: Run["state"], mark?: Run["mark"]) =>
  ({ id, storlet, object, door: "GET", state, status: state === "failed" ? 503 : 200, mark }) as Run;
const runs = [
  run("4c97", "csv_filter.py", "sensors/all.csv", "failed"),
  run("4c81", "csv_filter.py", "sensors/one.csv", "succeeded", { pinned: true, name: "Hot readings", note: "baseline" }),
  run("77aa", "redact.py", "mail/all.txt", "timed-out"),
];

it.each<[Partial<RunFilter>, string[]]>([
  [{}, ["4c97", "4c81", "77aa"]],
  [{ text: "CSV all" }, ["4c97"]],
  [{ text: "4c" }, ["4c97", "4c81"]],
  [{ text: "hot BASELINE" }, ["4c81"]],
  [{ text: "503" }, ["4c97"]],
  [{ states: ["failed", "timed-out"] }, ["4c97", "77aa"]],
  [{ storlet: "csv_filter.py", states: ["failed"] }, ["4c97"]],
  [{ pinned: true }, ["4c81"]],
  [{ text: "nothing" }, []],
])("%j", (fields, ids) => {
  const filter = { ...emptyFilter, ...fields };
  expect(runs.filter((each) => matchesFilter(each, filter)).map(({ id }) => id)).toEqual(ids);
  expect(isFiltered(filter)).toBe(Object.keys(fields).length > 0);
});

describe("describeFilter", () => {
  it.each<[Partial<RunFilter>, string]>([
    [{ text: "march" }, 'run matches "march"'],
    [{ states: ["failed"] }, "failed run"],
    [{ pinned: true, states: ["failed", "timed-out"], storlet: "a.py", text: "x" }, 'pinned, failed or timed-out run of a.py matches "x"'],
  ])("%j", (fields, words) => {
    expect(describeFilter({ ...emptyFilter, ...fields }, (state) => state)).toBe(words);
  });
});

it("a stored filter comes back as it was, and a broken one lets everything through", () => {
  const filter: RunFilter = { text: "march", states: ["failed", "timed-out"], storlet: "a.py", pinned: true };
  expect(parseFilter(JSON.stringify(filter))).toEqual(filter);
  for (const text of [null, "", "null", "{", '{"states":"failed","text":7}']) expect(parseFilter(text)).toEqual(emptyFilter);
});
