import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../support/clock.ts";
import { readBody } from "../../../support/streams.ts";
import { makeSubrequest } from "../../request.ts";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "../../test-swift.ts";
import type { Middleware } from "../../types.ts";
import { formatManifest } from "./manifest.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const md5 = (text: string | Uint8Array): string => createHash("md5").update(text).digest("hex");
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Asks for `x-fetch` with what the storlets have: a place to the right of auth. */
const fetcher: Middleware = async (request, next) => {
  const object = request.headers.get("x-fetch");
  if (object === undefined) return next(request);
  const path = { account: "AUTH_test", container: "m", object };
  const headers = new Map(request.headers.has("range") ? [["range", request.headers.get("range")!]] : []);
  const response = await next(makeSubrequest(request, { method: "GET", path, headers, authorize: "inherit" }));
  const body = await readBody(response.body, 1000);
  return { status: response.status, headers: new Map([["x-got-etag", response.headers.get("etag") ?? ""]]), body };
};

let swift: TestSwift;
const send = (method: string, target: string, options: SendOptions = {}): Promise<TestAnswer> =>
  swift.send(method, account + target, { ...owner, ...options });
const putSlo = (name: string, segments: unknown, headers: Record<string, string> = {}, more = ""): Promise<TestAnswer> =>
  send("PUT", `/m/${name}?multipart-manifest=put${more}`, { body: JSON.stringify(segments), headers });
const lines = (answer: TestAnswer): string[] => answer.text.trim().split("\n");

beforeAll(async () => {
  swift = await createTestSwift({ extraMiddleware: { afterAuth: [fetcher] } });
  for (const container of ["/s", "/m"]) await send("PUT", container);
  for (const letter of ["a", "b", "c"]) await send("PUT", `/s/${letter}`, { body: letter.repeat(10) });
  await send("PUT", "/s/empty");
  await send("PUT", "/s/caf%C3%A9", { body: "x" });
  const three = [{ path: "/s/a", etag: md5("a".repeat(10)), size_bytes: 10 }, { path: "s/b", range: "2-4" }, { data: base64("inline") }];
  await putSlo("three", three, { "content-type": "text/x-three" });
  await putSlo("nested", [{ path: "/s/c" }, { path: "/m/three" }, { path: "/m/three", range: "9-11" }]);
});
afterAll(() => swift[Symbol.asyncDispose]());

const three = "aaaaaaaaaabbbinline";
const threeEtag = `"${md5(`${md5("a".repeat(10))}${md5("b".repeat(10))}:2-4;${md5("inline")}`)}"`;
const nested = `cccccccccc${three}abb`;

