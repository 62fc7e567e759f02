import { describe, expect, it } from "vitest";
import { createKeptDrafts, parseDraft } from "./draft-store.ts";
import type { EnvironmentFile } from "../../../engine/contract/index.ts";
import { emptyDraft, findProblems, firstDraft, isSendable, noProblems, rangeProblem, type Draft } from "./draft.ts";
import { draftOfRecipe, fillDraft, isSameRequest, problemsToShow, recipeOfDraft } from "./draft-recipe.ts";
import { buildRequest } from "./request.ts";

const draft = (fields: Partial<Draft>): Draft => ({ ...emptyDraft, object: "samples/a.csv", destination: "out/a.csv", ...fields });

describe("rangeProblem", () => {
  const example = "Write the range like bytes=0-1023, bytes=500- or bytes=-200.";
  it.each([
    ["", null],
    ["bytes=0-1023", null],
    ["bytes=500-", null],
    ["bytes=-200", null],
    ["BYTES = 0 - 999", null],
    ["bytes=0-1,4-5", null],
    ["bytes=5-5", null],
    ["bytes=900-100", "The range ends before it starts. Use bytes=100-900."],
    ["bytes=0-1,9-2", "The range ends before it starts. Use bytes=2-9."],
    ["bytes=-0", "The range asks for the last 0 bytes. Use bytes=-200 for the last 200."],
    ["0-100", example],
    ["bytes=", example],
    ["bytes=-", example],
    ["bytes=a-b", example],
    ["lines=0-1", example],
    ["bytes=0-99999999999999999999", null],
  ])("%j", (range, problem) => {
    expect(rangeProblem(range)).toBe(problem);
  });
});

describe("findProblems", () => {
  it.each<[string, Partial<Draft>, boolean, object]>([
    ["a GET", {}, false, {}],
    ["a GET without object", { object: "samples" }, false, { object: "Write container/object, for example samples/access.log." }],
    ["a GET does not mind the PUT's fields", { destination: "" }, false, {}],
    ["a range", { range: "5" }, false, { range: "Write the range like bytes=0-1023, bytes=500- or bytes=-200." }],
    ["a PUT of text, even none", { door: "PUT" }, false, {}],
    ["a PUT does not mind the range", { door: "PUT", range: "x" }, false, {}],
    [
      "a PUT without destination",
      { door: "PUT", destination: "x" },
      false,
      { destination: "Write container/object, for example samples/access.log." },
    ],
    ["a PUT of a file not chosen", { door: "PUT", bodyKind: "file" }, false, { body: "Choose the file to send." }],
    ["a PUT of a chosen file", { door: "PUT", bodyKind: "file" }, true, {}],
    ["a PUT of a workspace file", { door: "PUT", bodyKind: "workspace", bodyPath: "data/a" }, false, {}],
    [
      "a PUT of a workspace file not named",
      { door: "PUT", bodyKind: "workspace" },
      false,
      { body: "Name a file of the workspace, for example data/samples/access.log." },
    ],
    ["a COPY", { door: "COPY" }, false, {}],
    [
      "a COPY to nowhere",
      { door: "COPY", destination: "" },
      false,
      { destination: "Write container/object, for example samples/access.log." },
    ],
    [
      "a PUT of an object not named",
      { door: "PUT", bodyKind: "object" },
      false,
      { body: "Write container/object, for example samples/access.log." },
    ],
  ])("%s", (_name, fields, hasFile, expected) => {
    const problems = findProblems(draft(fields), hasFile);
    expect(problems).toEqual({ ...noProblems, ...expected });
    expect(isSendable(problems)).toBe(Object.keys(expected).length === 0);
  });

  it.each([
    ["X-Object-Meta-A", "1", undefined],
    ["", "", undefined],
    ["", "x", "A header's name has letters, digits and dashes."],
    ["X A", "x", "A header's name has letters, digits and dashes."],
    ["Cookie", "x", "A browser sets Cookie itself. Send it from a terminal: copy the request as curl."],
    ["X-Storlet-Range", "x", "X-Storlet-Range has a field of its own above."],
    ["Destination", "x", "Destination has a field of its own above."],
    ["X-A", "one\ntwo", "A header is one line."],
  ])("looks at the header %j: %j", (key, value, problem) => {
    expect(findProblems(draft({ headers: [{ key, value }] }), false).headers.get(0)).toBe(problem);
  });

  it("looks at extra inputs and expectations", () => {
    const problems = findProblems(
      draft({ extraInputs: ["", "a/b", "lonely"], expect: [{ subject: "status", name: "", test: "is", value: "fine" }] }),
      false,
    );
    expect([...problems.extraInputs.keys()]).toEqual([2]);
    expect([...problems.expect]).toEqual([[0, "Write the status like 200, or 2xx for any success."]]);
    expect(isSendable(problems)).toBe(false);
  });

  it("looks at every parameter", () => {
    const params = [
      { key: "column", value: "1" },
      { key: "", value: "" },
      { key: "", value: "x" },
      { key: "a:b", value: "" },
      { key: "column", value: "2" },
    ];
    expect([...findProblems(draft({ params }), false).params]).toEqual([
      [2, "Give the parameter a name."],
      [3, "A name cannot hold a colon. Take it out."],
      [4, "column is set above already. Keep one."],
    ]);
  });
});

