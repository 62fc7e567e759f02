import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkExpectations, expectationProblem, parseDuration, verdictOf, type AnswerFacts, type Verdict } from "./recipe-checks.ts";
import { byteString, encodePath, isCredential, parseObjectPath, recipeOfRequest, requestOf, type RawRequest } from "./recipe-request.ts";
import { fillIn, secretIn, unknownVariableText } from "./recipe-variables.ts";
import type { Expectation, Recipe } from "./recipes.ts";

const base: Recipe = {
  description: "",
  storlet: "x",
  door: "GET",
  object: "samples/a.csv",
  destination: "",
  parameters: [],
  range: "",
  extraInputs: [],
  headers: [],
  body: null,
  expect: [],
};

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

describe("requestOf", () => {
  it("carries any parameter through the middleware's decoding", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" }), (name, value) => {
        fc.pre(!name.includes(":"));
        const [, header] = requestOf({ ...base, parameters: [{ name, value }] }, "x.py").headers;
        const text = header?.[1] ?? "";
        expect(text).toMatch(/^[\x21-\x7e]*$/);
        const decoded = decodeURIComponent(text);
        expect([decoded.slice(0, decoded.indexOf(":")), decoded.slice(decoded.indexOf(":") + 1)]).toEqual([name, value]);
      }),
    );
  });

  it("is a COPY with its destination, extra inputs and headers, encoded where they are read encoded", () => {
    const request = requestOf(
      {
        ...base,
        door: "COPY",
        destination: "out/ü,b",
        extraInputs: ["c/d,e", "/f/g h"],
        range: "bytes=1-2",
        headers: [{ name: "X-A", value: "ä" }],
      },
      "x.py",
    );
    expect(request).toEqual({
      method: "COPY",
      target: { container: "samples", object: "a.csv" },
      storedAs: { container: "out", object: "ü,b" },
      headers: [
        ["X-Run-Storlet", "x.py"],
        ["X-Storlet-Range", "bytes=1-2"],
        ["X-Storlet-Extra-Resources", "/c/d%2Ce,/f/g%20h"],
        ["Destination", "/out/%C3%BC%2Cb"],
        ["X-A", "ä"],
      ],
    });
  });

  it.each([[{ object: "lonely" }], [{ door: "PUT" as const, destination: "" }], [{ extraInputs: ["x"] }]])("refuses %j", (fields) => {
    expect(() => requestOf({ ...base, ...fields }, "x.py")).toThrow(RangeError);
  });

  it("encodes paths so that no client resolves or cuts them, and values as UTF-8", () => {
    expect(encodePath("c d/x/../y?z#(ü)")).toBe("c%20d/x/%2E%2E/y%3Fz%23%28%C3%BC%29");
    expect(byteString("ü")).toBe("\u00c3\u00bc");
  });
});

