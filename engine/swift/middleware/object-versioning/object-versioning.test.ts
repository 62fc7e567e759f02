import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "../../test-swift.ts";
import { formatVersionId, ownerOf, parseVersionId, parseVersionName, versionName, versionsContainer } from "./names.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const markerType = "application/x-deleted;swift_versions_deleted=1";

let swift: TestSwift;
const send = (method: string, path: string, options: SendOptions = owner): Promise<TestAnswer> =>
  swift.send(method, account + path, { ...owner, ...options });
const put = (path: string, body = "", headers: Record<string, string> = {}): Promise<TestAnswer> => send("PUT", path, { body, headers });
const idOf = (answer: TestAnswer): string => String(answer.headers["x-object-version-id"]);
const enable = (container: string): Promise<TestAnswer> => put(`/${container}`, "", { "x-versions-enabled": "true" });

interface Entry {
  name: string;
  version_id: string;
  is_latest: boolean;
  content_type: string;
}

async function versions(container: string, query = ""): Promise<Entry[]> {
  return JSON.parse((await send("GET", `/${container}?versions${query}`)).text) as Entry[];
}
const brief = (entries: Entry[]): [string, string, boolean][] => entries.map((entry) => [entry.name, entry.version_id, entry.is_latest]);

beforeAll(async () => {
  swift = await createTestSwift();
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("names", () => {
  it("sort newer versions first", () => {
    const names = [179516204659867, 179516204659866, 5].map((ticks) => versionName("o", ticks));
    expect(names.toSorted()).toEqual(names);
    expect(names.map((name) => parseVersionName(name)?.version)).toEqual([179516204659867, 179516204659866, 5]);
    expect(ownerOf(versionsContainer("c"))).toBe("c");
    expect([ownerOf("c"), parseVersionName("o"), parseVersionName("\0o\0x")]).toEqual([null, null, null]);
  });

  it.each([
    ["1795162046.59865", 179516204659865],
    ["1795162046", 179516204600000],
    ["1795162046.5", 179516204650000],
    ["", null],
    ["null", null],
    ["-1", null],
    ["1e9", null],
    ["12345678901", null],
  ])("read an id: %s", (text, ticks) => {
    expect(parseVersionId(text)).toBe(ticks);
    if (ticks !== null) expect(parseVersionId(formatVersionId(ticks))).toBe(ticks);
  });
});

describe("switching versions", () => {
  it("shows whether they are on, and hides where they are", async () => {
    await enable("switched");
    expect((await send("HEAD", "/switched")).headers["x-versions-enabled"]).toBe("True");
    await send("POST", "/switched", { headers: { "x-versions-enabled": "no" } });
    const { headers } = await send("HEAD", "/switched");
    expect(headers["x-versions-enabled"]).toBe("False");
    expect(Object.keys(headers).filter((name) => name.includes("sysmeta"))).toEqual([]);
    const listed = (await send("GET", "")).text;
    expect(listed).toContain("switched\n");
    expect(listed).not.toContain("\0");
    expect((await send("GET", "/%00versions%00switched")).status).toBe(412);
  });

  it.each([
    ["a sync source", { "x-container-sync-to": "http://127.0.0.1/v1/AUTH_a/c", "x-container-sync-key": "k" }],
    ["versioned writes", { "x-versions-location": "a" }],
  ])("is refused beside %s", async (_, headers) => {
    expect((await put("/taken", "", headers as Record<string, string>)).status).toBe(201);
    const refused = await send("POST", "/taken", { headers: { "x-versions-enabled": "true" } });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("Cannot enable object versioning on a container")]);
    await send("DELETE", "/taken");
  });

  it("follows the policy of the container, and its absence", async () => {
    await put("/silver", "", { "x-versions-enabled": "true", "x-storage-policy": "silver" });
    const { headers } = await send("HEAD", "");
    expect(headers["x-account-storage-policy-silver-container-count"]).toBe("2");
    expect((await put("/bad-policy", "", { "x-versions-enabled": "true", "x-storage-policy": "nope" })).status).toBe(400);
    expect((await send("POST", "/missing", { headers: { "x-versions-enabled": "true" } })).status).toBe(404);
  });

  it("is for owners alone", async () => {
    await put("/owned", "", { "x-container-write": "test2:tester2" });
    const headers = { "x-versions-enabled": "true" };
    expect((await swift.send("POST", `${account}/owned`, { as: "test2:tester2", headers })).status).toBe(403);
    expect((await swift.send("DELETE", `${account}/owned`, { as: "test2:tester2" })).status).toBe(403);
  });
});

