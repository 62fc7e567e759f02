/** Every row of the status summary (storlets.md, 2.14), by its own words, for both languages on every kind of sandbox. Profile `strict`: storlet-profiles. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildJar, findTestJdk } from "../compute/test-java.ts";
import { actsSource, putObject, registrationOf, runOf, sandboxHosts, textOf } from "./conformance.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

const jdk = await findTestJdk(process.env);

type Headers = Record<string, string>;
type Sender = TestEngine["fetch"];
type Options = NonNullable<Parameters<typeof createTestEngine>[0]>;

interface Language {
  readonly name: "Python" | "Java";
  readonly storlet: string;
  readonly main: string;
  /** A class that is not there. */
  readonly absent: string;
  source(): Promise<string | Uint8Array>;
}

const languages: Language[] = [
  { name: "Python", storlet: "acts.py", main: "acts.Acts", absent: "acts.Absent", source: async () => actsSource },
  ...(jdk.missing === null
    ? [
        {
          name: "Java",
          storlet: "acts-1.0.jar",
          main: "acts.Acts",
          absent: "acts.Absent",
          source: () => buildJar({ folder: "acts" }),
        } satisfies Language,
      ]
    : []),
];

/** What a request answered: its body is what came, whether or not it ended well. */
interface Answer {
  readonly status: number;
  readonly text: string;
  readonly ending: "whole" | "cut";
  readonly headers: globalThis.Headers;
}

async function answerOf(sent: Promise<Response>): Promise<Answer> {
  const response = await sent;
  const decoder = new TextDecoder();
  const { status, headers } = response;
  let text = "";
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) text += decoder.decode(chunk, { stream: true });
    return { status, text, ending: "whole", headers };
  } catch {
    return { status, text, ending: "cut", headers };
  }
}

async function prepare(send: Sender, { name, storlet, main, source }: Language): Promise<void> {
  for (const container of ["/c", "/secret", "/storlet", "/dependency", "/storletlog"]) await textOf(send("PUT", container));
  const content = await source();
  const put = async (path: string, body: string | Uint8Array, headers: Headers = {}): Promise<void> =>
    expect((await send("PUT", path, { body, headers })).status).toBe(201);
  await put(`/storlet/${storlet}`, content, registrationOf(name, main));
  await put("/c/o", "abcdef");
  await put("/secret/o", "abcdef");
}

const unavailable = /^<html><h1>Service Unavailable<\/h1>/;
const noStorlet = /^Failed to verify access to the storlet\./;
const disabled = "Account disabled for storlets";

interface Row {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  /** Which storlet: the language's own unless said otherwise; null for none. */
  readonly storlet?: string | null;
  readonly as?: "member";
  readonly status: number;
  readonly body?: string | RegExp;
}