describe("buildRequest", () => {
  it("is the Swift request of a GET", () => {
    const request = buildRequest(
      draft({
        params: [
          { key: "column", value: "temp" },
          { key: "", value: "" },
          { key: "min", value: "30" },
        ],
        range: " bytes=0-99 ",
      }),
      "csv_filter.py",
    );
    expect(request).toEqual({
      method: "GET",
      target: { container: "samples", object: "a.csv" },
      storedAs: null,
      headers: [
        ["X-Run-Storlet", "csv_filter.py"],
        ["X-Storlet-Parameter-1", "column:temp"],
        ["X-Storlet-Parameter-2", "min:30"],
        ["X-Storlet-Range", "bytes=0-99"],
      ],
    });
  });

  it("is the Swift request of a PUT, which has no range", () => {
    const request = buildRequest(draft({ door: "PUT", range: "bytes=0-99" }), "x.py");
    const path = { container: "out", object: "a.csv" };
    expect(request).toEqual({ method: "PUT", target: path, storedAs: path, headers: [["X-Run-Storlet", "x.py"]] });
  });
});

describe("kept drafts", () => {
  function memoryStorage() {
    const items = new Map<string, string>();
    return { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) };
  }

  it("brings back each storlet's own draft", () => {
    const kept = createKeptDrafts(memoryStorage(), "lab");
    const one = draft({ params: [{ key: "a", value: "1" }], door: "PUT", bodyText: "hello" });
    kept.save("one", one);
    kept.saveStorlet("one");
    expect(kept.load("one")).toEqual(one);
    expect(kept.load("two")).toBeNull();
    expect(kept.loadStorlet()).toBe("one");
  });

  it.each(["", "null", "[1", "7", '{"door":"DELETE","params":[{"key":1},7,{"key":"a","value":"b"}],"range":5}'])(
    "lives with %j",
    (text) => {
      const parsed = parseDraft(text);
      if (text.startsWith("{")) expect(parsed).toEqual({ ...emptyDraft, params: [{ key: "a", value: "b" }] });
      else expect(parsed).toBeNull();
    },
  );

  it("goes on where the storage refuses", () => {
    const refuse = () => {
      throw new Error("QuotaExceededError");
    };
    const kept = createKeptDrafts({ getItem: refuse, setItem: refuse }, "lab");
    kept.save("one", emptyDraft);
    expect(kept.load("one")).toBeNull();
  });

  it("does not keep megabytes of typed text", () => {
    const kept = createKeptDrafts(memoryStorage(), "lab");
    kept.save("one", draft({ bodyText: "x".repeat(200_000) }));
    expect(kept.load("one")?.bodyText).toBe("");
  });
});

