import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "./test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

let swift: TestSwift;
const send = (method: string, target: string, options?: SendOptions): Promise<TestAnswer> => swift.send(method, target, options);
const put = (path: string, body = "", headers: Record<string, string> = {}): Promise<TestAnswer> =>
  send("PUT", account + path, { ...owner, body, headers });

beforeAll(async () => {
  swift = await createTestSwift();
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("containers", () => {
  it("come and go", async () => {
    const path = `${account}/come-and-go`;
    const status = async (method: string, headers: Record<string, string> = {}): Promise<number> =>
      (await send(method, path, { ...owner, headers })).status;
    expect(await status("POST")).toBe(404);
    expect(await status("HEAD")).toBe(404);
    expect(await status("PUT", { "x-storage-policy": "yellow" })).toBe(201);
    expect(await status("PUT")).toBe(202);
    expect(await status("PUT", { "x-storage-policy": "silver" })).toBe(409);
    expect(await status("HEAD")).toBe(204);
    await put("/come-and-go/o", "x");
    expect(await status("DELETE")).toBe(409);
    await send("DELETE", `${path}/o`, owner);
    expect(await status("DELETE")).toBe(204);
    expect(await status("DELETE")).toBe(404);
    const nope = await send("PUT", path, { ...owner, headers: { "x-storage-policy": "nope" } });
    expect([nope.status, nope.text]).toEqual([400, "Invalid X-Storage-Policy 'nope'"]);
    const long = await send("PUT", `${account}/${"c".repeat(257)}`, owner);
    expect([long.status, long.text]).toEqual([400, "Container name length of 257 longer than 256"]);
  });

  it.each([
    [{ "x-container-read": ".r:" }, "No host/domain value after referrer designation in ACL: '.r:'"],
    [{ "x-container-write": ".r:*" }, "Referrers not allowed in write ACL: '.r:*'"],
    [{ "x-container-meta-a": "v".repeat(257) }, "Metadata value longer than 256: x-container-meta-a"],
    [{ "x-container-sync-to": "http://127.0.0.1" }, "Path required in X-Container-Sync-To"],
  ])("refuse %j", async (headers, text) => {
    const answer = await send("PUT", `${account}/refused`, { ...owner, headers });
    expect([answer.status, answer.text]).toEqual([400, text]);
  });

  it("keep at most 90 metadata items, over many requests", async () => {
    const batch = (from: number, count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_unused, at) => [`x-container-meta-${from + at}`, "v"]));
    await put("/ninety", "", batch(0, 60));
    const more = await send("POST", `${account}/ninety`, { ...owner, headers: batch(60, 31) });
    expect([more.status, more.text]).toEqual([400, "Too many metadata items; max 90"]);
    expect((await send("POST", `${account}/ninety`, { ...owner, headers: batch(60, 30) })).status).toBe(204);
  });

  describe("with ACLs", () => {
    const visit = async (container: string): Promise<Record<string, number[]>> => {
      const visitors: Record<string, SendOptions> = {
        nobody: {},
        referred: { headers: { referer: "http://www.example.com/page" } },
        stranger: { as: "test2:tester2" },
        member: { as: "test:member" },
      };
      const result: Record<string, number[]> = {};
      for (const [who, options] of Object.entries(visitors)) {
        const statuses: number[] = [];
        for (const [method, path] of [
          ["GET", "/o"],
          ["GET", ""],
          ["PUT", "/o"],
          ["POST", ""],
        ] as const) {
          statuses.push((await send(method, `${account}/${container}${path}`, options)).status);
        }
        result[who] = statuses;
      }
      return result;
    };
    // Statuses of: GET object, GET container, PUT object, POST container.
    it.each<[string, Record<string, string>, Record<string, number[]>]>([
      [
        "none",
        {},
        { nobody: [401, 401, 401, 401], referred: [401, 401, 401, 401], stranger: [403, 403, 403, 403], member: [403, 403, 403, 403] },
      ],
      [
        "anyone",
        { "x-container-read": ".r:*" },
        { nobody: [200, 401, 401, 401], referred: [200, 401, 401, 401], stranger: [200, 403, 403, 403], member: [200, 403, 403, 403] },
      ],
      [
        "anyone, listings too",
        { "x-container-read": ".r:*,.rlistings" },
        { nobody: [200, 200, 401, 401], referred: [200, 200, 401, 401], stranger: [200, 200, 403, 403], member: [200, 200, 403, 403] },
      ],
      ["listings alone", { "x-container-read": ".rlistings" }, { nobody: [401, 401, 401, 401], member: [403, 403, 403, 403] }],
      ["referrers", { "x-container-read": ".r:.example.com" }, { nobody: [401, 401, 401, 401], referred: [200, 401, 401, 401] }],
      ["one user", { "x-container-read": "test:member" }, { member: [200, 200, 403, 403], stranger: [403, 403, 403, 403] }],
      ["a whole account", { "x-container-read": "test2" }, { stranger: [200, 200, 403, 403], member: [403, 403, 403, 403] }],
      ["writers", { "x-container-write": "test:member" }, { member: [403, 403, 201, 403], nobody: [401, 401, 401, 401] }],
    ])("for %s", async (what, headers, expected) => {
      const container = `acl-${what.replaceAll(/\W/g, "")}`;
      await put(`/${container}`, "", headers);
      await put(`/${container}/o`, "x");
      expect(await visit(container)).toMatchObject(expected);
    });

    it("show them to owners only", async () => {
      await put("/secretive", "", {
        "x-container-read": "test:member , .referrer:*",
        "x-container-meta-temp-url-key": "k",
        "x-container-meta-open": "o",
      });
      expect((await send("HEAD", `${account}/secretive`, owner)).headers).toMatchObject({
        "x-container-read": "test:member,.r:*",
        "x-container-meta-temp-url-key": "k",
      });
      const seen = (await send("HEAD", `${account}/secretive`, { as: "test:member" })).headers;
      expect(seen["x-container-meta-open"]).toBe("o");
      expect(seen).not.toHaveProperty("x-container-read");
      expect(seen).not.toHaveProperty("x-container-meta-temp-url-key");
    });
  });
});

