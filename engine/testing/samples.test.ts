/** Every sample as a user meets it: deployed by opening the workspace, built when it is first run, and run as its storlet.yaml says. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTestJdk } from "../compute/test-java.ts";
import type { Example, LogLine, StorletSummary } from "../contract/index.ts";
import { callApi, runOf, sandboxHosts } from "./conformance.ts";
import { createTestEngine, eventually, projectRoot, type TestEngine } from "./test-engine.ts";

const jdk = await findTestJdk(process.env);
const data = (name: string): Buffer => readFileSync(join(projectRoot, "resources/samples/data/samples", name));
const linesOf = (name: string): string[] => data(name).toString().trimEnd().split("\n");

interface Outcome {
  status: number;
  headers: Headers;
  /** What was answered; of PUT and COPY what was stored. */
  body: Buffer;
  stored: Headers | null;
  log: LogLine[];
}

/** Every other byte of the example's range. */
const halved = (): Buffer =>
  Buffer.from(
    data("harbour.txt")
      .subarray(4, 44)
      .filter((_byte, index) => index % 2 === 0),
  );

function warmRows(): string {
  const rows = linesOf("stations.csv")
    .slice(1)
    .map((line) => line.split(","));
  const kept = rows.filter((row) => Number(row[2]) >= 30).map((row) => row.slice(0, 3).join(","));
  return ["time,station,temperature", ...kept, ""].join("\n");
}

function joined(): string {
  const tables = ["monday", "tuesday", "wednesday"].map((day) => linesOf(`readings/${day}.csv`));
  return [tables[0]?.[0], ...tables.flatMap((lines) => lines.slice(1)), ""].join("\n");
}

function statusCounts(): [string, number][] {
  const counts = new Map<string, number>();
  for (const line of linesOf("access.log")) {
    const status = /" (\d+) /.exec(line)?.[1] as string;
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || b[0].localeCompare(a[0]));
}

function checkPng({ headers, body }: Outcome, [width, height]: [number, number], original: string): void {
  expect(headers.get("content-type")).toBe("image/png");
  expect(headers.get("x-object-meta-original-size")).toBe(original);
  expect([body.readUInt32BE(16), body.readUInt32BE(20)]).toEqual([width, height]);
  const parts: Buffer[] = [];
  for (let at = 8; at < body.length; at += 12 + body.readUInt32BE(at)) {
    if (body.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(body.subarray(at + 8, at + 8 + body.readUInt32BE(at)));
  }
  expect(inflateSync(Buffer.concat(parts)).length).toBe(height * (1 + width * 3));
}

function checkLabels({ status, stored, body }: Outcome): void {
  const content = data("harbour.txt");
  expect(status).toBe(201);
  expect(body.equals(content)).toBe(true);
  expect(stored?.get("x-object-meta-sha256")).toBe(createHash("sha256").update(content).digest("hex"));
  expect([stored?.get("x-object-meta-content-bytes"), stored?.get("x-object-meta-topic")]).toEqual([String(content.length), "sea"]);
  expect(stored?.get("x-object-meta-storlet_execution_path")).toBeNull();
}

function checkGzip({ status, stored, body }: Outcome): void {
  expect([status, stored?.get("content-type")]).toEqual([201, "application/gzip"]);
  expect(body.length).toBeLessThan(data("access.log").length / 5);
  expect(gunzipSync(body).equals(data("access.log"))).toBe(true);
}

function checkStatuses({ headers, body }: Outcome): void {
  expect(headers.get("x-object-meta-exit-code")).toBe("0");
  const told = body
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/ +/));
  expect(told.map(([count, status]) => [status, Number(count)])).toEqual(statusCounts());
}

const failed = (): number => linesOf("access.log").filter((line) => line.includes('" 500 ')).length;

