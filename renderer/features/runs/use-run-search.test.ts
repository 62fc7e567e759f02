import { describe, expect, it } from "vitest";
import type { Run, RunPage } from "../../../engine/contract/index.ts";
import { emptyFilter } from "./filter-runs.ts";
import { mergePage } from "./use-run-search.ts";

const run = (id: string, startedAt: number, state: Run["state"] = "succeeded", pinned = false): Run =>
  ({
    id,
    startedAt,
    state,
    storlet: "a.py",
    object: "c/o",
    door: "GET",
    status: 200,
    ...(pinned ? { mark: { pinned, name: "", note: "" } } : {}),
  }) as Run;
const page: RunPage = { runs: [run("b", 2), run("a", 1)], matching: 2, total: 9, failed: 1, pinned: 0, storlets: ["a.py"] };
const ids = ({ runs }: RunPage): string[] => runs.map(({ id }) => id);

describe("mergePage", () => {
  it("adds a run once, however often it is told of, and follows its state", () => {
    const running = mergePage(page, [run("c", 3, "starting"), run("c", 3, "running")], emptyFilter, 10);
    expect([ids(running), running.total, running.matching, running.failed]).toEqual([["c", "b", "a"], 10, 3, 1]);
    const failed = mergePage(running, [run("c", 3, "failed")], emptyFilter, 10);
    expect([ids(failed), failed.total, failed.matching, failed.failed]).toEqual([["c", "b", "a"], 10, 3, 2]);
  });

  it("counts what the filter hides", () => {
    const filter = { ...emptyFilter, states: ["failed" as const] };
    const empty = { ...page, runs: [], matching: 0 };
    const hidden = mergePage(empty, [run("c", 3)], filter, 10);
    expect([ids(hidden), hidden.total, hidden.matching]).toEqual([[], 10, 0]);
    const shown = mergePage(empty, [run("c", 3, "failed")], filter, 10);
    expect([ids(shown), shown.total, shown.matching, shown.failed]).toEqual([["c"], 10, 1, 2]);
  });

  it("puts pinned runs first, and keeps to its limit", () => {
    const pinned = mergePage(page, [run("a", 1, "succeeded", true)], emptyFilter, 2);
    expect([ids(pinned), pinned.pinned, pinned.total]).toEqual([["a", "b"], 1, 9]);
    expect(ids(mergePage(pinned, [run("c", 3)], emptyFilter, 2))).toEqual(["a", "c"]);
  });

  it("does not take an old run that is not listed for a new one", () => {
    expect(mergePage(page, [run("old", 0.5)], emptyFilter, 10)).toMatchObject({ total: 9, matching: 2 });
  });
});