describe("listings", () => {
  beforeAll(async () => {
    await put("/list");
    for (const name of ["a", "b/1", "b/2", "é", "😀"])
      await put(`/list/${encodeURIComponent(name)}`, name, { "content-type": "text/plain" });
    await put("/list-empty");
  });

  it.each([
    ["/list", "text/plain; charset=utf-8", "a\nb/1\nb/2\né\n😀\n"],
    ["/list?delimiter=/", "text/plain; charset=utf-8", "a\nb/\né\n😀\n"],
    ["/list?prefix=b/&limit=1", "text/plain; charset=utf-8", "b/1\n"],
    ["/list?reverse=true&limit=2", "text/plain; charset=utf-8", "😀\né\n"],
    ["/list?marker=b/2&end_marker=%F0", "text/plain; charset=utf-8", null],
    ["/list?format=xml&prefix=zz", "application/xml; charset=utf-8", '<?xml version="1.0" encoding="UTF-8"?>\n<container name="list" />'],
    ["/list-empty?format=json", "application/json; charset=utf-8", "[]"],
    [
      "?format=xml&prefix=list-",
      "application/xml; charset=utf-8",
      expect.stringMatching(
        /^<\?xml .*\n<account name="AUTH_test">\n<container><name>list-empty<\/name><count>0<\/count><bytes>0<\/bytes><last_modified>[^<]*<\/last_modified><\/container>\n<\/account>$/,
      ),
    ],
  ])("%s", async (target, type, text) => {
    const answer = await send("GET", account + target, owner);
    if (text === null) {
      expect([answer.status, answer.text]).toEqual([400, '"end_marker" parameter not valid UTF-8']);
      return;
    }
    expect(answer.headers["content-type"]).toBe(type);
    expect(answer.text).toEqual(text);
  });

  it("as JSON tell all about objects", async () => {
    const answer = await send("GET", `${account}/list?format=json&limit=1`, owner);
    expect(answer.headers).not.toHaveProperty("vary");
    const [entry] = JSON.parse(answer.text) as Record<string, unknown>[];
    expect(entry).toEqual({
      bytes: 1,
      hash: md5("a"),
      name: "a",
      content_type: "text/plain",
      last_modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
    });
  });

  it("of nothing are 204 in plain text", async () => {
    const answer = await send("GET", `${account}/list-empty`, owner);
    expect([answer.status, answer.headers["content-length"], answer.headers.vary]).toEqual([204, "0", "Accept"]);
  });

  it.each([
    ["?limit=10001", {}, 412, "Maximum limit is 10000"],
    ["", { accept: "image/png" }, 406, "not available in a format acceptable"],
    ["", { accept: "nonsense" }, 400, "Invalid Accept header"],
    ["?format=%FF", {}, 400, '"format" parameter not valid UTF-8'],
  ])("%s %j is %i", async (query, headers, status, text) => {
    const answer = await send("GET", `${account}/list${query}`, { ...owner, headers });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });
});