function checkLog({ body, log }: Outcome): void {
  expect(body.equals(data("access.log"))).toBe(true);
  expect(failed()).toBeGreaterThan(3);
  expect(log.filter((line) => line.source === "storlet" && /^line \d+: /.test(line.text))).toHaveLength(failed());
  expect(log.filter((line) => line.text === "2400 lines").map((line) => line.source)).toEqual(["stdout"]);
  expect(log.filter((line) => line.text.endsWith(" answers with status 500")).map((line) => line.source)).toEqual(["stderr"]);
  expect(log.map((line) => line.source)).toEqual(expect.arrayContaining(["storlet", "stdout", "stderr"]));
}

const text = (expected: () => string | Buffer): ((outcome: Outcome) => void) => {
  return ({ status, body }) => expect([status, body.toString("latin1")]).toEqual([200, Buffer.from(expected()).toString("latin1")]);
};

/** What each sample has to answer with. A sample that is not here fails. */
const expected: Record<string, (outcome: Outcome) => void> = {
  identity: text(() => data("harbour.txt")),
  identity_java: text(() => data("harbour.txt")),
  half: text(halved),
  half_python: text(halved),
  label: checkLabels,
  label_java: checkLabels,
  join_tables: text(joined),
  join_tables_java: text(joined),
  csv_columns: text(warmRows),
  csv_columns_java: text(warmRows),
  gzip: checkGzip,
  gzip_python: checkGzip,
  thumbnail: (outcome) => checkPng(outcome, [160, 100], "1280x800"),
  thumbnail_python: (outcome) => checkPng(outcome, [64, 40], "256x160"),
  count_statuses: checkStatuses,
  count_statuses_java: checkStatuses,
  watch_errors: checkLog,
  watch_errors_java: checkLog,
  line_filter: text(() =>
    linesOf("access.log")
      .filter((line) => line.includes(" 500 "))
      .map((line) => `${line}\n`)
      .join(""),
  ),
  word_count: ({ body, headers }) => {
    expect(body.toString().split("\n")).toHaveLength(11);
    expect(Number(headers.get("x-object-meta-words"))).toBeGreaterThan(200);
  },
  mask_addresses: ({ body }) => {
    expect(body.toString()).toMatch(/^client-[0-9a-f]{8} - - \[/);
    expect(body.toString()).not.toContain("192.0.2.");
    expect(body.toString().split("\n")).toHaveLength(2401);
  },
  broken_totals: ({ status, log }) => {
    expect(status).toBe(503);
    expect(log.map((line) => line.text).join("\n")).toContain("could not convert string to float: 'n/a'");
  },
};

/** The lessons that every author should find, in both languages. */
const lessons = ["identity", "range", "metadata", "inputs", "csv", "gzip", "thumbnail", "executable", "log"];

function requestOf(storlet: StorletSummary, { object, params, door = "GET", destination, range, extra, headers }: Example) {
  const sent: Record<string, string> = { "X-Run-Storlet": storlet.objectName, ...headers };
  Object.entries(params).forEach(
    ([key, value], index) => (sent[`X-Storlet-Parameter-${index + 1}`] = encodeURIComponent(`${key}:${value}`)),
  );
  if (range !== undefined) sent["X-Storlet-Range"] = range;
  if (extra !== undefined) sent["X-Storlet-Extra-Resources"] = extra.map((path) => `/${path}`).join(",");
  if (door === "GET") return { method: "GET", path: `/${object}`, init: { headers: sent } };
  const body = data(object.slice("samples/".length));
  return { method: "PUT", path: `/${destination as string}`, init: { headers: sent, body } };
}

describe.each(sandboxHosts)("the samples, on %s", (_name, options) => {
  let engine: TestEngine;
  let samples: StorletSummary[];
  const find = (name: string): StorletSummary => samples.find((sample) => sample.name === name) as StorletSummary;

  beforeAll(async () => {
    engine = await createTestEngine({ ...options, samples: true });
    samples = await callApi<StorletSummary[]>(engine, "workspace.storlets", undefined);
  }, 60_000);
  afterAll(() => engine[Symbol.asyncDispose]());

  it("teach every lesson in both languages, with an object and a sentence each", async () => {
    expect(samples.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
    for (const lesson of lessons) {
      const languages = samples.filter(({ tags }) => tags?.includes(lesson)).map(({ language }) => language);
      expect([lesson, [...new Set(languages)].sort()]).toEqual([lesson, ["java", "python"]]);
    }
    for (const sample of samples) {
      expect(sample.title).toMatch(/^[A-Z].{5,60}$/);
      expect(sample.lesson).toMatch(/^[A-Z][^\n]{20,160}\.$/);
      expect(sample.example).not.toBeNull();
      const { object, extra = [], params } = sample.example as Example;
      for (const path of [object, ...extra]) expect((await engine.fetch("HEAD", `/${path}`)).status).toBe(200);
      const told = Object.keys(sample.parameters ?? {});
      if (!told.includes("any")) expect(told).toEqual(expect.arrayContaining(Object.keys(params)));
    }
  });

  it("are live but those that have to be built", () => {
    for (const { name, language, state } of samples) expect([name, state]).toEqual([name, language === "python" ? "live" : "draft"]);
  });

  const names = Object.keys(expected);
  it.each(names)(
    "%s answers as it should",
    async (name) => {
      const sample = find(name);
      if (sample.language === "java" && jdk.missing !== null) return;
      const { method, path, init } = requestOf(sample, sample.example as Example);
      const response = await engine.fetch(method, path, init);
      const { status, headers } = response;
      const answered = Buffer.from(await response.arrayBuffer());
      const stored = method === "GET" ? null : await engine.fetch("GET", path);
      const run = await runOf(engine, headers);
      expect(run.state).toBe(name === "broken_totals" ? "failed" : "succeeded");
      const log = await callApi<LogLine[]>(engine, "logs.history", { filter: { run: run.id }, limit: 1000 });
      const body = stored === null ? answered : Buffer.from(await stored.arrayBuffer());
      (expected[name] as (outcome: Outcome) => void)({ status, headers, body, stored: stored?.headers ?? null, log });
      if (status < 300) expect(run.contract).toMatchObject({ metadata: "before-data", outputClosed: true, broken: [] });
    },
    60_000,
  );

  it.skipIf(jdk.missing !== null)("are all live once they have run", async () => {
    const now = await callApi<StorletSummary[]>(engine, "workspace.storlets", undefined);
    for (const { name, state } of now) expect([name, state]).toEqual([name, "live"]);
  });

  it("keep what a run logged, where it was asked for", async () => {
    const kept = await eventually("the log is stored", async () => {
      const answer = await engine.fetch("GET", "/storletlog/watch_errors.py.log");
      const text = await answer.text();
      return answer.status === 200 && text;
    });
    expect(kept).toContain(`${failed()} of 2400 requests failed`);
  });

  it.each([
    ["thumbnail_python", "/samples/harbour.txt", {}, "the object is no PNG"],
    ["gzip_python", "/samples/harbour.txt", { "X-Storlet-Parameter-1": "action:inflate" }, "action is compress or uncompress"],
    ["join_tables", "/samples/readings/monday.csv", { "X-Storlet-Extra-Resources": "/samples/stations.csv" }, "the columns differ"],
  ])("%s fails with a status where its input is wrong", async (name, path, headers, named) => {
    const response = await engine.fetch("GET", path, { headers: { "X-Run-Storlet": find(name).objectName, ...headers } });
    await response.arrayBuffer();
    expect(response.status).toBe(503);
    const run = await runOf(engine, response.headers);
    const log = await callApi<LogLine[]>(engine, "logs.history", { filter: { run: run.id }, limit: 100 });
    expect(log.map((line) => line.text).join("\n")).toContain(named);
  });
});

it("starts with storlets that cannot be deployed, and says what is wrong with each", async () => {
  const workspaceDirectory = mkdtempSync(join(tmpdir(), "studio-broken-"));
  const folders = {
    source: "language: python\nmain: gone.Main\n",
    dependency: "language: python\nmain: here.Main\ndependencies: [words.txt]\n",
    manifest: "language: cobol\n",
    whole: "language: python\nmain: here.Main\n",
  };
  for (const [name, manifest] of Object.entries(folders)) {
    const folder = join(workspaceDirectory, "storlets", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "storlet.yaml"), manifest);
    writeFileSync(join(folder, "here.py"), "class Main:\n    def __call__(self, in_files, out_files, params):\n        pass\n");
  }
  try {
    await using engine = await createTestEngine({ sandbox: "process", workspaceDirectory });
    const summaries = await callApi<StorletSummary[]>(engine, "workspace.storlets", undefined);
    const said = summaries.map(({ name, state, problem }) => [name, state, problem?.code, problem?.message]);
    expect(said.toSorted()).toEqual([
      ["dependency", "failed", "NOT_FOUND", "storlets/dependency/words.txt is missing."],
      ["manifest", "failed", "BAD_INPUT", expect.stringContaining("storlet.yaml")],
      ["source", "failed", "NOT_FOUND", "storlets/source/gone.py is missing."],
      ["whole", "live", undefined, undefined],
    ]);
  } finally {
    rmSync(workspaceDirectory, { recursive: true });
  }
});

describe("a draft that is run", () => {
  it.skipIf(jdk.missing !== null)(
    "says what is wrong with it to whoever runs it, and is built again once it is mended",
    async () => {
      const workspaceDirectory = mkdtempSync(join(tmpdir(), "studio-drafts-"));
      const folder = join(workspaceDirectory, "storlets/half");
      cpSync(join(projectRoot, "resources/samples/storlets/half"), folder, { recursive: true });
      const source = join(folder, "src/samples/Half.java");
      const text = readFileSync(source, "utf8");
      writeFileSync(source, text.replace("boolean keep", "boolean <b>keep"));
      try {
        await using engine = await createTestEngine({ sandbox: "process", workspaceDirectory });
        await engine.fetch("PUT", "/c");
        await engine.fetch("PUT", "/c/o", { body: "abcd" });
        const run = (storlet: string): Promise<Response> => engine.fetch("GET", "/c/o", { headers: { "X-Run-Storlet": storlet } });
        const answer = await run("half-1.0.jar");
        // It quotes source text, so it must not be html.
        expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "text/plain; charset=UTF-8"]);
        expect(await answer.text()).toMatch(/^Half\.java does not compile: line \d+/);
        expect((await run("nothing-1.0.jar")).status).toBe(401);
        const stranger = await fetch(`${engine.storageUrl}/c/o`, { headers: { "X-Run-Storlet": "half-1.0.jar" } });
        expect(stranger.status).toBe(401);
        const [half] = await callApi<StorletSummary[]>(engine, "workspace.storlets", undefined);
        expect(half).toMatchObject({ state: "failed", problem: { code: "CHECK_FAILED" } });
        writeFileSync(source, text);
        expect(await (await run("half-1.0.jar")).text()).toBe("ac");
      } finally {
        rmSync(workspaceDirectory, { recursive: true });
      }
    },
    60_000,
  );

  it.skipIf(jdk.missing !== null)(
    "is built once for all who ask at the same time, and not again once it was deleted",
    async () => {
      await using engine = await createTestEngine({ sandbox: "process", samples: true });
      const run = async (): Promise<number> => {
        const response = await engine.fetch("GET", "/samples/harbour.txt", { headers: { "X-Run-Storlet": "half-1.0.jar" } });
        await response.arrayBuffer();
        return response.status;
      };
      expect(await Promise.all([run(), run(), run()])).toEqual([200, 200, 200]);
      const log = await callApi<LogLine[]>(engine, "logs.history", { filter: {}, limit: 1000 });
      expect(log.filter((line) => line.text.includes("is built for its first run"))).toHaveLength(1);
      expect((await engine.fetch("DELETE", "/storlet/half-1.0.jar")).status).toBe(204);
      expect(await run()).toBe(401);
    },
    60_000,
  );
});