describe("a static large object", () => {
  it("answers with the bytes of its segments", async () => {
    const got = await send("GET", "/m/three");
    expect([got.status, got.text]).toEqual([200, three]);
    expect(got.headers).toMatchObject({
      etag: threeEtag,
      "content-length": "19",
      "content-type": "text/x-three",
      "x-static-large-object": "True",
    });
    const manifest = await send("GET", "/m/three?multipart-manifest=get");
    expect(got.headers["x-manifest-etag"]).toBe(md5(manifest.bytes));
    expect(manifest.headers.etag).toBe(md5(manifest.bytes));
    const head = await send("HEAD", "/m/three");
    expect([head.status, head.headers["content-length"], head.headers.etag]).toEqual([200, "19", threeEtag]);
  });

  it("holds others, and ranges of them", async () => {
    expect((await send("GET", "/m/nested")).text).toBe(nested);
  });

  it.each([
    ["bytes=0-0", 206, "c", "bytes 0-0/32"],
    ["bytes=8-12", 206, "ccaaa", "bytes 8-12/32"],
    ["bytes=28-", 206, "eabb", "bytes 28-31/32"],
    ["bytes=-2", 206, "bb", "bytes 30-31/32"],
    ["bytes=32-", 416, undefined, "bytes */32"],
    ["bytes=nonsense", 200, nested, undefined],
  ])("answers Range %s with %i", async (range, status, text, contentRange) => {
    const got = await send("GET", "/m/nested", { headers: { range } });
    expect([got.status, got.headers["content-range"]]).toEqual([status, contentRange]);
    if (text !== undefined) expect(got.text).toBe(text);
  });

  it("answers several ranges in one multipart body", async () => {
    const got = await send("GET", "/m/nested", { headers: { range: "bytes=8-11,20-23" } });
    const boundary = /boundary=(\w+)$/.exec(got.headers["content-type"]!)![1]!;
    const part = (range: string, text: string): string =>
      `--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${range}/32\r\n\r\n${text}\r\n`;
    expect(got.status).toBe(206);
    expect(got.text).toBe(`${part("8-11", "ccaa")}${part("20-23", "bbbi")}--${boundary}--`);
    expect(got.headers["content-length"]).toBe(String(got.bytes.length));
  });

  it.each([
    [{ "if-match": threeEtag }, 200],
    [{ "if-match": threeEtag.replaceAll('"', "") }, 200],
    [{ "if-match": "no" }, 412],
    [{ "if-none-match": threeEtag }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" }, 304],
  ])("decides %o by the ETag of the whole: %i", async (headers, status) => {
    const manifestEtag = (await send("HEAD", "/m/three")).headers["x-manifest-etag"] as string;
    for (const method of ["GET", "HEAD"]) {
      const got = await send(method, "/m/three", { headers });
      expect([got.status, got.headers.etag]).toEqual([status, threeEtag]);
    }
    expect((await send("GET", "/m/three", { headers: { "if-match": manifestEtag } })).status).toBe(412);
  });

  it("shows its manifest, and a form of it that can be sent again", async () => {
    const manifest = await send("GET", "/m/nested?multipart-manifest=get");
    expect(manifest.headers["content-type"]).toBe("application/json; charset=utf-8");
    const [first, second] = JSON.parse(manifest.text) as Record<string, unknown>[];
    expect(first).toEqual({
      name: "/s/c",
      bytes: 10,
      hash: md5("c".repeat(10)),
      content_type: "application/octet-stream",
      last_modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000$/),
    });
    expect(second).toMatchObject({ name: "/m/three", bytes: 19, hash: threeEtag.replaceAll('"', ""), sub_slo: true });
    const raw = await send("GET", "/m/three?multipart-manifest=get&format=raw");
    expect(JSON.parse(raw.text)).toEqual([
      { path: "/s/a", etag: md5("a".repeat(10)), size_bytes: 10 },
      { path: "/s/b", etag: md5("b".repeat(10)), size_bytes: 10, range: "2-4" },
      { data: base64("inline") },
    ]);
    expect(raw.headers.etag).toBe(md5(raw.bytes));
    const head = await send("HEAD", "/m/three?multipart-manifest=get&format=raw");
    expect(head.headers["content-length"]).toBe(String(raw.bytes.length));
    const again = await send("PUT", "/m/again?multipart-manifest=put", { body: raw.bytes });
    expect([again.status, again.headers.etag]).toEqual([201, threeEtag]);
  });

  it("is listed with both ETags and its whole size; the container counts what is stored", async () => {
    await send("PUT", "/listed");
    await send("PUT", "/listed/slo?multipart-manifest=put", { body: JSON.stringify([{ path: "/s/a" }, { path: "/s/b" }]) });
    const manifest = await send("GET", "/listed/slo?multipart-manifest=get");
    const etag = (await send("HEAD", "/listed/slo")).headers.etag;
    const listing = await send("GET", "/listed?format=json");
    expect(JSON.parse(listing.text)).toEqual([expect.objectContaining({ bytes: 20, hash: md5(manifest.bytes), slo_etag: etag })]);
    expect(listing.headers["x-container-bytes-used"]).toBe(String(manifest.bytes.length));
    expect((await send("GET", "/listed?format=xml")).text).toContain(`<hash>${md5(manifest.bytes)}</hash><bytes>20</bytes>`);
    await send("POST", "/listed/slo", { headers: { "content-type": "text/other", "x-object-meta-a": "1" } });
    const head = await send("HEAD", "/listed/slo");
    expect(head.headers).toMatchObject({ etag, "x-static-large-object": "True", "content-type": "text/other" });
    expect(JSON.parse((await send("GET", "/listed?format=json")).text)).toEqual([expect.objectContaining({ bytes: 20, slo_etag: etag })]);
  });

  it("is flattened by a copy, or copied as a manifest", async () => {
    const flat = await send("COPY", "/m/three", { headers: { destination: "m/flat" } });
    expect(flat.status).toBe(201);
    const got = await send("GET", "/m/flat");
    expect([got.text, got.headers.etag, got.headers["x-static-large-object"]]).toEqual([three, md5(three), undefined]);
    expect((await send("GET", "/m/flat", { headers: { "if-match": md5(three) } })).status).toBe(200);
    const copied = await send("COPY", "/m/three?multipart-manifest=get", { headers: { destination: "m/copied" } });
    expect(copied.status).toBe(201);
    expect((await send("HEAD", "/m/copied")).headers).toMatchObject({
      "x-static-large-object": "True",
      etag: threeEtag,
      "content-type": "text/x-three",
    });
  });

  it("is assembled for middleware to the right of auth", async () => {
    const got = await send("GET", "/m/whatever", { headers: { "x-fetch": "nested" } });
    expect([got.status, got.text]).toEqual([200, nested]);
    const part = await send("GET", "/m/whatever", { headers: { "x-fetch": "three", range: "bytes=9-12" } });
    expect([part.status, part.text, part.headers["x-got-etag"]]).toEqual([206, "abbb", threeEtag]);
  });

  it("is read with the caller's rights to each segment", async () => {
    await send("PUT", "/open", { headers: { "x-container-read": ".r:*" } });
    const body = JSON.stringify([{ path: "/s/a" }]);
    await send("PUT", "/open/slo?multipart-manifest=put", { body });
    expect((await swift.send("HEAD", `${account}/open/slo`)).status).toBe(200);
    expect((await swift.send("GET", `${account}/open/slo`)).status).toBe(409);
    await send("POST", "/s", { headers: { "x-container-read": ".r:*" } });
    expect((await swift.send("GET", `${account}/open/slo`)).text).toBe("a".repeat(10));
  });
});