describe("objects", () => {
  beforeAll(async () => {
    await enable("o");
  });

  it("keep every write under an id", async () => {
    const one = await put("/o/name", "one", { "content-type": "text/one; charset=x", "x-object-meta-n": "1" });
    const two = await put("/o/name", "second");
    expect([one.status, one.headers.etag, idOf(one) < idOf(two)]).toEqual([201, md5("one"), true]);
    const current = await send("GET", "/o/name");
    expect(current.text).toBe("second");
    expect(current.headers).toMatchObject({
      "x-object-version-id": idOf(two),
      "content-location": `${account}/o/name?version-id=${idOf(two)}`,
      etag: md5("second"),
    });
    const old = await send("GET", `/o/name?version-id=${idOf(one)}`);
    expect([old.text, idOf(old)]).toEqual(["one", idOf(one)]);
    expect(old.headers).toMatchObject({
      "x-object-meta-n": "1",
      "content-type": "text/one; charset=x",
      "x-timestamp": idOf(one),
      "x-trans-id": expect.any(String),
    });
    expect(idOf(await send("GET", "/o/name?version-id="))).toBe(idOf(two));
    const { headers } = await send("HEAD", "/o");
    expect([headers["x-container-object-count"], headers["x-container-bytes-used"]]).toEqual(["1", "9"]);
    const listed = JSON.parse((await send("GET", "?format=json&prefix=o")).text) as { name: string }[];
    expect(listed.find(({ name }) => name === "o")).toMatchObject({ count: 1, bytes: 9 });
  });

  it("take a body of unknown length", async () => {
    const token = await swift.tokenOf("test:tester");
    const head = `PUT ${account}/o/chunked HTTP/1.1\r\nHost: h\r\nX-Auth-Token: ${token}\r\nTransfer-Encoding: chunked\r\nConnection: close`;
    expect(await swift.sendRaw(`${head}\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`)).toContain("201 Created");
    const listing = JSON.parse((await send("GET", "/o?format=json&prefix=chunked")).text) as unknown;
    expect(listing).toEqual([expect.objectContaining({ bytes: 5, hash: md5("abcde"), version_symlink: true })]);
  });

  it("leave a marker when deleted, and come back", async () => {
    const one = await put("/o/gone", "one");
    const deleted = await send("DELETE", "/o/gone");
    expect([deleted.status, idOf(deleted) > idOf(one)]).toEqual([204, true]);
    const missing = await send("GET", "/o/gone");
    expect([missing.status, idOf(missing)]).toEqual([404, "null"]);
    const marker = await send("GET", `/o/gone?version-id=${idOf(deleted)}`);
    expect([marker.status, marker.headers["content-type"], idOf(marker)]).toEqual([404, markerType, idOf(deleted)]);
    expect(await versions("o", "&prefix=gone")).toEqual([
      expect.objectContaining({ version_id: idOf(deleted), is_latest: true, content_type: markerType, hash: md5(""), bytes: 0 }),
      expect.objectContaining({ version_id: idOf(one), is_latest: false, bytes: 3 }),
    ]);
    const again = await send("PUT", `/o/gone?version-id=${idOf(one)}`);
    expect([again.status, idOf(again)]).toEqual([201, idOf(one)]);
    expect((await send("GET", "/o/gone")).text).toBe("one");
  });

  it("leave a marker even where nothing was", async () => {
    const deleted = await send("DELETE", "/o/never");
    expect(deleted.status).toBe(404);
    expect(brief(await versions("o", "&prefix=never"))).toEqual([["never", idOf(deleted), true]]);
  });

  it("lose a version for good", async () => {
    const ids: string[] = [];
    for (const body of ["1", "2", "3"]) ids.push(idOf(await put("/o/lose", body)));
    const [one, two, three] = ids as [string, string, string];
    const middle = await send("DELETE", `/o/lose?version-id=${two}`);
    expect([middle.status, idOf(middle), middle.headers["x-object-current-version-id"]]).toEqual([204, two, three]);
    const newest = await send("DELETE", `/o/lose?version-id=${three}`);
    expect([newest.status, idOf(newest), newest.headers["x-object-current-version-id"]]).toEqual([204, three, "null"]);
    expect((await send("GET", "/o/lose")).status).toBe(404);
    expect(brief(await versions("o", "&prefix=lose"))).toEqual([["lose", one, false]]);
    expect((await send("DELETE", `/o/lose?version-id=${three}`)).status).toBe(404);
  });

  it("take a POST for their current version", async () => {
    const one = await put("/o/posted", "one", { "x-object-meta-a": "1" });
    const two = await put("/o/posted", "two", { "x-object-meta-a": "2" });
    expect((await send("POST", "/o/posted", { headers: { "x-object-meta-b": "3" } })).status).toBe(202);
    const { headers } = await send("HEAD", "/o/posted");
    expect([headers["x-object-meta-a"], headers["x-object-meta-b"], idOf(await send("HEAD", "/o/posted"))]).toEqual([
      undefined,
      "3",
      idOf(two),
    ]);
    expect((await send("HEAD", `/o/posted?version-id=${idOf(one)}`)).headers["x-object-meta-a"]).toBe("1");
  });

  it("are copied from and into versions", async () => {
    const one = await put("/o/from", "one");
    await put("/o/from", "two");
    const copied = await send("COPY", `/o/from?version-id=${idOf(one)}`, { headers: { destination: "o/into" } });
    expect([copied.status, copied.headers["x-copied-from-version-id"], idOf(copied) > idOf(one)]).toEqual([201, idOf(one), true]);
    expect((await send("GET", "/o/into")).text).toBe("one");
  });

  it("respect If-None-Match without leaving a version behind", async () => {
    await put("/o/once", "one");
    expect((await put("/o/once", "two", { "if-none-match": "*" })).status).toBe(412);
    expect(await versions("o", "&prefix=once")).toHaveLength(1);
    expect((await put("/o/bad", "x", { etag: "0" })).status).toBe(422);
    expect(await versions("o", "&prefix=bad")).toEqual([]);
  });

  it("keep links as versions", async () => {
    await put("/o/target", "target");
    for (const headers of [{}, { "x-symlink-target-etag": md5("target") }] as Record<string, string>[]) {
      const made = await put("/o/link", "", { "x-symlink-target": "o/target", ...headers });
      expect((await send("GET", "/o/link")).text).toBe("target");
      await put("/o/link", "plain");
      expect((await send("PUT", `/o/link?version-id=${idOf(made)}`)).status).toBe(201);
      expect((await send("GET", "/o/link")).text).toBe("target");
    }
  });

  it("expire without their versions", async () => {
    const put1 = await put("/o/short", "short", { "x-delete-after": "1000" });
    expect((await send("HEAD", "/o/short?symlink=get")).headers).toHaveProperty("x-delete-at");
    expect((await send("HEAD", `/o/short?version-id=${idOf(put1)}`)).headers).not.toHaveProperty("x-delete-at");
  });

  it.each([
    ["GET", "?version-id=nope", "", 400, "Invalid version parameter"],
    ["PUT", "?version-id=1", "body", 400, "PUT version-id requests require a zero byte body"],
    ["PUT", "?version-id=1", "", 404, "The specified version does not exist"],
    ["POST", "?version-id=1", "", 400, "POST to a specific version is not allowed"],
    ["GET", "?version-id=1", "", 404, "<h1>Not Found</h1>"],
    ["GET", "?version-id=null", "", 404, "<h1>Not Found</h1>"],
  ])("answer %s %s", async (method, query, body, status, text) => {
    await put("/o/asked", "asked");
    const answered = await send(method, `/o/asked${query}`, { body });
    expect([answered.status, answered.text]).toEqual([status, expect.stringContaining(text)]);
  });

  it("know ids only where there were versions", async () => {
    await put("/plain");
    await put("/plain/o", "plain");
    const refused = await send("GET", "/plain/o?version-id=1");
    expect([refused.status, refused.text]).toEqual([400, "version-aware operations require that the container is versioned"]);
    expect((await send("GET", "/plain/o?version-id=null")).text).toBe("plain");
  });
});