describe("recipeOfRequest", () => {
  const request = (fields: Partial<RawRequest>): RawRequest => ({
    method: "GET",
    path: "/samples/a.csv",
    query: [],
    headers: [{ name: "X-Run-Storlet", value: "x.py" }],
    body: null,
    ...fields,
  });

  it("brings back what requestOf made", () => {
    const recipe: Recipe = {
      ...base,
      storlet: "x.py",
      door: "COPY",
      object: "c d/ü",
      destination: "out/a:b",
      parameters: [{ name: "a b", value: "1:2" }],
      range: "bytes=0-1",
      extraInputs: ["c/d,e"],
      headers: [{ name: "X-A", value: "b" }],
    };
    const { method, target, headers } = requestOf(recipe, "x.py");
    const path = `/${encodePath(`${target.container}/${target.object}`)}`;
    const named = headers.map(([name, value]) => ({ name, value }));
    expect(recipeOfRequest(request({ method, path, headers: named }))).toEqual({ recipe, notes: [] });
  });

  it("takes a PUT with X-Copy-From for the copy that it is", () => {
    const headers = [{ name: "X-Copy-From", value: "/samples/b%20c" }];
    expect(recipeOfRequest(request({ method: "PUT", path: "/out/d", headers })).recipe).toMatchObject({
      door: "COPY",
      object: "samples/b c",
      destination: "out/d",
    });
  });

  it.each<[string, Partial<RawRequest>, string | RegExp]>([
    ["another method", { method: "DELETE" }, "A storlet runs on GET, PUT and COPY. DELETE became GET."],
    [
      "a token",
      { headers: [{ name: "x-auth-token", value: "AUTH_tk" }] },
      "x-auth-token was left out: the request goes out with your own rights.",
    ],
    ["a parameter without colon", { headers: [{ name: "X-Storlet-Parameter-1", value: "x" }] }, /has no colon/],
    ["Swift's own query", { query: [{ name: "multipart-manifest", value: "get" }] }, /multipart-manifest=get in the address was left out/],
    ["a body on GET", { body: { kind: "text", text: "x" } }, "GET sends no body: it was left out."],
  ])("says what it leaves out: %s", (_name, fields, note) => {
    const { notes } = recipeOfRequest(request(fields));
    expect(notes).toEqual([typeof note === "string" ? note : expect.stringMatching(note)]);
  });

  it("takes the query for parameters, which headers override, as the middleware does", () => {
    const { recipe } = recipeOfRequest(
      request({
        query: [
          { name: "a", value: "1" },
          { name: "b", value: "2" },
        ],
        headers: [{ name: "X-Storlet-Parameter-1", value: "a:3" }],
      }),
    );
    expect(recipe.parameters).toEqual([
      { name: "a", value: "3" },
      { name: "b", value: "2" },
    ]);
  });

  it.each(["X-Object-Meta-Authorization", "X-Token", "Content-Type"])("takes %s for none", (name) => {
    expect(isCredential(name)).toBe(false);
  });

  it.each(["X-Auth-Token", "x-auth-key", "Authorization", "Cookie", "X-Storage-Token"])("knows the credential %s", (name) => {
    expect(isCredential(name)).toBe(true);
  });
});

describe("fillIn", () => {
  it("fills every text in", () => {
    const recipe: Recipe = {
      ...base,
      door: "PUT",
      storlet: "${v}",
      object: "${v}",
      destination: "${v}/${v}",
      parameters: [{ name: "${v}", value: "a${v}b" }],
      range: "${v}",
      extraInputs: ["${v}"],
      headers: [{ name: "X-${v}", value: "${v}" }],
      body: { kind: "text", text: "${v}" },
      expect: [{ subject: "body", name: "", test: "is", value: "${v}" }],
    };
    const filled = fillIn(recipe, { v: "w" });
    expect(filled.unknown).toEqual([]);
    expect(JSON.stringify(filled.recipe)).toBe(JSON.stringify(recipe).replaceAll("${v}", "w"));
  });

  it.each([
    ["${nope}", "${nope}", ["nope"]],
    ["$${nope}", "${nope}", []],
    ["${toString}", "${toString}", ["toString"]],
    ["${}", "${}", [""]],
    ["${a", "${a", []],
    ["$a {b}", "$a {b}", []],
    ["${a}${a}", "$1$1", []],
  ])("%j becomes %j", (text, object, unknown) => {
    const filled = fillIn({ ...base, object: text }, { a: "$1" });
    expect([filled.recipe.object, filled.unknown]).toEqual([object, unknown.map((name) => ({ field: "object", name }))]);
  });

  it("says which variable has no value, and what to do", () => {
    expect(unknownVariableText("a", null)).toBe(
      "${a} has no value: no environment is chosen. Choose one, or write $${a} for the text itself.",
    );
    expect(unknownVariableText("a", "lab")).toBe("The environment lab has no a. Add it there, or write $${a} for the text itself.");
  });

  it("finds a secret wherever it stands", () => {
    const lab = {
      name: "lab",
      path: "",
      description: "",
      variables: {},
      secrets: { key: 'hu"sh', short: "x" },
      problem: null,
      diagnostics: [],
    };
    expect(secretIn({ ...base, headers: [{ name: "A", value: 'Bearer hu"sh' }] }, [lab])).toEqual({ name: "key", environment: "lab" });
    expect(secretIn({ ...base, object: "x/x" }, [lab])).toBeNull();
  });
});