describe("a manifest that breaks", () => {
  it("is 409 before the first byte and a cut connection after it; HEAD does not look", async () => {
    for (const name of ["x", "y"]) await send("PUT", `/s/${name}`, { body: name.repeat(100_000) });
    await putSlo("xy", [{ path: "/s/x" }, { path: "/s/y" }]);
    await putSlo("yx", [{ path: "/s/y" }, { path: "/s/x" }]);
    await send("PUT", "/s/y", { body: "Y".repeat(100_000) });
    expect((await send("GET", "/m/yx")).status).toBe(409);
    expect((await send("HEAD", "/m/yx")).status).toBe(200);
    await expect(send("GET", "/m/xy")).rejects.toThrow("aborted");
    expect((await send("GET", "/m/xy", { headers: { range: "bytes=0-9" } })).text).toBe("x".repeat(10));
    expect((await send("COPY", "/m/xy", { headers: { destination: "m/never" } })).status).toBe(409);
    expect((await send("HEAD", "/m/never")).status).toBe(404);
    await send("DELETE", "/s/x");
    expect((await send("GET", "/m/xy")).status).toBe(409);
  });

  it("may be nested ten deep and no deeper", async () => {
    await putSlo("deep-1", [{ path: "/s/a" }]);
    for (let depth = 2; depth <= 11; depth += 1) await putSlo(`deep-${depth}`, [{ path: `/m/deep-${depth - 1}` }]);
    expect((await send("GET", "/m/deep-10")).text).toBe("a".repeat(10));
    expect((await send("GET", "/m/deep-11")).status).toBe(409);
  });
});