/** The rows that need nothing but a request. `situation` is the spec's own text. */
const rows: { situation: string; cases: Row[] }[] = [
  {
    situation: "Range + X-Run-Storlet",
    cases: [
      {
        what: "GET",
        method: "GET",
        path: "/c/o",
        headers: { Range: "bytes=0-1" },
        status: 400,
        body: "Storlet execution with range header is not supported",
      },
    ],
  },
  {
    situation: "non-empty run-on-proxy",
    cases: ["GET", "COPY"].map((method) => ({
      what: method,
      method,
      path: "/c/o",
      headers: { "X-Storlet-Run-On-Proxy": "yes", ...(method === "COPY" ? { Destination: "c/p" } : {}) },
      status: 400,
      body: "X-Storlet-Run-On-Proxy header should be empty",
    })),
  },
  {
    situation: "storlet missing / not readable",
    cases: [
      ...["GET", "PUT"].map((method) => ({
        what: `missing, ${method}`,
        method,
        path: "/c/o",
        storlet: "nope-1.py",
        status: 401,
        body: noStorlet,
      })),
      {
        what: "missing, COPY",
        method: "COPY",
        path: "/c/o",
        storlet: "nope-1.py",
        headers: { Destination: "c/p" },
        status: 401,
        body: noStorlet,
      },
      { what: "not readable", method: "GET", path: "/c/o", as: "member", status: 401, body: noStorlet },
    ],
  },
  { situation: "data object missing", cases: [{ what: "GET", method: "GET", path: "/c/nope", status: 404, body: /Not Found/ }] },
  {
    situation: "HEAD/DELETE/other + X-Run-Storlet",
    cases: ["HEAD", "DELETE", "OPTIONS"].map((method) => ({ what: method, method, path: "/c/o", status: 405 })),
  },
  { situation: "POST object + X-Run-Storlet", cases: [{ what: "405 in studio", method: "POST", path: "/c/o", status: 405 }] },
  {
    situation: "Referer contains storlets",
    cases: [
      { what: "with a storlet", storlet: undefined as never },
      { what: "without", storlet: null },
    ].map((each) => ({
      ...each,
      method: "GET",
      path: "/c/o",
      headers: { Referer: "http://a.storlets.example/" },
      status: 403,
      body: "Referrer containing storlets is not allowed",
    })),
  },
  {
    situation: "extra resources: syntax / too many / disabled",
    cases: [
      {
        what: "syntax",
        method: "GET",
        path: "/c/o",
        headers: { "X-Storlet-Extra-Resources": "c/o" },
        status: 400,
        body: "X-Storlet-Extra-Resource must be a csv with/container/object format",
      },
    ],
  },
  {
    situation: "copy header problems",
    cases: [
      { what: "no Destination", method: "COPY", path: "/c/o", status: 412, body: "Destination header required" },
      {
        what: "bad Destination",
        method: "COPY",
        path: "/c/o",
        headers: { Destination: "c" },
        status: 412,
        body: "Destination header must be of the form <container name>/<object name>",
      },
      {
        what: "bad X-Copy-From",
        method: "PUT",
        path: "/c/p",
        headers: { "X-Copy-From": "c" },
        status: 412,
        body: "X-Copy-From header must be of the form <container name>/<object name>",
      },
      ...["X-Copy-From-Account", "Destination-Account", "X-Fresh-Metadata"].map((name) => ({
        what: name,
        method: "COPY",
        path: "/c/o",
        headers: { Destination: "c/p", [name]: "AUTH_test" },
        status: 400,
        body: `Storlet on copy with ${name} is not supported`,
      })),
    ],
  },
];

/** What fails before the storlet answers, and in which words a write tells it. */
const failures: [what: string, query: string, storlet: "own" | "absent", words: string][] = [
  ["storlet exception before metadata", "?op=raise", "own", "Storlet execution failed"],
  ["daemon start failure", "", "absent", "Storlet execution failed"],
  ["bad metadata JSON", "?op=bad-metadata", "own", "Storlet execution failed"],
  ["timeout", "?op=silent", "own", "Storlet execution timed out"],
];

