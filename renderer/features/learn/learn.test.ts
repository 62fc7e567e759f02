import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DoctorReport, EngineStatus, Run, SampleInfo, StorletSummary, Tour, TourCheck } from "../../../engine/contract/index.ts";
import { filterSamples, lackOf, sortTours } from "./learn-data.ts";
import { refuseAction } from "./tour-actions.ts";
import { describeCheck, holds, type TourFacts } from "./tour-checks.ts";
import { beginTour, goToStep, isStepOpen, leaveTour, noTours, parseTourState, passCheck } from "./tour-progress.ts";
import { parseTourText } from "./tour-text.ts";

describe("progress of a tour", () => {
  const begun = beginTour(noTours, "a", 100);

  it("goes on where it was left, and begins anew once done", () => {
    const left = leaveTour(goToStep(begun, "a", 1, 3, 200));
    expect(left).toMatchObject({ active: null, last: "a" });
    expect(beginTour(left, "a", 300).progress["a"]).toMatchObject({ step: 1, since: 200 });
    const done = goToStep(begun, "a", 3, 3, 400);
    expect(done.progress["a"]).toMatchObject({ done: true, step: 3 });
    expect(beginTour(done, "a", 500).progress["a"]).toMatchObject({ done: false, step: 0, since: 500 });
  });

  it("keeps a check that has held, and forgets it with the step", () => {
    const passed = passCheck(begun, "a", 0, 1);
    expect(passed.progress["a"]?.passed).toEqual([false, true]);
    // A check of a step that is not in front any more comes too late.
    expect(passCheck(passed, "a", 1, 0)).toEqual(passed);
    expect(goToStep(passed, "a", 1, 3, 1).progress["a"]?.passed).toEqual([]);
  });

  it("opens the way when all checks hold, or the step was done before", () => {
    const open = (state: typeof begun, checks: number) => isStepOpen(state.progress["a"]!, checks);
    expect(open(begun, 0)).toBe(true);
    expect(open(begun, 2)).toBe(false);
    expect(open(passCheck(passCheck(begun, "a", 0, 0), "a", 0, 1), 2)).toBe(true);
    expect(open(goToStep(goToStep(begun, "a", 1, 3, 1), "a", 0, 3, 2), 2)).toBe(true);
  });

  it("is read back as it was kept, whatever else lies there", () => {
    const state = passCheck(goToStep(begun, "a", 1, 3, 200), "a", 1, 0);
    expect(parseTourState(JSON.stringify(state))).toEqual(state);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseTourState(text)));
    expect(parseTourState('{"active":"a","progress":{"a":{"step":"x"}}}')).toEqual(noTours);
  });
});

const storlet = { name: "half", objectName: "half-1.0.jar", state: "live" } as StorletSummary;
const run = {
  id: "r",
  storlet: "half-1.0.jar",
  state: "succeeded",
  startedAt: 500,
  door: "GET",
  object: "c/o",
  params: { a: "1" },
} as unknown as Run;
const facts: TourFacts = {
  since: 400,
  view: "runs",
  openFiles: new Set(["f.py"]),
  saves: new Map([["f.py", { at: 450, text: "new words" }]]),
  storlets: [storlet],
  runs: [run],
  ranges: new Map([["r", "bytes=0-9"]]),
  objects: new Set(["c/o"]),
};
const ran = (fields: object): TourCheck => ({ is: "run-finished", storlet: "half", outcome: "succeeded", params: {}, ...fields });

describe("checks", () => {
  it.each<[string, TourCheck, Partial<TourFacts>, boolean]>([
    ["an open file", { is: "file-open", path: "f.py" }, {}, true],
    ["a closed file", { is: "file-open", path: "g.py" }, {}, false],
    ["a saved file", { is: "file-saved", path: "f.py" }, {}, true],
    ["a file saved with a text", { is: "file-saved", path: "f.py", contains: "new" }, {}, true],
    ["a file saved without it", { is: "file-saved", path: "f.py", contains: "old" }, {}, false],
    ["a file saved before the step", { is: "file-saved", path: "f.py" }, { since: 451 }, false],
    ["a live storlet", { is: "storlet-live", storlet: "half" }, {}, true],
    ["a stale storlet", { is: "storlet-live", storlet: "half" }, { storlets: [{ ...storlet, state: "stale" }] }, false],
    ["a run", ran({}), {}, true],
    ["a run of before", ran({}), { since: 501 }, false],
    ["a run that failed", ran({ outcome: "failed" }), {}, false],
    ["a run by another door", ran({ door: "PUT" }), {}, false],
    ["a run on another object", ran({ object: "c/p" }), {}, false],
    ["a run with the parameter", ran({ params: { a: "1" } }), {}, true],
    ["a run with another value", ran({ params: { a: "2" } }), {}, false],
    ["a run of the range", ran({ range: "bytes=0-9" }), {}, true],
    ["a run of another range", ran({ range: "bytes=1-9" }), {}, false],
    ["a run whose range is not known yet", ran({ range: "bytes=0-9" }), { ranges: new Map() }, false],
    ["an object", { is: "object-exists", object: "c/o" }, {}, true],
    ["no object", { is: "object-exists", object: "c/p" }, {}, false],
    ["a view", { is: "view-open", view: "runs" }, {}, true],
    ["another view", { is: "view-open", view: "objects" }, {}, false],
  ])("%s", (_name, check, changed, expected) => {
    expect(holds(check, { ...facts, ...changed })).toBe(expected);
    expect(describeCheck(check).length).toBeGreaterThan(5);
  });
});

