/** What is copied, carried out by the real clients against a real engine: it does what the screen's own request does. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byteString, encodePath, joinPath, requestOf } from "../../../engine/contract/recipe-request.ts";
import type { Recipe } from "../../../engine/contract/index.ts";
import { isClientThere } from "../../../engine/testing/clients.ts";
import { testStorlets } from "../../../engine/testing/storlets.ts";
import { createTestEngine, type TestEngine } from "../../../engine/testing/test-engine.ts";
import { buildCurl, buildPython, builders, swiftUrlOf, type CopyFacts, type CopyForm } from "./copy-as.ts";
import { quoteForShell } from "../../api/shell-words.ts";

const run = promisify(execFile);
const pythons = ["python3", "/usr/bin/python3"];

/** A Python that has swiftclient. */
async function findPython(): Promise<string | null> {
  for (const python of pythons) {
    const works = await run(python, ["-c", "import swiftclient"]).then(
      () => true,
      () => false,
    );
    if (works) return python;
  }
  await isClientThere("python3-swiftclient", "python3", "-c", "import swiftclient");
  return null;
}

const python = await findPython();
const there: Record<CopyForm, boolean> = {
  curl: await isClientThere("curl", "curl", "--version"),
  swift: await isClientThere("the swift command", "swift", "--version"),
  python: python !== null,
};

/** Writes its parameters and all its inputs down, so that nothing a request says is lost. */
const witness = `class Storlet(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({'Inputs': str(len(in_files))})
        for key in sorted(params):
            out_files[0].write(('%s=%s;' % (key, params[key])).encode('utf-8'))
        for source in in_files:
            out_files[0].write(b'[' + source.read() + b']')
`;

let engine: TestEngine;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "studio-copy-as-"));
  writeFileSync(join(folder, "local [1].bin"), Buffer.from([0, 255, 10, 64]));
  writeFileSync(join(folder, "-dash.txt"), "dash");
  engine = await createTestEngine();
  await engine.putStorlet("witness.py", "witness.Storlet", witness);
  await engine.putStorlet("upper.py", "upper.Storlet", testStorlets.upper);
  for (const container of ["in", "out", "sp ace"]) await engine.fetch("PUT", `/${encodePath(container)}`);
  for (const [path, text] of [
    ["in/a.txt", "first object"],
    ["in/second, with comma.txt", "second"],
    ["sp ace/d/.é/ü?#[1]{x}.txt", "odd name"],
  ] as const) {
    const stored = await engine.fetch("PUT", `/${encodePath(path)}`, { body: text });
    expect(stored.status).toBe(201);
  }
}, 60_000);

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const base: Recipe = {
  description: "",
  storlet: "witness.py",
  door: "GET",
  object: "in/a.txt",
  destination: "out/made",
  parameters: [],
  range: "",
  extraInputs: [],
  headers: [],
  body: null,
  expect: [],
};

interface Case {
  recipe: Partial<Recipe>;
  body?: CopyFacts["body"];
}

const cases: Record<string, Case> = {
  "a GET": { recipe: {} },
  "a GET with all there is": {
    recipe: {
      parameters: [
        { name: "say", value: `it's "$HOME" \`id\` \\ %20 ; | & é 日本 ! *` },
        { name: "line", value: "one\ntwo" },
        { name: "empty", value: "" },
      ],
      range: "bytes=1-4",
      extraInputs: ["in/second, with comma.txt", "sp ace/d/.é/ü?#[1]{x}.txt"],
      headers: [{ name: "X-Object-Meta-Colour", value: `bl'ue "x" $y` }],
    },
  },
  "a GET of an odd name": { recipe: { object: "sp ace/d/.é/ü?#[1]{x}.txt" } },
  "a PUT of text": { recipe: { door: "PUT" }, body: { kind: "text", text: `@it's "text"\n$HOME \\ %s é\n` } },
  "a PUT of nothing": { recipe: { door: "PUT" }, body: { kind: "text", text: "" } },
  "a PUT of a file": { recipe: { door: "PUT" }, body: { kind: "file", path: "local [1].bin" } },
  "a PUT of a file with a dash": { recipe: { door: "PUT" }, body: { kind: "file", path: "-dash.txt" } },
  "a PUT of an object": { recipe: { door: "PUT" }, body: { kind: "object", path: { container: "sp ace", object: "d/.é/ü?#[1]{x}.txt" } } },
  "a PUT with a type": {
    recipe: { door: "PUT", headers: [{ name: "Content-Type", value: "text/csv" }], destination: "sp ace/new é [2]" },
    body: { kind: "text", text: "a,b" },
  },
  "a COPY": { recipe: { door: "COPY", destination: "sp ace/copy é", parameters: [{ name: "a", value: "b'c" }] } },
  "a COPY with another input": { recipe: { door: "COPY", extraInputs: ["in/second, with comma.txt"] } },
};

/** What came out of the request: the body of a GET, else what lies in the object that was stored. */
interface Outcome {
  body: string;
  inputs: string | null;
  contentType: string | null;
}

async function stored(recipe: Recipe): Promise<Outcome> {
  const response = await engine.fetch("GET", `/${encodePath(recipe.destination)}`);
  expect(response.status).toBe(200);
  const { headers } = response;
  return { body: await response.text(), inputs: headers.get("x-object-meta-inputs"), contentType: headers.get("content-type") };
}

