import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "../test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

let swift: TestSwift;
const send = (method: string, target: string, options: SendOptions = {}): Promise<TestAnswer> =>
  swift.send(method, account + target, { ...owner, ...options });

const whole = "aaaaabbbbbccccc";
const etag = `"${md5(["aaaaa", "bbbbb", "ccccc"].map(md5).join(""))}"`;

beforeAll(async () => {
  swift = await createTestSwift();
  await send("PUT", "/s");
  await send("PUT", "/m");
  for (const [at, letter] of ["a", "b", "c"].entries()) await send("PUT", `/s/caf%C3%A9/${at}`, { body: letter.repeat(5) });
  await send("PUT", "/s/other", { body: "other" });
  const headers = { "x-object-manifest": "s/caf%C3%A9/", "content-type": "text/x-dlo", "x-object-meta-a": "1" };
  await send("PUT", "/m/dlo", { body: "own body", headers });
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("a dynamic large object", () => {
  it("answers with all objects of its prefix", async () => {
    const got = await send("GET", "/m/dlo");
    expect([got.status, got.text]).toEqual([200, whole]);
    expect(got.headers).toMatchObject({
      etag,
      "content-length": "15",
      "content-type": "text/x-dlo",
      "x-object-manifest": "s/caf%C3%A9/",
      "x-object-meta-a": "1",
    });
    const head = await send("HEAD", "/m/dlo");
    expect([head.status, head.headers.etag, head.headers["content-length"]]).toEqual([200, etag, "15"]);
  });

  it.each([
    ["bytes=0-3", 206, "aaaa", "bytes 0-3/15"],
    ["bytes=4-10", 206, "abbbbbc", "bytes 4-10/15"],
    ["bytes=5-9", 206, "bbbbb", "bytes 5-9/15"],
    ["bytes=12-", 206, "ccc", "bytes 12-14/15"],
    ["bytes=-1", 206, "c", "bytes 14-14/15"],
    ["bytes=0-99", 206, whole, "bytes 0-14/15"],
    ["bytes=15-", 416, undefined, "bytes */15"],
    ["bytes=0-1,3-4", 200, whole, undefined],
  ])("answers Range %s with %i", async (range, status, text, contentRange) => {
    const got = await send("GET", "/m/dlo", { headers: { range } });
    expect([got.status, got.headers["content-range"]]).toEqual([status, contentRange]);
    if (text !== undefined) expect(got.text).toBe(text);
  });

  it.each([
    [{ "if-match": etag }, 200],
    [{ "if-match": md5("own body") }, 412],
    [{ "if-none-match": etag }, 304],
    [{ "if-none-match": md5("own body") }, 200],
    [{ "if-unmodified-since": "Thu, 01 Jan 1998 00:00:00 GMT" }, 412],
  ])("decides %o by the ETag of the whole: %i", async (headers, status) => {
    for (const method of ["GET", "HEAD"]) expect((await send(method, "/m/dlo", { headers })).status).toBe(status);
  });

  it("is a plain object where its manifest is asked for", async () => {
    const got = await send("GET", "/m/dlo?multipart-manifest=get");
    expect([got.text, got.headers.etag]).toEqual(["own body", md5("own body")]);
    expect(JSON.parse((await send("GET", "/m?format=json")).text)).toContainEqual(
      expect.objectContaining({ name: "dlo", bytes: 8, hash: md5("own body") }),
    );
  });

  it("is empty where nothing has its prefix, and 404 without the container", async () => {
    await send("PUT", "/m/none", { headers: { "x-object-manifest": "s/nothing" } });
    const none = await send("GET", "/m/none");
    expect([none.status, none.text, none.headers.etag]).toEqual([200, "", `"${md5("")}"`]);
    await send("PUT", "/m/lost", { headers: { "x-object-manifest": "nowhere/x" } });
    expect((await send("GET", "/m/lost")).status).toBe(404);
  });

  it("is flattened by a copy, or copied as a manifest", async () => {
    expect((await send("COPY", "/m/dlo", { headers: { destination: "m/flat" } })).status).toBe(201);
    const flat = await send("GET", "/m/flat?multipart-manifest=get");
    expect([flat.text, flat.headers["x-object-manifest"]]).toEqual([whole, undefined]);
    await send("COPY", "/m/dlo?multipart-manifest=get", { headers: { destination: "m/copied" } });
    expect((await send("GET", "/m/copied?multipart-manifest=get")).text).toBe("own body");
    expect((await send("GET", "/m/copied")).text).toBe(whole);
  });

  it("is one no more after a POST that does not say so", async () => {
    await send("PUT", "/m/posted", { body: "own", headers: { "x-object-manifest": "s/caf%C3%A9/" } });
    await send("POST", "/m/posted", { headers: { "x-object-manifest": "s/caf%C3%A9/1" } });
    expect((await send("GET", "/m/posted")).text).toBe("bbbbb");
    await send("POST", "/m/posted", { headers: { "x-object-meta-b": "2" } });
    expect((await send("GET", "/m/posted")).text).toBe("own");
  });

  it("does not follow manifests among its segments", async () => {
    await send("PUT", "/s/nest/1", { body: "(manifest)", headers: { "x-object-manifest": "s/caf%C3%A9/" } });
    await send("PUT", "/m/nest", { headers: { "x-object-manifest": "s/nest/" } });
    expect((await send("GET", "/m/nest")).text).toBe("(manifest)");
  });

  it("is read with the caller's rights to the segments and their listing", async () => {
    await send("PUT", "/open", { headers: { "x-container-read": ".r:*" } });
    await send("PUT", "/open/dlo", { headers: { "x-object-manifest": "s/caf%C3%A9/" } });
    const anonymous = (): Promise<TestAnswer> => swift.send("GET", `${account}/open/dlo`);
    expect((await anonymous()).status).toBe(401);
    await send("POST", "/s", { headers: { "x-container-read": ".r:*" } });
    expect((await anonymous()).status).toBe(401);
    await send("POST", "/s", { headers: { "x-container-read": ".r:*,.rlistings" } });
    expect((await anonymous()).text).toBe(whole);
  });

  it.each(["noslash", "/s/x", "s/", "s//x", "s/x?y", "s/x&y", ""])("cannot have the manifest %j", async (value) => {
    const answer = await send("PUT", "/m/bad", { headers: { "x-object-manifest": value } });
    expect([answer.status, answer.text]).toEqual([400, "X-Object-Manifest must be in the format container/prefix"]);
  });
});