describe("what was written before and after", () => {
  it("stays: it becomes a version when it is overwritten, and versions outlive their being switched off", async () => {
    await put("/phases");
    const before = await put("/phases/o", "before");
    expect(before.headers).not.toHaveProperty("x-object-version-id");
    await enable("phases");
    expect(brief(await versions("phases"))).toEqual([["o", "null", true]]);
    const during = await put("/phases/o", "during");
    const [, first] = await versions("phases");
    expect((await send("GET", `/phases/o?version-id=${first!.version_id}`)).text).toBe("before");
    await send("POST", "/phases", { headers: { "x-versions-enabled": "false" } });
    await put("/phases/o", "after");
    expect(brief(await versions("phases"))).toEqual([
      ["o", "null", true],
      ["o", idOf(during), false],
      ["o", first!.version_id, false],
    ]);
    const unversioned = await send("GET", "/phases/o?version-id=null");
    expect([unversioned.text, idOf(unversioned)]).toEqual(["after", "null"]);
    const refused = await send("DELETE", "/phases");
    await send("DELETE", "/phases/o");
    const stillRefused = await send("DELETE", "/phases");
    expect([refused.status, stillRefused.status, stillRefused.text]).toEqual([409, 409, "Delete all versions before deleting container."]);
    for (const { name, version_id: id } of await versions("phases")) await send("DELETE", `/phases/${name}?version-id=${id}`);
    expect((await send("DELETE", "/phases")).status).toBe(204);
    expect(swift.store.findContainer("AUTH_test", versionsContainer("phases"))).toBeNull();
  });

  it("does not keep an empty container whose objects have expired", async () => {
    await enable("expired");
    const made = await put("/expired/o", "x", { "x-delete-after": "1" });
    await expect.poll(async () => (await send("GET", "/expired/o")).status, { timeout: 5000 }).toBe(404);
    await send("DELETE", `/expired/o?version-id=${idOf(made)}`);
    expect((await send("DELETE", "/expired")).status).toBe(204);
  });
});

