import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeptDrafts, parseDraft } from "./draft-store.ts";
import { emptyDraft, findProblems, firstDraft, isSendable, parseObjectPath, rangeProblem, type Draft } from "./draft.ts";
import { buildCurl, buildRequest, quoteForShell, swiftUrlOf } from "./request.ts";

const draft = (fields: Partial<Draft>): Draft => ({ ...emptyDraft, object: "samples/a.csv", destination: "out/a.csv", ...fields });

describe("parseObjectPath", () => {
  it.each([
    ["samples/a.csv", { container: "samples", object: "a.csv" }],
    ["/samples/2026/a.csv", { container: "samples", object: "2026/a.csv" }],
    [" samples/dir/ ", { container: "samples", object: "dir/" }],
    ["samples//a", { container: "samples", object: "/a" }],
    ["samples", null],
    ["samples/", null],
    ["/a", null],
    ["", null],
  ])("%j", (text, path) => {
    expect(parseObjectPath(text)).toEqual(path);
  });
});

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
    [
      "a PUT of an object not named",
      { door: "PUT", bodyKind: "object" },
      false,
      { body: "Write container/object, for example samples/access.log." },
    ],
  ])("%s", (_name, fields, hasFile, expected) => {
    const problems = findProblems(draft(fields), hasFile);
    expect(problems).toEqual({ params: new Map(), ...expected });
    expect(isSendable(problems)).toBe(Object.keys(expected).length === 0);
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
    expect(request).toEqual({ method: "PUT", target: { container: "out", object: "a.csv" }, headers: [["X-Run-Storlet", "x.py"]] });
  });

  it("carries any parameter through the middleware's decoding", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" }), (key, value) => {
        fc.pre(!key.includes(":"));
        const [, header] = buildRequest(draft({ params: [{ key, value }] }), "x.py").headers;
        const text = header?.[1] ?? "";
        expect(text).toMatch(/^[\x21-\x7e]*$/);
        // The middleware: decode, then cut at the first colon (storlets.md, 2.2).
        const decoded = decodeURIComponent(text);
        expect([decoded.slice(0, decoded.indexOf(":")), decoded.slice(decoded.indexOf(":") + 1)]).toEqual([key, value]);
      }),
    );
  });
});

describe("buildCurl", () => {
  const facts = { swiftUrl: "http://127.0.0.1:8080", authUrl: "http://127.0.0.1:8080/auth/v1.0", account: "AUTH_test", body: null };

  it("gets a token, then sends the request", () => {
    const request = buildRequest(draft({ object: "samples/a b.csv", params: [{ key: "say", value: "it's" }] }), "x.py");
    expect(buildCurl(request, facts).split("\n")).toEqual([
      `TOKEN=$(curl -si -H 'X-Auth-User: test:tester' -H 'X-Auth-Key: testing' http://127.0.0.1:8080/auth/v1.0 | tr -d '\\r' | sed -n 's/^X-Auth-Token: //p')`,
      "curl -i \\",
      `  -H "X-Auth-Token: $TOKEN" \\`,
      "  -H 'X-Run-Storlet: x.py' \\",
      `  -H 'X-Storlet-Parameter-1: say:it'\\''s' \\`,
      "  http://127.0.0.1:8080/v1/AUTH_test/samples/a%20b.csv",
      "",
    ]);
  });

  it.each([
    [{ kind: "text" as const, text: "a\n$b" }, "--data-binary 'a\n$b'"],
    [{ kind: "file" as const, name: "my data.csv" }, "-T 'my data.csv'"],
    [
      { kind: "object" as const, path: { container: "samples", object: "a.csv" } },
      `curl -s -H "X-Auth-Token: $TOKEN" http://127.0.0.1:8080/v1/AUTH_test/samples/a.csv |`,
    ],
  ])("sends the body of a PUT: %j", (body, expected) => {
    expect(buildCurl(buildRequest(draft({ door: "PUT" }), "x.py"), { ...facts, body })).toContain(expected);
  });

  it("quotes words so that a shell hands them on unchanged", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (word) => {
        fc.pre(!word.includes("\u0000"));
        const out = execFileSync("sh", ["-c", `printf %s ${quoteForShell(word)}`], { encoding: "utf8" });
        expect(out).toBe(word);
      }),
      { numRuns: 40 },
    );
  });

  it("builds URLs segment by segment, with or without the version at hand", () => {
    expect(swiftUrlOf("http://h/v1/", "AUTH_a", { container: "c d", object: "x/y?z#ü" })).toBe("http://h/v1/AUTH_a/c%20d/x/y%3Fz%23%C3%BC");
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
});