async function bytesOf(body: CopyFacts["body"]): Promise<Uint8Array | string | undefined> {
  if (body === undefined || body === null) return undefined;
  if (body.kind === "text") return body.text;
  if (body.kind === "object") return (await engine.fetch("GET", `/${encodePath(joinPath(body.path))}`)).text();
  return body.path === "-dash.txt" ? "dash" : Uint8Array.from([0, 255, 10, 64]);
}

/** Sends it as the screen does. */
async function sendDirectly(recipe: Recipe, body: CopyFacts["body"]): Promise<Outcome> {
  const request = requestOf(recipe, recipe.storlet);
  const type =
    body === null ? [] : [["Content-Type", body.kind === "text" ? "text/plain; charset=utf-8" : "application/octet-stream"] as const];
  const content = await bytesOf(body);
  const headers = Object.fromEntries([...type, ...request.headers].map(([name, value]) => [name, byteString(value)]));
  const answer = await engine.fetch(request.method, `/${encodePath(joinPath(request.target))}`, {
    headers,
    ...(content === undefined ? {} : { body: content }),
  });
  expect(answer.ok).toBe(true);
  const text = await answer.text();
  return recipe.door === "GET" ? { body: text, inputs: null, contentType: null } : stored(recipe);
}

async function carryOut(form: CopyForm, text: string): Promise<string> {
  const env = { ...process.env, HOME: "/nonexistent-home" };
  if (form === "python") return (await run(python as string, ["-c", text], { cwd: folder, env })).stdout;
  const shown = (await run("sh", ["-euc", text], { cwd: folder, env })).stdout;
  if (form === "swift") return shown;
  // `curl -i` prints the head of the answer, too.
  const answer = shown.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "");
  expect(answer).toMatch(/^HTTP\/1\.1 20[01] /);
  return answer.slice(answer.indexOf("\r\n\r\n") + 4);
}

describe.each(["curl", "swift", "python"] as const)("copied as %s", (form) => {
  it.runIf(there[form]).each(Object.entries(cases))(
    "%s does what the screen's request does",
    async (_name, { recipe: fields, body = null }) => {
      const recipe = { ...base, ...fields };
      const direct = await sendDirectly(recipe, body);
      if (recipe.door !== "GET") expect((await engine.fetch("DELETE", `/${encodePath(recipe.destination)}`)).status).toBe(204);
      const facts: CopyFacts = { swiftUrl: engine.ready.swift, authUrl: engine.ready.auth, account: "AUTH_test", body };
      const shown = await carryOut(form, builders[form](requestOf(recipe, recipe.storlet), facts));
      const outcome = recipe.door === "GET" ? { body: shown, inputs: null, contentType: null } : await stored(recipe);
      expect(outcome).toEqual(direct);
      expect(outcome.body).not.toBe("");
    },
  );
});

describe("quoting", () => {
  it("hands every word on to a shell unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), async (word) => {
        fc.pre(!word.includes("\0"));
        expect((await run("sh", ["-c", `printf %s ${quoteForShell(word)}`])).stdout).toBe(word);
      }),
      { numRuns: 40 },
    );
  });

  it("writes the URL segment by segment, with or without the version at hand", () => {
    expect(swiftUrlOf("http://h/v1/", "AUTH_a", { container: "c d", object: "x/y?z#ü" })).toBe("http://h/v1/AUTH_a/c%20d/x/y%3Fz%23%C3%BC");
  });

  const facts: CopyFacts = {
    swiftUrl: "http://127.0.0.1:8080",
    authUrl: "http://127.0.0.1:8080/auth/v1.0",
    account: "AUTH_test",
    body: null,
  };

  it("gets a token, then sends the request", () => {
    expect(buildCurl(requestOf({ ...base, parameters: [{ name: "say", value: "it's" }] }, "x.py"), facts).split("\n")).toEqual([
      `TOKEN=$(curl -si -H 'X-Auth-User: test:tester' -H 'X-Auth-Key: testing' http://127.0.0.1:8080/auth/v1.0 | tr -d '\\r' | sed -n 's/^X-Auth-Token: //p')`,
      "curl -i \\",
      `  -H "X-Auth-Token: $TOKEN" \\`,
      "  -H 'X-Run-Storlet: x.py' \\",
      `  -H 'X-Storlet-Parameter-1: say:it'\\''s' \\`,
      "  http://127.0.0.1:8080/v1/AUTH_test/in/a.txt",
      "",
    ]);
  });

  it("keeps curl from resolving names that are dots", () => {
    expect(buildCurl(requestOf({ ...base, object: "in/a/../b" }, "x.py"), facts)).toContain(
      "--path-as-is http://127.0.0.1:8080/v1/AUTH_test/in/a/%2E%2E/b",
    );
  });

  it("writes Python without any sign that ends a line or a text", () => {
    const text = buildPython(requestOf({ ...base, headers: [{ name: "X-A", value: 'a"\u2028\u0085\\' }] }, "x.py"), facts);
    expect(text).toContain('"X-A": "a\\"\\u2028\\u0085\\\\",');
  });
});
