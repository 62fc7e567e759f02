/** The functional tests of OpenStack Storlets for Java, by name, as a table: storlets written in the public API, invoked through Swift. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildJar, findTestJdk } from "../compute/test-java.ts";
import { registrationOf, stopSandbox } from "./conformance.ts";
import { createTestEngine, findDocker, projectRoot, type TestEngine } from "./test-engine.ts";

const jdk = await findTestJdk(process.env);
const docker = findDocker();
if ("missing" in docker) console.warn(`LEFT OUT: Java storlets on Docker. ${docker.missing}`);

const hosts: [string, Parameters<typeof createTestEngine>[0]][] = [["processes", { sandbox: "process" }]];
if (!("missing" in docker)) hosts.push(["Docker", { sandbox: "docker", dockerHost: docker.host }]);

/** Object names as in the real samples. */
const storlets = {
  "identitystorlet-1.0.jar": "seven.Identity",
  "compressstorlet-1.0.jar": "seven.Compress",
  "halfstorlet-1.0.jar": "seven.Half",
  "multiinputstorlet-1.0.jar": "seven.MultiInput",
  "testmetadatastorlet-1.0.jar": "seven.Metadata",
  "test-10.jar": "seven.Behaviour",
  "execdepstorlet-1.0.jar": "seven.ExecDep",
  "partitionsidentitystorlet-1.0.jar": "seven.PartitionsIdentity",
  "csvstorlet-1.0.jar": "seven.Csv",
  "thumbnail-1.0.jar": "seven.Thumbnail",
} as const;
type Storlet = keyof typeof storlets;
const dependent: readonly Storlet[] = ["identitystorlet-1.0.jar", "execdepstorlet-1.0.jar"];

/** The same sources as other jars: for the newest Java, and against the API by its name of 2016. The suite itself runs Java 8 class files. */
const builds: { build: string; version: string; release: number; api: "org.openstack.storlet.common" | "com.ibm.storlet.common" }[] = [
  { build: "class files of Java 17", version: "17.0", release: 17, api: "org.openstack.storlet.common" },
  { build: "jars of com.ibm.storlet", version: "0.1", release: 8, api: "com.ibm.storlet.common" },
];

/** Lines that end at 11, 95, 203 and 240. */
const recordsText = `${"h".repeat(11)}\n${"1".repeat(83)}\n${"2".repeat(107)}\n${"3".repeat(36)}\n`;

/** A megabyte of meter readings with a header of 58 bytes; 1070 of them come from FRA. */
function meterCsv(): { bytes: Buffer; matches: number } {
  const lines = [`${"vid,date,index,sumHC,sumHP,type,size,temp,city".padEnd(57, "x")}\n`];
  let matches = 0;
  let sizeBytes = 58;
  for (let n = 0; sizeBytes < 1_048_000; n++) {
    const city = n % 13 === 0 && matches < 1070 ? "FRA" : "NLD";
    if (city === "FRA") matches += 1;
    const line = `${n},2026-01-${String((n % 28) + 1).padStart(2, "0")},${n * 7},${n * 3}.5,${n % 977},House,${city},${(n % 40) - 10},${"c".repeat(n % 19)}\n`;
    lines.push(line);
    sizeBytes += line.length;
  }
  return { bytes: Buffer.from(lines.join("")), matches };
}

const meter = meterCsv();
const picture = readFileSync(join(projectRoot, "resources/samples/data/samples/dunes.jpg"));
const tenMetadata = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`X-Object-Meta-Key${n + 1}`, String(n + 1)]));

type Headers = Record<string, string>;

/** Every class that upstream repeats with the suffix OnProxy: the same tests, with one more header. */
const places: [where: string, place: Headers][] = [
  ["", {}],
  ["OnProxy", { "X-Storlet-Run-On-Proxy": "" }],
];

interface GetCase {
  test: string;
  storlet: Storlet;
  object: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string | ((body: Buffer) => void);
  answered?: Record<string, string>;
}

const testkey = { "x-object-meta-testkey": "tester" };
const execution = { "x-object-meta-execution-result": "42" };

