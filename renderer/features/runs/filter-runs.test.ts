import { expect, it } from "vitest";
import type { Run } from "../../../engine/contract/index.ts";
import { filterRuns } from "./filter-runs.ts";

const run = (id: string, storlet: string, object: string, state: Run["state"]) => ({ id, storlet, object, door: "GET", state }) as Run;
const runs = [
  run("4c97", "csv_filter.py", "sensors/all.csv", "failed"),
  run("4c81", "csv_filter.py", "sensors/one.csv", "succeeded"),
  run("77aa", "redact.py", "mail/all.txt", "timed-out"),
];

it.each<[string, boolean, string[]]>([
  ["", false, ["4c97", "4c81", "77aa"]],
  ["CSV all", false, ["4c97"]],
  ["all", false, ["4c97", "77aa"]],
  ["4c", false, ["4c97", "4c81"]],
  ["", true, ["4c97", "77aa"]],
  ["csv", true, ["4c97"]],
  ["nothing", false, []],
])("%j, failed only %s", (text, onlyFailed, ids) => {
  expect(filterRuns(runs, text, onlyFailed).map((each) => each.id)).toEqual(ids);
});
