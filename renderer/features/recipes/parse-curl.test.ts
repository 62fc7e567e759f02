import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Recipe } from "../../../engine/contract/index.ts";
import { recipeOfRequest, requestOf, type RawRequest } from "../../../engine/contract/recipe-request.ts";
import { buildCurl, type CopyFacts } from "../invoke/copy-as.ts";
import { parseCurl } from "./parse-curl.ts";

const url = "http://127.0.0.1:8080/v1/AUTH_test/samples/a.csv";

function read(text: string): { request: RawRequest; account: string; notes: string[] } {
  const result = parseCurl(text);
  if ("problem" in result) throw new Error(result.problem);
  return result;
}

const header = (name: string, value: string) => ({ name, value });

describe("parseCurl", () => {
  it.each<[string, string, Partial<RawRequest>]>([
    ["an address", `curl ${url}`, { method: "GET", path: "/samples/a.csv", headers: [], query: [] }],
    ["--url", `curl --url '${url}'`, { path: "/samples/a.csv" }],
    ["a prompt", `$ curl ${url}`, { path: "/samples/a.csv" }],
    ["a path to the program", `/usr/bin/curl ${url}`, { path: "/samples/a.csv" }],
    ["-X", `curl -X COPY ${url}`, { method: "COPY" }],
    ["-X in one word", `curl -XPUT ${url}`, { method: "PUT" }],
    ["flags before it", `curl -sSXPUT ${url}`, { method: "PUT" }],
    ["--request", `curl --request put ${url}`, { method: "PUT" }],
    ["-H", `curl -H 'X-A: b c' -H "X-D:e" ${url}`, { headers: [header("X-A", "b c"), header("X-D", "e")] }],
    ["an empty header, and one that is taken away", `curl -H 'X-A;' -H 'Accept:' ${url}`, { headers: [header("X-A", "")] }],
    ["single quotes with a quote in them", `curl -H 'X-A: it'\\''s' ${url}`, { headers: [header("X-A", "it's")] }],
    ["double quotes with escapes", `curl -H "X-A: \\"b\\" \\$c" ${url}`, { headers: [header("X-A", '"b" $c')] }],
    ["quotes of bash", `curl -H $'X-A: \\'b\\u00fc' ${url}`, { headers: [header("X-A", "'bü")] }],
    ["a variable, which stays", `curl -H "X-Auth-Token: $TOKEN" ${url}`, { headers: [header("X-Auth-Token", "$TOKEN")] }],
    ["continued lines", `curl \\\n  -H 'X-A: b' \\\r\n  ${url}`, { headers: [header("X-A", "b")] }],
    ["a line break in quotes", `curl -X PUT --data-raw 'a\nb \\\nc' ${url}`, { body: { kind: "text", text: "a\nb \\\nc" } }],
    ["--range", `curl --range 0-99 ${url}`, { headers: [header("Range", "bytes=0-99")] }],
    ["-r", `curl -r 5- ${url}`, { headers: [header("Range", "bytes=5-")] }],
    ["-T", `curl -T data/a.csv ${url}`, { method: "PUT", body: { kind: "file", path: "data/a.csv" }, headers: [] }],
    [
      "--data-binary of a file",
      `curl -X PUT --data-binary @data/a.csv ${url}`,
      { body: { kind: "file", path: "data/a.csv" }, headers: [header("Content-Type", "application/x-www-form-urlencoded")] },
    ],
    ["-d twice", `curl -X PUT -d a=1 -d b=2 ${url}`, { body: { kind: "text", text: "a=1&b=2" } }],
    ["--data-raw with @", `curl -X PUT --data-raw @a ${url}`, { body: { kind: "text", text: "@a" } }],
    ["a type of its own", `curl -X PUT -H 'content-type: text/csv' -d x ${url}`, { headers: [header("content-type", "text/csv")] }],
    [
      "-G",
      `curl -G -d top=3 --data-urlencode 'word=a b&c' ${url}`,
      { method: "GET", query: [header("top", "3"), header("word", "a b&c")], body: null },
    ],
    ["a query, quoted", `curl '${url}?a=1&b=x+y%2B'`, { query: [header("a", "1"), header("b", "x y+")] }],
    ["a question mark, bare", `curl ${url}?a=1`, { query: [header("a", "1")] }],
    ["-I", `curl -I ${url}`, { method: "HEAD" }],
    ["-d alone", `curl -d x ${url}`, { method: "POST" }],
    ["a hash within a word", `curl -H X-A:b#c ${url}`, { headers: [header("X-A", "b#c")] }],
    ["a comment", `# get a token\ncurl ${url} # it's the object\n`, { path: "/samples/a.csv" }],
    ["an address behind a proxy", "curl https://host/swift/v1/AUTH_x/c%20d/e/f%3Fg", { path: "/c%20d/e/f%3Fg" }],
    ["what follows the answer", `curl -s -o out.csv -w '%{http_code}' --max-time 5 --compressed ${url} | head`, { path: "/samples/a.csv" }],
  ])("reads %s", (_name, text, expected) => {
    expect(read(text).request).toMatchObject(expected);
  });

  it.each<[string, string, RegExp]>([
    ["an option that nobody knows", `curl --frobnicate ${url}`, /^--frobnicate is not known here and was left out/],
    ["a letter that nobody knows", `curl -sQ ${url}`, /^-Q is not known here/],
    ["a user", `curl -u me:secret ${url}`, /^-u was left out: the request goes out with your own rights/],
    ["a form", `curl -F a=b ${url}`, /^-F was left out/],
    ["a file of headers", `curl -H @headers ${url}`, /file of headers/],
    ["two addresses", `curl ${url} http://b/v1/c/d/e`, /Only the first address/],
    ["standard input", `curl -T - ${url}`, /standard input/],
    ["a file", `curl -T a.csv ${url}`, /a.csv is looked for in the workspace/],
    ["line ends that -d drops", `curl -X PUT -d @a.csv ${url}`, /line ends/],
  ])("says plainly what it leaves out: %s", (_name, text, note) => {
    expect(read(text).notes).toContainEqual(expect.stringMatching(note));
  });

  it.each([
    ["", "There is no curl command in it."],
    ["wget http://x", "There is no curl command in it."],
    ["curl", "The command has no address."],
    ["curl http://host/v1/AUTH_test/lonely", /is not the address of an object/],
    ["curl 'http://host", "A quote is not closed. Copy the whole command."],
    ["curl ${}", /^This is no command line/],
  ])("refuses %j", (text, problem) => {
    expect(parseCurl(text)).toEqual({ problem: typeof problem === "string" ? problem : expect.stringMatching(problem) });
  });

  it("never throws, whatever is pasted", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom("curl", " ", "-H", "'", '"', "\\", "\n", "$", "{", "}", "$(", ")", "`", "|", "#", "-", "--", url, "%", "@"),
        ),
        (parts) => {
          const result = parseCurl(parts.join(""));
          expect("problem" in result || result.request.path !== "").toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("what Copy as curl wrote", () => {
  const facts: CopyFacts = {
    swiftUrl: "http://127.0.0.1:8080",
    authUrl: "http://127.0.0.1:8080/auth/v1.0",
    account: "AUTH_test",
    body: null,
  };
  const base: Recipe = {
    description: "",
    storlet: "x.py",
    door: "GET",
    object: "samples/a b.csv",
    destination: "",
    parameters: [{ name: "say", value: 'it\'s $1 #2 "x" \\' }],
    range: "bytes=0-9",
    extraInputs: ["c/d,e"],
    headers: [{ name: "X-Object-Meta-A", value: "" }],
    body: null,
    expect: [],
  };

  it("comes back from a paste", () => {
    const { request, notes } = read(buildCurl(requestOf(base, "x.py"), facts));
    const { recipe, notes: more } = recipeOfRequest(request);
    expect(recipe).toEqual(base);
    expect([...notes, ...more]).toEqual(["X-Auth-Token was left out: the request goes out with your own rights."]);
  });

  it("comes back with the object that goes through it", () => {
    const put: Recipe = {
      ...base,
      door: "PUT",
      object: "",
      destination: "out/x",
      range: "",
      body: { kind: "object", object: "samples/in put" },
    };
    const body = { kind: "object" as const, path: { container: "samples", object: "in put" } };
    const { request } = read(buildCurl(requestOf(put, "x.py"), { ...facts, body }));
    expect(recipeOfRequest(request).recipe).toEqual({
      ...put,
      headers: [...put.headers, { name: "Content-Type", value: "application/octet-stream" }],
    });
  });

  it("comes back with any text and parameter", () => {
    const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !/[\0\r]/.test(text));
    fc.assert(
      fc.property(word, word, (value, text) => {
        const put: Recipe = {
          ...base,
          door: "PUT",
          object: "",
          destination: "out/x",
          range: "",
          parameters: [{ name: "p", value }],
          body: { kind: "text", text },
        };
        const { request } = read(buildCurl(requestOf(put, "x.py"), { ...facts, body: { kind: "text", text } }));
        const { recipe } = recipeOfRequest(request);
        expect([recipe.parameters[0]?.value, recipe.body]).toEqual([value, { kind: "text", text }]);
      }),
      { numRuns: 300 },
    );
  });
});