const gets: GetCase[] = [
  { test: "TestHalfIdentityStorlet.test_get", storlet: "halfstorlet-1.0.jar", object: "half", body: "acegikmn", answered: testkey },
  {
    test: "TestHalfIdentityStorlet.test_get_range",
    storlet: "halfstorlet-1.0.jar",
    object: "half",
    headers: { "X-Storlet-Range": "bytes=5-10" },
    body: "fhj",
  },
  { test: "TestIdentityStorlet.test_get", storlet: "identitystorlet-1.0.jar", object: "small", body: "0123456789abcd", answered: testkey },
  {
    test: "TestIdentityStorlet.test_get_double (query)",
    storlet: "identitystorlet-1.0.jar",
    object: "small",
    query: "?double=true",
    body: "0123456789abcd0123456789abcd",
  },
  {
    test: "TestIdentityStorlet.test_get_double (header)",
    storlet: "identitystorlet-1.0.jar",
    object: "small",
    headers: { "X-Storlet-Parameter-1": "double:true" },
    body: "0123456789abcd0123456789abcd",
    answered: { "x-object-meta-parameter-double": "true" },
  },
  {
    test: "TestIdentityStorlet.test_get_execute (query)",
    storlet: "identitystorlet-1.0.jar",
    object: "small",
    query: "?execute=true",
    answered: execution,
  },
  {
    test: "TestIdentityStorlet.test_get_execute (header)",
    storlet: "identitystorlet-1.0.jar",
    object: "small",
    headers: { "X-Storlet-Parameter-1": "execute:true" },
    answered: execution,
  },
  ...[
    ["0-0", "0"],
    ["0-10", "0123456789a"],
    ["2-10", "23456789a"],
    ["10-13", "abcd"],
    ["10-14", "abcd"],
    ["10-15", "abcd"],
  ].map(([range, body]): GetCase => ({
    test: `TestIdentityStorlet.test_get_ranges (${range})`,
    storlet: "identitystorlet-1.0.jar",
    object: "small",
    headers: { "X-Storlet-Range": `bytes=${range}` },
    body: body as string,
  })),
  {
    test: "TestMetadataStorlet.test_metadata_get",
    storlet: "testmetadatastorlet-1.0.jar",
    object: "ten",
    body: "1234567890",
    answered: { "x-object-meta-key1": "1", "x-object-meta-key10": "10", "x-object-meta-override_key": "new_value" },
  },
  {
    test: "TestMultiInputStorlet.test_get_extra_sources",
    storlet: "multiinputstorlet-1.0.jar",
    object: "small",
    headers: { "X-Storlet-Extra-Resources": "/c/small2" },
    body: "0123456789abcdefghij",
    answered: { ...testkey, "x-object-meta-other": "o" },
  },
  {
    test: "TestExecDepStorlet.test_execdep",
    storlet: "execdepstorlet-1.0.jar",
    object: "small",
    body: "",
    answered: { "x-object-meta-depend-ret-code": "42" },
  },
  {
    test: "TestTestStorlet.test_print",
    storlet: "test-10.jar",
    object: "small",
    query: "?op=print&param2=val2",
    body: (body) => expect(body.toString()).toMatch(/op {4}print\n(.*\n)*param2 {4}val2\n/),
  },
  {
    test: "TestThumbnailStorlet.test_get",
    storlet: "thumbnail-1.0.jar",
    object: "picture.jpg",
    body: (body) => expect(body.subarray(1, 4).toString()).toBe("PNG"),
  },
];

