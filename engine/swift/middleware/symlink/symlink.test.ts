import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatListedHash, parseListedHash } from "../../protocol/listed-hash.ts";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "../../test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const empty = md5("");

let swift: TestSwift;
const send = (method: string, path: string, options: SendOptions = owner): Promise<TestAnswer> =>
  swift.send(method, account + path, { ...owner, ...options });
const put = (path: string, body: string, headers: Record<string, string> = {}): Promise<TestAnswer> => send("PUT", path, { body, headers });
const link = (path: string, target: string, headers: Record<string, string> = {}): Promise<TestAnswer> =>
  put(path, "", { "x-symlink-target": target, ...headers });

beforeAll(async () => {
  swift = await createTestSwift();
  await put("/c", "");
  await put("/c/target", "the target", { "content-type": "text/own", "x-object-meta-of": "target" });
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("links", () => {
  beforeAll(async () => {
    await link("/c/soft", "c/target", { "x-object-meta-of": "link" });
    await link("/c/static", "c/target", { "x-symlink-target-etag": `"${md5("the target")}"` });
    await link("/c/two", "c/soft");
    await link("/c/three", "c/two");
    await link("/c/dangling", "c/nothing");
    await link("/c/loop-a", "c/loop-b");
    await link("/c/loop-b", "c/loop-a");
  });

  it.each(["soft", "static", "two"])("are followed: %s", async (name) => {
    const got = await send("GET", `/c/${name}`);
    expect([got.status, got.text]).toEqual([200, "the target"]);
    expect(got.headers).toMatchObject({
      "content-location": `${account}/c/target`,
      "x-object-meta-of": "target",
      "content-type": "text/own",
      etag: md5("the target"),
    });
    const head = await send("HEAD", `/c/${name}`);
    expect([head.status, head.headers["content-length"], head.headers["content-location"]]).toEqual([200, "10", `${account}/c/target`]);
  });

  it.each([
    [{ range: "bytes=4-9" }, 206, "target"],
    [{ range: "bytes=100-" }, 416, undefined],
    [{ "if-match": md5("the target") }, 200, "the target"],
    [{ "if-match": empty }, 412, ""],
    [{ "if-none-match": md5("the target") }, 304, ""],
    [{ "if-none-match": empty }, 200, "the target"],
  ])("hold conditions and ranges against their target: %o", async (headers, status, text) => {
    const got = await send("GET", "/c/soft", { headers });
    expect(got.status).toBe(status);
    if (text !== undefined) expect(got.text).toBe(text);
  });

  it.each([
    ["three", 409, "Too many levels of symbolic links, maximum allowed is 2", undefined],
    ["loop-a", 409, "Too many levels of symbolic links, maximum allowed is 2", undefined],
    ["dangling", 404, "<h1>Not Found</h1>", `${account}/c/nothing`],
  ])("that lead nowhere say so: %s", async (name, status, text, location) => {
    const got = await send("GET", `/c/${name}`);
    expect([got.status, got.headers["content-location"]]).toEqual([status, location]);
    expect(got.text).toContain(text);
  });

  it("show themselves with ?symlink=get", async () => {
    const got = await send("GET", "/c/static?symlink=get");
    expect([got.status, got.text]).toEqual([200, ""]);
    expect(got.headers).toMatchObject({
      etag: empty,
      "x-symlink-target": "c/target",
      "x-symlink-target-etag": md5("the target"),
      "x-symlink-target-bytes": "10",
      "content-type": "text/own",
    });
    expect(got.headers).not.toHaveProperty("content-location");
    expect(Object.keys(got.headers).filter((name) => name.includes("sysmeta"))).toEqual([]);
    expect((await send("HEAD", "/c/soft?symlink=get")).headers["content-type"]).toBe("application/symlink");
  });

  it("are told apart in listings", async () => {
    const listing = JSON.parse((await send("GET", "/c?format=json")).text) as Record<string, unknown>[];
    const entry = (name: string): unknown => listing.find((item) => item.name === name);
    const time = expect.any(String);
    expect(entry("soft")).toEqual({
      name: "soft",
      hash: empty,
      bytes: 0,
      content_type: "application/symlink",
      last_modified: time,
      symlink_path: `${account}/c/target`,
    });
    expect(entry("static")).toEqual({
      name: "static",
      hash: empty,
      bytes: 0,
      content_type: "text/own",
      last_modified: time,
      symlink_path: `${account}/c/target`,
      symlink_etag: md5("the target"),
      symlink_bytes: 10,
    });
    expect(entry("target")).not.toHaveProperty("symlink_path");
  });

  it("redirect a POST, and take it themselves", async () => {
    const posted = await send("POST", "/c/static", { headers: { "x-object-meta-new": "yes" } });
    expect([posted.status, posted.headers.location, posted.headers["x-symlink-target-etag"]]).toEqual([
      307,
      `${account}/c/target`,
      md5("the target"),
    ]);
    const shown = await send("HEAD", "/c/static?symlink=get");
    expect(shown.headers).toMatchObject({ "x-object-meta-new": "yes", "x-symlink-target": "c/target" });
    expect((await send("HEAD", "/c/static")).headers).not.toHaveProperty("x-object-meta-new");
    const refused = await send("POST", "/c/soft", { headers: { "x-symlink-target": "c/other" } });
    expect([refused.status, refused.text]).toEqual([400, "A PUT request is required to set a symlink target"]);
  });

  it("are copied as their target, or as themselves", async () => {
    await send("COPY", "/c/soft", { headers: { destination: "c/copied" } });
    expect((await send("GET", "/c/copied?symlink=get")).text).toBe("the target");
    await send("COPY", "/c/static?symlink=get", { headers: { destination: "c/copied-link" } });
    expect((await send("HEAD", "/c/copied-link?symlink=get")).headers).toMatchObject({
      "x-symlink-target": "c/target",
      "x-symlink-target-etag": md5("the target"),
    });
    expect((await send("GET", "/c/copied-link")).text).toBe("the target");
  });

  it("go alone with DELETE", async () => {
    await link("/c/removed", "c/target");
    expect((await send("DELETE", "/c/removed")).status).toBe(204);
    expect([(await send("GET", "/c/removed")).status, (await send("GET", "/c/target")).status]).toEqual([404, 200]);
  });
});

describe("static links", () => {
  it("break when their target changes", async () => {
    await put("/c/changing", "one");
    await link("/c/to-changing", "c/changing", { "x-symlink-target-etag": md5("one") });
    await put("/c/changing", "two");
    const got = await send("GET", "/c/to-changing");
    expect([got.status, got.text, got.headers["content-location"]]).toEqual([
      409,
      `Object Etag '${md5("two")}' does not match X-Symlink-Target-Etag header '${md5("one")}'`,
      `${account}/c/changing`,
    ]);
  });

  it("may lead to links, whose own ETag counts then", async () => {
    await link("/c/inner", "c/target");
    expect((await link("/c/outer", "c/inner", { "x-symlink-target-etag": empty })).status).toBe(201);
    expect((await send("GET", "/c/outer")).text).toBe("the target");
  });
});

describe("making a link", () => {
  it.each([
    ["no object", { "x-symlink-target": "c" }, 412, "X-Symlink-Target header must be of the form <container name>/<object name>"],
    ["a leading slash", { "x-symlink-target": "/c/o" }, 412, "X-Symlink-Target header must be of the form"],
    ["an empty object", { "x-symlink-target": "c/" }, 412, "X-Symlink-Target header must be of the form"],
    ["a NUL", { "x-symlink-target": "%00versions%00c/o" }, 412, "X-Symlink-Target header must be of the form"],
    ["itself", { "x-symlink-target": "c/bad" }, 400, "Symlink cannot target itself"],
    ["a bad account", { "x-symlink-target": "c/o", "x-symlink-target-account": "a/b" }, 412, "Account name cannot contain slashes"],
    ["a bad etag", { "x-symlink-target": "c/target", "x-symlink-target-etag": "a;b" }, 400, "Bad X-Symlink-Target-Etag format"],
    [
      "another etag",
      { "x-symlink-target": "c/target", "x-symlink-target-etag": "abc" },
      409,
      `Object Etag '${md5("the target")}' does not match X-Symlink-Target-Etag header 'abc'`,
    ],
    ["a missing one", { "x-symlink-target": "c/none", "x-symlink-target-etag": "abc" }, 409, "X-Symlink-Target does not exist"],
  ])("is refused for a target with %s", async (_, headers, status, text) => {
    const refused = await put("/c/bad", "", headers as Record<string, string>);
    expect([refused.status, refused.text]).toEqual([status, expect.stringContaining(text)]);
    expect((await send("HEAD", "/c/bad?symlink=get")).status).toBe(404);
  });

  it("takes no bytes, announced or not", async () => {
    const announced = await put("/c/bytes", "bytes", { "x-symlink-target": "c/target" });
    expect([announced.status, announced.text]).toEqual([400, "Symlink requests require a zero byte body"]);
    const token = await swift.tokenOf("test:tester");
    const chunked = (body: string): Promise<string> =>
      swift.sendRaw(
        `PUT ${account}/c/bytes HTTP/1.1\r\nHost: h\r\nX-Auth-Token: ${token}\r\nX-Symlink-Target: c/target\r\n` +
          `Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body}0\r\n\r\n`,
      );
    expect(await chunked("3\r\nabc\r\n")).toContain("400 Bad Request");
    expect(await chunked("")).toContain("201 Created");
  });

  it("keeps names as they are encoded", async () => {
    await put("/c/%F0%9F%98%80%20%3B%22", "smile");
    expect((await link("/c/to-smile", "c/%F0%9F%98%80%20%3B%22")).status).toBe(201);
    expect((await send("GET", "/c/to-smile")).text).toBe("smile");
  });
});

describe("rights", () => {
  const reader = { as: "test2:tester2" } as const;
  beforeAll(async () => {
    await put("/open", "", { "x-container-read": "test2:tester2" });
    await put("/closed", "");
    await put("/closed/secret", "secret");
    await link("/open/to-closed", "closed/secret");
    await link("/open/to-open", "open/plain");
    await put("/open/plain", "plain");
  });

  it.each([
    ["open/to-open", 200],
    ["open/to-closed", 403],
  ])("are those on the target too: %s", async (path, status) => {
    expect((await swift.send("GET", `${account}/${path}`, reader)).status).toBe(status);
  });

  it("reach into another account where the target says so", async () => {
    await swift.send("PUT", "/v1/AUTH_test2/mine", { ...reader });
    const headers = { "x-symlink-target": "open/plain", "x-symlink-target-account": "AUTH_test" };
    expect((await swift.send("PUT", "/v1/AUTH_test2/mine/link", { ...reader, headers })).status).toBe(201);
    const got = await swift.send("GET", "/v1/AUTH_test2/mine/link", reader);
    expect([got.text, got.headers["content-location"]]).toEqual(["plain", `${account}/open/plain`]);
    const forbidden = { "x-symlink-target": "closed/secret", "x-symlink-target-account": "AUTH_test", "x-symlink-target-etag": "x" };
    expect((await swift.send("PUT", "/v1/AUTH_test2/mine/no", { ...reader, headers: forbidden })).status).toBe(403);
  });
});

describe("a listed hash", () => {
  it.each([
    ["abc", "abc", []],
    ["abc; slo_etag=def", "abc", [["slo_etag", "def"]]],
    [
      "abc; a=1;b=2; a=3",
      "abc",
      [
        ["a", "3"],
        ["b", "2"],
      ],
    ],
  ])("is taken apart: %s", (text, etag, parameters) => {
    const parsed = parseListedHash(text);
    expect([parsed.etag, [...parsed.parameters]]).toEqual([etag, parameters]);
    expect(parseListedHash(formatListedHash(parsed))).toEqual(parsed);
  });
});