describe("text of a step", () => {
  it("is paragraphs, lists, code, strong words and keys", () => {
    expect(parseTourText("One `two`\nthree **four**.\n\n- a [[Ctrl+S]]\n  b\n- c")).toEqual([
      {
        kind: "paragraph",
        parts: [
          { kind: "text", text: "One " },
          { kind: "code", text: "two" },
          { kind: "text", text: " three " },
          { kind: "strong", text: "four" },
          { kind: "text", text: "." },
        ],
      },
      {
        kind: "list",
        items: [
          [
            { kind: "text", text: "a " },
            { kind: "keys", text: "Ctrl+S" },
            { kind: "text", text: " b" },
          ],
          [{ kind: "text", text: "c" }],
        ],
      },
    ]);
  });

  it("keeps every other character as text", () => {
    const hostile = "<img src=x onerror=alert(1)> [link](javascript:alert(1))";
    expect(parseTourText(hostile)).toEqual([{ kind: "paragraph", parts: [{ kind: "text", text: hostile }] }]);
  });
});

describe("what a tour may run", () => {
  it.each([
    [{ command: "editor.save" }, null],
    [{ command: "editor.open", with: { path: "a" } }, null],
    [{ command: "editor.open" }, /without path/],
    [{ command: "editor.save", with: { path: "a" } }, /does not take/],
    [{ command: "run.show", with: { run: "a" } }, /not for tours/],
    [{ command: "shell.exec" }, /no command/],
  ] as const)("%j", (action, refusal) => {
    if (refusal === null) expect(refuseAction(action)).toBeNull();
    else expect(refuseAction(action)).toMatch(refusal);
  });

  it("makes a tour with another command a fault that names the step", () => {
    const tour = { id: "workspace/x", path: "tours/x.yaml", steps: [{ do: [] }, { do: [{ command: "shell.exec" }] }] } as unknown as Tour;
    const sorted = sortTours({ tours: [tour], faults: [] });
    expect(sorted.tours).toEqual([]);
    expect(sorted.faults[0]).toMatchObject({ path: "tours/x.yaml", problem: { detail: "Step 2 runs shell.exec, which is no command." } });
  });
});

describe("the gallery", () => {
  const sample = (name: string, language: "python" | "java", lesson = ""): SampleInfo => ({
    name,
    title: name,
    lesson,
    language,
    door: "GET",
    object: "c/o",
    params: {},
    tags: ["text"],
    inWorkspace: false,
  });
  const samples = [sample("gzip", "java", "Compresses"), sample("line_filter", "python", "Keeps lines")];

  it.each([
    ["all", "", ["gzip", "line_filter"]],
    ["java", "", ["gzip"]],
    ["all", "keeps LINES", ["line_filter"]],
    ["all", "text", ["gzip", "line_filter"]],
    ["python", "gzip", []],
  ])("%s, %j", (language, text, names) => {
    expect(filterSamples(samples, language, text).map(({ name }) => name)).toEqual(names);
  });

  const status = (kind: string) => ({ sandbox: { kind } }) as EngineStatus;
  const doctor = (state: string) =>
    ({ items: [{ id: "java", state, why: "why", fix: { text: "Install one.", command: "apt install jdk" } }] }) as unknown as DoctorReport;

  it("says what a Java sample lacks where storlets run as processes, and what to do", () => {
    expect(lackOf(sample("gzip", "java"), status("process"), doctor("missing"))).toMatchObject({
      todo: "Install one.",
      command: "apt install jdk",
    });
    expect(lackOf(sample("gzip", "java"), status("process"), doctor("ok"))).toBeNull();
    expect(lackOf(sample("gzip", "java"), status("docker"), doctor("missing"))).toBeNull();
    expect(lackOf(sample("line_filter", "python"), status("process"), doctor("missing"))).toBeNull();
  });
});