describe.skipIf(jdk.missing !== null).each(hosts)("Java storlets through Swift, on %s", (_name, options) => {
  let engine: TestEngine;

  beforeAll(async () => {
    let jar: Uint8Array;
    [engine, jar] = await Promise.all([createTestEngine({ ...options, storletTimeoutMs: 8000 }), buildJar({ folder: "seven" })]);
    const put = async (path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<void> => {
      expect({ path, status: (await engine.fetch("PUT", path, { body, headers })).status }).toEqual({ path, status: 201 });
    };
    await engine.fetch("PUT", "/c");
    await put("/dependency/get42", "#!/bin/sh\nexit 42\n", {
      "X-Object-Meta-Storlet-Dependency-Version": "1",
      "X-Object-Meta-Storlet-Dependency-Permissions": "0755",
    });
    for (const [name, main] of Object.entries(storlets)) {
      const dependency = dependent.includes(name as Storlet) ? { "X-Object-Meta-Storlet-Dependency": "get42" } : {};
      await put(`/storlet/${name}`, jar, { ...registrationOf("Java", main), ...dependency });
    }
    await put("/c/small", "0123456789abcd", { "X-Object-Meta-Testkey": "tester" });
    await put("/c/small2", "efghij", { "X-Object-Meta-Other": "o" });
    await put("/c/half", "abcdefghijklmonp", { "X-Object-Meta-Testkey": "tester" });
    await put("/c/ten", "1234567890", tenMetadata);
    await put("/c/records", recordsText);
    await put("/c/meter.csv", meter.bytes);
    await put("/c/picture.jpg", picture, { "X-Object-Meta-Name": "thumbnail" });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  describe.each(builds)("GET, as $build", ({ version, release, api }) => {
    const named = (storlet: Storlet): Storlet => storlet.replace(/-[\d.]+\.jar$/, `-${version}.jar`) as Storlet;
    beforeAll(async () => {
      const jar = await buildJar({ folder: "seven", release, api });
      for (const [name, main] of Object.entries(storlets)) {
        const dependency = dependent.includes(name as Storlet) ? { "X-Object-Meta-Storlet-Dependency": "get42" } : {};
        const headers = { ...registrationOf("Java", main), ...dependency };
        expect((await engine.fetch("PUT", `/storlet/${named(name as Storlet)}`, { body: jar, headers })).status).toBe(201);
      }
    });

    // Ten daemons of Java are what a sandbox has processes for.
    afterAll(() => stopSandbox(engine));

    it.each(gets)("$test", ({ storlet, ...asked }) => expectAnswer({ ...asked, storlet: named(storlet) }));
  });

  const get = (storlet: Storlet, object: string, headers: Record<string, string> = {}): Promise<Response> =>
    engine.fetch("GET", `/c/${object}`, { headers: { "X-Run-Storlet": storlet, ...headers } });
  const put = (storlet: Storlet, object: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    engine.fetch("PUT", `/c/${object}`, { body, headers: { "X-Run-Storlet": storlet, ...headers } });
  const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

  async function expectAnswer({ storlet, object, query = "", headers = {}, body, answered = {} }: GetCase): Promise<void> {
    const response = await get(storlet, object + query, headers);
    expect(response.status).toBe(200);
    const received = await bytesOf(response);
    if (typeof body === "string") expect(received.toString()).toBe(body);
    else body?.(received);
    expect(Object.fromEntries(response.headers)).toMatchObject(answered);
  }

  describe.each(places)("GET %s", (_where, place: Headers) => {
    it.each(gets)("$test", (asked) => expectAnswer({ ...asked, headers: { ...asked.headers, ...place } }));

    it("TestCompressStorlet.test_put", async () => {
      const content = "A".repeat(1024);
      expect((await put("compressstorlet-1.0.jar", "compressed?action=compress", content, place)).status).toBe(201);
      expect((await bytesOf(await engine.fetch("GET", "/c/compressed"))).length).toBeLessThan(100);
      const back = await get("compressstorlet-1.0.jar", "compressed?action=uncompress", place);
      expect((await bytesOf(back)).toString()).toBe(content);
    });

    const partition = async (
      storlet: Storlet,
      object: string,
      start: number,
      end: number,
      maxLine: number,
      isFirst: boolean,
      more = "",
    ): Promise<string> => {
      const query = `?start=${start}&end=${end}&max_record_line=${maxLine}&first_partition=${isFirst}${more}`;
      const response = await get(storlet, object + query, { "X-Storlet-Range": `bytes=${start}-${end + maxLine}`, ...place });
      expect(response.status).toBe(200);
      return (await bytesOf(response)).toString("latin1");
    };

    it("TestPartitionsIdentityStorlet.test_first_range", async () => {
      const expected = `${recordsText.slice(12, 95)}\n`;
      for (const end of [82, 88, 94]) {
        expect(await partition("partitionsidentitystorlet-1.0.jar", "records", 12, end, 120, true)).toBe(expected);
      }
      expect(await partition("partitionsidentitystorlet-1.0.jar", "records", 12, 95, 120, true)).not.toBe(expected);
    });

    it("TestPartitionsIdentityStorlet.test_second_range", async () => {
      for (const start of [82, 94]) {
        for (const end of [185, 201]) {
          const received = await partition("partitionsidentitystorlet-1.0.jar", "records", start, end, 120, false);
          expect(received).toBe(`${recordsText.slice(96, 203)}\n`);
        }
      }
    });

    it("TestCsvStorlet.test_complete_file", async () => {
      const last = meter.bytes.length - 1;
      const clause = "&selected_columns=4,6&where_clause=EqualTo(6,FRA)";
      const parts = [
        await partition("csvstorlet-1.0.jar", "meter.csv", 58, 349_557, 512, true, clause),
        await partition("csvstorlet-1.0.jar", "meter.csv", 349_558, 699_057, 512, false, clause),
        await partition("csvstorlet-1.0.jar", "meter.csv", 699_058, last, 512, false, clause),
      ];
      const lines = parts.join("").trimEnd().split("\n");
      expect(lines).toHaveLength(meter.matches);
      expect(lines.every((line) => line.split(",")[1] === "FRA")).toBe(true);
    });

    it("TestTestStorlet.test_crash", async () => {
      const outcome = await get("test-10.jar", "small?op=crash", place).then(
        async (response) =>
          response.status >= 500
            ? "failed"
            : bytesOf(response).then(
                () => "whole",
                () => "cut",
              ),
        () => "cut",
      );
      expect(outcome).not.toBe("whole");
    });
  });

  describe.each([
    ["TestSLO", {}],
    ["TestSloOnProxy", { "X-Storlet-Run-On-Proxy": "" }],
  ])("%s", (_where, place) => {
    const segments = Array.from({ length: 10 }, (_, n) => Buffer.alloc(1024, 97 + n));
    beforeAll(async () => {
      const manifest = segments.map((segment, n) => ({
        path: `/c/segment-${n}`,
        etag: createHash("md5").update(segment).digest("hex"),
        size_bytes: 1024,
      }));
      for (const [n, segment] of segments.entries()) await engine.fetch("PUT", `/c/segment-${n}`, { body: segment });
      const made = await engine.fetch("PUT", "/c/slo?multipart-manifest=put", { body: JSON.stringify(manifest) });
      expect(made.status).toBe(201);
    });

    it("test_get_SLO_without_storlet", async () => {
      expect(await bytesOf(await engine.fetch("GET", "/c/slo"))).toEqual(Buffer.concat(segments));
    });

    it("test_get_SLO_with_storlet", async () => {
      expect(await bytesOf(await get("identitystorlet-1.0.jar", "slo", place))).toEqual(Buffer.concat(segments));
    });
  });

  describe.each(places)("PUT, copies and the rest %s", (_where, place: Headers) => {
    it("TestTestStorlet.test_storlet_acl_get_fail, test_storlet_acl_get_success", async () => {
      const container = `/acl${Object.keys(place).length}`;
      await engine.fetch("PUT", container);
      await engine.fetch("PUT", `${container}/small`, { body: "0123456789abcd" });
      await engine.fetch("POST", "/storlet", { headers: { "X-Container-Read": "test:tester3" } });
      const member = await engine.as("test:tester3", "testing3");
      const run = async (): Promise<number> => {
        const response = await member("GET", `${container}/small?op=print`, { headers: { "X-Run-Storlet": "test-10.jar", ...place } });
        await bytesOf(response);
        return response.status;
      };
      expect(await run()).toBe(403);
      const headers = { "X-Storlet-Container-Read": "tester3", "X-Storlet-Name": "test-10.jar" };
      expect((await engine.fetch("POST", container, { headers })).status).toBe(204);
      expect(await run()).toBe(200);
    });

    it("TestIdentityStorlet.test_put", async () => {
      expect((await put("identitystorlet-1.0.jar", "put", "content", { "X-Object-Meta-Testkey": "tester", ...place })).status).toBe(201);
      const stored = await engine.fetch("GET", "/c/put");
      expect(await stored.text()).toBe("content");
      expect(stored.headers.get("x-object-meta-testkey")).toBe("tester");
    });

    it.each([
      ["TestIdentityStorlet.test_put_execute (query)", "?execute=true", {}, "content", "42"],
      ["TestIdentityStorlet.test_put_execute (header)", "", { "X-Storlet-Parameter-1": "execute:true" }, "content", "42"],
      ["TestIdentityStorlet.test_put_double (query)", "?double=true", {}, "contentcontent", null],
      ["TestIdentityStorlet.test_put_double (header)", "", { "X-Storlet-Parameter-1": "double:true" }, "contentcontent", null],
    ])("%s", async (_test, query, headers, body, executed) => {
      expect((await put("identitystorlet-1.0.jar", `put${query}`, "content", { ...headers, ...place })).status).toBe(201);
      const stored = await engine.fetch("GET", "/c/put");
      expect(await stored.text()).toBe(body);
      expect(stored.headers.get("x-object-meta-execution-result")).toBe(executed);
    });

    it("TestIdentityStorlet.test_put_10MB_file", async () => {
      const content = randomBytes(10 * 1024 * 1024);
      const answer = await put("identitystorlet-1.0.jar", "ten-megabytes", content, place);
      expect(answer.status).toBe(201);
      expect(answer.headers.get("etag")).toBe(createHash("md5").update(content).digest("hex"));
    });

    it("TestMultiInputStorlet.test_put_extra_sources", async () => {
      const answer = await put("multiinputstorlet-1.0.jar", "several", "first ", { "X-Storlet-Extra-Resources": "/c/small2", ...place });
      expect(answer.status).toBe(201);
      expect(await (await engine.fetch("GET", "/c/several")).text()).toBe("first efghij");
    });

    it("TestMultiInputStorlet.test_put_x_copy_from_extra_sources", async () => {
      const copy = { "X-Copy-From": "/c/small", "X-Storlet-Extra-Resources": "/c/small2" };
      const headers = { "X-Run-Storlet": "multiinputstorlet-1.0.jar", ...copy, ...place };
      const answer = await engine.fetch("PUT", "/c/copied", { headers });
      expect(answer.status).toBe(201);
      expect(answer.headers.get("etag")).toBe(createHash("md5").update("0123456789abcdefghij").digest("hex"));
      const stored = await engine.fetch("GET", "/c/copied");
      expect(await stored.text()).toBe("0123456789abcdefghij");
      expect(Object.fromEntries(stored.headers)).toMatchObject({ ...testkey, "x-object-meta-other": "o" });
    });

    it("TestThumbnailStorlet.test_put", async () => {
      expect((await put("thumbnail-1.0.jar", "thumbnail", picture, { "X-Object-Meta-Name": "thumbnail", ...place })).status).toBe(201);
      const stored = await engine.fetch("HEAD", "/c/thumbnail");
      expect(Number(stored.headers.get("content-length"))).toBeLessThan(picture.length);
      expect(stored.headers.get("x-object-meta-name")).toBe("thumbnail");
    });

    it.each([
      ["TestThumbnailStorlet.test_copy_put", "PUT", "/c/copy-of-picture", { "X-Copy-From": "/c/picture.jpg" }],
      ["TestThumbnailStorlet.test_copy", "COPY", "/c/picture.jpg", { Destination: "/c/copy-of-picture" }],
    ])("%s", async (_test, method, path, headers) => {
      const answer = await engine.fetch(method, path, {
        headers: { "X-Run-Storlet": "thumbnail-1.0.jar", "X-Object-Meta-Extra": "e", ...headers, ...place },
      });
      expect(answer.status).toBe(201);
      expect(answer.headers.get("x-storlet-generated-from")).toBe("c/picture.jpg");
      expect(answer.headers.get("x-storlet-generated-from-account")).toBe("AUTH_test");
      expect(answer.headers.get("x-storlet-generated-from-last-modified")).not.toBeNull();
      const stored = await engine.fetch("HEAD", "/c/copy-of-picture");
      expect(Number(stored.headers.get("content-length"))).toBeLessThan(picture.length);
      expect(stored.headers.get("x-object-meta-extra")).toBe("e");
      expect(stored.headers.get("x-object-meta-x-timestamp")).toBeNull();
      expect(stored.headers.get("x-timestamp")).not.toBeNull();
    });

    it("TestTestStorlet.test_hold", async () => {
      const response = await get("test-10.jar", "small?op=hold", place);
      expect(response.status).toBe(503);
      await bytesOf(response);
    });

    it("TestTestStorlet.test_parallel_print", async () => {
      const bodies = await Promise.all(
        Array.from({ length: 10 }, async (_, n) => (await bytesOf(await get("test-10.jar", `small?op=print&n=${n}`, place))).toString()),
      );
      bodies.forEach((body, n) => expect(body).toContain(`n    ${n}\n`));
    });
  });

  it("refuses a chunk size that is no number, and tells why in the run", async () => {
    const response = await get("identitystorlet-1.0.jar", "small?chunk_size=many");
    expect(response.status).toBe(503);
  });
});