describe("what is refused", () => {
  const object = { path: "/s/a" };
  it.each<[string, unknown, number, string]>([
    ["not JSON", "{", 400, "Manifest must be valid JSON.\n"],
    ["not a list", {}, 400, "Manifest must be a list.\n"],
    ["a foreign key", [{ ...object, bogus: 1, also: 2 }], 400, 'Index 0: extraneous keys "also", "bogus"\n'],
    ["no key at all", [object, {}], 400, "Index 1: expected keys to include one of 'data' or 'path'\n"],
    ["no object", [object, 5], 400, "Index 1: not a JSON object\n"],
    ["no path", [{ path: 5 }], 400, 'Index 0: "path" must be a string\n'],
    ["an odd etag", [{ ...object, etag: 5 }], 400, 'Index 0: "etag" must be a string or null (if provided)\n'],
    ["a container", [{ path: "/s/" }], 400, "Index 0: path does not refer to an object. Path must be of the form /container/object.\n"],
    ["an odd size", [{ ...object, size_bytes: "ten" }], 400, "Index 0: invalid size_bytes\n"],
    ["a size of nothing", [{ ...object, size_bytes: 0 }, object], 400, "Index 0: too small; each segment must be at least 1 byte.\n"],
    ["itself", [{ path: "/m/self" }], 400, "Index 0: manifest must not include itself as a segment\n"],
    ["an odd range", [{ ...object, range: "x" }], 400, "Index 0: invalid range\n"],
    ["two ranges", [{ ...object, range: "1-2,3-4" }], 400, "Index 0: multiple ranges (only one allowed)\n"],
    ["a range beyond", [{ ...object, size_bytes: 10, range: "10-" }], 400, "Index 0: unsatisfiable range\n"],
    ["odd data", [object, { data: "a-b" }], 400, "Index 1: data must be valid base64\n"],
    ["unpadded data", [object, { data: "YQ" }], 400, "Index 1: data must be valid base64\n"],
    ["no data", [object, { data: "" }], 400, "Index 1: too small; each segment must be at least 1 byte.\n"],
    ["data alone", [{ data: "YQ==" }], 400, "Inline data segments require at least one object-backed segment.\n"],
    ["two faults", [5, 6], 400, "Index 0: not a JSON object\nIndex 1: not a JSON object\n"],
    ["too many", Array.from({ length: 1001 }, () => object), 413, "Number of object-backed segments must be <= 1000"],
    ["a missing segment", [{ path: "/s/caf\u00e9/no" }], 400, "Errors:\n/s/caf%C3%A9/no, 404 Not Found\n"],
    ["another size", [{ ...object, size_bytes: 5 }], 400, "Errors:\n/s/a, Size Mismatch\n"],
    ["another etag", [{ ...object, etag: "x" }], 400, "Errors:\n/s/a, Etag Mismatch\n"],
    ["a range of nothing", [{ ...object, range: "10-" }], 400, "Errors:\n/s/a, Unsatisfiable Range\n"],
    ["an empty segment", [{ path: "s/empty" }, object], 400, "Errors:\ns/empty, Too small; each segment must be at least 1 byte.\n"],
  ])("%s", async (_name, manifest, status, text) => {
    const body = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
    const answer = await send("PUT", "/m/self?multipart-manifest=put", { body });
    expect([answer.status, answer.text]).toEqual([status, text]);
    expect((await send("HEAD", "/m/self")).status).toBe(404);
  });

  it("a manifest that is too long, or has no length", async () => {
    const long = await send("PUT", "/m/self?multipart-manifest=put", { headers: { "content-length": 8_388_609, expect: "100-continue" } });
    expect([long.status, long.text]).toEqual([413, "Manifest File > 8388608 bytes"]);
    const token = await swift.tokenOf("test:tester");
    const head = `PUT ${account}/m/self?multipart-manifest=put HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\nConnection: close\r\n\r\n`;
    expect(await swift.sendRaw(head)).toMatch(/^HTTP\/1.1 411 /);
  });

  it("errors have the form the client reads", async () => {
    const missing = [{ path: "/s/no" }];
    const json = await putSlo("self", missing, { accept: "application/json" });
    expect(JSON.parse(json.text)).toEqual({ Errors: [["/s/no", "404 Not Found"]] });
    const xml = await putSlo("self", missing, { accept: "application/xml" });
    expect(xml.text).toContain("<errors>\n<object><name>/s/no</name><status>404 Not Found</status></object>\n</errors>");
  });

  it("an ETag that is not that of the whole: 422", async () => {
    const segments = [{ path: "/s/a" }];
    expect((await putSlo("self", segments, { etag: "no" })).status).toBe(422);
    expect((await putSlo("self", segments, { etag: `"${md5(md5("a".repeat(10)))}"` })).status).toBe(201);
    await send("DELETE", "/m/self");
  });

  it.each(["PUT", "POST", "DELETE"])("the reserved header in a %s", async (method) => {
    const answer = await send(method, "/m/three", { headers: { "x-static-large-object": "True" } });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("is a reserved header")]);
  });
});

