import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../support/clock.ts";
import { StudioError } from "../../../support/errors.ts";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "../../test-swift.ts";
import type { Middleware } from "../../types.ts";
import { makeTar, paxHeader, tarBz2 } from "./test-archives.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;

/** Fails where a test says so, as the store does when the disk is full. */
const failing: Middleware = async (request, next) => {
  if (request.path?.object?.endsWith("full") === true) throw new StudioError("DISK_FULL", "full");
  return next(request);
};

let swift: TestSwift;
const send = (method: string, target: string, options: SendOptions = {}): Promise<TestAnswer> =>
  swift.send(method, account + target, { ...owner, ...options });
const remove = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<TestAnswer> =>
  send("POST", "?bulk-delete", { body, headers });
const upload = (target: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<TestAnswer> =>
  send("PUT", target, { body, headers });
const lines = ({ text }: TestAnswer): string[] => text.trim().split("\n");

beforeAll(async () => {
  swift = await createTestSwift({ extraMiddleware: { afterAuth: [failing] } });
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("bulk delete", () => {
  const make = async (...paths: string[]): Promise<void> => {
    for (const path of paths) await send("PUT", path, { body: path.includes("/", 1) ? "x" : "" });
  };

  it("deletes objects first and containers last, and counts", async () => {
    await make("/d", "/d/a", "/d/b%20c", "/d/caf%C3%A9");
    const answer = await remove("/d\nd/a\n/d/b%20c\r\n\n/d/caf%C3%A9\n/d/no");
    expect([answer.status, answer.headers["content-type"], answer.text]).toEqual([
      200,
      "text/plain",
      "Number Deleted: 4\nNumber Not Found: 1\nResponse Body: \nResponse Status: 200 OK\nErrors:\n",
    ]);
    expect((await send("HEAD", "/d")).status).toBe(404);
  });

  it("answers in the form that is asked for, by DELETE as well", async () => {
    await make("/e", "/e/a");
    const json = await remove("/e", { accept: "application/json" });
    expect(JSON.parse(json.text)).toEqual({
      "Response Status": "400 Bad Request",
      "Response Body": "",
      "Number Deleted": 0,
      "Number Not Found": 0,
      Errors: [["/e", "409 Conflict"]],
    });
    const headers = { accept: "text/xml", "content-type": "text/plain", "content-length": 2 };
    const xml = await send("DELETE", "/e/a?bulk-delete", { body: "/e", headers });
    expect([xml.headers["content-type"], xml.text]).toEqual([
      "text/xml",
      "<delete>\n<number_deleted>0</number_deleted>\n<number_not_found>0</number_not_found>\n<response_body></response_body>\n" +
        "<response_status>400 Bad Request</response_status>\n<errors>\n" +
        "<object><name>/e</name><status>409 Conflict</status></object>\n</errors>\n</delete>\n",
    ]);
  });

  it.each([
    ["nothing", "", {}, "400 Bad Request", "Invalid bulk delete."],
    ["too many", "/c/o\n".repeat(10_001), {}, "413 Request Entity Too Large", "Maximum Bulk Deletes: 10000 per request"],
    ["a long line", `/c/${"o".repeat(3000)}`, {}, "400 Bad Request", "Invalid File Name"],
    ["a foreign type", "/c/o", { "content-type": "application/x-www-form-urlencoded" }, "406 Not Acceptable", ""],
    ["a report nobody reads", "/c/o", { accept: "image/png" }, "406 Not Acceptable", ""],
  ])("says in its body what is wrong: %s", async (_name, body, headers, status, text) => {
    const answer = await remove(body, headers);
    expect(answer.status).toBe(200);
    expect(lines(answer)).toEqual([
      "Number Deleted: 0",
      "Number Not Found: 0",
      `Response Body: ${text}`,
      `Response Status: ${status}`,
      "Errors:",
    ]);
  });

  it("names that are none fail one by one, and so do those that may not be deleted", async () => {
    const answer = await remove("/c/%FF\n/c/%00");
    expect(lines(answer).slice(3)).toEqual([
      "Response Status: 400 Bad Request",
      "Errors:",
      "/c/%FF, 412 Precondition Failed",
      "/c/%00, 412 Precondition Failed",
    ]);
    const anonymous = await swift.send("POST", `${account}?bulk-delete`, { body: "/c/o" });
    expect(lines(anonymous).slice(3)).toEqual(["Response Status: 400 Bad Request", "Errors:", "/c/o, 401 Unauthorized"]);
  });

  it("gives up after a thousand failures", async () => {
    const answer = await remove(Array.from({ length: 1500 }, (_unused, at) => `/c/${at}-full`).join("\n"));
    expect(lines(answer).slice(0, 4)).toEqual([
      "Number Deleted: 0",
      "Number Not Found: 0",
      "Response Body: Max delete failures exceeded",
      "Response Status: 400 Bad Request",
    ]);
    expect(lines(answer)).toHaveLength(1005);
  });

  it("says 502 where the server is at fault", async () => {
    expect(lines(await remove("/c/full")).slice(3)).toEqual([
      "Response Status: 502 Bad Gateway",
      "Errors:",
      "/c/full, 507 Insufficient Storage",
    ]);
  });

  it("shows signs of life while it works", async () => {
    let elapsedMs = 0;
    await using slow = await createTestSwift({ clock: { nowMs: () => systemClock.nowMs(), elapsedMs: () => (elapsedMs += 6_000) } });
    const answer = await slow.send("POST", `${account}?bulk-delete`, {
      ...owner,
      body: "/c/1\n/c/2\n/c/3",
      headers: { accept: "text/xml" },
    });
    expect(answer.text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n *\r\n\r\n<delete>/);
  });
});

describe("bulk upload", () => {
  const files = makeTar([
    { name: "u1/a.txt", body: "aaa" },
    { name: "./u2/dir/b", body: "b".repeat(100_000) },
    { name: "u1/folder/", type: "5" },
    { name: "u1/empty", body: "" },
    { name: "no-container", body: "x" },
    { name: "u1/link", type: "2" },
  ]);
  const report = "Number Files Created: 3\nResponse Body: \nResponse Status: 201 Created\nErrors:\n";

  it.each([
    ["tar", files],
    ["tar.gz", gzipSync(files)],
    [".TAR.GZ", gzipSync(files)],
  ])("makes objects of the files of a %s, and the containers for them", async (kind, archive) => {
    const answer = await upload(`?extract-archive=${kind}`, archive);
    expect([answer.status, answer.text]).toEqual([200, report]);
    const text = await send("GET", "/u1/a.txt");
    expect([text.text, text.headers["content-type"]]).toEqual(["aaa", "text/plain"]);
    expect((await send("GET", "/u2/dir/b")).text).toBe("b".repeat(100_000));
    expect(lines(await send("GET", "/u1"))).toEqual(["a.txt", "empty"]);
    expect(lines(await remove("/u1/a.txt\n/u1/empty\n/u2/dir/b\n/u1\n/u2"))).toContain("Number Deleted: 5");
  });

  it("reads bzip2, and takes a container and a prefix", async () => {
    const answer = await upload("/base/pre/fix/?extract-archive=tar.bz2", tarBz2);
    expect(lines(answer)).toContain("Number Files Created: 2");
    expect(lines(await send("GET", "/base"))).toEqual(["pre/fix/c1/hello.txt", "pre/fix/c1/many"]);
    expect((await send("GET", "/base/pre/fix/c1/many")).text).toBe("0123456789".repeat(30_000));
  });

  it("keeps what the archive and the request say of the files", async () => {
    const archive = makeTar([
      paxHeader({ "SCHILY.xattr.user.mime_type": "image/own", "LIBARCHIVE.xattr.user.meta.Farbe": "gr\u00fcn", mtime: "1" }),
      { name: "meta/a", body: "a" },
      paxHeader({ path: `meta/${"\u00e9".repeat(120)}` }),
      { name: "meta/short", body: "long" },
    ]);
    expect(lines(await upload("?extract-archive=tar", archive, { "x-object-meta-all": "1" }))).toContain("Number Files Created: 2");
    const head = await send("HEAD", "/meta/a");
    expect(head.headers).toMatchObject({ "content-type": "image/own", "x-object-meta-farbe": "gr\u00c3\u00bcn", "x-object-meta-all": "1" });
    expect((await send("GET", `/meta/${"%C3%A9".repeat(120)}`)).text).toBe("long");
  });

  it.each([
    ["no archive", "tar", Buffer.from("no archive at all. ".repeat(50)), "invalid header"],
    ["a short one", "tar", Buffer.from("short"), "truncated header"],
    ["none", "tar", Buffer.alloc(0), "empty file"],
    ["a cut one", "tar", files.subarray(0, 2000), "unexpected end of data"],
    ["no gzip", "tar.gz", files, "not a gzip file"],
    ["cut gzip", "tar.gz", gzipSync(files).subarray(0, 60), "unexpected end of data"],
    ["no bzip2", "tar.bz2", files, "invalid compressed data"],
    ["cut bzip2", "tar.bz2", tarBz2.subarray(0, 100), "unexpected end of data"],
    ["no files", "tar", makeTar([{ name: "c/", type: "5" }]), "No Valid Files"],
  ])("says in its body what is wrong: %s", async (_name, kind, archive, problem) => {
    const answer = await upload(`?extract-archive=${kind}`, archive);
    expect(answer.status).toBe(200);
    expect(lines(answer)).toContain(`Response Body: Invalid Tar File: ${problem}`);
    expect(lines(answer)).toContain("Response Status: 400 Bad Request");
  });

  it("an archive of another kind is 400 at once", async () => {
    const answer = await upload("?extract-archive=zip", files);
    expect([answer.status, answer.text]).toEqual([400, "Unsupported archive format"]);
  });

  it("files fail one by one", async () => {
    const archive = makeTar([
      { name: Buffer.from("f/\xff", "latin1"), body: "a" },
      { name: "f/good", body: "good" },
      { name: "f/sparse", body: "x", type: "S" },
      { name: "f/full", body: "x".repeat(2000) },
      { name: `${"c".repeat(90)}/x`, prefix: "c".repeat(155), body: "x" },
      { name: "f/last", body: "last" },
    ]);
    expect(lines(await upload("?extract-archive=tar", archive))).toEqual([
      "Number Files Created: 3",
      "Response Body: ",
      "Response Status: 502 Bad Gateway",
      "Errors:",
      "f/%FF, 412 Precondition Failed",
      "f/sparse, 501 Not Implemented",
      "f/full, 507 Insufficient Storage",
    ]);
    expect((await send("GET", "/f/last")).text).toBe("last");
  });

  it("ends where nobody may write", async () => {
    const anonymous = await swift.send("PUT", `${account}?extract-archive=tar`, { body: files });
    expect(lines(anonymous)).toContain("Response Status: 401 Unauthorized");
    const stranger = await swift.send("PUT", `${account}?extract-archive=tar`, { body: files, as: "test2:tester2" });
    expect(lines(stranger)).toContain("/v1/AUTH_test/u1, 403 Forbidden");
  });

  it("tells in /info what it takes", async () => {
    const info = JSON.parse((await swift.send("GET", "/info")).text) as Record<string, unknown>;
    expect(info).toMatchObject({
      bulk_upload: { max_containers_per_extraction: 10_000, max_failed_extractions: 1000 },
      bulk_delete: { max_deletes_per_request: 10_000, max_failed_deletes: 1000 },
      slo: {
        max_manifest_segments: 1000,
        max_manifest_size: 8_388_608,
        yield_frequency: 10,
        min_segment_size: 1,
        allow_async_delete: true,
      },
    });
  });
});