describe("checkExpectations", () => {
  const facts: AnswerFacts = {
    status: 200,
    headers: [
      ["content-type", "text/csv"],
      ["x-object-meta-rows", "41"],
    ],
    metadata: [["x-object-meta-rows", "41"]],
    durationMs: 120.4,
    body: { text: "one\ntwo", sha256: "ab".repeat(32) },
    cut: null,
  };
  const expectation = (subject: Expectation["subject"], test: Expectation["test"], value: string, name = ""): Expectation => ({
    subject,
    test,
    value,
    name,
  });

  it.each<[Expectation, Verdict, string]>([
    [expectation("status", "is", "200"), "pass", ""],
    [expectation("status", "is", "2XX"), "pass", ""],
    [expectation("status", "is", "404"), "fail", "It is 200"],
    [expectation("header", "is", "text/csv", "Content-Type"), "pass", ""],
    [expectation("header", "is", "text/plain", "Content-Type"), "fail", "It is text/csv"],
    [expectation("header", "matches", "^text/(csv|plain)$", "content-type"), "pass", ""],
    [expectation("header", "contains", "html", "content-type"), "fail", "It is text/csv"],
    [expectation("header", "is", "x", "X-None"), "fail", "It is not there."],
    [expectation("metadata", "is", "41", "Rows"), "pass", ""],
    [expectation("metadata", "matches", "^\\d$", "rows"), "fail", "It is 41"],
    [expectation("body", "contains", "two"), "pass", ""],
    [expectation("body", "is", "one\ntwo"), "pass", ""],
    [expectation("body", "is", "one\ntoo"), "fail", 'It differs in line 2: "wo" instead of "oo"'],
    [expectation("body", "matches", "one.two"), "pass", ""],
    [expectation("body", "contains", "three"), "fail", 'It begins with "one\\ntwo"'],
    [expectation("body", "sha256", "AB".repeat(32)), "pass", ""],
    [expectation("body", "sha256", "cd".repeat(32)), "fail", `It is ${"ab".repeat(32)}`],
    [expectation("duration", "under", "1 s"), "pass", ""],
    [expectation("duration", "under", "100 ms"), "warn", "It took 120 ms"],
    [expectation("duration", "under", "soon"), "fail", "Write the time like 500 ms or 2 s."],
  ])("%j: %s", (each, state, found) => {
    const checks = checkExpectations([expectation("status", "is", "2xx"), each], facts);
    expect(checks[1]).toMatchObject({ state, found });
    expect(verdictOf(checks)).toBe(state);
  });

  it("expects a success that comes whole where nobody says more", () => {
    expect(checkExpectations([], facts)).toEqual([{ state: "pass", label: "Status is 2xx", found: "" }]);
    expect(checkExpectations([], { ...facts, status: 503, cut: "It broke off." })).toEqual([
      { state: "fail", label: "The answer comes whole", found: "It broke off." },
      { state: "fail", label: "Status is 2xx", found: "It is 503" },
    ]);
  });

  it("fails what could not be looked at, and says why", () => {
    const checks = checkExpectations([expectation("body", "contains", "x")], { ...facts, body: { why: "Too long." } });
    expect(checks[1]).toMatchObject({ state: "fail", found: "Too long." });
  });

  it.each([
    ["500 ms", 500],
    ["2 s", 2000],
    ["1.5s", 1500],
    ["40", 40],
    ["soon", null],
    ["", null],
  ])("reads the time %j", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it("knows what cannot be tested", () => {
    expect(expectationProblem(expectation("status", "contains", "2"))).toBe('A status cannot be tested with "contains". Use is.');
    expect(expectationProblem(expectation("header", "is", "x"))).toBe("Give the name of the header.");
    expect(expectationProblem(expectation("body", "matches", "("))).toBe("This is not a regular expression.");
    expect(expectationProblem(expectation("body", "sha256", "12"))).toBe("A SHA-256 has 64 hexadecimal digits.");
  });
});