describe("listings of versions", () => {
  let expected: [string, string, boolean][];
  beforeAll(async () => {
    await enable("list");
    const a1 = idOf(await put("/list/a", "1"));
    const a2 = idOf(await put("/list/a", "2"));
    const gone1 = idOf(await put("/list/b%2Fgone", "1"));
    const gone2 = idOf(await send("DELETE", "/list/b%2Fgone"));
    const gone3 = idOf(await send("DELETE", "/list/b%2Fgone"));
    const c1 = idOf(await put("/list/c", "1"));
    const c2 = idOf(await send("DELETE", "/list/c"));
    const c3 = idOf(await put("/list/c", "3"));
    expected = [
      ["a", a2, true],
      ["a", a1, false],
      ["b/gone", gone3, true],
      ["b/gone", gone2, false],
      ["b/gone", gone1, false],
      ["c", c3, true],
      ["c", c2, false],
      ["c", c1, false],
    ];
  });

  it.each(["", "&reverse=true"])("are whole, and the same page by page%s", async (direction) => {
    const order = (entries: typeof expected): typeof expected => (direction === "" ? entries : entries.toReversed());
    expect(brief(await versions("list", direction))).toEqual(order(expected));
    for (const limit of [1, 2, 3, 5]) {
      const pages: Entry[] = [];
      let at = "";
      for (let page = await versions("list", `${direction}&limit=${limit}`); page.length > 0;) {
        expect(page.length).toBeLessThanOrEqual(limit);
        pages.push(...page);
        const last = page.at(-1)!;
        at = `&marker=${encodeURIComponent(last.name)}&version_marker=${last.version_id}`;
        page = await versions("list", `${direction}&limit=${limit}${at}`);
      }
      expect(brief(pages)).toEqual(order(expected));
    }
  });

  it("select by prefix, marker and delimiter", async () => {
    expect(brief(await versions("list", "&prefix=c"))).toEqual(expected.slice(5));
    expect(brief(await versions("list", "&marker=a"))).toEqual(expected.slice(2));
    expect((await versions("list", "&delimiter=/&limit=3")).slice(2)).toEqual([{ subdir: "b/" }]);
    expect(brief(await versions("list", "&marker=c&reverse=true")).map(([name]) => name)).toEqual(["b/gone", "b/gone", "b/gone", "a", "a"]);
  });

  it.each([
    ["&format=xml", {}, 406],
    ["&format=plain", {}, 406],
    ["", { accept: "text/plain" }, 406],
    ["", { accept: "*/*" }, 200],
    ["&version_marker=1", {}, 400],
    ["&marker=a&version_marker=x", {}, 400],
    ["&delimiter=1", {}, 400],
  ])("answer %s %o", async (query, headers, status) => {
    expect((await send("GET", `/list?versions${query}`, { headers })).status).toBe(status);
  });

  it("are JSON without being asked", async () => {
    const got = await send("GET", "/list?versions");
    expect(got.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(Object.keys(got.headers).filter((name) => name.startsWith("x-backend"))).toEqual([]);
  });
});

describe("rights", () => {
  it("on the container suffice for its names, not for single versions", async () => {
    const reader = { as: "test2:tester2" } as const;
    await enable("acl");
    const one = await put("/acl/o", "one");
    expect((await swift.send("GET", `${account}/acl/o`, reader)).status).toBe(403);
    expect((await swift.send("PUT", `${account}/acl/o`, { ...reader, body: "no" })).status).toBe(403);
    expect(await versions("acl")).toHaveLength(1);
    const acl = { "x-container-read": "test2:tester2", "x-container-write": "test2:tester2" };
    await send("POST", "/acl", { headers: acl });
    expect((await swift.send("GET", `${account}/acl/o`, reader)).text).toBe("one");
    expect((await swift.send("PUT", `${account}/acl/o`, { ...reader, body: "two" })).status).toBe(201);
    expect((await swift.send("GET", `${account}/acl/o`, reader)).text).toBe("two");
    expect((await swift.send("DELETE", `${account}/acl/o?version-id=${idOf(one)}`, reader)).status).toBe(403);
    expect((await swift.send("DELETE", `${account}/acl/o`, reader)).status).toBe(204);
    expect(await versions("acl")).toHaveLength(3);
  });
});
