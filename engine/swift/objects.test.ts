import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../support/clock.ts";
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

describe("objects", () => {
  const path = `${account}/objects/o`;
  beforeAll(async () => {
    await put("/objects");
  });

  it("come back with everything that is kept", async () => {
    const headers = {
      "x-object-meta-Mixed_Case": "caf\u00c3\u00a9",
      "x-object-meta-empty": "",
      "content-disposition": "inline",
      "content-type": "text/x-own",
    };
    const created = await put("/objects/o", "hello world", headers);
    expect([created.status, created.text, created.headers.etag]).toEqual([201, "", md5("hello world")]);
    const got = await send("GET", path, owner);
    expect([got.status, got.text]).toEqual([200, "hello world"]);
    expect(got.headers).toMatchObject({
      etag: md5("hello world"),
      "content-length": "11",
      "content-type": "text/x-own",
      "content-disposition": "inline",
      "x-object-meta-mixed-case": "caf\u00c3\u00a9",
      "x-object-meta-empty": "",
      "accept-ranges": "bytes",
    });
    expect(got.rawHeaders).toContain("X-Object-Meta-Mixed-Case");
    const seconds = Math.ceil(Number(got.headers["x-timestamp"]));
    expect(got.headers["last-modified"]).toBe(new Date(seconds * 1000).toUTCString());
    const head = await send("HEAD", path, owner);
    expect([head.status, head.headers["content-length"], head.text]).toEqual([200, "11", ""]);
  });

  it("have their metadata replaced by POST, but for the content type", async () => {
    await put("/objects/post", "x", { "x-object-meta-a": "1", "content-type": "text/a", "x-delete-after": "1000" });
    const posted = await send("POST", `${account}/objects/post`, { ...owner, headers: { "x-object-meta-b": "2" } });
    expect([posted.status, posted.text]).toEqual([202, expect.stringContaining("<h1>Accepted</h1>")]);
    const { headers } = await send("HEAD", `${account}/objects/post`, owner);
    expect(headers).toMatchObject({ "x-object-meta-b": "2", "content-type": "text/a" });
    expect(headers).not.toHaveProperty("x-object-meta-a");
    expect(headers).not.toHaveProperty("x-delete-at");
    expect((await send("POST", `${account}/objects/none`, owner)).status).toBe(404);
  });

  it.each<[string, string, Record<string, string>, number, string]>([
    ["a wrong ETag", "/objects/new", { etag: "0".repeat(32) }, 422, "Unable to process"],
    ["a nonsense ETag", "/objects/new", { etag: "nonsense" }, 422, "Unable to process"],
    ["a missing container", "/none/new", {}, 404, "Not Found"],
    ["a long name", `/objects/${"o".repeat(1025)}`, {}, 400, "Object name length of 1025 longer than 1024"],
    ["a past expiry", "/objects/new", { "x-delete-at": "1" }, 400, "X-Delete-At in past"],
    ["a condition other than *", "/objects/new", { "if-none-match": "x" }, 400, "If-None-Match only supports *"],
    ["too much metadata", "/objects/new", { "x-object-meta-a": "v".repeat(257) }, 400, "Metadata value longer than 256: x-object-meta-a"],
    ["a content type that is ours", "/objects/new", { "content-type": "a/b; swift_bytes=1" }, 400, "swift_* is not a valid parameter name"],
  ])("are refused with %s", async (_what, target, headers, status, text) => {
    const answer = await put(target, "x", headers);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect((await send("HEAD", account + target, owner)).status).toBe(404);
  });

  it("are made only once under If-None-Match: *", async () => {
    const once = (): Promise<TestAnswer> => put("/objects/once", "x", { "if-none-match": "*", etag: `"${md5("x")}"` });
    expect([(await once()).status, (await once()).status]).toEqual([201, 412]);
  });

  it.each([
    ["photo.jpg", {}, "image/jpeg"],
    ["none", {}, "application/octet-stream"],
    ["x.txt", { "content-type": "a/b", "x-detect-content-type": "true" }, "text/plain"],
  ])("%s with %j is %s", async (name, headers, type) => {
    await put(`/objects/${name}`, "x", headers);
    expect((await send("HEAD", `${account}/objects/${name}`, owner)).headers["content-type"]).toBe(type);
  });

  it.each(["//dbl", "/./a/../b", "/tr/", "/100%25", "/%C3%A9/%F0%9F%98%80", "/a%2Fb"])("may be called %s", async (name) => {
    expect((await put(`/objects${name}`, name)).status).toBe(201);
    expect((await send("GET", `${account}/objects${name}`, owner)).text).toBe(name);
    expect((await send("DELETE", `${account}/objects${name}`, owner)).status).toBe(204);
    expect((await send("DELETE", `${account}/objects${name}`, owner)).status).toBe(404);
  });

  describe("in part", () => {
    beforeAll(async () => {
      await put("/objects/range", "0123456789a", { "content-type": "text/r" });
      await put("/objects/zero", "");
    });
    it.each([
      ["range", "bytes=0-3", 206, "0123", "bytes 0-3/11"],
      ["range", "BYTES = 8 - 99", 206, "89a", "bytes 8-10/11"],
      ["range", "bytes=-2", 206, "9a", "bytes 9-10/11"],
      ["range", "bytes=5-2", 200, "0123456789a", undefined],
      ["range", "parsecs=1-2", 200, "0123456789a", undefined],
      ["range", "bytes=11-", 416, expect.stringContaining("The Range requested is not available."), "bytes */11"],
      ["zero", "bytes=0-", 416, expect.stringContaining("The Range requested is not available."), "bytes */0"],
      ["zero", "bytes=-1", 200, "", undefined],
    ])("%s %s", async (name, range, status, text, contentRange) => {
      const answer = await send("GET", `${account}/objects/${name}`, { ...owner, headers: { range } });
      expect([answer.status, answer.text, answer.headers["content-range"]]).toEqual([status, text, contentRange]);
    });

    it("several at once", async () => {
      const answer = await send("GET", `${account}/objects/range`, { ...owner, headers: { range: "bytes=0-1,9-" } });
      const boundary = /^multipart\/byteranges;boundary=([0-9a-f]{32})$/.exec(answer.headers["content-type"] ?? "")?.[1];
      const part = (range: string, data: string): string =>
        `--${boundary}\r\nContent-Type: text/r\r\nContent-Range: bytes ${range}/11\r\n\r\n${data}\r\n`;
      expect(answer.status).toBe(206);
      expect(answer.text).toBe(`${part("0-1", "01")}${part("9-10", "9a")}--${boundary}--`);
      expect(answer.headers["content-length"]).toBe(String(answer.bytes.length));
    });

    it("not for HEAD", async () => {
      const head = await send("HEAD", `${account}/objects/range`, { ...owner, headers: { range: "bytes=0-1" } });
      expect([head.status, head.headers["content-length"]]).toEqual([200, "11"]);
    });
  });

  it.each<[Record<string, string>, number]>([
    [{ "if-none-match": md5("cond") }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-match": '"x"' }, 412],
    [{ "if-unmodified-since": "Sun, 06 Nov 1994 08:49:37 GMT" }, 412],
    [{ "if-modified-since": "nonsense" }, 200],
    [{ "if-range": "x", range: "bytes=0-0" }, 206],
  ])("under %j are %i", async (headers, status) => {
    await put("/objects/cond", "cond");
    for (const method of ["GET", "HEAD"]) {
      const answer = await send(method, `${account}/objects/cond`, { ...owner, headers });
      expect(answer.status).toBe(status === 206 && method === "HEAD" ? 200 : status);
      if (status === 304 || status === 412) {
        expect(answer.text).toBe("");
        expect(answer.headers).toMatchObject({ etag: md5("cond"), "last-modified": expect.anything(), "x-timestamp": expect.anything() });
      }
    }
    expect((await send("GET", `${account}/objects/missing`, { ...owner, headers: { "if-match": "*" } })).status).toBe(412);
  });

  it("expire", async () => {
    let nowMs = 1_800_000_000_000;
    await using later = await createTestSwift({ clock: { nowMs: () => nowMs, elapsedMs: systemClock.elapsedMs } });
    await later.send("PUT", `${account}/c`, owner);
    await later.send("PUT", `${account}/c/o`, { ...owner, headers: { "x-delete-after": "10" } });
    expect((await later.send("HEAD", `${account}/c/o`, owner)).headers["x-delete-at"]).toBe("1800000010");
    const wrong = await later.send("DELETE", `${account}/c/o`, { ...owner, headers: { "x-if-delete-at": "1" } });
    expect(wrong.status).toBe(412);
    expect((await later.send("DELETE", `${account}/c/o`, { ...owner, headers: { "x-if-delete-at": "x" } })).text).toBe(
      "Bad X-If-Delete-At header value",
    );
    nowMs += 10_000;
    for (const method of ["GET", "HEAD", "POST"]) expect((await later.send(method, `${account}/c/o`, owner)).status).toBe(404);
    expect((await later.send("GET", `${account}/c`, owner)).status).toBe(204);
    expect((await later.send("DELETE", `${account}/c/o`, owner)).status).toBe(404);
  });

  it("answer OPTIONS with their methods", async () => {
    const answer = await send("OPTIONS", path);
    expect([answer.status, answer.headers.allow]).toEqual([200, "GET, HEAD, PUT, POST, DELETE, COPY, OPTIONS"]);
    expect((await send("OPTIONS", `${account}/objects`)).headers.allow).toBe("GET, HEAD, PUT, POST, DELETE, OPTIONS");
    expect((await send("OPTIONS", path, { headers: { origin: "http://elsewhere" } })).status).toBe(401);
  });
});

describe("copies", () => {
  beforeAll(async () => {
    await put("/copy");
    await put("/copy/from%20%C3%A9", "source", {
      "content-type": "text/s",
      "x-object-meta-a": "1",
      "x-object-meta-b": "1",
      "x-delete-after": "1000",
    });
  });
  const from = `${account}/copy/${encodeURIComponent("from é")}`;

  it.each<[string, Record<string, string>]>([
    ["COPY", { destination: "/copy/to%2F1", "x-object-meta-b": "2" }],
    ["PUT", { "x-copy-from": "copy/from%20%C3%A9", "x-object-meta-b": "2" }],
  ])("%s carry metadata over, with the request's on top", async (method, headers) => {
    const answer = await send(method, method === "COPY" ? from : `${account}/copy/to%2F1`, { ...owner, headers });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      "x-copied-from": "copy/from%20%C3%A9",
      "x-copied-from-account": "AUTH_test",
      "x-object-meta-a": "1",
      etag: md5("source"),
    });
    const got = await send("GET", `${account}/copy/to/1`, owner);
    expect(got.text).toBe("source");
    expect(got.headers).toMatchObject({ "x-object-meta-a": "1", "x-object-meta-b": "2", "content-type": "text/s" });
    expect(got.headers).not.toHaveProperty("x-delete-at");
  });

  it("can be fresh, or of a part", async () => {
    const headers = { "x-copy-from": "copy/from%20%C3%A9", "x-fresh-metadata": "true", range: "bytes=0-2" };
    await send("PUT", `${account}/copy/fresh`, { ...owner, headers });
    const got = await send("GET", `${account}/copy/fresh`, owner);
    expect([got.text, got.headers["content-type"]]).toEqual(["sou", "text/s"]);
    expect(got.headers).not.toHaveProperty("x-object-meta-a");
  });

  it.each<[string, string, Record<string, string>, string, number, string]>([
    ["COPY", from, {}, "", 412, "Destination header required"],
    ["COPY", from, { destination: "nowhere" }, "", 412, "Destination header must be of the form <container name>/<object name>"],
    ["PUT", `${account}/copy/x`, { "x-copy-from": "nowhere" }, "", 412, "X-Copy-From header must be of the form"],
    ["PUT", `${account}/copy/x`, { "x-copy-from": "copy/from" }, "body", 400, "Copy requests require a zero byte body"],
    ["PUT", `${account}/copy/x`, { "x-copy-from": "copy/none" }, "", 404, "Not Found"],
    ["PUT", `${account}/copy/x`, { "x-copy-from": "copy/o", "x-copy-from-account": "AUTH_test2" }, "", 403, "Forbidden"],
    ["COPY", `${account}/copy`, { destination: "copy/x" }, "", 405, "Method Not Allowed"],
  ])("%s %s %j %j is %i", async (method, target, headers, body, status, text) => {
    const answer = await send(method, target, { ...owner, headers, body });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });
});