describe.each(sandboxHosts)("on %s", (host, options) => {
  describe.each(languages)("$name", (language) => {
    const { name, storlet, absent, source } = language;
    const run = (own = storlet): Headers => ({ "X-Run-Storlet": own });
    const make = (more: Options = {}): Promise<TestEngine> =>
      createTestEngine({ ...options, storletTimeoutMs: 1500, outputGapMs: 1000, ...more });
    const absentStorlet = storlet.replace("acts", "absent");

    let engine: TestEngine;
    let member: Sender;
    beforeAll(async () => {
      engine = await make();
      await prepare(engine.fetch, language);
      await textOf(engine.fetch("POST", "/c", { headers: { "X-Container-Read": "test:tester3" } }));
      await putObject(
        engine,
        `/storlet/${absentStorlet}`,
        await source(),
        registrationOf(name, absent.replace("acts", name === "Python" ? "absent" : "acts")),
      );
      member = await engine.as("test:tester3", "testing3");
      // The first run loads the storlet: what follows is about the run alone.
      await textOf(engine.fetch("GET", "/c/o", { headers: run() }));
    });
    afterAll(() => engine[Symbol.asyncDispose]());

    describe.each(rows)("$situation", ({ cases }) => {
      it.each(cases)("$what", async (row) => {
        const send = row.as === "member" ? member : engine.fetch;
        const headers = { ...(row.storlet === null ? {} : run(row.storlet)), ...row.headers };
        const answer = await answerOf(send(row.method, row.path, { headers, ...(row.method === "PUT" ? { body: "" } : {}) }));
        expect(answer.status).toBe(row.status);
        if (typeof row.body === "string") expect(answer.text).toBe(row.body);
        else if (row.body !== undefined) expect(answer.text).toMatch(row.body);
      });
    });

    it("extra resources: too many / disabled", async () => {
      const extra = { ...run(), "X-Storlet-Extra-Resources": "/c/o,/c/o" };
      for (const [settings, status, text] of [
        ["max_extra_resources: 1", 400, "Too many extra resources. 2 was requested but only 1 is allowed,"],
        ["max_extra_resources: 0", 403, "Usage of extra resources is not allowed"],
      ] as const) {
        await using configured = await make({ settings });
        await prepare(configured.fetch, language);
        expect(await answerOf(configured.fetch("GET", "/c/o", { headers: extra }))).toMatchObject({ status, text });
      }
    });

    it("data not readable: 403, after one ACL retry", async () => {
      await textOf(engine.fetch("POST", "/storlet", { headers: { "X-Container-Read": "test:tester3" } }));
      const asked = (): Promise<Answer> => answerOf(member("GET", "/secret/o", { headers: run() }));
      expect(await asked()).toMatchObject({ status: 403, text: expect.stringContaining("Forbidden") });
      await textOf(engine.fetch("POST", "/secret", { headers: { "X-Storlet-Container-Read": "tester3", "X-Storlet-Name": storlet } }));
      expect(await asked()).toMatchObject({ status: 200, text: "abcdef" });
      await textOf(engine.fetch("POST", "/storlet", { headers: { "X-Remove-Container-Read": "x" } }));
    });

    describe.each(failures)("%s", (_what, query, which, words) => {
      const failing = which === "own" ? storlet : absentStorlet;
      it.each<[string, string, string, Headers, number, string | RegExp]>([
        ["GET", "GET", "/c/o", {}, 503, unavailable],
        ["GET on the proxy", "GET", "/c/o", { "X-Storlet-Run-On-Proxy": "" }, 503, unavailable],
        ["PUT", "PUT", "/c/failed", {}, 500, words],
        ["proxy copy", "COPY", "/c/o", { Destination: "c/failed", "X-Storlet-Run-On-Proxy": "" }, 500, words],
      ])("%s", async (_door, method, path, headers, status, text) => {
        const body = method === "PUT" ? { body: "x" } : {};
        const answer = await answerOf(engine.fetch(method, path + query, { headers: { ...run(failing), ...headers }, ...body }));
        expect(answer.status).toBe(status);
        if (typeof text === "string") expect(answer.text).toBe(text);
        else expect(answer.text).toMatch(text);
        expect(["failed", "timed-out"]).toContain((await runOf(engine, answer.headers)).state);
        expect((await engine.fetch("HEAD", "/c/failed")).status).toBe(404);
      });
    });

    it("container limit", async () => {
      await using limited = await make({ settings: "max_containers_per_node: 1" });
      await prepare(limited.fetch, language);
      const other = await limited.as("test2:tester2", "testing2");
      await textOf(other("POST", "", { headers: { "X-Account-Meta-Storlet-Enabled": "True" } }));
      await prepare(other, language);
      await textOf(limited.fetch("GET", "/c/o", { headers: run() }));
      const refused = await answerOf(other("GET", "/c/o", { headers: run() }));
      expect(refused).toMatchObject({ status: 503, text: expect.stringMatching(unavailable) });
      expect((await runOf(limited, refused.headers)).problem?.code).toBe("SANDBOX_LIMIT");
      expect(await answerOf(other("PUT", "/c/p", { headers: run(), body: "x" }))).toMatchObject({
        status: 500,
        text: "Storlet execution failed",
      });
    });

    it("image missing", async ({ skip }) => {
      skip(host !== "Docker", "processes have no image");
      const image = `studiosummary${process.pid}${name.toLowerCase()}`;
      execFileSync("docker", ["tag", "storlet_engine_image", image]);
      await using bare = await make({ settings: `default_container_image_name: ${image}` }).finally(() =>
        execFileSync("docker", ["rmi", image]),
      );
      await prepare(bare.fetch, language);
      const refused = await answerOf(bare.fetch("GET", "/c/o", { headers: run() }));
      expect(refused).toMatchObject({ status: 503, text: expect.stringMatching(unavailable) });
      expect((await runOf(bare, refused.headers)).problem?.code).toBe("IMAGE_MISSING");
      expect(await answerOf(bare.fetch("PUT", "/c/p", { headers: run(), body: "x" }))).toMatchObject({
        status: 500,
        text: "Storlet execution failed",
      });
    });

    it.each([
      ["storlet exception after metadata was set", "?op=raise-late", "Storlet execution failed"],
      ["idle > 10 s between output chunks", "?op=stall", "Storlet execution timed out"],
    ])("%s: cut on GET, nothing stored on PUT", async (_what, query, words) => {
      const get = await answerOf(engine.fetch("GET", `/c/o${query}`, { headers: run() }));
      expect([get.status, get.ending]).toEqual([200, "cut"]);
      expect((await runOf(engine, get.headers)).bodyCut).toBe(true);
      const put = await answerOf(engine.fetch("PUT", `/c/late${query}`, { headers: run(), body: "x" }));
      expect([put.status, put.text]).toEqual([500, words]);
      expect((await engine.fetch("HEAD", "/c/late")).status).toBe(404);
    });

    it("bug paths (open range, bad parameter header, failing dependency download, log upload)", async () => {
      const get = (headers: Headers, own = storlet): Promise<Answer> =>
        answerOf(engine.fetch("GET", "/c/o", { headers: { ...run(own), ...headers } }));
      expect(await get({ "X-Storlet-Range": "bytes=4-" })).toMatchObject({ status: 200, text: "ef" });
      expect(await get({ "X-Storlet-Parameter-1": "nocolon" })).toMatchObject({ status: 400, text: expect.stringContaining("no colon") });
      expect(await get({ "X-Storlet-Generate-Log": "true" })).toMatchObject({ status: 200, text: "abcdef" });
      const log = await textOf(engine.fetch("GET", `/storletlog/${storlet.split("-")[0]}.log`));
      expect([log.status, log.text]).toEqual([200, "acts.Acts INFO: identity\n"]);
      const orphan = storlet.replace("acts", "orphan");
      const main = name === "Python" ? "orphan.Acts" : "acts.Acts";
      await putObject(engine, `/storlet/${orphan}`, await source(), {
        ...registrationOf(name, main),
        "X-Object-Meta-Storlet-Dependency": "missing.bin",
      });
      expect(await get({}, orphan)).toMatchObject({ status: 503 });
      expect(await get({ "X-Storlet-Run-On-Proxy": "" }, orphan)).toMatchObject({ status: 500, text: "Internal server error" });
    });

    it("account disabled (exec, ACL, or SC/DC upload)", async () => {
      await textOf(engine.fetch("POST", "", { headers: { "X-Account-Meta-Storlet-Enabled": "False" } }));
      for (const [method, path, headers] of [
        ["GET", "/c/o", run()],
        ["PUT", "/c/p", run()],
        ["COPY", "/c/o", { ...run(), Destination: "c/p" }],
        ["POST", "/c", { "X-Storlet-Container-Read": "u", "X-Storlet-Name": storlet }],
        ["PUT", `/storlet/${storlet}`, registrationOf(name, "acts.Acts")],
        ["PUT", "/dependency/d", { "X-Object-Meta-Storlet-Dependency-Version": "1" }],
      ] as [string, string, Headers][]) {
        const answer = await answerOf(engine.fetch(method, path, { headers, ...(method === "PUT" ? { body: "x" } : {}) }));
        expect([method, path, answer.status, answer.text]).toEqual([method, path, 400, disabled]);
      }
    });
  });
});