it("a manifest is written as Python's json.dumps does, on which X-Manifest-Etag rests", () => {
  const entries = [{ name: "/s/café\x7f\t😀", bytes: 1, range: "0-1", sub_slo: true }, { data: "YQ==" }];
  const written = String.raw`[{"name": "/s/caf\u00e9\u007f\t\ud83d\ude00", "bytes": 1, "range": "0-1", "sub_slo": true}, {"data": "YQ=="}]`;
  expect(formatManifest(entries)).toBe(written);
});

it("an empty manifest, and an empty last segment, are fine", async () => {
  expect((await putSlo("none", [])).status).toBe(201);
  const none = await send("GET", "/m/none");
  expect([none.status, none.text]).toEqual([200, ""]);
  expect((await putSlo("last", [{ path: "/s/a" }, { path: "/s/empty" }])).status).toBe(201);
  expect((await send("GET", "/m/last")).text).toBe("a".repeat(10));
});

describe("heartbeat", () => {
  it("answers 202 at once and says the rest in the body", async () => {
    const good = await putSlo("beaten", [{ path: "/s/a" }], {}, "&heartbeat=on");
    expect([good.status, good.headers["transfer-encoding"]]).toEqual([202, "chunked"]);
    expect(good.text).toMatch(
      /^ +\r\n\r\nEtag: "\w{32}"\nLast Modified: .* GMT\nResponse Body: \nResponse Status: 201 Created\nErrors:\n$/,
    );
    const bad = await putSlo("unbeaten", [{ path: "/s/no" }], { accept: "application/json" }, "&heartbeat=on");
    expect(JSON.parse(bad.text)).toMatchObject({ "Response Status": "400 Bad Request", Errors: [["/s/no", "404 Not Found"]] });
  });

  it("sends a blank for every ten seconds", async () => {
    let elapsedMs = 0;
    const clock = { nowMs: () => systemClock.nowMs(), elapsedMs: () => (elapsedMs += 6_000) };
    await using slow = await createTestSwift({ clock });
    await slow.send("PUT", `${account}/s`, owner);
    const segments = ["1", "2", "3", "4"].map((name) => ({ path: `/s/${name}` }));
    for (const { path } of segments) await slow.send("PUT", account + path, { ...owner, body: "x" });
    const body = JSON.stringify(segments);
    const answer = await slow.send("PUT", `${account}/s/slo?multipart-manifest=put&heartbeat=on`, { ...owner, body });
    expect(answer.text).toMatch(/^ {3}\r\n\r\nEtag: /);
  });
});

