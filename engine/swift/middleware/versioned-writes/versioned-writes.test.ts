import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "../../test-swift.ts";
import { copyName, copyPrefix, setArchive } from "./archives.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const markerType = "application/x-deleted;swift_versions_deleted=1";

let swift: TestSwift;
const send = (method: string, path: string, options: SendOptions = owner): Promise<TestAnswer> =>
  swift.send(method, account + path, { ...owner, ...options });
const put = (path: string, body = "", headers: Record<string, string> = {}): Promise<TestAnswer> => send("PUT", path, { body, headers });

interface Entry {
  name: string;
  content_type: string;
  bytes: number;
}

/** The copies in an archive, the oldest first, with their bytes. */
async function copies(archive: string): Promise<[type: string, text: string][]> {
  const listing = JSON.parse((await send("GET", `/${archive}?format=json`)).text) as Entry[];
  return Promise.all(
    listing.map(async ({ name, content_type: type }): Promise<[string, string]> => {
      const got = await send("GET", `/${archive}/${encodeURIComponent(name)}`);
      return [type, got.text];
    }),
  );
}

beforeAll(async () => {
  swift = await createTestSwift();
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("setting an archive", () => {
  const stored = (location: string, mode: string): [string, string][] => [
    ["x-container-sysmeta-versions-location", location],
    ["x-container-sysmeta-versions-mode", mode],
  ];
  it.each([
    [{ "x-versions-location": "a" }, stored("a", "stack")],
    [{ "x-history-location": "a" }, stored("a", "history")],
    [{ "x-versions-location": "a", "x-history-location": "" }, stored("a", "stack")],
    [{ "x-versions-location": "", "x-history-location": "a" }, stored("a", "history")],
    [{ "x-versions-location": "" }, stored("", "")],
    [{ "x-remove-versions-location": "x" }, stored("", "")],
    [{ "x-remove-history-location": "x" }, stored("", "")],
    [{ "x-remove-versions-location": "x", "x-history-location": "a" }, stored("a", "history")],
    [{ "x-remove-versions-location": "" }, []],
  ])("reads %o", (headers, expected) => {
    expect(setArchive(new Map(Object.entries(headers)))).toEqual(new Map(expected));
  });

  it("names copies by the bytes of the name", () => {
    expect(copyPrefix("ab")).toBe("002ab/");
    expect(copyName("caf\u00e9", 179516204659865)).toBe("005caf\u00e9/1795162046.59865");
  });

  it.each([
    [
      { "x-versions-location": "a", "x-history-location": "b" },
      400,
      "Only one of x-versions-location or x-history-location may be specified",
    ],
    [{ "x-versions-location": "a/b" }, 412, "Container name cannot contain slashes"],
  ])("is refused: %o", async (headers, status, text) => {
    const refused = await put("/refused", "", headers as Record<string, string>);
    expect([refused.status, refused.text]).toEqual([status, text]);
  });

  it("shows and drops it", async () => {
    const shown = async (): Promise<unknown[]> => {
      const { headers } = await send("HEAD", "/shown");
      return [headers["x-versions-location"], headers["x-history-location"]];
    };
    await put("/shown", "", { "x-versions-location": "a" });
    expect(await shown()).toEqual(["a", undefined]);
    await send("POST", "/shown", { headers: { "x-history-location": "b" } });
    expect(await shown()).toEqual([undefined, "b"]);
    await send("POST", "/shown", { headers: { "x-remove-history-location": "x" } });
    expect(await shown()).toEqual([undefined, undefined]);
  });

  it("excludes object versioning, and is excluded by it", async () => {
    await put("/legacy", "", { "x-versions-location": "a" });
    expect((await send("POST", "/legacy", { headers: { "x-versions-enabled": "true" } })).status).toBe(400);
    await put("/newer", "", { "x-versions-enabled": "true" });
    expect((await send("POST", "/newer", { headers: { "x-versions-location": "a" } })).status).toBe(400);
  });
});

describe("stack", () => {
  beforeAll(async () => {
    await put("/stack-archive");
    await put("/stack", "", { "x-versions-location": "stack-archive" });
  });

  it("keeps what is overwritten, with all that belongs to it, and brings it back", async () => {
    await put("/stack/o", "one", { "content-type": "text/one", "x-object-meta-n": "1" });
    expect(await copies("stack-archive")).toEqual([]);
    await put("/stack/o", "two", { "content-type": "text/two" });
    await put("/stack/o", "three");
    expect(await copies("stack-archive")).toEqual([
      ["text/one", "one"],
      ["text/two", "two"],
    ]);
    expect((await send("DELETE", "/stack/o")).status).toBe(204);
    expect((await send("GET", "/stack/o")).text).toBe("two");
    expect((await send("DELETE", "/stack/o")).status).toBe(204);
    const oldest = await send("GET", "/stack/o");
    expect([oldest.text, oldest.headers["content-type"], oldest.headers["x-object-meta-n"]]).toEqual(["one", "text/one", "1"]);
    expect(await copies("stack-archive")).toEqual([]);
    expect((await send("DELETE", "/stack/o")).status).toBe(204);
    expect((await send("DELETE", "/stack/o")).status).toBe(404);
  });

  it("keeps links as links, even ones whose target is gone", async () => {
    await put("/stack/target", "t");
    await put("/stack/link", "", {
      "x-symlink-target": "stack/target",
      "x-symlink-target-etag": (await send("HEAD", "/stack/target")).headers.etag!,
    });
    await send("DELETE", "/stack/target");
    expect((await put("/stack/link", "plain")).status).toBe(201);
    expect((await send("DELETE", "/stack/link")).status).toBe(204);
    expect((await send("HEAD", "/stack/link?symlink=get")).headers["x-symlink-target"]).toBe("stack/target");
    await send("DELETE", "/stack/link");
  });

  it("keeps copies of names that begin alike apart", async () => {
    for (const body of ["1", "2"]) for (const name of ["a", "a%2F", "aa"]) await put(`/stack/${name}`, name + body);
    await send("DELETE", "/stack/a");
    const texts = await Promise.all(["a", "a%2F", "aa"].map(async (name) => (await send("GET", `/stack/${name}`)).text));
    expect(texts).toEqual(["a1", "a%2F2", "aa2"]);
  });

  it("refuses to overwrite without an archive", async () => {
    await put("/lost", "", { "x-versions-location": "no-such-archive" });
    expect((await put("/lost/o", "one")).status).toBe(201);
    expect((await put("/lost/o", "two")).status).toBe(412);
    expect((await send("GET", "/lost/o")).text).toBe("one");
    expect((await send("DELETE", "/lost/o")).status).toBe(204);
  });
});

describe("history", () => {
  beforeAll(async () => {
    await put("/history-archive");
    await put("/history", "", { "x-history-location": "history-archive" });
  });

  it("keeps deletions too", async () => {
    await put("/history/o", "one", { "content-type": "text/one" });
    await put("/history/o", "two", { "content-type": "text/two" });
    expect((await send("DELETE", "/history/o")).status).toBe(204);
    expect((await send("GET", "/history/o")).status).toBe(404);
    expect((await send("DELETE", "/history/o")).status).toBe(404);
    expect(await copies("history-archive")).toEqual([
      ["text/one", "one"],
      ["text/two", "two"],
      [markerType, ""],
      [markerType, ""],
    ]);
    // In stack mode the markers are taken off first, and what lies below comes back.
    await send("POST", "/history", { headers: { "x-versions-location": "history-archive" } });
    const texts: (number | string)[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await send("DELETE", "/history/o");
      const got = await send("GET", "/history/o");
      texts.push(got.status === 200 ? got.text : got.status);
    }
    expect(texts).toEqual([404, "two", "one"]);
  });

  it("does not let clients write markers of their own", async () => {
    expect((await put("/history/marker", "", { "content-type": markerType })).status).toBe(400);
  });
});

describe("rights", () => {
  it("on the container suffice", async () => {
    await put("/shared-archive");
    await put("/shared", "", { "x-versions-location": "shared-archive", "x-container-write": "test2:tester2" });
    const writer = { as: "test2:tester2" } as const;
    for (const body of ["one", "two"]) expect((await swift.send("PUT", `${account}/shared/o`, { ...writer, body })).status).toBe(201);
    expect(await copies("shared-archive")).toEqual([["application/octet-stream", "one"]]);
    expect((await swift.send("DELETE", `${account}/shared/o`, writer)).status).toBe(204);
    expect((await send("GET", "/shared/o")).text).toBe("one");
  });

  it("are needed before anything is archived", async () => {
    await put("/private-archive");
    await put("/private", "", { "x-history-location": "private-archive" });
    await put("/private/o", "one");
    for (const method of ["PUT", "DELETE"]) {
      expect((await swift.send(method, `${account}/private/o`, { as: "test2:tester2", body: "" })).status).toBe(403);
    }
    expect(await copies("private-archive")).toEqual([]);
  });
});