it("begins with the storlet's example", () => {
  expect(firstDraft({ object: "samples/access.log", params: { match: "GET" } })).toMatchObject({
    door: "GET",
    object: "samples/access.log",
    params: [{ key: "match", value: "GET" }],
    destination: "results/access.log",
    bodyKind: "object",
    bodyObject: "samples/access.log",
  });
  expect(firstDraft(null)).toEqual(emptyDraft);
  const stored = { object: "samples/a.txt", params: {}, door: "PUT", destination: "kept/a.txt", range: "bytes=0-9" } as const;
  expect(firstDraft(stored)).toMatchObject({ door: "PUT", destination: "kept/a.txt", range: "bytes=0-9", bodyObject: "samples/a.txt" });
  const copied = {
    object: "samples/a.txt",
    params: {},
    door: "COPY",
    extra: ["samples/b.txt"],
    headers: { "X-Object-Meta-A": "1" },
  } as const;
  expect(firstDraft({ ...copied, extra: [...copied.extra] })).toMatchObject({
    door: "COPY",
    extraInputs: ["samples/b.txt"],
    headers: [{ key: "X-Object-Meta-A", value: "1" }],
  });
});

describe("recipes and drafts", () => {
  const environment: EnvironmentFile = {
    name: "lab",
    path: "environments/lab.yaml",
    description: "",
    variables: { site: "north", file: "a.csv" },
    secrets: { token: "hush" },
    problem: null,
    diagnostics: [],
  };

  it.each<[string, Partial<Draft>]>([
    ["GET", { range: "bytes=0-1", params: [{ key: "a", value: "1" }], extraInputs: ["c/d"], headers: [{ key: "X-A", value: "b" }] }],
    ["PUT of text", { door: "PUT", object: "", bodyText: "hello" }],
    ["PUT of an object", { door: "PUT", object: "", bodyKind: "object", bodyObject: "c/d" }],
    ["PUT of a workspace file", { door: "PUT", object: "", bodyKind: "workspace", bodyPath: "data/x" }],
    ["COPY", { door: "COPY", expect: [{ subject: "body", name: "", test: "contains", value: "x" }] }],
  ])("%s goes to a recipe and back", (_name, fields) => {
    const original = draft(fields);
    const back = draftOfRecipe(recipeOfDraft(original, "x"));
    expect(isSameRequest(back, original)).toBe(true);
    expect(back).toMatchObject({ ...fields, object: original.object });
  });

  it("leaves rows out that nobody filled in, and sees that nothing changed", () => {
    const blank = draft({ params: [{ key: "", value: "" }], headers: [{ key: "", value: "" }], extraInputs: [""] });
    expect(recipeOfDraft(blank, "x")).toMatchObject({ parameters: [], headers: [], extraInputs: [] });
    expect(isSameRequest(blank, draft({}))).toBe(true);
    expect(isSameRequest(blank, draft({ range: "bytes=0-1" }))).toBe(false);
  });

  it("fills variables in, field by field", () => {
    const filled = fillDraft(
      draft({
        object: "${site}/${file}",
        params: [
          { key: "", value: "" },
          { key: "at", value: "${site} $${site}" },
        ],
        headers: [{ key: "X-Key", value: "${token}" }],
      }),
      environment,
      false,
    );
    expect(filled.draft).toMatchObject({ object: "north/a.csv", headers: [{ key: "X-Key", value: "hush" }] });
    expect(filled.draft.params[1]).toEqual({ key: "at", value: "north ${site}" });
    expect(isSendable(filled.problems)).toBe(true);
  });

  it("says at its field which variable has no value, before the first try too", () => {
    const unknown = draft({ object: "${site}/${nope}", params: [{ key: "a", value: "${gone}" }], destination: "${unused}/x" });
    const { problems } = fillDraft(unknown, environment, false);
    expect(problems.object).toBe("The environment lab has no nope. Add it there, or write $${nope} for the text itself.");
    expect(problems.params.get(0)).toContain("lab has no gone");
    expect(problems.destination).toBeUndefined();
    expect(problemsToShow(unknown, problems, environment, false)).toMatchObject({ object: problems.object });
    expect(fillDraft(unknown, null, false).problems.object).toContain("no environment is chosen");
    expect(problemsToShow(draft({ object: "" }), findProblems(draft({ object: "" }), false), null, false)).toEqual(noProblems);
  });
});