describe("DELETE ?multipart-manifest=delete", () => {
  const make = async (container: string): Promise<void> => {
    await send("PUT", `/${container}`);
    for (const name of ["1", "2"]) await send("PUT", `/${container}/${name}`, { body: name });
    const body = JSON.stringify([{ path: `/${container}/1` }, { data: "YQ==" }]);
    await send("PUT", `/${container}/inner?multipart-manifest=put`, { body });
    const outer = JSON.stringify([{ path: `/${container}/inner` }, { path: `/${container}/2` }]);
    await send("PUT", `/${container}/outer?multipart-manifest=put`, { body: outer });
  };
  const left = async (container: string): Promise<string[]> => lines(await send("GET", `/${container}`));

  it("deletes what the manifest names, and what that names", async () => {
    await make("d1");
    const answer = await send("DELETE", "/d1/outer?multipart-manifest=delete");
    expect([answer.status, answer.text]).toEqual([
      200,
      "Number Deleted: 4\nNumber Not Found: 0\nResponse Body: \nResponse Status: 200 OK\nErrors:\n",
    ]);
    expect(await left("d1")).toEqual([""]);
  });

  it.each([
    ["plain", "/d2/1", "400 Bad Request", "/d2/1, Not an SLO manifest"],
    ["missing", "/d2/no", "200 OK", "Errors:"],
  ])("says what is wrong in its body: %s", async (_name, path, status, last) => {
    await make("d2");
    const answer = await send("DELETE", `${path}?multipart-manifest=delete`);
    expect(answer.status).toBe(200);
    expect(lines(answer)).toContain(`Response Status: ${status}`);
    expect(lines(answer).at(-1)).toBe(last);
  });

  it("deletes the manifest alone where nothing else is asked for", async () => {
    await make("d3");
    expect((await send("DELETE", "/d3/outer")).status).toBe(204);
    expect(await left("d3")).toEqual(["1", "2", "inner"]);
  });

  it("async=on wants segments of one container and none that is nested", async () => {
    await make("d4");
    const nestedOne = await send("DELETE", "/d4/outer?multipart-manifest=delete&async=on");
    expect([nestedOne.status, nestedOne.text]).toEqual([400, "No segments may be large objects."]);
    const two = JSON.stringify([{ path: "/d4/1" }, { path: "/s/a" }]);
    await send("PUT", "/d4/two?multipart-manifest=put", { body: two });
    const answer = await send("DELETE", "/d4/two?multipart-manifest=delete&async=on");
    expect(answer.text).toBe('All segments must be in one container. Found segments in "d4", "s"');
    expect((await send("DELETE", "/d4/inner?multipart-manifest=delete&async=on")).status).toBe(204);
    expect((await send("GET", "/d4/1")).status).toBe(404);
    expect(await left("d4")).toEqual(["2", "outer", "two"]);
    expect((await send("DELETE", "/d4/1?multipart-manifest=delete&async=on")).status).toBe(404);
  });

  it("async=on needs the right to delete both", async () => {
    await make("d5");
    await send("PUT", "/d5-manifests", { headers: { "x-container-write": "test2:tester2", "x-container-read": "test2:tester2" } });
    await send("PUT", "/d5-manifests/m?multipart-manifest=put", { body: JSON.stringify([{ path: "/d5/1" }]) });
    const target = `${account}/d5-manifests/m?multipart-manifest=delete&async=on`;
    expect((await swift.send("DELETE", target, { as: "test2:tester2" })).status).toBe(403);
    await send("POST", "/d5", { headers: { "x-container-write": "test2:tester2" } });
    expect((await swift.send("DELETE", target, { as: "test2:tester2" })).status).toBe(204);
  });
});
